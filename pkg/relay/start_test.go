package relay_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestACompletedHopOneStartsHopTwo(t *testing.T) {
	for resourceType, kind := range map[string]string{
		"RDS": "snapshot", "Aurora": "cluster-snapshot", "DocumentDB": "cluster-snapshot", "Neptune": "cluster-snapshot",
	} {
		t.Run(resourceType, func(t *testing.T) {
			b := newBench()
			b.addPoint(pointARN(kind, 1), resourceType)
			require.Empty(t, b.handle(t, event("m", pointARN(kind, 1), resourceType)))

			jobs := b.backup.Jobs()
			require.Len(t, jobs, 1)
			assert.Equal(t, final, jobs[0].Destination)
			assert.Equal(t, jobs[0].ID, b.diary.outcomes["m"].CopyJob)
			assert.Equal(t, map[string]int{"InFlight": 1, "Point": 1, "Of": 1, "Start": 1}, b.backup.Calls(),
				"three calls for the copy and one for the batch")
		})
	}
}

func TestDoubledEventsMakeOneCopy(t *testing.T) {
	t.Run("in one batch", func(t *testing.T) {
		b := newBench()
		b.addPoint(pointARN("snapshot", 1), "RDS")
		require.Empty(t, b.handle(t, event("a", pointARN("snapshot", 1), "RDS"), event("b", pointARN("snapshot", 1), "RDS")))
		assert.Len(t, b.backup.Jobs(), 1)
	})
	t.Run("one after the other", func(t *testing.T) {
		b := newBench()
		b.addPoint(pointARN("snapshot", 1), "RDS")
		for _, id := range []string{"a", "b", "c"} {
			require.Empty(t, b.handle(t, event(id, pointARN("snapshot", 1), "RDS")))
		}
		assert.Len(t, b.backup.Jobs(), 1)
		require.NoError(t, b.backup.Complete(b.backup.Jobs()[0].ID))
		b.catchUp()
		require.Empty(t, b.handle(t, event("d", pointARN("snapshot", 1), "RDS")))
		assert.Len(t, b.backup.Jobs(), 1)
		assert.Equal(t, hop.ReasonCopied, b.diary.outcomes["d"].Decision.Reason)
	})
	t.Run("at once, while the list lags", func(t *testing.T) {
		b := newBench()
		b.addPoint(pointARN("snapshot", 1), "RDS")
		b.backup.Lag(true)
		var both sync.WaitGroup
		for _, id := range []string{"a", "b"} {
			both.Go(func() { b.Handle(t.Context(), []relay.Message{event(id, pointARN("snapshot", 1), "RDS")}) })
		}
		both.Wait()
		assert.Len(t, b.backup.Jobs(), 1, "both calls carry one token")
	})
}

func TestFanOut(t *testing.T) {
	b := newBench()
	b.fanOut()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	require.Empty(t, b.handle(t, event("m", pointARN("snapshot", 1), "RDS")))
	assert.Empty(t, b.backup.Jobs(), "the message is split before anything starts")
	require.Len(t, b.mail.split, 2)

	for i, r := range b.mail.split {
		m := request(fmt.Sprint(i), r.Point, r.ResourceType, r.Destination)
		require.Empty(t, b.handle(t, m))
	}
	var to []hop.Vault
	for _, job := range b.backup.Jobs() {
		to = append(to, job.Destination)
	}
	assert.Equal(t, []hop.Vault{final, second}, to)
}

func TestARequestWithoutTypeOrDestinationAsksAWS(t *testing.T) {
	b := newBench()
	b.fanOut()
	b.addPoint(pointARN("cluster-snapshot", 1), "Aurora")
	require.Empty(t, b.handle(t, request("m", pointARN("cluster-snapshot", 1), "", hop.Vault{})))
	var to []hop.Vault
	for _, r := range b.mail.split {
		assert.Equal(t, "Aurora", r.ResourceType, "so that a full pool costs no description")
		to = append(to, r.Destination)
	}
	assert.Equal(t, []hop.Vault{final, second}, to)

	b.addPoint("arn:ebs", "EBS")
	b.backup.AddJob(hop.CopyJob{ID: "by hand", State: hop.Completed, Copy: "arn:copy", Source: "arn:ebs", Destination: final})
	require.Empty(t, b.handle(t, request("ebs", "arn:ebs", "", hop.Vault{})))
	assert.Equal(t, hop.ReasonUnrouted, b.diary.outcomes["ebs"].Decision.Reason)
	assert.Zero(t, b.backup.Calls()["Of"], "what has no destination has no jobs to list")

	require.Empty(t, b.handle(t, request("missing", "arn:missing", "", hop.Vault{})))
	assert.Equal(t, hop.ReasonNotYet, b.diary.outcomes["missing"].Decision.Reason)
}

func TestASmallSkewOfClocksIsNoEarlierJob(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	m := event("m", pointARN("snapshot", 1), "RDS")
	m.Sent = now.Add(3 * time.Second)
	require.Empty(t, b.handle(t, m))
	assert.Equal(t, hop.Start, b.diary.outcomes["m"].Decision.Verdict)
}

func TestOnlyCompletedCopiesAreLookedFor(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	for _, job := range []hop.CopyJob{
		{ID: "failed", State: hop.Failed, Copy: "", Completed: now.Add(-time.Hour)},
		{ID: "nameless", State: hop.Completed, Copy: "", Completed: now.Add(-time.Minute)},
	} {
		job.Source, job.Destination = pointARN("snapshot", 1), final
		b.backup.AddJob(job)
	}
	require.Empty(t, b.handle(t, event("m", pointARN("snapshot", 1), "RDS")))
	assert.Equal(t, hop.ReasonCopied, b.diary.outcomes["m"].Decision.Reason, "a completed job without an ARN is believed")
	assert.Equal(t, 1, b.backup.Calls()["Point"])
}

func TestEveryOutcomeOfARequestNamesItsRoute(t *testing.T) {
	b := newBench()
	b.Pools[1].Size = 1 // all of it headroom
	b.addPoint(pointARN("snapshot", 1), "RDS")
	require.Empty(t, b.handle(t,
		event("starts", pointARN("snapshot", 1), "RDS"),
		event("waits", pointARN("cluster-snapshot", 1), "Neptune"),
		request("is not described", pointARN("snapshot", 2), "", final),
		request("leads elsewhere", pointARN("snapshot", 1), "RDS", second)))
	for id, want := range map[string]string{
		"starts": "databases", "waits": "databases", "is not described": "databases", "leads elsewhere": "",
	} {
		assert.Equal(t, want, b.diary.outcomes[id].Route, id)
	}
}

func TestEveryOutcomeNamesItsPoint(t *testing.T) {
	b := newBench()
	b.fanOut()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	failed := event("failed", "", "RDS")
	failed.Notice.CopyJob.State, failed.Notice.CopyJob.Source, failed.Notice.CopyJob.Class = hop.Failed, "arn:source", hop.ClassKey
	own := event("own", pointARN("snapshot", 1), "RDS")
	own.Notice.CopyJob.SourceVault = final
	require.Empty(t, b.handle(t, event("split", pointARN("snapshot", 1), "RDS"), failed, own))
	for id, want := range map[string]relay.Outcome{
		"split":  {Point: pointARN("snapshot", 1), Hop: 2},
		"failed": {Point: "arn:source", Hop: 1},
		"own":    {Point: pointARN("snapshot", 1), Hop: 2},
	} {
		assert.Equal(t, want.Point, b.diary.outcomes[id].Point, id)
		assert.Equal(t, want.Hop, b.diary.outcomes[id].Hop, id)
	}
}

func TestOneBadMessageOfTenDelaysNobody(t *testing.T) {
	broken := map[string]relay.Message{
		"cannot be read": {ID: "bad", Body: "{", Malformed: errors.New("read event: unexpected end"), Sent: now, Received: now, Receives: 1},
		"makes a call panic": {ID: "bad", Sent: now, Received: now, Receives: 1, Notice: hop.Notice{Request: &hop.Request{
			Point: "panic", Source: intermediate, Destination: final}}},
	}
	for name, bad := range broken {
		t.Run(name, func(t *testing.T) {
			b := newBench()
			b.Points = panicking{b.Points}
			messages := make([]relay.Message, 10)
			for i := range messages {
				b.addPoint(pointARN("snapshot", i), "RDS")
				messages[i] = event(fmt.Sprint(i), pointARN("snapshot", i), "RDS")
			}
			messages[5] = bad
			errs := b.handle(t, messages...)
			assert.Len(t, b.backup.Jobs(), 9, "the other nine start")
			if bad.Malformed != nil {
				require.Empty(t, errs)
				require.Len(t, b.mail.rejected, 1)
				assert.Equal(t, hop.ClassMalformed, b.mail.rejected[0].Decision.Class)
				assert.Equal(t, "{", b.mail.rejected[0].Message.Body)
				assert.Contains(t, b.mail.rejected[0].Decision.Detail, "unexpected end")
				return
			}
			require.Len(t, errs, 1)
			require.ErrorContains(t, errs["bad"], "panic: no such luck")
		})
	}
}

type panicking struct{ relay.Points }

func (p panicking) Point(ctx context.Context, v hop.Vault, arn string) (hop.RecoveryPoint, error) {
	if arn == "panic" {
		panic("no such luck")
	}
	return p.Points.Point(ctx, v, arn)
}

func TestABatchOfTenTakesTheTimeOfFourCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.Ceiling = 1000
		b.Pools[0].Size = 40
		const call = 50 * time.Millisecond
		b.backup.Fail(func(string) error { time.Sleep(call); return nil })
		messages := make([]relay.Message, 10)
		for i := range messages {
			b.addPoint(pointARN("snapshot", i), "RDS")
			messages[i] = event(fmt.Sprint(i), pointARN("snapshot", i), "RDS")
		}
		begun := time.Now() // of the bubble: no real time passes
		require.Empty(t, b.handle(t, messages...))
		assert.Len(t, b.backup.Jobs(), 10)
		assert.LessOrEqual(t, time.Since(begun), 4*call)
	})
}
