package e2e

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/cli"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// TestAClusterUnderAnAWSOwnedKeyIsAFindingAndNoDeadLetter: its copies exist every night,
// and are not under their vaults' keys, whether AWS Backup reports the AWS owned key or no
// key at all.
func TestAClusterUnderAnAWSOwnedKeyIsAFindingAndNoDeadLetter(t *testing.T) {
	for sentence, test := range map[string]struct {
		shown bool
		says  string
	}{
		"which AWS Backup reports": {true, "copy in eu-north-1 is under a key that AWS owns"},
		"which it does not report": {false, "copy in eu-north-1 is not encrypted, or under a key that AWS owns: AWS Backup reports no key"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := setUp(t, awssim.Config{Alarms: true, Backup: func(c *backup.Config) { c.ShowAWSOwnedKeys = test.shown }}, stage.Options{})
			owned, right := cluster, database
			owned.AWSOwned = true
			owned, right = s.add(owned), s.add(right)
			const nights = 3
			s.pass(nights * 24 * time.Hour)
			require.Len(t, s.In(s.Final, owned), nights)
			require.Len(t, s.In(s.Final, right), nights)
			assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
			assert.Empty(t, s.World.SQS.Peek(s.Outcomes.ARN))
			assert.Equal(t, []string{"twohop-underprotected"}, s.ringing())
			assert.Equal(t, []string{"twohop-underprotected"}, s.told(), "once, not every night")
			digests := 0
			for _, m := range s.World.SNS.Messages(topic) {
				if strings.Contains(m.Body, "1 are of resources with copies that are not under the key of their vault") {
					digests++
					assert.Contains(t, m.Body, owned.ARN)
					assert.NotContains(t, m.Body, right.ARN)
				}
			}
			assert.Positive(t, digests)

			for name, value := range s.World.Environment(stage.Backup, stage.Primary) {
				t.Setenv(name, value)
			}
			var out, errOut bytes.Buffer
			code := cli.Run(t.Context(), []string{"status", "--estate", "../../infra/config/example.yaml"}, &out, &errOut)
			assert.Equal(t, 3, code, errOut.String())
			assert.Contains(t, out.String(), "underprotected")
			assert.Contains(t, out.String(), test.says)
			assert.Contains(t, out.String(), "1 underprotected, 1 ok")

			out.Reset()
			cli.Run(t.Context(), []string{"status", "--json", "--estate", "../../infra/config/example.yaml"}, &out, &errOut)
			assert.Contains(t, out.String(), `"class": "Underprotected"`)
			assert.Contains(t, out.String(), `"advice": "the copy exists and can be restored`)
		})
	}
}
