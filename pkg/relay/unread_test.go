package relay_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

var errAway = errors.New("away")

// unreadable are letters that cannot be read.
type unreadable struct{}

func (unreadable) Read(context.Context) (relay.Rejected, error) { return relay.Rejected{}, errAway }

// mute are people who cannot be told.
type mute struct{}

func (mute) Publish(context.Context, string, string) error { return errAway }

// failing has a call of AWS Backup fail.
func failing(k *comparing, call string) {
	k.backup.Fail(func(name string) error {
		if name == call {
			return errAway
		}
		return nil
	})
}

// Each fails one reading, or one telling, of a run.
var sides = map[string]struct {
	fail   func(*comparing)
	unread []relay.Reading // recent run
	full   []relay.Reading
}{
	"the queue's attributes": {func(k *comparing) { k.mail.uncounted = errAway }, []relay.Reading{relay.WaitingMessages}, []relay.Reading{relay.WaitingMessages}},
	"the dead letters": {func(k *comparing) { k.reconciler.Letters = unreadable{} },
		[]relay.Reading{relay.DeadLetterMessages}, []relay.Reading{relay.DeadLetterMessages}},
	"the final vaults' resources": {func(k *comparing) { failing(k, "Resources") }, []relay.Reading{relay.FinalVaults}, nil},
	"people":                      {func(k *comparing) { k.reconciler.Digests = mute{} }, nil, nil},
	"the queue of outcomes":       {func(k *comparing) { k.outcomes.refuse = errAway }, nil, nil},
}

func TestWhatIsMissingIsAskedForWhateverElseFails(t *testing.T) {
	for sentence, side := range sides {
		for run, call := range map[string]func(*comparing) (relay.Report, error){
			relay.RecentRun: func(k *comparing) (relay.Report, error) {
				return k.reconciler.Look(t.Context(), k.backup.Now())
			},
			relay.FullRun: func(k *comparing) (relay.Report, error) {
				return k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
			},
		} {
			t.Run(run+" without "+sentence, func(t *testing.T) {
				k := newComparing(0)
				k.arrive("new", 20*time.Minute)
				k.arrive("stuck", 13*time.Hour)
				k.again(t, "stuck", final)
				k.backup.Advance(12*time.Hour + time.Minute) // it is new that it is stuck
				k.arrive("new", 20*time.Minute)
				k.arrive("deleted", 5*time.Hour)
				gone := k.again(t, "deleted", final)
				require.NoError(t, k.backup.Complete(gone))
				k.backup.DeletePoint(final, "copy-of-"+gone)
				k.backup.Advance(time.Minute)
				side.fail(k)
				report, err := call(k)
				unread := side.unread
				if run == relay.FullRun {
					unread = side.full
				}
				if fails := unread != nil || sentence == "people" || sentence == "the queue of outcomes" && run == relay.FullRun; fails {
					require.ErrorIs(t, err, errAway, "it is noticed")
				} else {
					require.NoError(t, err)
				}
				assert.Contains(t, k.asked(), "new")
				assert.Equal(t, unread, report.Unread)
				require.Len(t, k.reports, 1, "what is known is measured")
				for _, what := range unread {
					require.Len(t, k.digests, 1)
					assert.Contains(t, k.digests[0], fmt.Sprintf("It could not read all %s", what))
				}
			})
		}
	}
}

func TestDeadLettersThatCannotBeReadFailARunThatAsksForNothing(t *testing.T) {
	k := newComparing(0)
	k.reconciler.Letters = unreadable{}
	report, err := k.reconciler.Look(t.Context(), k.backup.Now())
	require.ErrorIs(t, err, errAway)
	assert.Equal(t, []relay.Reading{relay.DeadLetterMessages}, report.Unread)
}

func TestALetterOfNoDestinationIsAboutEveryCopyOfItsPoint(t *testing.T) {
	k := newComparing(0)
	k.arrive("new", 20*time.Minute)
	k.arrive("letter", 20*time.Minute)
	k.letters = []hop.Request{{Point: "letter", Source: intermediate}}
	k.look(t)
	assert.Equal(t, []string{"new"}, k.asked())
}

func TestWithoutTheDeadLettersARecentRunAsksForWhatIsNewOnly(t *testing.T) {
	k := newComparing(0)
	k.mail.waiting = 0 // nobody sees to what is older
	k.arrive("new", 20*time.Minute)
	k.arrive("older", 2*time.Hour)
	k.reconciler.Letters = unreadable{}
	_, err := k.reconciler.Look(t.Context(), k.backup.Now())
	require.ErrorIs(t, err, errAway)
	assert.Equal(t, []string{"new"}, k.asked(), "or there would be a letter more every quarter of an hour")
	_, err = k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.ErrorIs(t, err, errAway)
	assert.ElementsMatch(t, []string{"new", "new", "older"}, k.asked(), "once a day is not too often")
}

func TestWithoutTheQueuesAttributesNothingCountsAsUnattended(t *testing.T) {
	k := newComparing(0)
	k.mail.waiting, k.mail.uncounted = 0, errAway
	k.arrive("new", 20*time.Minute)
	k.arrive("older", 2*time.Hour)
	_, err := k.reconciler.Look(t.Context(), k.backup.Now())
	require.ErrorIs(t, err, errAway)
	assert.Equal(t, []string{"new"}, k.asked(), "a message about the older one may wait")
	k.arrive("failed", 2*time.Hour)
	require.NoError(t, k.backup.End(k.again(t, "failed", final), hop.Failed, "Given key ID is not accessible"))
	k.backup.Advance(time.Hour)
	_, err = k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.ErrorIs(t, err, errAway)
	assert.NotContains(t, k.asked(), "failed", "what waits may be its replay")
}

// closedVault is an inventory that cannot list one vault.
type closedVault struct {
	relay.Inventory
	vault hop.Vault
}

func (u closedVault) Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	if vault == u.vault {
		return errAway
	}
	return u.Inventory.Made(ctx, vault, after, before, visit)
}

func TestAVaultThatCannotBeListedKeepsNoOtherFromBeingCompared(t *testing.T) {
	for _, closed := range []hop.Vault{intermediate, another} {
		for run, call := range map[string]func(*comparing) (relay.Report, error){
			relay.RecentRun: func(k *comparing) (relay.Report, error) {
				return k.reconciler.Look(t.Context(), k.backup.Now())
			},
			relay.FullRun: func(k *comparing) (relay.Report, error) {
				return k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
			},
		} {
			t.Run(run+" without "+closed.Name, func(t *testing.T) {
				k := newComparing(0)
				k.addSource()
				k.arriveIn(intermediate, "intermediate", 20*time.Minute)
				k.arriveIn(another, "another", 20*time.Minute)
				k.reconciler.Inventory = closedVault{k.backup, closed}
				report, err := call(k)
				require.ErrorIs(t, err, errAway)
				assert.Equal(t, []relay.Reading{relay.SourceVaults}, report.Unread)
				want := "another"
				if closed == another {
					want = "intermediate"
				}
				assert.Equal(t, []string{want}, k.asked())
			})
		}
	}
}

func TestWhatAFullRunHasFoundIsAskedForBeforeItFails(t *testing.T) {
	k := newComparing(0)
	k.arrive("first", time.Hour)
	k.arrive("second", 2*time.Hour)
	n := 0
	k.backup.Fail(func(name string) error {
		if name == "From" {
			if n++; n == 2 {
				return errAway
			}
		}
		return nil
	})
	_, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.ErrorIs(t, err, errAway)
	assert.Equal(t, []string{"first"}, k.asked())
}

// The rest of a full run is sent once, whatever its part could not do: a part that failed
// would be repeated, and each time send its rest again.
func TestAFullRunWithAFailedPartContinuesAndHasNoHeartbeat(t *testing.T) {
	k := newComparing(0)
	for i := range 3 {
		k.arrive(fmt.Sprint("p", i), time.Duration(i)*26*time.Hour+time.Hour)
	}
	k.mail.uncounted = errAway
	report := k.interrupted(t, relay.NewSweep(k.backup.Now()), "Older", 2)
	require.True(t, report.Unfinished)
	require.Len(t, k.sweeps, 1)
	assert.Equal(t, "away", k.sweeps[0].Failed)

	k.mail.uncounted = nil
	k.backup.Fail(nil)
	k.reconciler.Digests = mute{} // and nobody to tell: no finding is made
	report, err := k.reconciler.Sweep(t.Context(), k.sweeps[0])
	require.NoError(t, err, "to repeat this part would not fix an earlier one")
	require.EqualError(t, report.Err, "away", "no heartbeat")
	assert.Len(t, k.sweeps, 1)
	assert.ElementsMatch(t, []string{"p0", "p1", "p2"}, k.asked())
}
