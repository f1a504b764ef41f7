package backuptest

import (
	"fmt"
	"time"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

// The methods below change the world around the calls: what AWS or a person does.

// Advance moves the time.
func (m *Memory) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

// Now is the time that new jobs are created at.
func (m *Memory) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// SetKey gives a vault a key, which its copies are encrypted with from now on.
func (m *Memory) SetKey(vault hop.Vault, arn string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[vault.ARN] = arn
}

// AddPoint puts a recovery point into a vault.
func (m *Memory) AddPoint(vault hop.Vault, point hop.RecoveryPoint) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shelf(vault.ARN).put(point)
}

// DeletePoint takes a recovery point out of a vault.
func (m *Memory) DeletePoint(vault hop.Vault, arn string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shelf(vault.ARN).deleted[arn] = m.now
}

// AddJob puts a job into the list as it is.
func (m *Memory) AddJob(listed hop.CopyJob) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.jobs.add(&job{CopyJob: listed})
}

// SetRegion says in which Region a job was started.
func (m *Memory) SetRegion(id, region string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if j, ok := m.jobs.byID[id]; ok {
		m.jobs.leave(j)
		j.region = region
		m.jobs.enter(j)
	}
}

// ReadsLag has descriptions and lists lag behind what is, as those of the local AWS may
// [package lag]; what AWS Backup itself decides never does.
func (m *Memory) ReadsLag(c lag.Config) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads = c
}

// Lag has the lists show no job at all while on, as an eventually consistent
// list may for a while.
func (m *Memory) Lag(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lag = on
}

// Freeze has the lists show the jobs as they are now while on, as an eventually
// consistent list may for a while.
func (m *Memory) Freeze(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.frozen = nil
	if on {
		frozen := newLedger()
		for _, j := range m.jobs.all {
			copied := *j
			frozen.add(&copied)
		}
		m.frozen = &frozen
	}
}

// Held is a recovery point as it is, without a call; false where the vault does not
// have it.
func (m *Memory) Held(vault hop.Vault, arn string) (hop.RecoveryPoint, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	point, ok := m.shelf(vault.ARN).point(arn, m.now)
	if !ok {
		return hop.RecoveryPoint{}, false
	}
	return *point, true
}

// Jobs is a copy of every job, in the order of creation.
func (m *Memory) Jobs() []hop.CopyJob {
	m.mu.Lock()
	defer m.mu.Unlock()
	return shown(m.jobs.all)
}

// Run has a job that is CREATED run.
func (m *Memory) Run(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs.byID[id]
	if !ok || j.State != hop.Created {
		return fmt.Errorf("no job %q is CREATED", id)
	}
	m.jobs.move(j, hop.Running, m.now)
	return nil
}

// Complete ends a job with a copy in its destination vault.
func (m *Memory) Complete(id string) error {
	return m.end(id, hop.Completed, "")
}

// End ends a job without a copy.
func (m *Memory) End(id string, state hop.State, message string) error {
	return m.end(id, state, message)
}

func (m *Memory) end(id string, state hop.State, message string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs.byID[id]
	if !ok {
		return fmt.Errorf("no job %q", id)
	}
	m.jobs.move(j, state, m.now)
	j.Message, j.Class = message, diagnose.Text(message).Class
	if state != hop.Completed {
		return nil
	}
	source, ok := m.source(j)
	if !ok {
		return fmt.Errorf("the source of job %q is gone", id)
	}
	j.Copy = "copy-of-" + j.ID
	made := *source
	made.ARN, made.Completed, made.SourceVault = j.Copy, m.now, hop.Vault{} // AWS may not tell
	made.KeyARN, made.KeyType, made.Encrypted = m.keys[j.Destination.ARN], hop.CustomerManagedKey, true
	made.DeleteAt = time.Time{}
	if days := j.order.DeleteAfterDays; days > 0 {
		made.DeleteAt = made.Created.AddDate(0, 0, int(days))
	}
	m.shelf(j.Destination.ARN).put(made)
	if j.region != j.Destination.Region {
		m.shelf(j.Destination.ARN).arrived[made.ARN] = m.now
	}
	return nil
}

// source is what a job copies: in the vault of its order, or wherever it is.
func (m *Memory) source(j *job) (*hop.RecoveryPoint, bool) {
	if j.order.Point != "" {
		return m.shelf(j.order.Source.ARN).point(j.Source, m.now)
	}
	for _, s := range m.vaults {
		if p, ok := s.point(j.Source, m.now); ok {
			return p, true
		}
	}
	return nil, false
}
