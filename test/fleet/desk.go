package fleet

import (
	"context"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// What a call is taken to last: AWS says nothing of it. A thousand items of a list are a
// megabyte, which a function of 256 MB decodes with a seventh of a processor.
const (
	callTime = 50 * time.Millisecond
	itemTime = 400 * time.Microsecond // more for each item of a list
	pageSize = 1000                   // items that a list call gives at most
)

// desk is AWS Backup and SQS as one environment of a function sees them: its calls are
// counted, page by page, and take time.
type desk struct {
	backup *backuptest.Memory
	tally  *tally
	// pause has an invocation wait, between what it saw in flight and what it does
	// about it, for as long as that has taken; nil where it does not wait.
	pause func(time.Duration)

	mu       sync.Mutex
	spent    map[string]time.Duration
	inFlight []hop.CopyJob // as listed last
}

// tally counts calls by what they are, for all desks.
type tally struct {
	mu    sync.Mutex
	calls map[string]int
}

func (t *tally) add(call string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[call] += n
}

// took notes a call. Calls of one kind are made side by side in an invocation, those of
// different kinds one after another: the longest of each kind counts.
func (d *desk) took(call string, lists ...int) {
	calls, most := 0, callTime
	for _, items := range lists {
		pages := max(1, (items+pageSize-1)/pageSize)
		calls += pages
		most = max(most, time.Duration(pages)*callTime+time.Duration(items)*itemTime)
	}
	d.tally.add(call, max(1, calls))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.spent[call] = max(d.spent[call], most)
}

// elapsed is how long the calls since the last call of it have taken.
func (d *desk) elapsed() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all time.Duration
	for _, one := range d.spent {
		all += one
	}
	clear(d.spent)
	return all
}

// InFlight implements relay.Jobs: a list call each for what is CREATED and RUNNING. The
// list is good until the next call.
func (d *desk) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	jobs, err := d.backup.ReadInFlight(ctx, d.inFlight)
	d.inFlight = jobs
	created := 0
	for _, job := range jobs {
		if job.State == hop.Created {
			created++
		}
	}
	d.took("ListCopyJobs, in flight", created, len(jobs)-created)
	if d.pause != nil {
		d.pause(d.elapsed())
	}
	return jobs, err
}

// Of implements relay.Jobs.
func (d *desk) Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error) {
	jobs, err := d.backup.Of(ctx, point, destination)
	d.took("ListCopyJobs, of a point", len(jobs))
	return jobs, err
}

// From implements relay.JobsOfPoints.
func (d *desk) From(ctx context.Context, point string) ([]hop.CopyJob, error) {
	jobs, err := d.backup.From(ctx, point)
	d.took("ListCopyJobs, of a point", len(jobs))
	return jobs, err
}

// Since implements relay.Jobs.
func (d *desk) Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error) {
	jobs, err := d.backup.Since(ctx, t)
	d.took("ListCopyJobs, since a time", len(jobs))
	return jobs, err
}

// Into implements relay.AllJobs.
func (d *desk) Into(ctx context.Context, region string, vault hop.Vault) ([]hop.CopyJob, error) {
	jobs, err := d.backup.Into(ctx, region, vault)
	d.took("ListCopyJobs, into a vault", len(jobs))
	return jobs, err
}

// Point implements relay.Points.
func (d *desk) Point(ctx context.Context, vault hop.Vault, arn string) (hop.RecoveryPoint, error) {
	d.took("DescribeRecoveryPoint")
	return d.backup.Point(ctx, vault, arn)
}

// Start implements relay.Copies.
func (d *desk) Start(ctx context.Context, order hop.Order) (relay.Started, error) {
	d.took("StartCopyJob")
	return d.backup.Start(ctx, order)
}

// Job implements relay.Copies.
func (d *desk) Job(ctx context.Context, id string) (hop.CopyJob, error) {
	d.took("DescribeCopyJob")
	return d.backup.Job(ctx, id)
}

func newTally() *tally { return &tally{calls: map[string]int{}} }
