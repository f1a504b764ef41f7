// Package backuptest is AWS Backup in memory, for tests of the use cases, and the
// conformance suite that it and the real adapter both pass.
package backuptest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Memory is AWS Backup of one account, as far as package relay relies on it. It
// is safe for concurrent use.
type Memory struct {
	mu     sync.Mutex
	now    time.Time
	points map[key]hop.RecoveryPoint
	jobs   []hop.CopyJob
	orders map[string]string // idempotency token to job
	calls  map[string]int
	fail   func(call string) error
	lag    bool
	frozen []hop.CopyJob     // what the lists show instead of jobs; nil: jobs
	keys   map[string]string // of vaults, by ARN
	days   map[string]int32  // of copies, by job
	// regions are those that jobs were started in, by job.
	regions map[string]string
}

type key struct{ vault, point string }

var _ interface {
	relay.Points
	relay.Jobs
	relay.Copies
	relay.Inventory
	relay.AllJobs
	relay.Vaults
	relay.Retention
} = (*Memory)(nil)

// NewMemory returns an AWS Backup without points and jobs at the time now.
func NewMemory(now time.Time) *Memory {
	return &Memory{now: now, points: map[key]hop.RecoveryPoint{}, orders: map[string]string{}, calls: map[string]int{}, keys: map[string]string{}, days: map[string]int32{}, regions: map[string]string{}}
}

// Fail has every later call ask f for an error first, by the name of the method.
func (m *Memory) Fail(f func(call string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = f
}

// Calls is how often each call was made, by name.
func (m *Memory) Calls() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	copied := map[string]int{}
	for name, n := range m.calls {
		copied[name] = n
	}
	return copied
}

func (m *Memory) enter(ctx context.Context, call string) error {
	m.mu.Lock()
	m.calls[call]++
	fail := m.fail
	m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: err.Error()}
	}
	if fail == nil {
		return nil
	}
	return fail(call) // outside the lock: it may wait for another call
}

// Point implements relay.Points.
func (m *Memory) Point(ctx context.Context, vault hop.Vault, arn string) (hop.RecoveryPoint, error) {
	if err := m.enter(ctx, "Point"); err != nil {
		return hop.RecoveryPoint{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	point, ok := m.points[key{vault.ARN, arn}]
	if !ok {
		return hop.RecoveryPoint{}, fmt.Errorf("describe recovery point %s: %w", arn, hop.ErrNotFound)
	}
	return point, nil
}

// InFlight implements relay.Jobs.
func (m *Memory) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	return m.list(ctx, "InFlight", func(j hop.CopyJob) bool { return j.State.InFlight() })
}

// Of implements relay.Jobs.
func (m *Memory) Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error) {
	return m.list(ctx, "Of", func(j hop.CopyJob) bool { return j.Source == point && j.Destination == destination })
}

// Since implements relay.Jobs.
func (m *Memory) Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error) {
	return m.list(ctx, "Since", func(j hop.CopyJob) bool { return j.Created.After(t) })
}

func (m *Memory) list(ctx context.Context, call string, wanted func(hop.CopyJob) bool) ([]hop.CopyJob, error) {
	if err := m.enter(ctx, call); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	listed := m.jobs
	if m.frozen != nil {
		listed = m.frozen
	}
	var jobs []hop.CopyJob
	for _, job := range listed {
		if wanted(job) && !m.lag {
			jobs = append(jobs, job)
		}
	}
	return jobs, nil
}

// Start implements relay.Copies. A token that was used is answered with its first
// job.
func (m *Memory) Start(ctx context.Context, o hop.Order) (relay.Started, error) {
	if err := m.enter(ctx, "Start"); err != nil {
		return relay.Started{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if id, ok := m.orders[o.Token]; ok {
		job := m.jobs[m.index(id)]
		return relay.Started{JobID: id, Created: job.Created}, nil
	}
	point, ok := m.points[key{o.Source.ARN, o.Point}]
	if !ok {
		return relay.Started{}, fmt.Errorf("start copy of %s: %w", o.Point, hop.ErrNotFound)
	}
	job := hop.CopyJob{
		ID: fmt.Sprintf("job-%d", len(m.jobs)+1), State: hop.Created, Created: m.now,
		Source: o.Point, Destination: o.Destination, ResourceARN: point.ResourceARN, ResourceType: point.ResourceType,
	}
	m.jobs = append(m.jobs, job)
	m.orders[o.Token], m.days[job.ID], m.regions[job.ID] = job.ID, o.DeleteAfterDays, o.Source.Region
	return relay.Started{JobID: job.ID, Created: job.Created}, nil
}

func (m *Memory) index(id string) int {
	for i, job := range m.jobs {
		if job.ID == id {
			return i
		}
	}
	return -1
}
