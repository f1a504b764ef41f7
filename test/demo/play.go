package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// The plans' tags.
const (
	simple             = "simple"
	crossRegion        = "cross-region"
	crossRegionSpecial = "cross-region-special"
)

// play is one resource on its way through the night.
type play struct {
	stage.Resource
	steps  []step // the backup, then the copies in their order
	opened bool   // its key was closed, and is no longer
}

// step is how far a backup or a copy has come.
type step struct {
	name     string
	state    string // of its latest job; empty: none yet
	message  string // of AWS Backup, where it failed
	progress float64
}

// stepsOf are what the plans do, in order.
var stepsOf = map[string][]step{
	simple:             {{name: "backup"}},
	crossRegion:        {{name: "backup"}, {name: "copy"}},
	crossRegionSpecial: {{name: "backup"}, {name: "hop 1"}, {name: "hop 2"}},
}

// begin gives the member its resources. One database has the key that it would have
// if nobody had thought of it.
func begin(s *stage.Stage) ([]*play, error) {
	var plays []*play
	for _, r := range []stage.Resource{
		{Name: "invoices", Type: "S3", Plan: crossRegion, Bytes: 40 << 30},
		{Name: "archive", Type: "EBS", Plan: crossRegion, Bytes: 80 << 30},
		{Name: "orders", Type: "RDS", Plan: crossRegionSpecial, Bytes: 120 << 30},
		{Name: "ledger", Type: "Aurora", Plan: crossRegionSpecial, Bytes: 300 << 30},
		{Name: "catalog", Type: "DocumentDB", Plan: crossRegionSpecial, Bytes: 60 << 30},
		{Name: "friends", Type: "Neptune", Plan: crossRegionSpecial, Bytes: 150 << 30},
		{Name: "payments", Type: "Aurora", Plan: crossRegionSpecial, Bytes: 20 << 30, Closed: true},
		{Name: "reports", Type: "RDS", Plan: simple, Bytes: 30 << 30},
		{Name: "sandbox", Type: "RDS", Bytes: 10 << 30},
	} {
		made, err := s.Add(r)
		if err != nil {
			return nil, err
		}
		plays = append(plays, &play{Resource: made, steps: append([]step(nil), stepsOf[r.Plan]...)})
	}
	return plays, nil
}

// look notes how far every step has come.
func look(s *stage.Stage, plays []*play) {
	backups := map[string]step{}
	for _, job := range s.World.Backup.BackupJobs(stage.Member, stage.Primary) {
		done, _ := strconv.ParseFloat(job.PercentDone, 64) // empty until it runs
		backups[job.ResourceArn] = step{state: job.State, message: job.StatusMessage, progress: done / 100}
	}
	hopOnes := latest(s.World.Backup.CopyJobs(stage.Member, stage.Primary))
	by := map[string]map[string]step{
		"backup": backups, "copy": hopOnes, "hop 1": hopOnes, "hop 2": latest(s.World.Backup.CopyJobs(stage.Backup, stage.Primary)),
	}
	for _, p := range plays {
		for i := range p.steps {
			name := p.steps[i].name
			p.steps[i] = by[name][p.ARN]
			p.steps[i].name = name
		}
	}
}

// latest is the newest job of each resource; jobs come newest first.
func latest(jobs []backup.CopyJob) map[string]step {
	steps := map[string]step{}
	for _, job := range jobs {
		if _, ok := steps[job.ResourceArn]; !ok {
			steps[job.ResourceArn] = step{state: job.State, message: job.StatusMessage, progress: job.Progress}
		}
	}
	return steps
}

// begun tells whether the plan has taken the resource up.
func (p *play) begun() bool { return len(p.steps) == 0 || p.steps[0].state != "" }

// failed is the step that AWS Backup gave up.
func (p *play) failed() (step, bool) {
	for _, step := range p.steps {
		if step.state == "FAILED" {
			return step, true
		}
	}
	return step{}, false
}

// wanted is how many points of the resource must be in a vault.
func (p *play) wanted(s *stage.Stage, vault string) int {
	there := false
	switch vault {
	case s.Local.ARN:
		there = p.Plan != ""
	case s.Intermediate.ARN:
		there = p.Plan == crossRegionSpecial && (!p.Closed || p.opened)
	case s.Final.ARN:
		there = (p.Plan == crossRegion || p.Plan == crossRegionSpecial) && (!p.Closed || p.opened)
	}
	if there {
		return 1
	}
	return 0
}

// reason says why a point has not arrived, as far as its jobs and the dead-letter
// queue tell.
func (p *play) reason(s *stage.Stage) string {
	for _, message := range s.World.SQS.Peek(s.DeadLetters.ARN) {
		for _, copied := range s.In(s.Intermediate, p.Resource) {
			if strings.Contains(message.Body, copied.RecoveryPointArn) {
				return "in the dead-letter queue: " + message.Attributes["reason"].StringValue
			}
		}
	}
	if failed, ok := p.failed(); ok {
		return fmt.Sprintf("%s FAILED: %s", failed.name, failed.message)
	}
	return "the last that is known of it is: " + p.describe()
}

// describe says in a few words how far a resource has come.
func (p *play) describe() string {
	if len(p.steps) == 0 {
		return "no plan"
	}
	text := p.steps[0].name + " not begun"
	for _, step := range p.steps {
		if step.state != "" {
			text = step.name + " " + step.state
		}
	}
	return text
}
