package protocol

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
)

const (
	// handled is how many messages may be handled once AWS is steady, before the waiting
	// counts as endless.
	handled = 300
	// rounds is how many full runs may find something to do then.
	rounds = 6
)

// rest lets everything come to its end, with an AWS that does not lag: no wait may go on,
// and the point must be copied, in the dead-letter queue, or reported as unknown.
func (w *world) rest(t *rapid.T) {
	t.Logf("AWS is steady")
	w.steady = true
	for round := 0; ; round++ {
		w.drain(t)
		if !w.run(t, true) {
			break
		}
		if round == rounds {
			t.Fatalf("%d full runs have brought the copy no closer", rounds)
		}
	}
	copied := slices.ContainsFunc(w.jobs, func(j *job) bool { return j.stored })
	standing := hop.Look(source, []hop.RecoveryPoint{w.point}, w.list(), routes, retry, w.now).Legs[0].Standing
	if !copied && len(w.dead) == 0 && standing != hop.Untold {
		t.Fatalf("at rest there is neither a copy nor a dead-letter message: %s", standing)
	}
}

// drain handles every message and ends every job.
func (w *world) drain(t *rapid.T) {
	for range handled {
		w.pass(20 * time.Minute)
		for _, j := range w.jobs {
			if j.State.InFlight() {
				w.end(t, j, "", 1)
			}
		}
		switch {
		case len(w.outcomes) > 0:
			w.outcometracker(t)
		case len(w.copies) > 0:
			w.copystarter(t, false)
		default:
			return
		}
	}
	t.Fatalf("waiting does not end: %d messages are still there", len(w.copies)+len(w.outcomes))
}
