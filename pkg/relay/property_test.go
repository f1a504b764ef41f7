package relay_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

// night is a state machine: AWS Backup, a queue that delivers in any order, twice
// or after a crash, and a starter between them.
type night struct {
	*bench
	queue  []relay.Message
	points []string
	sent   int
}

func (n *night) send(t *rapid.T, m relay.Message) {
	n.sent++
	m.ID = fmt.Sprint("m", n.sent)
	m.Sent = n.backup.Now()
	n.queue = append(n.queue, m)
	t.Logf("sent %s", m.ID)
}

// deliver hands a batch to the starter and plays the queue's part: what was not
// settled, and what a crash forgot to acknowledge, comes again.
func (n *night) deliver(t *rapid.T) {
	if len(n.queue) == 0 {
		t.Skip("the queue is empty")
	}
	n.queue = rapid.Permutation(n.queue).Draw(t, "order")
	size := rapid.IntRange(1, min(4, len(n.queue))).Draw(t, "batch")
	batch := n.queue[:size]
	for i := range batch {
		batch[i].Received = n.backup.Now()
		batch[i].Receives++
	}
	before := len(n.mail.resent)
	results := n.Handle(t.Context(), batch)
	crashed := rapid.IntRange(0, 4).Draw(t, "crash") == 0
	var kept []relay.Message
	for i, result := range results {
		if result.Err != nil || crashed {
			kept = append(kept, batch[i])
		}
	}
	n.queue = append(kept, n.queue[size:]...)
	for _, again := range n.mail.resent[before:] {
		n.send(t, relay.Message{Body: again.message.Body, Notice: again.message.Notice,
			FirstSeen: again.message.Began(), RejectedAt: again.message.RejectedAt, Waits: again.message.Waits})
	}
}

func (n *night) check(t *rapid.T) {
	inFlight, made := map[string]int{}, map[string]int{}
	for _, job := range n.backup.Jobs() {
		key := job.Source + " " + job.Destination.ARN
		if job.State.InFlight() {
			inFlight[key]++
		}
		if job.State == hop.Completed {
			made[key]++
		}
	}
	for key, count := range inFlight {
		if count+made[key] > 1 {
			t.Fatalf("%s: %d in flight beside %d made", key, count, made[key])
		}
	}
	for key, count := range made {
		if count > 1 {
			t.Fatalf("%s: %d copies made", key, count)
		}
	}
}

// anyLag is a lag of reads that is shorter than the time after which a copy that is not
// described counts as gone.
var anyLag = rapid.Custom(func(t *rapid.T) lag.Config {
	delay := func(of string) lag.Delay {
		most := time.Duration(rapid.IntRange(0, 14*60).Draw(t, of)) * time.Second
		return lag.Delay{Usual: most / 2, Most: most, Tail: 0.3}
	}
	return lag.Config{
		Seed: rapid.Uint64().Draw(t, "seed"), Jobs: delay("jobs"), Copies: delay("copies"), Deletions: delay("deletions"),
		Stale: float64(rapid.IntRange(0, 3).Draw(t, "stale")) / 10,
	}
})

func TestNoOrderOfThingsMakesASecondCopy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := &night{bench: newBench()}
		n.backup.ReadsLag(anyLag.Draw(t, "lag"))
		for i := range 3 {
			n.points = append(n.points, pointARN("snapshot", i))
			n.addPoint(n.points[i], "RDS")
		}
		t.Repeat(map[string]func(*rapid.T){
			"":        n.check,
			"deliver": n.deliver,
			"event": func(t *rapid.T) {
				n.send(t, event("", rapid.SampledFrom(n.points).Draw(t, "point"), "RDS"))
			},
			"time passes": func(t *rapid.T) {
				n.backup.Advance(time.Duration(rapid.SampledFrom([]int{1, 10, 60, 300, 600, 900, 3600, 12000}).Draw(t, "seconds")) * time.Second)
			},
			"the list lags": func(t *rapid.T) { n.backup.Lag(rapid.Bool().Draw(t, "lag")) },
			"a job ends": func(t *rapid.T) {
				var running []hop.CopyJob
				for _, job := range n.backup.Jobs() {
					if job.State.InFlight() {
						running = append(running, job)
					}
				}
				if len(running) == 0 {
					t.Skip("no job is running")
				}
				id := rapid.SampledFrom(running).Draw(t, "job").ID
				message := rapid.SampledFrom([]string{"", "", "Rate exceeded", "Given key ID is not accessible"}).Draw(t, "message")
				end := func() error { return n.backup.Complete(id) }
				if message != "" {
					end = func() error { return n.backup.End(id, hop.Failed, message) }
				}
				if err := end(); err != nil {
					t.Fatal(err)
				}
			},
			"a replay": func(t *rapid.T) {
				if len(n.mail.rejected) == 0 {
					t.Skip("nothing was rejected")
				}
				r := rapid.SampledFrom(n.mail.rejected).Draw(t, "rejected")
				n.send(t, relay.Message{Body: r.Message.Body, Notice: r.Message.Notice, FirstSeen: r.Message.Began(), RejectedAt: r.At})
			},
		})
	})
}
