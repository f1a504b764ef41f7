package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/rds"
	"github.com/twohop/twohop/test/stage"
)

// TestADatabaseWithPersistentOptionsNeedsAnOptionGroupForEachHop, unless copies take the
// option group along.
func TestADatabaseWithPersistentOptionsNeedsAnOptionGroupForEachHop(t *testing.T) {
	zone := rds.Option{Name: "Timezone", Persistent: true}
	const text = "The snapshot requires a target option group with the following options: Timezone"
	for sentence, test := range map[string]struct {
		groups  []string // Regions of the backup account
		carried bool
		first   string // what hop 1 says
		final   int    // copies
	}{
		"no group":                     {nil, false, text, 0},
		"a group for hop 1 alone":      {[]string{stage.Primary}, false, "", 0},
		"a group for each hop":         {[]string{stage.Primary, stage.Secondary}, false, "", 1},
		"no group, and none is needed": {nil, true, "", 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := setUp(t, awssim.Config{}, stage.Options{})
			r := s.add(database)
			s.World.RDS.AddOptionGroup(stage.Member, stage.Primary, "zone", zone)
			s.World.RDS.Describe(r.ARN, rds.Details{Engine: "oracle-ee", OptionGroup: "zone"})
			for _, region := range test.groups {
				s.World.RDS.AddOptionGroup(stage.Backup, region, "same", zone)
			}
			if test.carried {
				s.World.RDS.CarryOptionGroups()
			}
			s.pass(17 * time.Hour)
			assert.Equal(t, test.first, s.said())
			assert.Len(t, s.In(s.Final, r), test.final)
			if test.final == 0 {
				letters := s.World.SQS.Peek(s.DeadLetters.ARN)
				assert.Len(t, letters, 1)
			}
		})
	}
}
