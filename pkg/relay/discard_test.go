package relay_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestWhatAReplayCanUseOfADeadLetterMessage(t *testing.T) {
	const p = "point"
	for sentence, c := range map[string]struct {
		message func(*testing.T, *replaying)
		use     string // empty: none
	}{
		"a message that cannot be read": {func(_ *testing.T, r *replaying) {
			r.box = []relay.Letter{{Message: relay.Message{Malformed: errors.New("poison")}}}
		}, ""},
		"an event of something else": {func(_ *testing.T, r *replaying) {
			r.box = []relay.Letter{{Message: relay.Message{Notice: hop.Notice{Foreign: "aws.ec2 x"}}}}
		}, ""},
		"a second hop whose source is gone": {func(t *testing.T, r *replaying) {
			r.failed(t, p)
			r.backup.DeletePoint(intermediate, p)
			r.backup.Advance(time.Hour)
		}, ""},
		"a second hop that was made": {func(t *testing.T, r *replaying) {
			require.NoError(t, r.backup.Complete(r.started(t, p, final)))
			r.box = []relay.Letter{{Message: request("m", p, "RDS", final)}}
		}, ""},
		"a point of a type without a route": {func(_ *testing.T, r *replaying) {
			r.addPoint(p, "EBS")
			r.box = []relay.Letter{{Message: event("m", p, "EBS")}}
		}, ""},
		"a first hop between vaults of which the estate has no plan": {func(_ *testing.T, r *replaying) {
			r.firstFailed(func(e *hop.CopyJobEvent) { e.SourceVault = second })
		}, ""},
		"a first hop that was made since": {func(_ *testing.T, r *replaying) {
			r.firstFailed(nil)
			r.member.AddJob(hop.CopyJob{ID: "j", State: hop.Completed, Source: localPoint, Destination: intermediate, Copy: "c"})
		}, ""},
		"a second hop that failed": {func(t *testing.T, r *replaying) { r.failed(t, p) }, "a replay requests its copies again"},
		"a second hop in flight": {func(t *testing.T, r *replaying) {
			r.failed(t, p)
			r.backup.AddJob(hop.CopyJob{ID: "j", State: hop.Running, Source: p, Destination: final})
		}, "a replay may be able to use it later: copy job j is RUNNING"},
		"a copy that is not what was asked for": {func(t *testing.T, r *replaying) {
			job := r.started(t, p, final)
			require.NoError(t, r.backup.Complete(job))
			r.change(t, "copy-of-"+job, func(p *hop.RecoveryPoint) { p.DeleteAt = p.Created.AddDate(0, 0, 7) })
			r.box = []relay.Letter{{Message: request("m", p, "RDS", final)}}
		}, "a replay may be able to use it later: "},
		"a first hop that failed":   {func(_ *testing.T, r *replaying) { r.firstFailed(nil) }, "a replay starts its first hop again"},
		"a run of the reconciler":   {func(_ *testing.T, r *replaying) { r.box = []relay.Letter{{Run: true}} }, "a replay requests a full run"},
		"a member that is not read": {func(_ *testing.T, r *replaying) { r.firstFailed(nil); r.fail["Member"] = errors.New("denied") }, "cannot determine whether a replay can use it: denied"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := newReplaying()
			c.message(t, r)
			use := r.plan(t).Use()
			if c.use == "" {
				assert.Empty(t, use)
			}
			assert.Contains(t, use, c.use)
		})
	}
}

func TestADeadLetterMessageThatNoReplayCanUseIsDiscarded(t *testing.T) {
	r := newReplaying()
	r.box = []relay.Letter{{Message: relay.Message{ID: "m", Malformed: errors.New("poison")}}}
	plan := r.plan(t)
	r.fail["Hold"] = relay.ErrTaken
	require.ErrorIs(t, r.replayer.Discard(t.Context(), plan, r, false), relay.ErrTaken, "another reader has it")
	require.Len(t, r.box, 1)
	r.fail["Hold"] = nil
	require.NoError(t, r.replayer.Discard(t.Context(), plan, r, false))
	assert.Empty(t, r.box)
}

// TestADiscardAsksAgain: what no replay could use when the plan was printed may be usable a
// moment later.
func TestADiscardAsksAgain(t *testing.T) {
	r := newReplaying()
	r.failed(t, "point")
	r.backup.DeletePoint(intermediate, "point")
	r.backup.Advance(time.Hour)
	plan := r.plan(t)
	require.Empty(t, plan.Use())
	r.addPoint("point", "RDS")
	r.catchUp()
	require.ErrorIs(t, r.replayer.Discard(t.Context(), plan, r, false), relay.ErrReplayable)
	require.Len(t, r.box, 1)
	require.NoError(t, r.replayer.Discard(t.Context(), plan, r, true), "as the operator says")
	assert.Empty(t, r.box)
	assert.Empty(t, r.mail.split, "a discard requests nothing")
}

// TestAReplayThatIsWaitedForIsContinuedByTheNext: wherever the waiting stops, the letter is in
// its queue, and the next replay finds the copies that were waited for.
func TestAReplayThatIsWaitedForIsContinuedByTheNext(t *testing.T) {
	conclude := func(t *testing.T, r *replaying, plan relay.Replay) []relay.Due {
		t.Helper()
		r.catchUp()
		seen := r.replayer.FollowAll(t.Context(), []relay.Replay{plan}, r.backup.Now())
		require.NoError(t, seen[0].Err)
		return seen[0].Legs
	}
	for sentence, end := range map[string]func(*testing.T, *replaying, string){
		"a copy that is made": func(t *testing.T, r *replaying, job string) { require.NoError(t, r.backup.Complete(job)) },
		"a copy that fails again": func(t *testing.T, r *replaying, job string) {
			require.NoError(t, r.backup.End(job, hop.Failed, "Given key ID is not accessible"))
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := newReplaying()
			r.failed(t, "point")
			r.backup.Advance(time.Minute)
			require.NoError(t, r.replayer.Ask(t.Context(), r.plan(t), r))
			require.Len(t, r.box, 1, "it is deleted when the outcome is known")
			r.take(t)
			plan := r.plan(t)
			assert.Equal(t, relay.RemedyStay, plan.Remedy)
			require.True(t, plan.Awaited(), "its copy is in flight")
			jobs := r.backup.Jobs()
			r.backup.Advance(time.Minute)
			end(t, r, jobs[len(jobs)-1].ID)
			legs := conclude(t, r, plan)
			require.Len(t, legs, 1)
			assert.NotEqual(t, relay.StageCopying, legs[0].Stage())
			assert.True(t, plan.Concluded(legs), "verified, or failed with a message of its own")
		})
	}
	t.Run("a first hop that is made", func(t *testing.T) {
		r := newReplaying()
		r.firstFailed(nil)
		require.NoError(t, r.replayer.Ask(t.Context(), r.plan(t), r))
		r.catchUp()
		require.True(t, r.plan(t).Awaited(), "it is in flight")
		jobs := r.member.Jobs()
		job := jobs[len(jobs)-1].ID
		require.NoError(t, r.member.Complete(job))
		r.addPoint("copy-of-"+job, "RDS")
		plan := r.plan(t)
		require.Equal(t, relay.RemedyNone, plan.Remedy)
		require.True(t, plan.Awaited(), "its second hops are not there yet")
		assert.Equal(t, relay.StageAsked, conclude(t, r, plan)[0].Stage())
		require.NoError(t, r.backup.Complete(r.again(t, "copy-of-"+job, final)))
		legs := conclude(t, r, plan)
		assert.Equal(t, relay.StageVerified, legs[0].Stage())
		assert.True(t, plan.Concluded(legs))
		r.replayer.Routes = hop.Routes{{Name: "other", Source: intermediate, Types: []string{"EBS"}, Destinations: []hop.Destination{{Vault: final}}}}
		assert.False(t, plan.Concluded(conclude(t, r, plan)), "no route takes it on, and no other message reports that")
	})
	t.Run("nothing to wait for", func(t *testing.T) {
		for _, p := range []relay.Replay{{Remedy: relay.RemedyRun}, {Remedy: relay.RemedyStay}, {Remedy: relay.RemedyNone, Legs: []relay.Due{{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonVerified}}}}} {
			assert.False(t, p.Awaited())
			seen := newReplaying().replayer.FollowAll(context.Background(), []relay.Replay{p}, now)
			assert.Empty(t, seen[0].Legs)
		}
	})
}

func TestALetterStaysForACopyThatNoReplayMends(t *testing.T) {
	wrong := relay.Due{Decision: hop.Decision{Verdict: hop.Reject, Reason: hop.ReasonGone}}
	due := relay.Due{Decision: hop.Decision{Verdict: hop.Start, Reason: hop.ReasonDue}}
	verified := relay.Due{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonVerified}}
	assert.False(t, relay.Replay{Remedy: relay.RemedyCopy, Keep: true, Legs: []relay.Due{wrong, due}}.Concluded([]relay.Due{verified}))
	assert.True(t, relay.Replay{Remedy: relay.RemedyCopy, Legs: []relay.Due{verified, due}}.Concluded([]relay.Due{verified}))
}
