package night

import (
	"context"
	"fmt"
	"time"

	awskms "github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/chance"
	"github.com/twohop/twohop/test/stage"
)

// firstNight is when the plan of two hops fires for the first time.
var firstNight = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// engines and how many of ten databases are of each. The pools are as different: the
// three engines of clusters share five slots.
var engines = []struct {
	name  string
	share int
}{{"RDS", 8}, {"Aurora", 9}, {"DocumentDB", 10}}

// soakEstate is the example's estate with what a larger one would have: a ceiling that
// is never reached, and an objective that hours of waiting for full pools do not break.
// The SDK's own pauses between attempts are real time: they are short here.
var soakEstate = stage.All(
	stage.Variables(primary, "CopystarterFunction", map[string]any{"TWOHOP_LONGEST_PAUSE": "5ms", "TWOHOP_DAILY_CEILING": "5000"}),
	stage.Variables(primary, "OutcometrackerFunction", map[string]any{"TWOHOP_LONGEST_PAUSE": "5ms"}),
	stage.Variables(primary, "ReconcilerFunction", map[string]any{"TWOHOP_LONGEST_PAUSE": "5ms"}),
	stage.Replace(primary, "26h0m0s", "48h0m0s"),
	stage.Replace(primary, "93600", "172800"),
)

// nights is a world on its way.
type nights struct {
	Options
	*stage.Stage
	chance    chance.Seed
	databases []stage.Resource
	closed    map[string]bool // databases whose key closes, by ARN
	faults    *faults
	known     *knowledge
}

// play begins the world and lets all nights pass.
func (o Options) begin(ctx context.Context) (*nights, error) {
	n := &nights{Options: o, chance: chance.Seed(o.Seed), closed: map[string]bool{}, known: newKnowledge()}
	n.faults = newFaults(n)
	config := awssim.Config{
		Start: firstNight.Add(-2 * time.Hour), Seed: o.Seed, Alarms: true,
		Backup: func(c *backup.Config) {
			c.Pools, c.Plan, c.Backups.Plan = copies.SharedPools(), n.course, n.backup
			c.Lag = o.Lag
			c.Lag.Seed = o.Seed
		},
		Intercept: n.faults.call, OnStart: n.faults.starts, OnInvocation: n.faults.ends, OnLog: n.faults.log,
	}
	options := stage.Options{World: config, Functions: &stage.Functions{Instead: o.Without.instead()}, Change: o.Without.change()}
	var err error
	if n.Stage, err = stage.Start(ctx, options); err != nil {
		return n, err
	}
	n.World.Events.Intercept = n.faults.event
	return n, n.found()
}

// found makes the databases.
func (n *nights) found() error {
	for i := range (n.Points + n.Nights - 1) / n.Nights {
		r := stage.Resource{Name: fmt.Sprintf("db-%04d", i), Type: n.engine(i), Plan: "cross-region-special", Bytes: n.size(i)}
		made, err := n.Add(r)
		if err != nil {
			return err
		}
		n.databases = append(n.databases, made)
		if n.chance.Of("closes", made.ARN) < n.Rates.FailsForGood {
			n.closed[made.ARN] = true
		}
	}
	return nil
}

// size is that of a database, in bytes.
func (n *nights) size(i int) int64 {
	return smallest + int64(n.chance.Of("size", i)*(largest-smallest))
}

func (n *nights) engine(i int) string {
	for _, engine := range engines {
		if i%10 < engine.share {
			return engine.name
		}
	}
	return "Neptune"
}

// night counts the nights from 0.
func night(t time.Time) int { return int(t.Sub(firstNight) / (24 * time.Hour)) }

// backup is the course of a backup job: spread over an hour, as AWS Backup spreads
// them over the plan's window.
func (n *nights) backup(job jobs.Job) backup.Course {
	at := night(job.CreationDate.Time)
	return backup.Course{
		Wait: n.chance.Between(0, time.Hour, "backup waits", job.ResourceArn, at),
		Run:  n.chance.Between(2*time.Minute, 10*time.Minute, "backup runs", job.ResourceArn, at),
	}
}

// course is that of a copy job. Every attempt at one copy takes as long.
func (n *nights) course(job backup.CopyJob) backup.Course {
	at := night(job.CreationDate.Time)
	if job.AccountID != stage.Backup {
		return backup.Course{Wait: 10 * time.Second, Run: n.chance.Between(2*time.Minute, 15*time.Minute, "hop 1", job.ResourceArn, at)}
	}
	course := backup.Course{
		Wait: n.chance.Between(20*time.Second, time.Minute, "hop 2 waits", job.ResourceArn, at),
		Run:  n.runs(job, at),
	}
	attempt := n.known.attempt(job)
	switch {
	case n.failsForGood(job.ResourceArn, at):
		course.End, course.Message = "FAILED", closedKey
	case n.failures(job.ResourceArn, at) >= attempt:
		course.End, course.Message = "FAILED", "Internal Failure. ServiceUnavailableException: please try again"
	}
	return course
}

// runs is how long a second hop runs: from 4 to 16 minutes, three quarters of it by the
// database's size.
func (n *nights) runs(job backup.CopyJob, at int) time.Duration {
	bySize := float64(job.BackupSizeInBytes-smallest) / (largest - smallest)
	by := 0.75*bySize + 0.25*n.chance.Of("hop 2 runs", job.ResourceArn, at)
	return 4*time.Minute + time.Duration(by*float64(12*time.Minute))
}

// Sizes of databases, in bytes: they differ as much as their copies' durations.
const (
	smallest = 8 << 30
	largest  = 32 << 30
)

// closedKey is what RDS says of a source's key that does not admit the copy.
const closedKey = "The source snapshot KMS key [arn:aws:kms:eu-central-1:222222222222:key/intermediate] does not exist, " +
	"is not enabled or you do not have permissions to access it."

func (n *nights) failsForGood(resource string, at int) bool {
	return n.chance.Of("fails for good", resource, at) < n.Rates.FailsForGood
}

// failures are the attempts at a copy that fail for a while: none, one or two.
func (n *nights) failures(resource string, at int) int {
	x := n.chance.Of("fails awhile", resource, at)
	switch {
	case x >= n.Rates.FailsAwhile:
		return 0
	case x < n.Rates.FailsAwhile/2:
		return 1
	default:
		return 2
	}
}

// close has the keys of some databases admit their own account alone from now on.
func (n *nights) close(ctx context.Context) error {
	policy, err := n.KeyPolicy(stage.Member, false)
	if err != nil {
		return err
	}
	client := awskms.NewFromConfig(n.Client(stage.Member, stage.Primary))
	for _, d := range n.databases {
		if !n.closed[d.ARN] {
			continue
		}
		if _, err := client.PutKeyPolicy(ctx, &awskms.PutKeyPolicyInput{KeyId: &d.KeyARN, Policy: &policy}); err != nil {
			return fmt.Errorf("close the key of %s: %w", d.Name, err)
		}
	}
	return nil
}
