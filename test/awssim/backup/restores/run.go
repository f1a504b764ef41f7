package restores

import (
	"fmt"
	"time"

	"github.com/twohop/twohop/test/awssim/wire"
)

// schedule plans a new job's course. s.mu is held.
func (s *Jobs) schedule(j *job) {
	plan := s.config.Plan
	if plan == nil {
		plan = DefaultPlan(s.IDs)
	}
	j.course = plan(j.Job)
	s.announce(j)
	s.after(j.course.Wait, func() {
		j.Status, j.started = Running, s.now()
		s.announce(j)
		s.after(j.course.Run, func() { s.end(j) })
	})
}

// after does something to a job when its time has come.
func (s *Jobs) after(d time.Duration, do func()) {
	s.Clock.At(s.Clock.Now().Add(d), func() {
		s.mu.Lock()
		defer s.unlock()
		do()
	})
}

// end ends a job: the new resource is there, or it is said why not. s.mu is held.
func (s *Jobs) end(j *job) {
	j.CompletionDate = wire.Epoch{Time: s.now()}
	j.Status, j.StatusMessage = Failed, s.refusal(j)
	if j.StatusMessage == "" {
		j.Status, j.CreatedResourceArn = Completed, j.made.ARN
	}
	s.announce(j)
}

// refusal makes the new resource, or tells why that cannot be. AWS documents no text
// of it (UNCONFIRMED A109).
func (s *Jobs) refusal(j *job) string {
	if j.course.End == Failed {
		return j.course.Message
	}
	if _, err := s.Vaults.Held(j.home, j.RecoveryPointArn); err != nil {
		return fmt.Sprintf("Restore job failed. Recovery point %s is no longer there.", j.RecoveryPointArn)
	}
	if !s.mayRestore(j) {
		return insufficient(j.IamRoleArn)
	}
	if s.config.Keys != nil {
		for what, key := range map[string]string{"of the recovery point": j.pointAt, "for the restored resource": j.made.KeyARN} {
			if key == "" {
				continue
			}
			if err := s.config.Keys.MayRestore(key, j.IamRoleArn, j.ResourceType); err != nil {
				return fmt.Sprintf("Restore job failed. The KMS key %s, %s, cannot be used by %s: %v", key, what, j.IamRoleArn, err)
			}
		}
	}
	if j.ResourceType == "S3" {
		if _, there := s.Resources.Get(j.home, j.made.ARN); there {
			return "" // the objects are restored into it
		}
	}
	if err := s.Resources.Add(j.made); err != nil {
		return fmt.Sprintf("Restore job failed. %v", err)
	}
	return ""
}
