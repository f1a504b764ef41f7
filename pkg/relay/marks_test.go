package relay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestAReplayThatIsSplitIsAReplayOfEachCopy(t *testing.T) {
	b := newBench()
	b.fanOut()
	b.addPoint("p", "RDS")
	m := request("m", "p", "RDS", hop.Vault{})
	m.FirstSeen, m.RejectedAt = now.Add(-2*time.Hour), now.Add(-time.Hour)
	require.Empty(t, b.handle(t, m))
	require.Len(t, b.mail.split, 2)
	require.Len(t, b.mail.splitOf, 1)
	assert.Equal(t, m.FirstSeen, b.mail.splitOf[0].Began())
	assert.Equal(t, m.RejectedAt, b.mail.splitOf[0].RejectedAt)
}

func TestAReplayedOutcomeIsNoReplayOfItsCopy(t *testing.T) {
	k := newTracking(0)
	require.NoError(t, k.backup.End(k.started(t, "p", final), hop.Failed, "Rate exceeded"))
	m := relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Notice: told(hop.Failed), FirstSeen: now.Add(-2 * time.Hour), RejectedAt: now.Add(-time.Hour)}
	assert.Equal(t, hop.Again, k.tell(t, m).Decision.Verdict)
	require.Len(t, k.mail.splitOf, 1)
	assert.Equal(t, m.FirstSeen, k.mail.splitOf[0].Began())
	assert.Zero(t, k.mail.splitOf[0].RejectedAt, "it would forgive failures, and copy what may be copied")
}
