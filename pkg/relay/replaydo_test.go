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

// TestAReplayThatIsInterruptedAnywhereMakesOneCopy: wherever it stops, the next one goes
// on, and in the end there is one copy and no letter.
func TestAReplayThatIsInterruptedAnywhereMakesOneCopy(t *testing.T) {
	stop := errors.New("interrupted")
	for _, at := range []string{"Hold", "Split", "Delete", "nowhere"} {
		for _, taken := range []bool{false, true} { // what was sent is taken before the next replay
			t.Run(at, func(t *testing.T) {
				r := newReplaying()
				r.failed(t, "point")
				r.backup.Advance(time.Minute)
				r.fail[at] = stop
				if at == "Split" {
					r.mail.refuse = stop
				}
				err := r.replayer.Do(t.Context(), r.plan(t), r)
				assert.Equal(t, at != "nowhere", err != nil)
				assert.Equal(t, at != "nowhere", len(r.box) == 1, "nothing is lost")
				r.fail, r.mail.refuse = map[string]error{}, nil
				if taken {
					r.take(t)
				}
				for range 3 {
					if len(r.box) == 1 {
						require.NoError(t, r.replayer.Do(t.Context(), r.plan(t), r))
					}
					r.take(t)
					for _, job := range r.backup.Jobs() {
						if job.State.InFlight() {
							require.NoError(t, r.backup.Complete(job.ID))
						}
					}
				}
				assert.Empty(t, r.box)
				made := 0
				for _, job := range r.backup.Jobs() {
					if job.State == hop.Completed {
						made++
					}
				}
				assert.Equal(t, 1, made)
			})
		}
	}
}

// take has the starter settle what was sent, as messages that were replayed.
func (r *replaying) take(t *testing.T) {
	t.Helper()
	var messages []relay.Message
	for i, request := range r.mail.split {
		messages = append(messages, relay.Message{ID: string(rune('a' + i)), Notice: hop.Notice{Request: &request},
			Sent: r.backup.Now(), Received: r.backup.Now(), Receives: 1, RejectedAt: now.Add(time.Second)})
	}
	r.mail.split = nil
	r.backup.Advance(time.Second)
	for _, result := range r.Handle(t.Context(), messages) {
		require.NoError(t, result.Err)
	}
	require.Empty(t, r.mail.rejected)
}

func TestAFirstHopIsStartedOnceInItsMember(t *testing.T) {
	r := newReplaying()
	r.firstFailed(nil)
	plan := r.plan(t)
	r.fail["Delete"] = errors.New("interrupted")
	require.Error(t, r.replayer.Do(t.Context(), plan, r))
	r.catchUp()
	require.ErrorIs(t, r.replayer.Do(t.Context(), plan, r), relay.ErrTaken, "a plan that is out of date starts nothing")
	assert.Equal(t, relay.RemedyStay, r.plan(t).Remedy)
	jobs := r.member.Jobs()
	require.Len(t, jobs, 2)
	assert.Equal(t, hop.Created, jobs[1].State)
	assert.Zero(t, r.backup.Calls()["Start"], "not in the backup account")
	assert.Empty(t, r.mail.split)
}

func TestOneFullRunMakesUpForAllRuns(t *testing.T) {
	r := newReplaying()
	r.box = []relay.Letter{{Message: relay.Message{ID: "1"}, Run: true}, {Message: relay.Message{ID: "2"}, Run: true}}
	plans := r.replayer.Plan(t.Context(), r.box, now)
	r.fail["Continue"] = errors.New("SQS is away")
	require.Error(t, r.replayer.Do(t.Context(), plans[0], r))
	require.Len(t, r.box, 2, "what could not be asked for is not deleted")
	r.fail["Continue"], r.sweeps = nil, 0
	for _, plan := range plans {
		require.NoError(t, r.replayer.Do(t.Context(), plan, r))
	}
	assert.Equal(t, 1, r.sweeps)
	assert.Empty(t, r.box)
}

// TestALetterAboutSeveralCopies: what is needed is asked for; the letter stays for what
// is not settled.
func TestALetterAboutSeveralCopies(t *testing.T) {
	r := newReplaying()
	r.fanOut()
	r.replayer.Routes = r.Routes
	r.addPoint("point", "RDS")
	r.backup.AddJob(hop.CopyJob{ID: "j", State: hop.Running, Source: "point", Destination: second})
	r.box = []relay.Letter{{Message: event("m", "point", "RDS")}}
	plan := r.plan(t)
	assert.Equal(t, relay.RemedyCopy, plan.Remedy)
	assert.True(t, plan.Keep)
	require.NoError(t, r.replayer.Do(t.Context(), plan, r))
	assert.Equal(t, []hop.Request{{Point: "point", Source: intermediate, Destination: final, ResourceType: "RDS"}}, r.mail.split)
	assert.Len(t, r.box, 1)
}

func TestWhatIsAskedForIsAReplayOfTheLetter(t *testing.T) {
	r := newReplaying()
	r.failed(t, "point")
	r.box[0].FirstSeen = now.Add(-time.Hour)
	plan := r.plan(t)
	assert.Equal(t, "arn:aws:rds:eu-central-1:111111111111:db:point", plan.Resource)
	assert.Equal(t, "RDS", plan.ResourceType)
	require.NoError(t, r.replayer.Do(t.Context(), plan, r))
	require.Len(t, r.mail.splitOf, 1)
	assert.Equal(t, relay.Message{FirstSeen: now.Add(-time.Hour), RejectedAt: plan.RejectedAt}, r.mail.splitOf[0], "what failed until now is forgiven")
	assert.False(t, plan.RejectedAt.IsZero())
}

func TestAPlanKnowsWhatItIsOfWithoutThePoint(t *testing.T) {
	r := newReplaying()
	event := hop.CopyJobEvent{State: hop.Failed, Source: "gone", SourceVault: intermediate, Destination: final, ResourceARN: "r", ResourceType: "RDS"}
	r.box = []relay.Letter{{Message: relay.Message{Sent: now, Notice: hop.Notice{CopyJob: &event}}}}
	r.backup.Advance(time.Hour)
	plan := r.plan(t)
	assert.Equal(t, relay.RemedyStay, plan.Remedy)
	assert.Equal(t, []string{"r", "RDS"}, []string{plan.Resource, plan.ResourceType}, "as the event says")
}

func TestAReplayedFirstHopIsFollowedToItsSecondHops(t *testing.T) {
	r := newReplaying()
	r.firstFailed(nil)
	r.box[0].Sent = now.Add(-time.Hour)
	plan := r.plan(t)
	assert.Equal(t, "arn:aws:rds:eu-central-1:111111111111:db:orders", plan.Resource)
	follow := func() []relay.Due {
		r.catchUp()
		seen := r.replayer.FollowAll(t.Context(), []relay.Replay{plan}, r.backup.Now())
		require.NoError(t, seen[0].Err)
		return seen[0].Legs
	}
	legs := follow()
	require.Len(t, legs, 1)
	assert.Equal(t, relay.StageAsked, legs[0].Stage(), "it is due")
	require.NoError(t, r.replayer.Do(t.Context(), plan, r))
	legs = follow()
	require.Len(t, legs, 1)
	assert.Equal(t, relay.StageCopying, legs[0].Stage())
	assert.Equal(t, localPoint, legs[0].Request.Point)
	jobs := r.member.Jobs()
	job := jobs[len(jobs)-1].ID
	require.NoError(t, r.member.Complete(job))
	legs = follow()
	require.Len(t, legs, 1)
	assert.Equal(t, relay.StageAsked, legs[0].Stage(), "the copy was made a moment ago, and is not described yet")
	r.addPoint("copy-of-"+job, "RDS")
	legs = follow()
	require.Len(t, legs, 1)
	assert.Equal(t, relay.StageAsked, legs[0].Stage(), "the second hop is")
	assert.Equal(t, hop.Request{Point: "copy-of-" + job, Source: intermediate, Destination: final, ResourceType: "RDS"}, legs[0].Request)
	require.NoError(t, r.backup.Complete(r.again(t, "copy-of-"+job, final)))
	legs = follow()
	require.Len(t, legs, 1)
	assert.Equal(t, relay.StageVerified, legs[0].Stage())

	r.replayer.Routes = hop.Routes{{Name: "other", Source: second, Types: []string{"RDS"}, Destinations: []hop.Destination{{Vault: final}}}}
	legs = follow()
	require.Len(t, legs, 1)
	assert.Equal(t, relay.StageFailed, legs[0].Stage(), "no route takes it on")
	assert.Equal(t, hop.ReasonOther, legs[0].Decision.Reason)
}

func TestAReplayedFirstHopThatFailsAgainHasFailed(t *testing.T) {
	r := newReplaying()
	r.firstFailed(nil)
	plan := r.plan(t)
	require.NoError(t, r.replayer.Do(t.Context(), plan, r))
	jobs := r.member.Jobs()
	r.member.Advance(time.Minute)
	require.NoError(t, r.member.End(jobs[len(jobs)-1].ID, hop.Failed, "Given key ID is not accessible"))
	r.catchUp()
	seen := r.replayer.FollowAll(t.Context(), []relay.Replay{plan}, r.backup.Now())
	require.NoError(t, seen[0].Err)
	require.Len(t, seen[0].Legs, 1)
	assert.Equal(t, relay.StageFailed, seen[0].Legs[0].Stage())
}

func TestACopyThatIsNotWholeYetIsStillCopying(t *testing.T) {
	r := newReplaying()
	r.failed(t, "point")
	plan := r.plan(t)
	started, err := r.backup.Start(t.Context(), hop.Order{Point: "point", Source: intermediate, Destination: final, DeleteAfterDays: 35, Token: "t"})
	require.NoError(t, err)
	require.NoError(t, r.backup.Complete(started.JobID))
	r.change(t, "copy-of-"+started.JobID, func(p *hop.RecoveryPoint) { p.Status = hop.PointCreating })
	r.catchUp()
	seen := r.replayer.FollowAll(t.Context(), []relay.Replay{plan}, r.backup.Now())
	require.NoError(t, seen[0].Err)
	assert.Equal(t, relay.StageCopying, seen[0].Legs[0].Stage())
}

func TestARemedyThatNobodyKnowsDoesNothing(t *testing.T) {
	r := newReplaying()
	r.box = []relay.Letter{{Message: relay.Message{ID: "1"}}}
	require.ErrorContains(t, r.replayer.Do(t.Context(), relay.Replay{Letter: r.box[0], Remedy: "new"}, r), `no rule for the remedy "new"`)
	assert.Len(t, r.box, 1)
}

func TestALetterIsOrderedByItsRejection(t *testing.T) {
	letter := relay.Letter{Message: relay.Message{Sent: now}}
	assert.Equal(t, now, letter.Since(), "when it was sent, of one that was not rejected")
	letter.RejectedAt = now.Add(-time.Hour)
	assert.Equal(t, letter.RejectedAt, letter.Since())
}

func TestReplayedCopiesAreFollowed(t *testing.T) {
	r := newReplaying()
	r.failed(t, "point")
	plan := r.plan(t)
	stage := func() relay.Stage {
		r.catchUp()
		seen := r.replayer.FollowAll(t.Context(), []relay.Replay{plan}, r.backup.Now())
		require.NoError(t, seen[0].Err)
		require.Len(t, seen[0].Legs, 1)
		return seen[0].Legs[0].Stage()
	}
	assert.Equal(t, relay.StageAsked, stage(), "the old failure is no answer")
	r.backup.Advance(time.Minute)
	again := func() string {
		started, err := r.backup.Start(t.Context(), hop.Order{Point: "point", Source: intermediate, Destination: final, DeleteAfterDays: 35, Token: r.backup.Now().String()})
		require.NoError(t, err)
		return started.JobID
	}
	job := again()
	assert.Equal(t, relay.StageCopying, stage())
	r.backup.Advance(time.Minute)
	require.NoError(t, r.backup.End(job, hop.Failed, "Given key ID is not accessible"))
	assert.Equal(t, relay.StageFailed, stage(), "a new failure is")
	r.backup.Advance(time.Minute)
	require.NoError(t, r.backup.Complete(again()))
	assert.Equal(t, relay.StageVerified, stage())
}
