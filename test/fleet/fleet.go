// Package fleet is a model of one large night: the use cases of package relay as they
// are, on AWS Backup in memory, queues in memory, and simulated time.
//
// Nothing is measured of AWS: how long calls and copies take is made up, from a seed.
// What the model shows is whether every point is copied once, how near the end of the
// last copy comes to the earliest possible (package bound), and how many calls and
// messages that costs. The messages of one batch are handled side by side, so that two
// runs of one seed differ a little.
package fleet

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

// Config is one run of the model.
type Config struct {
	Points int // recovery points of the night
	Seed   uint64
	Over   time.Duration // in which their first hops complete
	Pools  []hop.Pool    // of RDS and of the three types of clusters
	// Ceiling is how many copies may be started for the member in 24 hours; 0: nothing
	// waits for it.
	Ceiling int
	Lag     lag.Config // of AWS Backup's descriptions and lists; the zero value is none
}

// Of the quotas of 100,000 points.
const (
	full          = 100_000
	sizeRDS       = 1500
	sizeClusters  = 400
	spareRDS      = 2
	spareClusters = 1
)

// tooLong is when a night that does not end is given up.
const tooLong = 14 * 24 * time.Hour

// midnight is when the model's time begins.
var midnight = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

type fleet struct {
	config                          Config
	clock                           *clock
	account                         *account
	night                           []*point
	copies, outcomes                *queue
	rejected, unreadable            *letters
	starting, tracking, reconciling *tally
	started, tracked                *diary
	heap                            uint64 // bytes, the most seen
	runs                            int
	err                             error
}

// Run plays a night until every point has its copy and no message is left. It is an
// error where that does not come to pass.
func Run(ctx context.Context, c Config) (Result, error) {
	if c.Points < 1 || c.Over <= 0 || len(c.Pools) == 0 {
		return Result{}, errors.New("a night has one point at least, takes a while, and has quotas")
	}
	began := time.Now()
	f := newFleet(c)
	copying, following := f.starters(), f.trackers()
	f.arrive()
	f.run(ctx, midnight.Add(begin.Truncate(every)))
	for f.clock.step() && f.err == nil {
		switch {
		case ctx.Err() != nil:
			f.err = ctx.Err()
		case f.clock.time().Sub(midnight) > tooLong:
			f.err = fmt.Errorf("after %s %d points have no copy", tooLong, f.account.left)
		}
	}
	if err := errors.Join(f.err, f.account.err, copying.failed, following.failed); err != nil {
		return Result{}, err
	}
	result := f.result()
	result.Batches = copying.batches
	result.Wall = time.Since(began)
	return result, nil
}

func newFleet(c Config) *fleet {
	f := &fleet{
		config: c, clock: &clock{now: midnight},
		rejected: &letters{}, unreadable: &letters{},
		starting: newTally(), tracking: newTally(), reconciling: newTally(),
		started: newDiary(), tracked: newDiary(),
	}
	f.copies, f.outcomes = f.queue(1), f.queue(2)
	f.copies.dead, f.outcomes.dead = f.rejected, f.unreadable
	f.night = night(c, rand.New(rand.NewPCG(c.Seed, 0)))
	f.account = &account{
		Memory: backuptest.NewMemory(midnight), clock: f.clock, random: rand.New(rand.NewPCG(c.Seed, 4)),
		copies: f.copies, outcomes: f.outcomes, points: map[string]*point{}, left: c.Points,
	}
	f.account.ReadsLag(c.Lag)
	f.account.SetKey(intermediate, key(intermediate))
	f.account.SetKey(final, key(final))
	for _, p := range f.config.Pools {
		f.account.pools = append(f.account.pools, &pool{Pool: p})
		f.account.Limit(p.Types, p.Size, false)
	}
	f.clock.moved = f.account.Advance
	return f
}

func (f *fleet) queue(stream uint64) *queue {
	return &queue{clock: f.clock, random: rand.New(rand.NewPCG(f.config.Seed, stream))}
}

// Quotas are those with which the copies of so many points take about a day. With
// AWS's defaults 100,000 would take weeks.
func Quotas(points int) []hop.Pool {
	size := func(of, spare int) int { return max(spare+1, (of*points+full-1)/full) }
	return []hop.Pool{
		{Types: []string{"RDS"}, Size: size(sizeRDS, spareRDS), Headroom: spareRDS},
		{Types: clusterTypes, Size: size(sizeClusters, spareClusters), Headroom: spareClusters},
	}
}

func (f *fleet) arrive() {
	for _, p := range f.night {
		f.account.points[p.ARN] = p
		f.clock.at(p.Completed, func() { f.account.arrive(p) })
	}
}

// run makes the recent run of a time and those after it, until nothing is left to do.
func (f *fleet) run(ctx context.Context, at time.Time) {
	reconciler := f.reconciler()
	var next func()
	next = func() {
		if f.account.left == 0 && f.copies.empty() && f.outcomes.empty() {
			return
		}
		f.runs++
		if _, err := reconciler.Look(ctx, f.clock.time()); err != nil {
			f.err = err
		}
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		f.heap = max(f.heap, memory.HeapAlloc)
		f.clock.after(every, next)
	}
	f.clock.at(at, next)
}
