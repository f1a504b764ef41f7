package fleet

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// account is what AWS does in the backup account, apart from answering calls.
type account struct {
	*backuptest.Memory
	clock            *clock
	random           *rand.Rand
	copies, outcomes *queue
	points           map[string]*point
	pools            []*pool
	left             int // points without a copy
	err              error
}

func (a *account) pool(resourceType string) *pool {
	return a.pools[slices.IndexFunc(a.pools, func(p *pool) bool { return slices.Contains(p.Types, resourceType) })]
}

// arrive has a first hop complete.
func (a *account) arrive(p *point) {
	a.AddPoint(intermediate, p.RecoveryPoint)
	a.clock.at(p.known(), func() {
		if !p.begun {
			a.pool(p.ResourceType).know(a.clock.time())
		}
	})
	a.tell(a.copies, p.events, hop.CopyJobEvent{
		State: hop.Completed, SourceVault: local, Destination: intermediate,
		Copy: p.ARN, ResourceARN: p.ResourceARN, ResourceType: p.ResourceType, Bytes: p.Bytes,
	})
}

// tell delivers an event at each of the times.
func (a *account) tell(to *queue, times []time.Time, event hop.CopyJobEvent) {
	for _, at := range times {
		a.clock.at(at, func() { to.send(0, relay.Message{Notice: hop.Notice{CopyJob: &event}}) })
	}
}

// begin has copies begin that may, and end when they have taken their time.
func (a *account) begin() {
	for _, job := range a.Begin() {
		p, in := a.points[job.Source], a.pool(job.ResourceType)
		in.begin(a.clock.time(), !p.begun)
		p.begun = true
		takes, state := p.duration, hop.Completed
		if p.fails {
			p.fails, takes, state = false, p.duration/2, hop.Failed
		}
		a.clock.after(takes, func() { a.end(job, state) })
	}
}

// end ends a copy, tells of it, and lets others begin.
func (a *account) end(job hop.CopyJob, state hop.State) {
	event := hop.CopyJobEvent{State: state, JobID: job.ID, Source: job.Source, SourceVault: intermediate,
		Destination: job.Destination, ResourceARN: job.ResourceARN, ResourceType: job.ResourceType, Bytes: a.points[job.Source].Bytes}
	now := a.clock.time()
	a.pool(job.ResourceType).end(now)
	if state == hop.Completed {
		if p := a.points[job.Source]; !p.copied {
			p.copied = true
			a.left--
		}
		a.err = errors.Join(a.err, a.Complete(job.ID))
	} else {
		event.Message, event.Class = "Internal error", hop.ClassUnknown
		a.err = errors.Join(a.err, a.End(job.ID, state, event.Message))
	}
	a.tell(a.outcomes, events(now, a.random), event)
	a.begin()
}
