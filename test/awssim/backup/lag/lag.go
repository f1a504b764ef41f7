// Package lag decides for how long reads of AWS Backup show what was, not what is. AWS
// promises no reader that a list or a description contains a change at once; how long
// its own readers wait is UNCONFIRMED A44. What the service decides never lags: quotas,
// idempotency tokens and turns of resources are always those of now.
package lag

import (
	"errors"
	"fmt"
	"time"

	"github.com/twohop/twohop/test/awssim/chance"
)

// Config says what lags. With the zero value every read shows what is. The same seed
// hides the same change for the same simulated time, in whatever order calls are made.
type Config struct {
	Seed uint64
	// Jobs is for how long ListCopyJobs and DescribeCopyJob hide a new copy job, and each
	// change of its state.
	Jobs Delay
	// Copies is for how long a copy that came from another Region is neither described nor
	// listed in its vault, counted from the end of its job.
	Copies Delay
	// Deletions is for how long a deleted or expired recovery point is still described and
	// listed.
	Deletions Delay
	// Stale is the share of reads, from 0 to 1, that show a job one step older than it has
	// been shown before, or not at all where it was new. No read shows a step that was
	// left longer than Jobs.Most ago.
	Stale float64
}

// Delay is a distribution of lengths of time: even from 0 to Usual, but for a share of
// Tail, which is even from Usual to Most. Most is the bound: no delay is longer. The zero
// value is no delay.
type Delay struct {
	Usual, Most time.Duration
	Tail        float64 // from 0 to 1
}

// Usual is the lag that long runs are played with: changes of jobs are mostly hidden for
// up to 2 s, a few of a hundred for up to a minute; copies in another Region, and
// deletions, for up to 30 s, and a few for up to 5 minutes. AWS states no numbers.
func Usual() Config {
	points := Delay{Usual: 30 * time.Second, Most: 5 * time.Minute, Tail: 0.03}
	return Config{Jobs: Delay{Usual: 2 * time.Second, Most: time.Minute, Tail: 0.03}, Copies: points, Deletions: points, Stale: 0.01}
}

// Longest is how long after its last change everything is shown as it is.
func (c Config) Longest() time.Duration {
	return max(c.Jobs.Most, c.Copies.Most, c.Deletions.Most)
}

// Check names every fault of the configuration at once.
func (c Config) Check() error {
	faults := []error{share("stale reads", c.Stale)}
	for name, d := range map[string]Delay{"jobs": c.Jobs, "copies": c.Copies, "deletions": c.Deletions} {
		faults = append(faults, share("tail of the lag of "+name, d.Tail))
		if d.Usual < 0 || d.Most < d.Usual {
			faults = append(faults, fmt.Errorf("lag of %s: usually up to %s and at the most %s; the second must not be shorter, and none negative", name, d.Usual, d.Most))
		}
	}
	return errors.Join(faults...)
}

func share(name string, x float64) error {
	if x < 0 || x > 1 {
		return fmt.Errorf("%s: a share of %v; 0 to 1 are possible", name, x)
	}
	return nil
}

func (d Delay) of(seed uint64, thing ...any) time.Duration {
	c := chance.Seed(seed)
	if c.Of(append(thing, "tail")...) < d.Tail {
		return c.Between(d.Usual, d.Most, thing...)
	}
	return c.Between(0, d.Usual, thing...)
}

// Step is the newest of a job's steps that a reader is shown at a time, by its index in
// taken, the times at which the steps were taken; -1 where the job is not shown yet.
// Readers of different numbers may be shown different steps.
func (c Config) Step(now time.Time, job string, reader uint64, taken ...time.Time) int {
	last := len(taken) - 1
	if !now.Before(taken[last].Add(c.Jobs.Most)) {
		return last
	}
	for ; last >= 0; last-- {
		if !now.Before(taken[last].Add(c.Jobs.of(c.Seed, job, last))) {
			break
		}
	}
	if last >= 0 && now.Before(taken[last].Add(c.Jobs.Most)) && chance.Seed(c.Seed).Of("stale", job, reader) < c.Stale {
		last--
	}
	return last
}

// HidesCopy tells whether a copy that came from another Region and was completed at a
// time is not shown yet.
func (c Config) HidesCopy(now time.Time, point string, completed time.Time) bool {
	return now.Before(completed.Add(c.Copies.Most)) && now.Before(completed.Add(c.Copies.of(c.Seed, "copy", point)))
}

// ShowsDeleted tells whether a recovery point that was deleted at a time is still shown.
func (c Config) ShowsDeleted(now time.Time, point string, deleted time.Time) bool {
	return now.Before(deleted.Add(c.Deletions.Most)) && now.Before(deleted.Add(c.Deletions.of(c.Seed, "deletion", point)))
}
