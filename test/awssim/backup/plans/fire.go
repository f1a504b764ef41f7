package plans

import (
	"slices"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// schedule sets the next run of a rule after a time, if there is one. s.mu is held.
func (s *Plans) schedule(p *plan, rule int, after time.Time) {
	r := p.Rules[rule]
	if at, ok := r.Schedule.Next(after, time.UTC); ok {
		p.timers[rule] = s.Clock.At(at, func() { s.fire(p, rule, at) })
	}
}

// fire starts the backup jobs of a rule that has fallen due.
func (s *Plans) fire(p *plan, rule int, due time.Time) {
	s.mu.Lock()
	if p.gone {
		s.mu.Unlock()
		return
	}
	s.schedule(p, rule, due)
	p.lastRun = wire.Epoch{Time: s.Clock.Now()}
	requests := s.requests(p, rule)
	s.mu.Unlock()
	for _, r := range requests {
		s.Jobs.Start(r)
	}
}

// requests are the backups that a rule asks for now: of every resource that a
// selection of the plan finds by its tags, once, with the role of the first selection
// that finds it. Types that the account has not opted in to in the Region are left
// out without a word, as AWS Backup does [service opt-in].
func (s *Plans) requests(p *plan, rule int) []jobs.Request {
	r := p.Rules[rule]
	optedIn := s.Settings.OptIns(p.home.Account, p.home.Region)
	by := &vaults.Creator{BackupPlanID: p.id, BackupPlanArn: p.arn(), BackupPlanVersion: p.version, BackupRuleID: p.ruleIDs[rule]}
	var found []jobs.Request
	for _, resource := range s.Resources.In(p.home) {
		at := slices.IndexFunc(p.Selections, func(sel Selection) bool { return sel.finds(resource.Tags) })
		if at < 0 || !optedIn[resource.Type] {
			continue
		}
		found = append(found, jobs.Request{
			Resource: resource, Vault: r.Vault, Role: p.Selections[at].Role, Lifecycle: r.Lifecycle, Tags: r.Tags,
			StartWindow: r.StartWindow, CompleteWindow: r.CompleteWindow, CreatedBy: by, Copies: r.Copies,
		})
	}
	return found
}

func (sel Selection) finds(tags map[string]string) bool {
	value, ok := tags[sel.TagKey]
	return ok && slices.Contains(sel.TagValues, value)
}
