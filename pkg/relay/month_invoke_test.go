package relay_test

import (
	"context"
	"errors"
	"slices"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

type handler func(context.Context, []relay.Message) []relay.Result

// invoke has a function settle a message, or crash over it. What several messages at
// once do to each other depends on the order of goroutines, which would not be repeated.
func (n *month) invoke(t *rapid.T, q *post, handle handler) {
	ready := q.ready()
	if n.paused || len(ready) == 0 {
		t.Skip("nothing to do")
	}
	fate := rapid.SampledFrom([]string{"goes well", "goes well", "goes well", "crashes before a call", "crashes at a call", "crashes between two sends",
		"crashes at the end", "is refused a call", "cannot send", "cannot send anywhere"}).Draw(t, "fate")
	sent := ready[rapid.IntRange(0, len(ready)-1).Draw(t, "message")]
	batch := q.receive([]*parcel{sent})
	excuse := func() { sent.excused = true }
	switch fate {
	case "goes well":
		n.settle(t, q, handle, batch)
	case "crashes before a call":
		excuse()
	case "crashes at a call":
		excuse()
		n.crash(t, rapid.SampledFrom(calls).Draw(t, "call"), handle, batch)
	case "crashes between two sends":
		excuse()
		n.crashAfter(1, func() { handle(t.Context(), batch) })
	case "crashes at the end":
		excuse()
		handle(t.Context(), batch)
	case "is refused a call":
		n.refuse(rapid.SampledFrom(calls).Draw(t, "call"), rapid.SampledFrom(refusals).Draw(t, "refusal"), func() { n.settle(t, q, handle, batch) })
	case "cannot send":
		n.copies.closed, n.outcomes.closed = true, true
		n.settle(t, q, handle, batch)
	case "cannot send anywhere":
		excuse()
		n.close(true)
		n.settle(t, q, handle, batch)
	}
	n.close(false)
}

var calls = []string{"Point", "Of", "InFlight", "Start", "From", "Key", "Keep"}

func (n *month) close(all bool) {
	for _, q := range []*post{n.copies, n.outcomes} {
		q.closed, q.dead.closed = all, all
	}
}

// crashAfter ends a function after so many sends: none after them happens.
func (n *month) crashAfter(sends int, f func()) {
	queues := []*post{n.copies, n.copies.dead, n.outcomes, n.outcomes.dead}
	for _, q := range queues {
		q.left = &sends
	}
	f()
	for _, q := range queues {
		q.left = nil
	}
}

// settle acknowledges what the function settled. Whatever it did must show: a copy, a
// message on its way, a letter, or a reason for which nothing is to be done.
func (n *month) settle(t *rapid.T, q *post, handle handler, batch []relay.Message) {
	before := n.sent()
	want := 0
	for _, result := range handle(t.Context(), batch) {
		if result.Err != nil {
			continue // it comes again
		}
		q.take(result.ID)
		d := n.diary.outcomes[result.ID].Decision
		if d.Reason == "" || d.Detail == "" && d.Verdict != hop.Start {
			t.Fatalf("%s was acknowledged without a reason: %+v", result.ID, d)
		}
		switch d.Verdict {
		case hop.Wait, hop.Again, hop.Reject:
			want++
		case hop.Split:
			want += 2
		case hop.Start, hop.Skip:
		}
	}
	if got := n.sent() - before; got < want {
		t.Fatalf("%d messages were to be sent on, %d were", want, got)
	}
}

// sent is how many messages were ever sent.
func (n *month) sent() int { return *n.copies.serial }

// crash ends the function at a call: neither that call nor anything after it happens.
func (n *month) crash(t *rapid.T, call string, handle handler, batch []relay.Message) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n.backup.Fail(func(name string) error {
		if name != call && ctx.Err() == nil {
			return nil
		}
		n.close(true)
		cancel()
		return errors.New("the process is gone")
	})
	defer n.backup.Fail(nil)
	handle(ctx, batch)
}

// check holds what must be true at any time.
func (n *month) check(t *rapid.T) {
	if len(n.faults) > 0 {
		t.Fatal(n.faults)
	}
	for _, point := range n.points {
		for _, to := range finals {
			flying := slices.DeleteFunc(n.inFlight(), func(j hop.CopyJob) bool { return j.Source != point || j.Destination != to })
			if held := n.copiesOf(point, to); len(flying)+len(held) > 1 {
				t.Fatalf("%s to %s: %d copies in flight beside %d that are there", point, to.Name, len(flying), len(held))
			}
		}
	}
	for _, q := range []*post{n.copies, n.outcomes} {
		for _, letter := range q.dead.parcels {
			told := letter.decision.Reason != "" && letter.decision.Class != "" && letter.decision.Detail != "" && letter.advice != "" && !letter.RejectedAt.IsZero()
			if !told && !letter.excused {
				t.Fatalf("%s is a dead letter without a reason: %+v", letter.ID, letter.Notice)
			}
		}
	}
}
