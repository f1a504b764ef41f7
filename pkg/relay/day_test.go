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

// reading counts the jobs that are read by their creation.
type reading struct {
	relay.Jobs
	read int
	err  error
}

func (r *reading) Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error) {
	jobs, err := r.Jobs.Since(ctx, t)
	r.read += len(jobs)
	return jobs, errors.Join(err, r.err)
}

// bounded is a starter whose account has had a number of copies, an hour ago.
func bounded(copies, ceiling int) (*bench, *reading) {
	b := newBench()
	b.Ceiling = ceiling
	jobs := &reading{Jobs: b.backup}
	b.Jobs = jobs
	for i := range copies {
		b.backup.AddJob(hop.CopyJob{ID: fmt.Sprint("earlier-", i), State: hop.Completed, Created: now.Add(-time.Hour),
			ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:x", Source: "s", Destination: final})
	}
	return b, jobs
}

// try hands an event of a new point to the starter and returns what becomes of it.
func (b *bench) try(t *testing.T, i int) hop.Reason {
	t.Helper()
	b.addPoint(pointARN("snapshot", i), "RDS")
	m := event(fmt.Sprint(i), pointARN("snapshot", i), "RDS")
	m.Sent, m.Received = b.backup.Now(), b.backup.Now()
	require.Empty(t, b.handle(t, m))
	return b.diary.outcomes[m.ID].Decision.Reason
}

func TestTheCopiesOfADayAreReadOnce(t *testing.T) {
	b, jobs := bounded(100, 103)
	require.Equal(t, hop.ReasonDue, b.try(t, 1))
	assert.Equal(t, 100, jobs.read)
	b.backup.Advance(30 * time.Minute)
	require.Equal(t, hop.ReasonDue, b.try(t, 2))
	b.catchUp()
	require.Equal(t, hop.ReasonDue, b.try(t, 3))
	assert.Equal(t, 100+101+2, jobs.read, "a margin is read again, in case the list lags")
	b.catchUp()
	assert.Equal(t, hop.ReasonCeiling, b.try(t, 4), "what was read before counts")
}

func TestCopiesOfMoreThanADayAgoNoLongerCount(t *testing.T) {
	b, _ := bounded(5, 6)
	require.Equal(t, hop.ReasonDue, b.try(t, 1))
	b.catchUp()
	require.Equal(t, hop.ReasonCeiling, b.try(t, 2))
	b.backup.Advance(23*time.Hour + time.Minute)
	for i := range 5 {
		require.Equal(t, hop.ReasonDue, b.try(t, 3+i), "the copy of the first message is all that counts")
		b.catchUp()
	}
	assert.Equal(t, hop.ReasonCeiling, b.try(t, 8))
}

func TestACopyThatTheListShowedLateCounts(t *testing.T) {
	b, _ := bounded(1, 3)
	require.Equal(t, hop.ReasonDue, b.try(t, 1))
	b.backup.AddJob(hop.CopyJob{ID: "late", State: hop.Running, Created: b.backup.Now().Add(-5 * time.Minute),
		ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:y", Source: "s", Destination: final})
	b.catchUp()
	assert.Equal(t, hop.ReasonCeiling, b.try(t, 2))
}

func TestADayThatCannotBeReadIsReadByTheNextBatch(t *testing.T) {
	b, jobs := bounded(2, 2)
	jobs.err = &hop.Failure{Class: hop.ClassTransient, Code: "ThrottlingException", Message: "Rate exceeded"}
	require.Equal(t, hop.ReasonThrottled, b.try(t, 1))
	jobs.err = nil
	assert.Equal(t, hop.ReasonCeiling, b.try(t, 2))
}
