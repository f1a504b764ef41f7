package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// play is one database's recovery point on its way.
type play struct {
	stage.Database
	steps [2]step // hop 1, hop 2
}

// step is how far one hop has come.
type step struct {
	state    string // of its latest copy job; empty: none yet
	progress float64
}

// begin makes two databases of each engine and starts their first hops.
func begin(s *stage.Stage) ([]*play, error) {
	var plays []*play
	for _, d := range []struct {
		name, resourceType string
		gigabytes          int64
	}{
		{"orders", "RDS", 120}, {"customers", "RDS", 40},
		{"ledger", "Aurora", 300}, {"sessions", "Aurora", 80},
		{"catalog", "DocumentDB", 60}, {"reviews", "DocumentDB", 20},
		{"friends", "Neptune", 150}, {"fraud", "Neptune", 30},
	} {
		database, err := s.AddDatabase(d.name, d.resourceType, d.gigabytes<<30)
		if err != nil {
			return nil, err
		}
		if err := s.StartHopOne(database); err != nil {
			return nil, err
		}
		plays = append(plays, &play{Database: database})
	}
	return plays, nil
}

// limit is the simulated time that the demo's copies get.
const limit = 24 * time.Hour

// watch lets time pass until nothing moves any more, and shows what does. On a
// terminal it goes slowly enough to be seen.
func watch(ctx context.Context, s *stage.Stage, plays []*play, screen *screen) error {
	tick := time.Minute
	bars := screen.bars(plays)
	defer bars.close()
	begun := s.World.Clock.Now()
	for quiet := time.Duration(0); quiet <= 3*eventBatch; {
		if err := s.World.Clock.Advance(ctx, tick); err != nil {
			return err
		}
		elapsed := s.World.Clock.Now().Sub(begun)
		look(s, plays)
		bars.show(elapsed, plays)
		if s.InFlight() > 0 || len(s.World.SQS.Peek(s.Copies.ARN)) > 0 {
			quiet = 0
			screen.pause(ctx)
		} else {
			quiet += tick
		}
		if elapsed > limit {
			return nil // the table says what is missing
		}
	}
	return nil
}

// eventBatch is how often AWS Backup tells EventBridge of its jobs.
const eventBatch = 5 * time.Minute

// look notes how far every hop has come.
func look(s *stage.Stage, plays []*play) {
	hopOne := latest(s.World.Backup.CopyJobs(stage.Member, stage.Primary))
	hopTwo := latest(s.World.Backup.CopyJobs(stage.Backup, stage.Primary))
	for _, p := range plays {
		p.steps = [2]step{hopOne[p.ResourceARN], hopTwo[p.ResourceARN]}
	}
}

// latest is the newest job of each resource; jobs come newest first.
func latest(jobs []backup.CopyJob) map[string]step {
	steps := map[string]step{}
	for _, job := range jobs {
		if _, ok := steps[job.ResourceArn]; !ok {
			steps[job.ResourceArn] = step{state: job.State, progress: job.Progress}
		}
	}
	return steps
}

// reason says why a point has not arrived, as far as its jobs and the dead-letter
// queue tell.
func reason(s *stage.Stage, p *play) string {
	for _, message := range s.World.SQS.Peek(s.DeadLetters.ARN) {
		for _, copied := range s.In(s.Intermediate.ARN, p.Database) {
			if strings.Contains(message.Body, copied.RecoveryPointArn) {
				return fmt.Sprintf("in the dead-letter queue: %s", message.Attributes["reason"].StringValue)
			}
		}
	}
	for _, account := range []string{stage.Backup, stage.Member} {
		for _, job := range s.World.Backup.CopyJobs(account, stage.Primary) {
			if job.ResourceArn == p.ResourceARN && job.State != "COMPLETED" {
				return fmt.Sprintf("copy job %s is %s %s", job.CopyJobID, job.State, job.StatusMessage)
			}
		}
	}
	return "no copy job to the final vault was started"
}
