package relay_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestASweepFindsWhatEveryOtherRunHasMissed(t *testing.T) {
	k := newComparing(3)
	k.arrive("copied", 4*24*time.Hour)
	require.NoError(t, k.backup.Complete(k.again(t, "copied", final)))
	k.arrive("deleted", 3*24*time.Hour)
	gone := k.again(t, "deleted", final)
	require.NoError(t, k.backup.Complete(gone))
	k.backup.DeletePoint(final, "copy-of-"+gone)
	k.arrive("flying", time.Hour)
	k.again(t, "flying", final)
	k.catchUp()
	k.arrive("forgotten", 5*24*time.Hour)
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.False(t, report.Unfinished)
	assert.Equal(t, 5*24*time.Hour, report.Oldest["RDS"])
	assert.Equal(t, 4, report.Points)
	assert.Equal(t, []string{"forgotten"}, k.asked())
	var looked []string
	for _, r := range k.outcomes.split {
		looked = append(looked, r.Point)
	}
	assert.ElementsMatch(t, []string{"copied", "deleted"}, looked, "one is kept for too long, the other's copy is not listed")
	assert.Empty(t, k.sweeps)
	assert.LessOrEqual(t, k.backup.Calls()["From"], 3, "what the final vault lists takes no call of its own")
}

// hurried is a context that leaves no time for a further point once the call was made
// so often.
func (k *comparing) hurried(t *testing.T, call string, times int) context.Context {
	const left = time.Second // of a bubble
	ctx, cancel := context.WithTimeout(t.Context(), relay.Reserve+left)
	t.Cleanup(cancel)
	k.backup.Fail(func(name string) error {
		if name == call {
			if times--; times == 0 {
				time.Sleep(2 * left)
			}
		}
		return nil
	})
	return ctx
}

// interrupted makes a full run as far as its time is enough for.
func (k *comparing) interrupted(t *testing.T, s relay.Sweep, call string, times int) (report relay.Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var err error
		report, err = k.reconciler.Sweep(k.hurried(t, call, times), s)
		require.NoError(t, err)
	})
	return report
}

func TestASweepGoesOnInAnotherInvocation(t *testing.T) {
	for sentence, test := range map[string]struct {
		call  string
		times int
	}{
		"between two days":           {"Older", 2},
		"between two points":         {"From", 2},
		"before the second vault":    {"Older", 5},
		"within the second vault":    {"From", 4},
		"when the second vault ends": {"From", 5},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newComparing(0)
			k.addSource()
			var want []string
			for _, source := range []hop.Vault{intermediate, another} {
				for i, ago := range []time.Duration{time.Hour, 2 * time.Hour, 26 * time.Hour} {
					want = append(want, fmt.Sprint(source.Name, i))
					k.arriveIn(source, want[len(want)-1], ago)
				}
			}
			start := relay.NewSweep(k.backup.Now())
			start.Points, start.Asked, start.Looked = 7, 2, 4
			report := k.interrupted(t, start, test.call, test.times)
			require.True(t, report.Unfinished)
			require.Len(t, k.sweeps, 1)
			assert.Equal(t, relay.Sweep{
				Now: start.Now, Source: k.sweeps[0].Source, Before: k.sweeps[0].Before, Points: report.Points, Asked: report.Asked, Looked: 4,
			}, k.sweeps[0], "with what was found so far")
			assert.Equal(t, k.sweeps[0], report.Rest, "it says how far it got")

			k.backup.Fail(nil)
			report, err := k.reconciler.Sweep(t.Context(), k.sweeps[0])
			require.NoError(t, err)
			assert.False(t, report.Unfinished)
			assert.Zero(t, report.Rest)
			assert.Equal(t, 13, report.Points)
			assert.Equal(t, 8, report.Asked)
			assert.Equal(t, 4, report.Looked)
			assert.ElementsMatch(t, want, k.asked(), "each point once")
			assert.Len(t, k.sweeps, 1)
		})
	}
}

func TestASweepWithoutTimeForOnePointIsAnError(t *testing.T) {
	k := newComparing(0)
	k.arrive("p", time.Hour)
	synctest.Test(t, func(t *testing.T) {
		_, err := k.reconciler.Sweep(k.hurried(t, "Older", 1), relay.NewSweep(k.backup.Now()))
		require.ErrorContains(t, err, "was not enough for one of them; give it more")
	})
	assert.Empty(t, k.sweeps, "it would go on for ever")
}

func TestASweepOfAVaultThatHasLeftTheEstateBeginsAnew(t *testing.T) {
	k := newComparing(0)
	k.arrive("p", time.Hour)
	s := relay.NewSweep(k.backup.Now())
	s.Source, s.Before = final.ARN, s.Before.AddDate(0, 0, -3)
	_, err := k.reconciler.Sweep(t.Context(), s)
	require.NoError(t, err)
	assert.Equal(t, []string{"p"}, k.asked())
}

func TestAPointFromBeforeTheJobListIsToldOfAndNotCopiedTwice(t *testing.T) {
	k := newComparing(0)
	k.arrive("ancient", 31*24*time.Hour)
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.Empty(t, k.asked())
	assert.Equal(t, map[hop.Standing]int{hop.Untold: 1}, report.Standings)
	require.Len(t, k.digests, 1)
	assert.Contains(t, k.digests[0], "1 are from before the list of copy jobs begins")
}

func TestWhatAPersonHasBeforeHimIsNotAskedForAgain(t *testing.T) {
	k := newComparing(0)
	for i, point := range []string{"weak", "deleted", "failed"} {
		k.arrive(point, time.Duration(i)*26*time.Hour) // each on a day of its own
		job := k.again(t, point, final)
		if point == "failed" {
			require.NoError(t, k.backup.End(job, hop.Failed, "Given key ID is not accessible"))
			continue
		}
		if point == "weak" {
			k.backup.SetKey(final, "arn:aws:kms:eu-north-1:222222222222:key/old")
		}
		require.NoError(t, k.backup.Complete(job))
		k.backup.SetKey(final, finalKey)
		if point == "deleted" {
			k.backup.DeletePoint(final, "copy-of-"+job)
		}
		k.letters = append(k.letters, hop.Request{Point: point, Source: intermediate, Destination: final})
	}
	k.letters = append(k.letters, hop.Request{Point: "failed", Source: intermediate}) // an event, of every copy
	k.backup.Advance(time.Hour)                                                       // no event is yet to come of any of it
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.Empty(t, k.asked())
	assert.Empty(t, k.outcomes.split)
	assert.Zero(t, report.Asked+report.Looked)
	assert.Equal(t, 1, k.read, "what is read is hidden for a while, from the same run too")

	k.letters = nil
	sweep := func() {
		k.outcomes.split = nil
		report, err = k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
		require.NoError(t, err)
	}
	sweep()
	assert.Empty(t, k.asked(), "what waits may be its replay")
	k.mail.waiting = 0
	sweep()
	assert.Equal(t, []string{"failed"}, k.asked())
	assert.Equal(t, 1, report.Asked)
	assert.Equal(t, 1, report.Looked, "the copy that is gone; the weak one is a finding")
	assert.Len(t, report.Weak, 1)
}

func TestAPointOnTheEdgeOfADayIsLookedAtOnce(t *testing.T) {
	k := newComparing(0)
	start := relay.NewSweep(k.backup.Now())
	for i, created := range []time.Time{
		start.Before.Add(-24*time.Hour - time.Millisecond), start.Before.Add(-24 * time.Hour), start.Before.Add(-24*time.Hour + time.Millisecond),
		start.Before.Add(-48 * time.Hour), // the oldest
	} {
		k.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: fmt.Sprint(i), ResourceARN: fmt.Sprint("r", i), ResourceType: "RDS",
			Status: hop.PointCompleted, Created: created, SourceVault: local})
	}
	report, err := k.reconciler.Sweep(t.Context(), start)
	require.NoError(t, err)
	assert.Equal(t, 4, report.Points)
	assert.ElementsMatch(t, []string{"0", "1", "2", "3"}, k.asked())
}

func TestACopyWhoseJobIsNoLongerListedIsNotMadeTwice(t *testing.T) {
	for sentence, test := range map[string]struct {
		change func(*hop.RecoveryPoint)
		want   hop.Reason
	}{
		"right, and its point is kept for too long": {func(*hop.RecoveryPoint) {}, hop.ReasonVerified},
		"wrong": {func(p *hop.RecoveryPoint) { p.DeleteAt = p.Created.AddDate(0, 0, 34) }, hop.ReasonWrong},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newComparing(3)
			k.arrive("p", 31*24*time.Hour)
			source, _ := k.backup.Held(intermediate, "p")
			copied := source
			copied.ARN, copied.KeyARN = "copy", finalKey
			test.change(&copied)
			k.backup.AddPoint(final, copied)
			_, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
			require.NoError(t, err)
			require.Len(t, k.outcomes.split, 1)
			k.backup.Advance(time.Hour)
			out := k.tell(t, relay.Message{ID: "m", Sent: now, Received: k.backup.Now(), Receives: 1, Notice: hop.Notice{Request: &k.outcomes.split[0]}})
			assert.Equal(t, test.want, out.Decision.Reason)
			assert.Empty(t, k.asked(), "there is a copy")
			assert.Equal(t, test.want == hop.ReasonVerified, out.Shortened > 0)
		})
	}
}
