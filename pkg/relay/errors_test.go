package relay_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// everyCall plays a scene as often as it makes calls, each time with another of them
// failing, and checks that the scene does not end as if it had not.
func everyCall(t *testing.T, scene func(t *testing.T, fail func(call string) error) error) {
	t.Helper()
	for failing := int64(1); ; failing++ {
		var made atomic.Int64
		var name atomic.Value
		err := scene(t, func(call string) error {
			if made.Add(1) != failing {
				return nil
			}
			name.Store(call)
			return errAway
		})
		if made.Load() < failing {
			require.NoError(t, err)
			require.Greater(t, failing, int64(1), "the scene makes no call")
			return
		}
		require.ErrorIs(t, err, errAway, "call %d, %s", failing, name.Load())
	}
}

func TestNoErrorOfACallIsLostByTheStarter(t *testing.T) {
	untyped := event("m", "p", "")
	again := request("m", "p", "RDS", final)
	again.Receives = 2
	failedBefore := func(t *testing.T, k *tracking) {
		require.NoError(t, k.backup.End(k.started(t, "p", final), hop.Failed, "Rate exceeded"))
		k.backup.Advance(3 * time.Hour)
	}
	vanished := func(t *testing.T, k *tracking) {
		job := k.started(t, "p", final)
		require.NoError(t, k.backup.Complete(job))
		k.backup.DeletePoint(final, "copy-of-"+job)
		k.backup.Advance(time.Hour)
	}
	for sentence, scene := range map[string]struct {
		stage   func(t *testing.T, k *tracking)
		message relay.Message
	}{
		"a first attempt":                           {func(_ *testing.T, k *tracking) { k.addPoint("p", "RDS") }, request("m", "p", "RDS", final)},
		"a message without a type":                  {func(_ *testing.T, k *tracking) { k.addPoint("p", "RDS") }, untyped},
		"a copy that has vanished":                  {vanished, request("m", "p", "RDS", final)},
		"an answer of a failed job, not listed":     {func(t *testing.T, k *tracking) { failedBefore(t, k); k.backup.Lag(true) }, again},
		"an answer of a vanished copy, not listed":  {func(t *testing.T, k *tracking) { vanished(t, k); k.backup.Lag(true) }, again},
		"a ceiling, for which the day is read, too": {func(_ *testing.T, k *tracking) { k.addPoint("p", "RDS"); k.Ceiling = 9 }, request("m", "p", "RDS", final)},
	} {
		t.Run(sentence, func(t *testing.T) {
			everyCall(t, func(t *testing.T, fail func(string) error) error {
				k := newTracking(0)
				scene.stage(t, k)
				k.backup.Fail(fail)
				m := scene.message
				m.Sent, m.Received = k.backup.Now(), k.backup.Now()
				err := k.Handle(t.Context(), []relay.Message{m})[0].Err
				if err != nil {
					assert.Empty(t, k.diary.outcomes["m"].CopyJob, "no start is known")
				}
				return err
			})
		})
	}
}

func TestNoErrorOfACallIsLostByTheTracker(t *testing.T) {
	for sentence, stage := range map[string]func(t *testing.T, k *tracking) hop.Notice{
		"a copy whose point is trimmed": func(t *testing.T, k *tracking) hop.Notice {
			require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
			return told(hop.Completed)
		},
		"the last of two copies": func(t *testing.T, k *tracking) hop.Notice {
			k.fanOut()
			k.tracker.Routes = k.Routes
			require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
			require.NoError(t, k.backup.Complete(k.again(t, "p", second)))
			return told(hop.Completed)
		},
		"a copy whose job is not listed": func(t *testing.T, k *tracking) hop.Notice {
			require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
			k.backup.Lag(true)
			return told(hop.Completed)
		},
		"a copy that was made a second time": func(t *testing.T, k *tracking) hop.Notice {
			job := k.started(t, "p", final)
			require.NoError(t, k.backup.Complete(job))
			k.backup.DeletePoint(final, "copy-of-"+job)
			k.backup.Advance(time.Hour)
			require.NoError(t, k.backup.Complete(k.again(t, "p", final)))
			return hop.Notice{Request: &hop.Request{Point: "p", Source: intermediate, Destination: final}}
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			everyCall(t, func(t *testing.T, fail func(string) error) error {
				k := newTracking(3)
				m := relay.Message{ID: "m", Receives: 1, Notice: stage(t, k)}
				k.catchUp()
				k.backup.Fail(fail)
				m.Sent, m.Received = k.backup.Now(), k.backup.Now()
				return k.tracker.Handle(t.Context(), []relay.Message{m})[0].Err
			})
		})
	}
}

func TestNoErrorOfACallIsLostByTheReconciler(t *testing.T) {
	stage := func(t *testing.T) *comparing {
		k := newComparing(3)
		k.arrive("copied", 20*time.Minute)
		require.NoError(t, k.backup.Complete(k.again(t, "copied", final)))
		k.arrive("missing", 20*time.Minute)
		k.arrive("expired", 60*24*time.Hour)
		k.catchUp()
		return k
	}
	t.Run("in a recent run", func(t *testing.T) {
		everyCall(t, func(t *testing.T, fail func(string) error) error {
			k := stage(t)
			k.backup.Fail(fail)
			_, err := k.reconciler.Look(t.Context(), k.backup.Now())
			return err
		})
	})
	t.Run("in a full run", func(t *testing.T) {
		everyCall(t, func(t *testing.T, fail func(string) error) error {
			k := stage(t)
			k.backup.Fail(fail)
			_, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
			return err
		})
	})
}

func TestNoErrorOfACallIsLostByAReplay(t *testing.T) {
	for sentence, letter := range map[string]func(*testing.T, *replaying){
		"of a copy":                     func(t *testing.T, r *replaying) { r.failed(t, "p") },
		"of a copy that was made since": func(t *testing.T, r *replaying) { copiedSince(t, r) },
		"of a completed first hop": func(_ *testing.T, r *replaying) {
			r.addPoint("p", "RDS")
			r.box = []relay.Letter{{Message: event("m", "p", "")}}
		},
		"of a first hop": func(_ *testing.T, r *replaying) { r.firstFailed(nil) },
		"of a first hop that was made since": func(_ *testing.T, r *replaying) {
			r.firstFailed(nil)
			r.member.AddJob(hop.CopyJob{ID: "j", State: hop.Completed, Source: localPoint, Destination: intermediate, Copy: "c"})
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			everyCall(t, func(t *testing.T, fail func(string) error) error {
				r := newReplaying()
				letter(t, r)
				r.catchUp()
				r.listen(fail)
				return r.replayer.Plan(t.Context(), r.box, r.backup.Now())[0].Err
			})
		})
	}
	t.Run("that starts a first hop", func(t *testing.T) {
		everyCall(t, func(t *testing.T, fail func(string) error) error {
			r := newReplaying()
			r.firstFailed(nil)
			plan := r.plan(t)
			r.listen(fail)
			return r.replayer.Do(t.Context(), plan, r)
		})
	})
}

// listen has the calls in both accounts ask for an error first.
func (r *replaying) listen(fail func(string) error) {
	r.backup.Fail(fail)
	r.member.Fail(fail)
	r.calls = fail
}

// copiedSince is a letter about a second hop whose copy was made after it.
func copiedSince(t *testing.T, r *replaying) {
	require.NoError(t, r.backup.Complete(r.started(t, "p", final)))
	r.box = []relay.Letter{{Message: request("m", "p", "RDS", final)}}
}

func TestNoErrorOfACallIsLostByFollowing(t *testing.T) {
	for sentence, c := range map[string]struct {
		letter func(*testing.T, *replaying)
		after  func(*testing.T, *replaying)
	}{
		"a copy": {func(t *testing.T, r *replaying) { r.failed(t, "p") }, func(*testing.T, *replaying) {}},
		"a copy that is made": {func(t *testing.T, r *replaying) { r.failed(t, "p") }, func(t *testing.T, r *replaying) {
			r.backup.Advance(3 * time.Hour)
			started, err := r.backup.Start(t.Context(), hop.Order{Point: "p", Source: intermediate, Destination: final, DeleteAfterDays: 35, Token: "t"})
			require.NoError(t, err)
			require.NoError(t, r.backup.Complete(started.JobID))
		}},
		"a first hop": {func(_ *testing.T, r *replaying) { r.firstFailed(nil) }, func(*testing.T, *replaying) {}},
		"a first hop that is made": {func(_ *testing.T, r *replaying) { r.firstFailed(nil) }, func(_ *testing.T, r *replaying) {
			r.addPoint("p", "RDS")
			r.member.AddJob(hop.CopyJob{ID: "j", State: hop.Completed, Source: localPoint, Destination: intermediate, Copy: "p",
				Created: now, Completed: now.Add(time.Minute)})
		}},
		"one whose type has left the route": {func(_ *testing.T, r *replaying) { r.firstFailed(nil) }, func(_ *testing.T, r *replaying) {
			r.addPoint("p", "RDS")
			r.member.AddJob(hop.CopyJob{ID: "j", State: hop.Completed, Source: localPoint, Destination: intermediate, Copy: "p",
				Created: now, Completed: now.Add(time.Minute)})
			r.replayer.Routes[0].Types = []string{"Aurora"} // the point is described, in case the event is wrong
		}},
	} {
		t.Run(sentence, func(t *testing.T) {
			everyCall(t, func(t *testing.T, fail func(string) error) error {
				r := newReplaying()
				c.letter(t, r)
				plan := r.plan(t)
				c.after(t, r)
				r.catchUp()
				r.listen(fail)
				return r.replayer.FollowAll(t.Context(), []relay.Replay{plan}, r.backup.Now())[0].Err
			})
		})
	}
}

func TestNoErrorOfACallIsLostByACopyBack(t *testing.T) {
	everyCall(t, func(t *testing.T, fail func(string) error) error {
		w := newWay(t)
		w.memory.Fail(func(call string) error {
			if call == "PointsOf" { // the local vault may be unseen: TestAVaultThatCannotBeLookedAt
				return nil
			}
			return fail(call)
		})
		_, err := w.Follow(t.Context(), hop.BackStep{Verdict: hop.BackUnderway}, w.ends(t, w.memory.Complete), quiet)
		return err
	})
}
