package relay_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// copiedOnce is a point with a verified copy, which it returns.
func (k *comparing) copiedOnce(t *testing.T, point string) hop.RecoveryPoint {
	t.Helper()
	k.mail.waiting = 0
	k.arrive(point, 20*time.Minute)
	require.NoError(t, k.backup.Complete(k.again(t, point, final)))
	k.catchUp()
	for _, job := range k.backup.Jobs() {
		if job.Source == point {
			copied, ok := k.backup.Held(final, job.Copy)
			require.True(t, ok)
			return copied
		}
	}
	t.Fatal("there is no copy")
	return hop.RecoveryPoint{}
}

// standings are what a recent run finds.
func (k *comparing) standings(t *testing.T) map[hop.Standing]int {
	t.Helper()
	k.mail.split = nil
	return k.look(t).Standings
}

func TestACopyThatWasDeletedIsRequestedAgainOnceItsSettlingTimeIsOver(t *testing.T) {
	k := newComparing(0)
	copied := k.copiedOnce(t, "p")
	assert.Equal(t, map[hop.Standing]int{hop.Copied: 1}, k.standings(t))

	k.backup.DeletePoint(final, copied.ARN)
	k.catchUp()
	assert.Equal(t, map[hop.Standing]int{hop.Flying: 1}, k.standings(t), "the list may lag")
	assert.Empty(t, k.asked())

	k.backup.Advance(26 * time.Minute) // the settling time, and that of its event
	assert.Equal(t, map[hop.Standing]int{hop.Vanished: 1}, k.standings(t))
	assert.Equal(t, []string{"p"}, k.asked())
	assert.Contains(t, k.reports[len(k.reports)-1].Findings[hop.Vanished][0].Detail, copied.ARN)

	again := k.again(t, "p", final)
	k.catchUp()
	assert.Equal(t, map[hop.Standing]int{hop.Flying: 1}, k.standings(t))
	require.NoError(t, k.backup.Complete(again))
	k.catchUp()
	assert.Equal(t, map[hop.Standing]int{hop.Copied: 1}, k.standings(t))
	assert.Empty(t, k.asked())
}

func TestACopyThatIsExpiredIsNone(t *testing.T) {
	k := newComparing(0)
	copied := k.copiedOnce(t, "p")
	copied.Status = hop.PointExpired
	k.backup.AddPoint(final, copied)
	k.backup.Advance(26 * time.Minute)
	assert.Equal(t, map[hop.Standing]int{hop.Vanished: 1}, k.standings(t))
	assert.Equal(t, []string{"p"}, k.asked())
}

// TestADeletionThatIsMeantStays: the source is deleted first, then its copies.
func TestADeletionThatIsMeantStays(t *testing.T) {
	k := newComparing(0)
	copied := k.copiedOnce(t, "p")
	k.backup.DeletePoint(intermediate, "p")
	k.backup.DeletePoint(final, copied.ARN)
	k.backup.Advance(26 * time.Minute)
	assert.Empty(t, k.standings(t))
	assert.Empty(t, k.asked())
	_, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.Empty(t, k.asked())
	assert.Empty(t, k.outcomes.split)
}

func TestACopyThatHasHadItsTimeIsNotRequestedAgain(t *testing.T) {
	k := newComparing(0)
	k.reconciler.Recent = 40 * 24 * time.Hour
	copied := k.copiedOnce(t, "p")
	k.backup.DeletePoint(final, copied.ARN) // as its retention does
	k.backup.Advance(35*24*time.Hour - 2*time.Hour)
	assert.Empty(t, k.standings(t))
	assert.Empty(t, k.asked())
}

func TestWhereAFinalVaultCannotBeListedTheJobsWordCounts(t *testing.T) {
	k := newComparing(0)
	copied := k.copiedOnce(t, "p")
	k.arrive("new", 20*time.Minute)
	k.backup.DeletePoint(final, copied.ARN)
	k.backup.Advance(26 * time.Minute)
	lists := 0
	k.backup.Fail(func(call string) error {
		if call != "Made" {
			return nil
		}
		if lists++; lists == 1 { // the final vault comes first
			return errors.New("the Region is down")
		}
		return nil
	})
	report, err := k.reconciler.Look(t.Context(), k.backup.Now())
	require.ErrorContains(t, err, "the Region is down", "the run has no heartbeat")
	assert.Equal(t, map[hop.Standing]int{hop.Copied: 1, hop.Absent: 1}, report.Standings)
	assert.Equal(t, []string{"new"}, k.asked(), "what is known to be missing is requested all the same")
	assert.False(t, report.Read(relay.FinalVaults))
}
