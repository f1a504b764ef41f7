package backuptest

import (
	"context"
	"fmt"
	"slices"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// quota is how many copies of its types may run at once to one Region.
type quota struct {
	types  []string
	size   int
	refuse bool
}

// Limit has at most size copies of the types run at once from one Region to another.
// Over it, jobs wait in CREATED, or with refuse StartCopyJob fails, for jobs in CREATED
// count then too. Which of them AWS Backup does is UNCONFIRMED A36.
func (m *Memory) Limit(types []string, size int, refuse bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.quotas = append(m.quotas, quota{types, size, refuse})
}

// Start implements relay.Copies. A token that was used is answered with its first
// job.
func (m *Memory) Start(ctx context.Context, o hop.Order) (relay.Started, error) {
	if err := m.enter(ctx, "Start"); err != nil {
		return relay.Started{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.orders[o.Token]; ok {
		if old.order != o {
			return relay.Started{}, &hop.Failure{Class: hop.ClassUnknown, Code: "InvalidParameterValueException",
				Message: "the idempotency token was used with different parameters"}
		}
		return relay.Started{JobID: old.ID, Created: old.Created}, nil
	}
	point, ok := m.shelf(o.Source.ARN).point(o.Point, m.now)
	if !ok {
		return relay.Started{}, fmt.Errorf("start copy of %s: %w", o.Point, hop.ErrNotFound)
	}
	j := &job{order: o, region: o.Source.Region, CopyJob: hop.CopyJob{
		ID: fmt.Sprintf("job-%d", len(m.jobs.all)+1), State: hop.Created, Created: m.now,
		Source: o.Point, Destination: o.Destination, ResourceARN: point.ResourceARN, ResourceType: point.ResourceType,
	}}
	if q, ok := m.quota(j); ok && q.refuse && m.drawn(q, j)+m.waitingFor(q, j) >= q.size {
		return relay.Started{}, &hop.Failure{Class: hop.ClassLimit, Code: "LimitExceededException", Message: "SnapshotQuotaExceeded"}
	}
	m.jobs.add(j)
	m.orders[o.Token] = j
	return relay.Started{JobID: j.ID, Created: j.Created}, nil
}

// Job implements relay.Copies.
func (m *Memory) Job(ctx context.Context, id string) (hop.CopyJob, error) {
	if err := m.enter(ctx, "Job"); err != nil {
		return hop.CopyJob{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs.byID[id]
	if !ok {
		return hop.CopyJob{}, fmt.Errorf("copy job %s: %w", id, hop.ErrNotFound)
	}
	return j.CopyJob, nil
}

// quota is the one that a job draws from; false for a copy inside one Region and for a
// type without one.
func (m *Memory) quota(j *job) (quota, bool) {
	if j.region == j.Destination.Region {
		return quota{}, false
	}
	i := slices.IndexFunc(m.quotas, func(q quota) bool { return slices.Contains(q.types, j.ResourceType) })
	if i < 0 {
		return quota{}, false
	}
	return m.quotas[i], true
}

// drawn are the running copies that take from a job's quota.
func (m *Memory) drawn(q quota, j *job) int {
	n := 0
	for _, resourceType := range q.types {
		n += m.jobs.drawn[draw{resourceType, j.region, j.Destination.Region}]
	}
	return n
}

// waitingFor are the others that have yet to.
func (m *Memory) waitingFor(q quota, j *job) int {
	return len(those(m.jobs.waiting, func(other *job) bool {
		return other.region == j.region && other.Destination.Region == j.Destination.Region && slices.Contains(q.types, other.ResourceType)
	}))
}

// Begin has every job begin that is CREATED and may run, the oldest first: one of each
// resource at a time, and no more than its quota admits. It returns them. A job that
// must go on waiting does not hold up those behind it.
func (m *Memory) Begin() []hop.CopyJob {
	m.mu.Lock()
	defer m.mu.Unlock()
	var begun []hop.CopyJob
	for _, j := range slices.Clone(m.jobs.waiting) {
		if m.mayRun(j) {
			m.jobs.move(j, hop.Running, m.now)
			begun = append(begun, j.CopyJob)
		}
	}
	return begun
}

func (m *Memory) mayRun(j *job) bool {
	if m.jobs.busy[j.ResourceARN] != nil {
		return false
	}
	q, limited := m.quota(j)
	return !limited || m.drawn(q, j) < q.size
}
