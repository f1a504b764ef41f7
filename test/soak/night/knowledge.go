package night

import (
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup"
)

// knowledge is when twohop could know of what: a point is knowable once its event was
// delivered, or the next run of the reconciler began.
type knowledge struct {
	mu       sync.Mutex
	events   map[string]time.Time // the first delivery, by point
	runs     []time.Time          // of the reconciler
	failures map[string]time.Time // the first delivery of a second hop's end, by copy job
	attempts map[string]int       // second hops begun, by point
}

func newKnowledge() *knowledge {
	return &knowledge{events: map[string]time.Time{}, failures: map[string]time.Time{}, attempts: map[string]int{}}
}

func (k *knowledge) told(point string, at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.events[point]; !ok {
		k.events[point] = at
	}
}

// ended notes that the end of a second hop was told of.
func (k *knowledge) ended(job string, at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.failures[job]; !ok {
		k.failures[job] = at
	}
}

func (k *knowledge) looked(at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.runs = append(k.runs, at)
}

// attempt counts the second hops of a job's point, this one included.
func (k *knowledge) attempt(job backup.CopyJob) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.attempts[job.SourceRecoveryPointArn]++
	return k.attempts[job.SourceRecoveryPointArn]
}

// since is when a point that arrived at a time could be known of; zero: not yet.
func (k *knowledge) since(point string, arrived time.Time) time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.runSince(k.events[point], arrived)
}

// again is when it could be known that a job has failed, and the pause after it was over.
func (k *knowledge) again(job backup.CopyJob, pause time.Duration) time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return later(k.runSince(k.failures[job.CopyJobID], job.CompletionDate.Time), job.CompletionDate.Add(pause))
}

// runSince is the earlier of a delivery, if there was one, and of the next run.
func (k *knowledge) runSince(known, arrived time.Time) time.Time {
	for _, run := range k.runs {
		if !run.Before(arrived) && (known.IsZero() || run.Before(known)) {
			known = run
		}
	}
	return known
}
