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
	return m.list(ctx, "InFlight", func(l *ledger) []hop.CopyJob { return append(into[:0], l.inFlight.jobs...) })
}

// Of implements relay.Jobs.
func (m *Memory) Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error) {
	return m.list(ctx, "Of", func(l *ledger) []hop.CopyJob {
		return shown(those(l.bySource[point], func(j *job) bool { return j.Destination == destination }))
	})
}

// From implements relay.JobsOfPoints.
func (m *Memory) From(ctx context.Context, point string) ([]hop.CopyJob, error) {
	return m.list(ctx, "From", func(l *ledger) []hop.CopyJob { return shown(l.bySource[point]) })
}

// Into implements relay.AllJobs.
func (m *Memory) Into(ctx context.Context, region string, vault hop.Vault) ([]hop.CopyJob, error) {
	return m.list(ctx, "Into", func(l *ledger) []hop.CopyJob {
		return shown(those(l.byDestination[vault.ARN], func(j *job) bool { return j.region == region }))
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
		return shown(l.byCreation[from:])
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
	if m.frozen != nil {
		return read(m.frozen), nil
	}
	return read(&m.jobs), nil
}
