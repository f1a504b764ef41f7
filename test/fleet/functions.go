package fleet

import (
	"cmp"
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Of the example estate and its functions, but for the quotas.
const (
	attempts   = 4
	every      = 15 * time.Minute
	recent     = 3 * 24 * time.Hour
	atOnce     = 2 // invocations of a function
	retention  = 35
	objective  = 26 * time.Hour
	firstPause = 5 * time.Minute
	lastPause  = 2 * time.Hour
)

var types = []string{"RDS", "Aurora", "DocumentDB", "Neptune"}

func routes() hop.Routes {
	return hop.Routes{{Name: "databases", Source: intermediate, Types: types, Role: "arn:aws:iam::" + backup + ":role/twohop-copy",
		Destinations: []hop.Destination{{Vault: final, DeleteAfterDays: retention}}}}
}

func retry() hop.Retry { return hop.Retry{Attempts: attempts, First: firstPause, Longest: lastPause} }

func advice(hop.FailedJob) string { return "" }

// map of the queue `copies` to environments of the copystarter.
func (f *fleet) starters() *mapping {
	m := f.mapping(f.copies)
	for range atOnce {
		d := &desk{backup: f.account.Memory, tally: f.starting, spent: map[string]time.Duration{}}
		w := newWorker(d, true)
		w.handle = (&relay.Starter{
			Routes: routes(), Pools: f.config.Pools, Retry: retry(), MaxReceives: maxReceives,
			Ceiling: cmp.Or(f.config.Ceiling, 2*f.config.Points), // all points are one member's
			Points:  d, Jobs: d, Copies: d, Queue: sender{queue: f.copies, desk: d}, DeadLetters: f.rejected,
			Advice: advice, Observer: f.started, Clock: f.clock.time,
		}).Handle
		m.workers = append(m.workers, w)
	}
	return m
}

// trackers of the queue `outcomes`.
func (f *fleet) trackers() *mapping {
	m := f.mapping(f.outcomes)
	for range atOnce {
		d := &desk{backup: f.account.Memory, tally: f.tracking, spent: map[string]time.Duration{}}
		w := newWorker(d, false)
		w.handle = (&relay.Tracker{
			Routes: routes(), Retry: retry(), MaxReceives: maxReceives,
			Points: d, Jobs: d, Vaults: d, Retention: d,
			Queue: sender{queue: f.outcomes, desk: d}, Copies: sender{queue: f.copies, desk: d},
			Rejected: f.rejected, Unreadable: f.unreadable, Advice: advice, Observer: f.tracked,
		}).Handle
		m.workers = append(m.workers, w)
	}
	return m
}

func (f *fleet) mapping(q *queue) *mapping {
	m := &mapping{clock: f.clock, queue: q, crashes: crashes, after: f.account.begin, random: rand.New(rand.NewPCG(f.config.Seed, 3))}
	q.wake = m.poll
	return m
}

// reconciler makes recent runs.
func (f *fleet) reconciler() *relay.Reconciler {
	d := &desk{backup: f.account.Memory, tally: f.reconciling, spent: map[string]time.Duration{}}
	objectives := map[string]time.Duration{}
	for _, resourceType := range types {
		objectives[resourceType] = objective
	}
	return &relay.Reconciler{
		Routes: routes(), Retry: retry(), Every: every, Recent: recent, Objectives: objectives,
		Inventory: d, Jobs: d, Vaults: d,
		Copies: sender{f.copies, d, true}, Outcomes: sender{f.outcomes, d, true}, Letters: f.rejected,
		Later: nobody{}, Digests: nobody{}, Advice: advice, Supervisor: nobody{},
	}
}

// nobody hears what recent runs tell.
type nobody struct{}

func (nobody) Continue(context.Context, relay.Sweep) error   { return nil }
func (nobody) Publish(context.Context, string, string) error { return nil }
func (nobody) Ran(relay.Report) error                        { return nil }

// diary counts outcomes by reason.
type diary struct {
	mu      sync.Mutex
	reasons map[hop.Reason]int
}

// Observe implements relay.Observer.
func (d *diary) Observe(o relay.Outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reasons[o.Decision.Reason]++
}

func newDiary() *diary { return &diary{reasons: map[hop.Reason]int{}} }
