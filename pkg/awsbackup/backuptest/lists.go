package backuptest

import (
	"context"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// InFlight implements relay.Jobs.
func (m *Memory) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	return m.ReadInFlight(ctx, nil)
}

// ReadInFlight is InFlight, read into a slice that is no longer needed: a fleet has
// thousands of jobs in flight, and asks for them at every batch.
func (m *Memory) ReadInFlight(ctx context.Context, into []hop.CopyJob) ([]hop.CopyJob, error) {
	return m.list(ctx, "InFlight", func(l *ledger) []hop.CopyJob {
		if m.reads.Jobs.Most == 0 {
			return append(into[:0], l.inFlight.jobs...)
		}
		return append(into[:0], m.shownInFlight(l)...)
	})
}

// Of implements relay.Jobs.
func (m *Memory) Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error) {
	return m.list(ctx, "Of", func(l *ledger) []hop.CopyJob {
		return m.shown(those(l.bySource[point], func(j *job) bool { return j.Destination == destination }))
	})
}

// From implements relay.JobsOfPoints.
func (m *Memory) From(ctx context.Context, point string) ([]hop.CopyJob, error) {
	return m.list(ctx, "From", func(l *ledger) []hop.CopyJob { return m.shown(l.bySource[point]) })
}

// Into implements relay.AllJobs.
func (m *Memory) Into(ctx context.Context, region string, vault hop.Vault) ([]hop.CopyJob, error) {
	return m.list(ctx, "Into", func(l *ledger) []hop.CopyJob {
		return m.shown(those(l.byDestination[vault.ARN], func(j *job) bool { return j.region == region }))
	})
}

// Since implements relay.Jobs; the oldest is the first.
func (m *Memory) Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error) {
	return m.list(ctx, "Since", func(l *ledger) []hop.CopyJob {
		from, _ := slices.BinarySearchFunc(l.byCreation, t, func(j *job, t time.Time) int {
			if j.Created.After(t) {
				return 1
			}
			return -1
		})
		return m.shown(l.byCreation[from:])
	})
}

func (m *Memory) list(ctx context.Context, call string, read func(*ledger) []hop.CopyJob) ([]hop.CopyJob, error) {
	if err := m.enter(ctx, call); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lag {
		return nil, nil
	}
	m.reader++
	if m.frozen != nil {
		return read(m.frozen), nil
	}
	return read(&m.jobs), nil
}

// shown are the jobs of a ledger as this list shows them.
func (m *Memory) shown(jobs []*job) []hop.CopyJob {
	if m.reads.Jobs.Most == 0 {
		return shown(jobs)
	}
	var list []hop.CopyJob
	for _, j := range jobs {
		if job, ok := m.seen(j); ok {
			list = append(list, job)
		}
	}
	return list
}

// shownInFlight are the jobs that this list shows in flight: some of those that are, and
// some that have ended.
func (m *Memory) shownInFlight(l *ledger) []hop.CopyJob {
	var list []hop.CopyJob
	see := func(j *job) {
		if job, ok := m.seen(j); ok && job.State.InFlight() {
			list = append(list, job)
		}
	}
	for _, number := range l.inFlight.numbers {
		see(l.all[number])
	}
	for _, j := range slices.Backward(l.ended) {
		if !m.now.Before(j.Completed.Add(m.reads.Jobs.Most)) {
			break
		}
		see(j)
	}
	return list
}

// seen is a job as this list shows it; false where it does not yet.
func (m *Memory) seen(j *job) (hop.CopyJob, bool) {
	taken := append(make([]time.Time, 0, 3), j.Created)
	for _, at := range []time.Time{j.began, j.Completed} {
		if !at.IsZero() {
			taken = append(taken, at)
		}
	}
	step := m.reads.Step(m.now, j.ID, m.reader, taken...)
	if step < 0 {
		return hop.CopyJob{}, false
	}
	job := j.CopyJob
	if step < len(taken)-1 {
		job.State, job.Completed, job.Copy, job.Message, job.Class = hop.Created, time.Time{}, "", "", ""
		if step > 0 {
			job.State = hop.Running
		}
	}
	return job, true
}
