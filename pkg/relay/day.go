package relay

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// day counts the copies of the last 24 hours by account. It remembers the jobs that
// it has read, so that a further batch reads only those that were created since: when
// a job was created, and for whom, never changes, and with 100,000 copies a day the
// whole list takes a hundred calls. Its zero value has read nothing. A function's
// environment that is new begins with the whole list.
type day struct {
	mu    sync.Mutex
	jobs  []created // in the order of creation
	count map[string]int
}

// created is what counts of a job.
type created struct {
	at          time.Time
	id, account string
}

func oldestFirst(a, b created) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.id, b.id)) }

// copies is how many copies of each account began in the 24 hours before now.
func (d *day) copies(ctx context.Context, jobs Jobs, now time.Time) (map[string]int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.count == nil {
		d.count = map[string]int{}
	}
	since := now.Add(-24 * time.Hour)
	d.forget(since)
	if n := len(d.jobs); n > 0 {
		since = latest(since, d.jobs[n-1].at.Add(-margin)) // lists may lag
	}
	read, err := jobs.Since(ctx, since)
	if err != nil {
		return nil, err
	}
	for _, job := range read {
		d.add(job)
	}
	return maps.Clone(d.count), nil
}

func (d *day) add(job hop.CopyJob) {
	one := created{at: job.Created, id: job.ID, account: job.Account()}
	at, known := slices.BinarySearchFunc(d.jobs, one, oldestFirst)
	if known {
		return
	}
	d.jobs = slices.Insert(d.jobs, at, one)
	d.count[one.account]++
}

// forget drops what was created until a time.
func (d *day) forget(until time.Time) {
	n := 0
	for ; n < len(d.jobs) && !d.jobs[n].at.After(until); n++ {
		d.count[d.jobs[n].account]--
	}
	d.jobs = d.jobs[n:]
}
