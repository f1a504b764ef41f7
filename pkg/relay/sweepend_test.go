package relay_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// oldestFirst lists what is in a vault in an order of its own: AWS Backup promises none.
type oldestFirst struct{ relay.Inventory }

func (o oldestFirst) Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	return o.Inventory.Made(ctx, vault, after, before, func(page []hop.RecoveryPoint) error {
		slices.Reverse(page)
		return visit(page)
	})
}

func TestAFullRunThatIsInterruptedMissesNothingWhateverTheOrderOfTheList(t *testing.T) {
	k := newComparing(0)
	k.reconciler.Inventory = oldestFirst{k.backup}
	var want []string
	for i := range 4 {
		want = append(want, fmt.Sprint("p", i))
		k.arrive(want[i], time.Duration(i+1)*time.Hour)
	}
	report := k.interrupted(t, relay.NewSweep(k.backup.Now()), "From", 2)
	require.True(t, report.Unfinished)
	k.backup.Fail(nil)
	_, err := k.reconciler.Sweep(t.Context(), report.Rest)
	require.NoError(t, err)
	assert.ElementsMatch(t, want, k.asked(), "each once")
}

// gone cannot have a full run continued.
type gone struct{}

func (gone) Continue(context.Context, relay.Sweep) error { return errAway }

func TestAFullRunWhoseRestCannotBeSentFails(t *testing.T) {
	k := newComparing(0)
	k.arrive("new", time.Hour)
	k.arrive("old", 26*time.Hour)
	k.reconciler.Later = gone{}
	synctest.Test(t, func(t *testing.T) {
		_, err := k.reconciler.Sweep(k.hurried(t, "Older", 2), relay.NewSweep(k.backup.Now()))
		require.ErrorIs(t, err, errAway, "its part is repeated")
	})
}

func TestAFullRunListsAThousandUnderprotectedResourcesAtMost(t *testing.T) {
	k := newComparing(0)
	s := relay.NewSweep(k.backup.Now())
	for i := range 999 {
		s.Weak = append(s.Weak, relay.WeakCopy{Resource: fmt.Sprint("r", i), Vault: final})
	}
	k.nights("one", func(p *hop.RecoveryPoint) { p.KeyARN = "" })
	k.nights("another", func(p *hop.RecoveryPoint) { p.KeyARN = "" })
	report, err := k.reconciler.Sweep(t.Context(), s)
	require.NoError(t, err)
	assert.Len(t, report.Weak, 1000)
	assert.Equal(t, 1000, report.WeakResources())
	assert.Len(t, report.Findings[relay.Underprotected], 1000)
}
