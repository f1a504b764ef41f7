package relay_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// years is a vault's history of many years, in days before now.
func years(k *comparing, days ...int) (points []string) {
	for _, ago := range days {
		point := fmt.Sprint("p", ago)
		k.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: point, ResourceARN: "r" + point, ResourceType: "RDS", Status: hop.PointCompleted,
			Created: k.backup.Now().AddDate(0, 0, -ago), SourceVault: local})
		points = append(points, point)
	}
	return points
}

func TestAFullRunSkipsWhatIsEmptyWithoutACallADay(t *testing.T) {
	for sentence, test := range map[string]struct {
		days  []int
		calls int // at most, of Made and Older, with one for what is left in the final vault; a day took three before
	}{
		"no points":                     {nil, 2},
		"one point of years ago":        {[]int{2500}, 60},
		"points on both sides of years": {[]int{1, 2, 3, 1500, 1501, 2800}, 120},
		"every day":                     {[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 35},
		"every other day":               {[]int{1, 3, 5, 7, 9}, 60},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newComparing(0)
			points := years(k, test.days...)
			report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
			require.NoError(t, err)
			assert.Equal(t, len(points), report.Points, "each once")
			calls := k.backup.Calls()
			assert.LessOrEqual(t, calls["Made"]+calls["Older"], test.calls)
		})
	}
}

func TestEveryPointIsFoundWhereverTheGapsAre(t *testing.T) {
	k := newComparing(0)
	var days []int
	for i := range 40 {
		days = append(days, i*i*3/2+i%3)
	}
	points := years(k, days...)
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.Equal(t, len(points), report.Points)
}

// endless is a vault that always has something older, and lists what it pleases.
type endless struct {
	relay.Inventory
	listed func(after, before time.Time) []hop.RecoveryPoint
	calls  *int
}

func (e endless) Older(context.Context, hop.Vault, time.Time) (bool, error) {
	*e.calls++
	return true, nil
}

func (e endless) Made(_ context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	*e.calls++
	if vault != intermediate {
		return nil
	}
	return visit(e.listed(after, before))
}

func TestAVaultThatNeverSaysThatItIsDoneIsAnError(t *testing.T) {
	point := func(created time.Time) hop.RecoveryPoint {
		return hop.RecoveryPoint{ARN: "p", ResourceARN: "r", ResourceType: "RDS", Status: hop.PointCompleted, Created: created, SourceVault: local}
	}
	for sentence, test := range map[string]struct {
		listed func(after, before time.Time) []hop.RecoveryPoint
		calls  int
	}{
		"it lists none":               {func(time.Time, time.Time) []hop.RecoveryPoint { return nil }, 30},
		"it lists the same, whenever": {func(time.Time, time.Time) []hop.RecoveryPoint { return []hop.RecoveryPoint{point(now.Add(-time.Hour))} }, 40},
		"it lists one of no time":     {func(time.Time, time.Time) []hop.RecoveryPoint { return []hop.RecoveryPoint{point(time.Time{})} }, 30},
		"it lists one in every window": {func(after, before time.Time) []hop.RecoveryPoint {
			return []hop.RecoveryPoint{point(after.Add(before.Sub(after) / 2))}
		}, 9_000},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newComparing(0)
			calls := 0
			k.reconciler.Inventory = endless{k.backup, test.listed, &calls}
			report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
			require.ErrorContains(t, err, "has recovery points made before 2019-01-01, when it began")
			assert.LessOrEqual(t, calls, test.calls)
			assert.False(t, report.Unfinished)
		})
	}
}

// pagesOfOne lists each point on a page of its own, the oldest first.
type pagesOfOne struct{ relay.Inventory }

func (p pagesOfOne) Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	return p.Inventory.Made(ctx, vault, after, before, func(page []hop.RecoveryPoint) error {
		for _, point := range slices.Backward(page) {
			if err := visit([]hop.RecoveryPoint{point}); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestTheNewestPointBelowAGapIsFoundOnWhateverPageItIs(t *testing.T) {
	k := newComparing(0)
	points := years(k, 1, 1500, 1501, 1502, 1510, 1600, 2500)
	k.reconciler.Inventory = pagesOfOne{k.backup}
	ctx, cancel := context.WithTimeout(t.Context(), relay.Reserve+10*time.Second)
	defer cancel()
	report, err := k.reconciler.Sweep(ctx, relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.False(t, report.Unfinished)
	assert.Equal(t, len(points), report.Points, "each once")
}

// emptied is a vault whose last points are deleted while a run looks for them.
type emptied struct {
	relay.Inventory
	left *int  // answers that still tell of older points
	then error // what it fails with after them
}

func (e emptied) Older(context.Context, hop.Vault, time.Time) (bool, error) {
	*e.left--
	if *e.left < 0 {
		return false, e.then
	}
	return true, nil
}

func TestAVaultThatIsEmptiedMeanwhileIsDone(t *testing.T) {
	k := newComparing(0)
	left := 2
	k.reconciler.Inventory = emptied{k.backup, &left, nil}
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.False(t, report.Unfinished)
	assert.Equal(t, -1, left, "the gap below a day without points was looked into, and the vault asked again")

	left = 2
	k.reconciler.Inventory = emptied{k.backup, &left, errAway}
	_, err = k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.ErrorIs(t, err, errAway)
}

func TestAnErrorOnTheWayBackIsTheRuns(t *testing.T) {
	for n := 1; n <= 12; n++ {
		k := newComparing(0)
		years(k, 2500)
		made := 0
		k.backup.Fail(func(name string) error {
			if name == "Made" {
				if made++; made == n {
					return errAway
				}
			}
			return nil
		})
		_, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
		require.ErrorIs(t, err, errAway, n)
	}
}
