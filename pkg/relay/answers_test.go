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

func TestAnEarlierJobIsNotTakenForAStart(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	require.Empty(t, b.handle(t, event("first", pointARN("snapshot", 1), "RDS")))
	require.NoError(t, b.backup.End(b.backup.Jobs()[0].ID, hop.Failed, "Rate exceeded"))

	b.backup.Lag(true)
	b.backup.Advance(time.Minute)
	early := event("early", pointARN("snapshot", 1), "RDS")
	early.Sent, early.Received = b.backup.Now(), b.backup.Now()
	require.Empty(t, b.handle(t, early))
	assert.Equal(t, hop.ReasonBackoff, b.diary.outcomes["early"].Decision.Reason, "the job of the answer is decided by as if it were listed")
	require.Len(t, b.mail.resent, 1)

	b.backup.Advance(time.Hour)
	later := event("later", pointARN("snapshot", 1), "RDS")
	later.Sent, later.Received = b.backup.Now(), b.backup.Now()
	require.Empty(t, b.handle(t, later))
	assert.Len(t, b.backup.Jobs(), 2, "the failed job is retried with a token of its own, listed or not")
}

func TestARedeliveryDoesNotTakeItsOwnEndedJobForAStart(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	m := event("m", pointARN("snapshot", 1), "RDS")
	require.Empty(t, b.handle(t, m))
	require.NoError(t, b.backup.End(b.backup.Jobs()[0].ID, hop.Failed, "Rate exceeded"))

	// The list hides the job from the decision, then shows it.
	m.Receives = 2
	b.backup.Fail(func(call string) error {
		b.backup.Lag(call != "Start" && b.backup.Calls()["Start"] < 2)
		return nil
	})
	b.backup.Lag(true)
	require.Empty(t, b.handle(t, m))
	assert.Equal(t, hop.ReasonBackoff, b.diary.outcomes["m"].Decision.Reason)
}

// forgetful no longer knows the jobs that it is told to forget, and answers their tokens.
type forgetful struct {
	relay.Copies
	jobs map[string]bool
}

func (f forgetful) Job(ctx context.Context, id string) (hop.CopyJob, error) {
	if f.jobs[id] {
		return hop.CopyJob{}, hop.ErrNotFound
	}
	return f.Copies.Job(ctx, id)
}

func TestAForgottenHistoryEndsTheWait(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	for i := range 3 {
		m := event(fmt.Sprint("attempt-", i), pointARN("snapshot", 1), "RDS")
		m.Sent, m.Received = b.backup.Now(), b.backup.Now()
		require.Empty(t, b.handle(t, m))
		require.NoError(t, b.backup.End(b.backup.Jobs()[i].ID, hop.Failed, "Rate exceeded"))
		b.backup.Advance(3 * time.Hour)
	}
	b.backup.Advance(31 * 24 * time.Hour)
	b.backup.Lag(true)
	b.Copies = forgetful{b.backup, map[string]bool{"job-1": true, "job-2": true, "job-3": true}}
	replay := event("replay", pointARN("snapshot", 1), "RDS")
	replay.Sent, replay.Received = b.backup.Now(), b.backup.Now()
	replay.RejectedAt = replay.Sent.Add(-time.Minute)
	require.Empty(t, b.handle(t, replay))
	assert.Equal(t, hop.Start, b.diary.outcomes["replay"].Decision.Verdict, b.diary.outcomes["replay"].Decision.Detail)
	assert.Len(t, b.backup.Jobs(), 4, "the tokens of three ended jobs are used, a fourth starts")
}

func TestAJobThatAnswersAndIsNotDescribedYetIsWaitedFor(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	require.Empty(t, b.handle(t, event("first", pointARN("snapshot", 1), "RDS")))
	b.backup.Advance(time.Hour)
	b.backup.Lag(true)
	b.Copies = forgetful{b.backup, map[string]bool{"job-1": true}}
	later := event("later", pointARN("snapshot", 1), "RDS")
	later.Sent, later.Received = b.backup.Now(), b.backup.Now()
	require.Empty(t, b.handle(t, later))
	assert.Equal(t, hop.ReasonStale, b.diary.outcomes["later"].Decision.Reason)
	assert.Empty(t, b.diary.outcomes["later"].CopyJob, "it started none")
	assert.Len(t, b.backup.Jobs(), 1)
	assert.Equal(t, 2, b.backup.Calls()["Start"], "and is not asked again and again")
}

func TestAnAnswerThatTheListHidesIsDecidedByBesideListedJobs(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	attempt := func(id string) hop.Reason {
		m := event(id, pointARN("snapshot", 1), "RDS")
		m.Sent, m.Received = b.backup.Now(), b.backup.Now()
		require.Empty(t, b.handle(t, m))
		return b.diary.outcomes[id].Decision.Reason
	}
	require.Equal(t, hop.ReasonDue, attempt("first"))
	require.NoError(t, b.backup.End("job-1", hop.Failed, "Rate exceeded"))
	b.backup.Advance(3 * time.Hour)
	b.backup.Freeze(true)
	require.Equal(t, hop.ReasonDue, attempt("second"))
	require.NoError(t, b.backup.End("job-2", hop.Failed, "Rate exceeded"))
	b.backup.Advance(time.Minute)
	assert.Equal(t, hop.ReasonBackoff, attempt("third"), "the second job failed a minute ago, which the list does not show")
	assert.Empty(t, b.diary.outcomes["third"].CopyJob)
}

// insisting answers each start with a job that is listed, and has ended.
type insisting struct {
	relay.Copies
	starts *int
}

func (i insisting) Start(context.Context, hop.Order) (relay.Started, error) {
	*i.starts++
	return relay.Started{JobID: "listed", Created: now.Add(-5 * time.Hour)}, nil
}

func TestAnAnswerThatIsListedIsNotDecidedByAgain(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	b.backup.AddJob(hop.CopyJob{ID: "listed", State: hop.Failed, Class: hop.ClassUnknown, Source: pointARN("snapshot", 1), Destination: final,
		Created: now.Add(-5 * time.Hour), Completed: now.Add(-4 * time.Hour)})
	starts := 0
	b.Copies = insisting{b.backup, &starts}
	require.Empty(t, b.handle(t, event("m", pointARN("snapshot", 1), "RDS")))
	assert.Equal(t, hop.ReasonStale, b.diary.outcomes["m"].Decision.Reason)
	assert.Equal(t, 1, starts)
	assert.Zero(t, b.backup.Calls()["Job"])
}

func TestAStartThatHangsIsGivenUpAndLookedForLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.addPoint(pointARN("snapshot", 1), "RDS")
		b.Copies = hanging{b.backup}
		begun := time.Now()
		require.Empty(t, b.handle(t, event("m", pointARN("snapshot", 1), "RDS")))
		assert.Equal(t, hop.ReasonThrottled, b.diary.outcomes["m"].Decision.Reason)
		assert.Equal(t, 10*time.Second, time.Since(begun))
	})
}

type hanging struct{ relay.Copies }

func (hanging) Start(ctx context.Context, _ hop.Order) (relay.Started, error) {
	<-ctx.Done()
	return relay.Started{}, &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: ctx.Err().Error()}
}
