package protocol

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
)

// TestRandomSchedules replays random orders of the models' steps on the code that decides:
// hop.Decide, hop.Track and hop.Look. What is around them, the lists, the queues and the
// answers of AWS Backup, is the world of this package.
func TestRandomSchedules(t *testing.T) {
	for i := range 30 { // some orders are rare
		t.Run(fmt.Sprint(i), func(t *testing.T) { rapid.Check(t, schedule) })
	}
}

func schedule(t *rapid.T) {
	w := newWorld()
	t.Repeat(map[string]func(*rapid.T){
		"copystarter":    func(t *rapid.T) { w.copystarter(t, rapid.IntRange(0, 9).Draw(t, "crash") == 0) },
		"outcometracker": func(t *rapid.T) { w.outcometracker(t) },
		"a job ends":     w.endJob,
		"AWS catches up": w.catchUp,
		"minutes pass":   func(t *rapid.T) { w.pass(time.Duration(rapid.IntRange(1, 20).Draw(t, "minutes")) * time.Minute) },
		"months pass":    w.months,
		"redrive":        w.redrive,
		"a run":          func(t *rapid.T) { w.run(t, rapid.Bool().Draw(t, "full")) },
		"a copy is gone": w.deleteCopy,
		"an old event":   func(*rapid.T) { w.send(message{}) },
	})
	w.rest(t)
}

// copystarter handles a message of the queue `copies`, as relay.Starter does.
func (w *world) copystarter(t *rapid.T, crash bool) {
	if len(w.copies) == 0 {
		t.Skip("the queue is empty")
	}
	i := rapid.IntRange(0, len(w.copies)-1).Draw(t, "message")
	m := w.copies[i]
	w.copies = slices.Delete(w.copies, i, i+1)
	m.receives++
	c := hop.Case{
		Request: request, Point: w.point, Jobs: w.list(), Routes: routes, Retry: retry, Room: true,
		FirstSeen: m.began(), RejectedAt: m.rejectedAt, Now: w.now,
	}
	d := hop.Decide(c)
	for answers := 0; d.Verdict == hop.Start; answers++ {
		answer := w.start(t, d.Order.Token)
		if crash {
			t.Logf("copystarter crashes")
			w.copies = append(w.copies, m)
			return
		}
		earlier := answer.Created.Before(m.sent.Add(-5 * time.Second))
		if !earlier && m.receives == 1 {
			return
		}
		again := answers < 10 && w.answered(&c, answer)
		if !again && !earlier {
			return
		}
		if !again {
			d = hop.Stale(answer.ID)
			break
		}
		d = hop.Decide(c)
	}
	switch d.Verdict {
	case hop.Wait:
		m.firstSeen = m.began()
		w.send(m)
	case hop.Reject:
		w.reject(t, m, d, w.now)
	case hop.Start, hop.Skip, hop.Split, hop.Again:
	}
}

// answered adds a job that AWS answered with to the case; false where it is in flight, or
// was listed.
func (w *world) answered(c *hop.Case, answer *job) bool {
	listed := slices.ContainsFunc(c.Jobs, func(j hop.CopyJob) bool { return j.ID == answer.ID })
	switch {
	case listed || answer.State.InFlight():
		return false
	case answer.shown == forgotten:
		c.Answered = hop.CopyJob{ID: answer.ID, Created: answer.Created}
	default:
		c.Jobs = append(c.Jobs, w.ended(answer))
	}
	return true
}

// outcometracker handles a message of the queue `outcomes`, as relay.Tracker does.
func (w *world) outcometracker(t *rapid.T) {
	if len(w.outcomes) == 0 {
		t.Skip("the queue is empty")
	}
	i := rapid.IntRange(0, len(w.outcomes)-1).Draw(t, "outcome")
	m := w.outcomes[i]
	w.outcomes = slices.Delete(w.outcomes, i, i+1)
	c := hop.Tracked{
		Request: request, Event: m.event, Jobs: w.list(), VaultKey: key, Destination: routes[0].Destinations[0], Retry: retry,
		FirstSeen: m.began(), Now: w.now,
	}
	for _, j := range w.jobs {
		named := j.shown == ended || j.ID == m.event.JobID && c.Unlisted()
		if named && j.State == hop.Completed && j.described == hop.CopyPresent {
			c.Copy = hop.RecoveryPoint{ARN: j.Copy, ResourceARN: database, ResourceType: "RDS", Status: hop.PointCompleted, Created: w.point.Created, KeyARN: key}
		}
	}
	switch d := hop.Track(c); d.Verdict {
	case hop.Again:
		t.Logf("requested again: %s", d.Reason)
		for _, j := range w.jobs {
			if d.Reason == hop.ReasonVanished && j.stored && (j.shown == ended || j.ID == m.event.JobID) {
				t.Fatalf("the copy of %s exists and counts as vanished: %s", j.ID, d.Detail)
			}
		}
		w.send(message{firstSeen: m.began()})
	case hop.Wait:
		m.firstSeen, m.sent = m.began(), w.now
		w.outcomes = append(w.outcomes, m)
	case hop.Reject:
		at := w.now
		if d.FailedAt.After(at) {
			at = d.FailedAt
		}
		w.reject(t, m, d, at)
	case hop.Start, hop.Skip, hop.Split:
	}
}

func (w *world) endJob(t *rapid.T) {
	for _, j := range w.jobs {
		if j.State.InFlight() {
			class := rapid.SampledFrom([]hop.Class{"", "", "", hop.ClassUnknown, hop.ClassUnknown, hop.ClassKey}).Draw(t, "class")
			w.end(t, j, class, rapid.IntRange(0, 2).Draw(t, "events"))
			return
		}
	}
	t.Skip("no job is in flight")
}

// catchUp has the list show the next step of a job, or the vault describe its copy.
func (w *world) catchUp(t *rapid.T) {
	if len(w.jobs) == 0 {
		t.Skip("no job was started")
	}
	j := w.jobs[rapid.IntRange(0, len(w.jobs)-1).Draw(t, "job")]
	switch {
	case rapid.Bool().Draw(t, "vault"):
		w.describe(j)
	case j.shown == hidden || j.shown == inFlight && !j.State.InFlight():
		j.shown++
	}
}

// months pass: nothing that is in flight or in a queue is that old. The list forgets the
// jobs; AWS remembers their tokens.
func (w *world) months(t *rapid.T) {
	busy := slices.ContainsFunc(w.jobs, func(j *job) bool { return j.State.InFlight() })
	if busy || len(w.copies)+len(w.outcomes)+len(w.dead) > 0 {
		t.Skip("not at rest")
	}
	w.pass(time.Duration(rapid.IntRange(10, 40).Draw(t, "days")) * 24 * time.Hour)
	for _, j := range w.jobs {
		if w.now.Sub(j.Created) > 30*24*time.Hour {
			j.shown = forgotten
		}
	}
}

// redrive moves a dead-letter message back as SQS does: its attributes stay. Where the
// history is unknown the operator looks for the copy first.
func (w *world) redrive(t *rapid.T) {
	if len(w.dead) == 0 {
		t.Skip("the dead-letter queue is empty")
	}
	i := rapid.IntRange(0, len(w.dead)-1).Draw(t, "dead letter")
	m := w.dead[i]
	w.dead = slices.Delete(w.dead, i, i+1)
	if m.untold && slices.ContainsFunc(w.jobs, func(j *job) bool { return j.stored }) {
		return
	}
	t.Logf("redrive")
	m.untold = false
	w.send(m)
}

// deleteCopy deletes a copy by hand. The vault may describe it for a while.
func (w *world) deleteCopy(t *rapid.T) {
	for _, j := range w.jobs {
		if j.stored && j.described == hop.CopyPresent {
			t.Logf("the copy of %s is deleted", j.ID)
			j.stored = false
			j.described = rapid.SampledFrom([]hop.CopyState{hop.CopyGone, hop.CopyUndescribed}).Draw(t, "described")
			return
		}
	}
	t.Skip("no copy is described")
}

// run is a run of the reconciler; both kinds compare with the final vault. It reports
// whether it asked for anything.
func (w *world) run(t *rapid.T, full bool) bool {
	described := full && slices.ContainsFunc(w.jobs, func(j *job) bool { return j.stored && j.described == hop.CopyPresent })
	if described || len(w.dead) > 0 {
		return false
	}
	jobs := w.list()
	for i := range jobs {
		if full { // the outcometracker finds out whether there is a copy
			jobs[i].CopyState = hop.CopyUnchecked
		}
	}
	legs := hop.Look(source, []hop.RecoveryPoint{w.point}, jobs, routes, retry, w.now).Legs
	if len(legs) != 1 {
		t.Fatalf("the point to one vault has %d legs", len(legs))
	}
	switch legs[0].Standing {
	case hop.Absent, hop.Failing, hop.Rejected, hop.Vanished:
		w.send(message{})
		return true
	case hop.Copied:
		if full {
			w.outcomes = append(w.outcomes, message{sent: w.now})
		}
		return full
	case hop.Flying, hop.Stuck, hop.Untold:
	}
	return false
}
