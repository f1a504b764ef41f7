package relay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// TestNames: JSON output, log lines, metrics and messages of unfinished runs carry these names.
func TestNames(t *testing.T) {
	assert.Equal(t, []relay.Remedy{"copy", "first_hop", "full_run", "none", "stay"},
		[]relay.Remedy{relay.RemedyCopy, relay.RemedyFirstHop, relay.RemedyRun, relay.RemedyNone, relay.RemedyStay})
	assert.Equal(t, []relay.Stage{"asked", "copying", "verified", "failed"},
		[]relay.Stage{relay.StageAsked, relay.StageCopying, relay.StageVerified, relay.StageFailed})
	assert.Equal(t, []relay.Progress{"already", "due", "done", "failed"},
		[]relay.Progress{relay.StepAlready, relay.StepDue, relay.StepDone, relay.StepFailed})
	assert.Equal(t, []hop.Standing{"late", "expired", "underprotected"}, []hop.Standing{relay.Late, relay.Expired, relay.Underprotected})
	assert.Equal(t, []relay.Reading{"source vaults", "final vaults", "waiting messages", "dead-letter messages"},
		[]relay.Reading{relay.SourceVaults, relay.FinalVaults, relay.WaitingMessages, relay.DeadLetterMessages})
	assert.Equal(t, []string{"recent", "full"}, []string{relay.RecentRun, relay.FullRun})
	assert.Equal(t, []string{"off", "on"}, []string{relay.OnOrOff(false), relay.OnOrOff(true)})
}
