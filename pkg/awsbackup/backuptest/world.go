package backuptest

import (
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
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
	m.points[key{vault.ARN, point.ARN}] = point
}

// DeletePoint takes a recovery point out of a vault.
func (m *Memory) DeletePoint(vault hop.Vault, arn string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.points, key{vault.ARN, arn})
}

// AddJob puts a job into the list as it is.
func (m *Memory) AddJob(job hop.CopyJob) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.jobs = append(m.jobs, job)
}

// SetRegion says in which Region a job was started.
func (m *Memory) SetRegion(job, region string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.regions[job] = region
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
		m.frozen = append([]hop.CopyJob{}, m.jobs...)
	}
}

// Held is a recovery point as it is, without a call; false where the vault does not
// have it.
func (m *Memory) Held(vault hop.Vault, arn string) (hop.RecoveryPoint, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	point, ok := m.points[key{vault.ARN, arn}]
	return point, ok
}

// Jobs is a copy of every job, in the order of creation.
func (m *Memory) Jobs() []hop.CopyJob {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.jobs)
}

// Run has a job that is CREATED run.
func (m *Memory) Run(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.index(id)
	if i < 0 || m.jobs[i].State != hop.Created {
		return fmt.Errorf("no job %q is CREATED", id)
	}
	m.jobs[i].State = hop.Running
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
	i := m.index(id)
	if i < 0 {
		return fmt.Errorf("no job %q", id)
	}
	job := &m.jobs[i]
	job.State, job.Completed = state, m.now
	job.Message, job.Class = message, diagnose.Text(message).Class
	if state != hop.Completed {
		return nil
	}
	for at, point := range m.points {
		if at.point == job.Source {
			job.Copy = "copy-of-" + job.ID
			point.ARN, point.Completed, point.SourceVault = job.Copy, m.now, hop.Vault{} // AWS may not tell
			point.KeyARN, point.DeleteAt = m.keys[job.Destination.ARN], time.Time{}
			if days := m.days[job.ID]; days > 0 {
				point.DeleteAt = point.Created.AddDate(0, 0, int(days))
			}
			m.points[key{job.Destination.ARN, job.Copy}] = point
			return nil
		}
	}
	return fmt.Errorf("the source of job %q is gone", id)
}
