package relay_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

func TestNoJobsAreListedFromAVaultToItself(t *testing.T) {
	w := newWay(t)
	w.start(t)
	require.NoError(t, w.memory.Complete(w.next(t, hop.BackUnderway).Job.ID))
	before := w.memory.Calls()["Of"]
	w.next(t, hop.BackDue)
	assert.Equal(t, 3, w.memory.Calls()["Of"]-before, "from the final vault to both others, from the detour to the member")
	w.Way.Detour = hop.Vault{}
	before = w.memory.Calls()["Of"]
	w.next(t, hop.BackDue)
	assert.Equal(t, 2, w.memory.Calls()["Of"]-before, "from both to the member")
}

func TestFollowingEndsWithItsContextWhileAWSIsAway(t *testing.T) {
	w := newWay(t)
	w.memory.Fail(func(string) error { return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: "away"} })
	w.Every = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	busy := 0
	step, err := w.Follow(ctx, hop.BackStep{Verdict: hop.BackDue}, func(hop.BackStep) {}, func(err error) {
		busy++
		require.ErrorContains(t, err, "away")
		cancel()
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, hop.BackDue, step.Verdict)
	assert.Equal(t, 1, busy)
}

func TestOnlyWhatTheVaultsHoldNowIsCopied(t *testing.T) {
	w := newWay(t)
	point, _ := w.memory.Held(w.final, "arn:aws:rds:eu-north-1:222222222222:snapshot:f")
	w.Way.Backup.Held = []hop.Held{{Vault: w.final, RecoveryPoint: point}}
	w.memory.DeletePoint(w.final, point.ARN)
	w.next(t, hop.BackLost)
	_, err := w.Follow(t.Context(), hop.BackStep{Verdict: "new"}, func(hop.BackStep) {}, quiet)
	require.ErrorContains(t, err, `no rule for the verdict "new"`)
}

func TestACopyBackWaitsForASlotInWhateverRegionTheJobsAre(t *testing.T) {
	w := newWay(t)
	w.Way.Pools = []hop.Pool{{Types: []string{"RDS"}, Size: 1}}
	w.memory.AddJob(hop.CopyJob{ID: "other", State: hop.Running, ResourceType: "RDS", Source: "arn:aws:rds:eu-north-1:222222222222:snapshot:x",
		Destination: w.detour, Created: w.memory.Now()})
	w.next(t, hop.BackFull)
	require.NoError(t, w.memory.End("other", hop.Failed, "any"))
	w.next(t, hop.BackDue)
}
