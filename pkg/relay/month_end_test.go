package relay_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestNothingIsLostInAnyOrderOfThings(t *testing.T) {
	hurry := func(f func(context.Context)) { synctest.Test(t, func(t *testing.T) { f(t.Context()) }) }
	rapid.Check(t, func(t *rapid.T) {
		n := newMonth(hurry)
		n.arrive()
		t.Repeat(n.steps())
		n.calm(t)
		n.check(t)
		n.accountFor(t)
	})
}

// TestEventsAloneAreEnough: where AWS loses no event and nobody deletes anything, every
// copy comes to its end without a reconciler.
func TestEventsAloneAreEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := newMonth(nil)
		n.lossless = true
		n.arrive()
		steps := n.steps()
		for _, step := range []string{"rubbish comes", "a first hop fails", "a first hop completes", "the functions are off", "another goes well", "a recent run", "a full run", "a full run goes on", "a letter is replayed", "a point is deleted"} {
			delete(steps, step)
		}
		steps["another event comes"], steps["another copy ends"] = n.deliverEvent, n.endJob // more often
		t.Repeat(steps)
		n.paused = false
		n.backup.Lag(false)
		n.backup.Freeze(false)
		for range 36 {
			n.goodHour(t)
			n.completeJobs(t)
		}
		n.check(t)
		n.accountFor(t, n.outcomes.dead)
	})
}

// calm has a day and a half pass without any further trouble, in which no event comes
// either: what is to be done, the reconciler finds.
func (n *month) calm(t *rapid.T) {
	n.paused, n.events = false, nil
	n.backup.Lag(false)
	n.backup.Freeze(false)
	letters := -1
	for round := 1; round <= 4*36; round++ {
		n.pass(15 * time.Minute)
		n.completeJobs(t)
		n.events = nil
		if _, err := n.reconciler.Look(t.Context(), n.backup.Now()); err != nil {
			t.Fatal(err)
		}
		if round%48 == 0 {
			n.sweeps = append(n.sweeps, relay.NewSweep(n.backup.Now()))
		}
		for _, s := range n.sweeps {
			if _, err := n.reconciler.Sweep(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		n.sweeps = nil
		n.drain(t, n.outcomes, n.tracker.Handle)
		n.drain(t, n.copies, n.starter.Handle)
		if round == 4*35 {
			letters = len(n.copies.dead.parcels) + len(n.outcomes.dead.parcels)
		}
	}
	if now := len(n.copies.dead.parcels) + len(n.outcomes.dead.parcels); now != letters {
		t.Fatalf("from %d dead letters to %d, though nothing happens", letters, now)
	}
}

func (n *month) completeJobs(t *rapid.T) {
	for _, job := range n.inFlight() {
		n.end(t, job, hop.Completed, "")
	}
}

// drain settles what may be received.
func (n *month) drain(t *rapid.T, q *post, handle handler) {
	for ready := q.ready(); len(ready) > 0; ready = q.ready() {
		n.settle(t, q, handle, q.receive(ready[:1]))
	}
}

// accountFor finds every copy that should be: in its vault and right, or there and
// reported as not under the vault's key, or in the dead-letter queue of copies, or in
// another that counts.
func (n *month) accountFor(t *rapid.T, others ...*post) {
	if left := len(n.copies.parcels) + len(n.outcomes.parcels); left > 0 {
		t.Fatalf("%d messages have not come to an end", left)
	}
	letter := func(point string, to hop.Vault) bool {
		return slices.ContainsFunc(append(others, n.copies.dead), func(dead *post) bool {
			return slices.ContainsFunc(dead.parcels, func(sent *parcel) bool { return sent.tells(point, to) })
		})
	}
	for _, point := range n.points {
		if _, ok := n.backup.Held(intermediate, point); !ok {
			continue
		}
		for _, to := range finals {
			if !n.right(point, to) && !n.reported(point, to) && !letter(point, to) {
				t.Fatalf("%s is not in %s, and no letter tells of it", point, to.Name)
			}
		}
	}
}
