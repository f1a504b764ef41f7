package relay_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// steps are what may happen, in any order.
func (n *month) steps() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"":                       n.check,
		"a first hop completes":  func(*rapid.T) { n.arrive() },
		"a first hop fails":      n.failHopOne,
		"an event comes":         n.deliverEvent,
		"rubbish comes":          n.rubbish,
		"a copy runs":            n.runJob,
		"a copy ends":            n.endJob,
		"copies end":             n.endJobs,
		"the starter is invoked": func(t *rapid.T) { n.invoke(t, n.copies, n.starter.Handle) },
		"the tracker is invoked": func(t *rapid.T) { n.invoke(t, n.outcomes, n.tracker.Handle) },
		"a recent run":           n.recentRun,
		"a full run":             func(t *rapid.T) { n.fullRun(t, relay.NewSweep(n.backup.Now())) },
		"a full run goes on":     n.goOn,
		"a letter is replayed":   n.redrive,
		"a point is deleted":     n.deleteByHand,
		"the functions are off":  func(t *rapid.T) { n.paused = rapid.IntRange(0, 3).Draw(t, "paused") == 0 },
		"an hour goes well":      n.goodHour,
		"another goes well":      n.goodHour, // as often as trouble
		"the list lags":          func(t *rapid.T) { n.backup.Lag(rapid.Bool().Draw(t, "lag")) },
		"the list is not of now": func(t *rapid.T) { n.backup.Freeze(rapid.Bool().Draw(t, "frozen")) },
		"minutes pass":           func(t *rapid.T) { n.pass(time.Duration(rapid.IntRange(1, 30).Draw(t, "minutes")) * time.Minute) },
		"hours pass":             func(t *rapid.T) { n.pass(time.Duration(rapid.IntRange(1, 30).Draw(t, "hours")) * time.Hour) },
	}
}

func (n *month) failHopOne(t *rapid.T) {
	n.events = append(n.events, hop.CopyJobEvent{State: hop.Failed, Source: "arn:source", SourceVault: local, Destination: intermediate,
		ResourceType: "RDS", Message: "Given key ID is not accessible", Class: hop.ClassKey})
}

// deliverEvent delivers an event once, twice, or not at all; in which order is AWS's.
func (n *month) deliverEvent(t *rapid.T) {
	if len(n.events) == 0 {
		t.Skip("AWS has nothing to tell")
	}
	i := rapid.IntRange(0, len(n.events)-1).Draw(t, "event")
	e := n.events[i]
	fate := rapid.SampledFrom([]string{"comes", "comes", "comes", "comes twice", "is lost"}).Draw(t, "fate")
	if fate != "comes twice" {
		n.events = slices.Delete(n.events, i, i+1)
	}
	if fate == "is lost" && !n.lossless {
		return
	}
	n.route(t, e)
}

// route has the rules put an event into its queue.
func (n *month) route(t *rapid.T, e hop.CopyJobEvent) {
	to := n.outcomes
	if e.State == hop.Completed && e.Destination == intermediate {
		to = n.copies
	}
	n.send(t, to, relay.Message{Notice: hop.Notice{CopyJob: &e}})
}

// goodHour brings every event, and has the functions settle what they may.
func (n *month) goodHour(t *rapid.T) {
	n.pass(time.Hour)
	for _, e := range n.events {
		n.route(t, e)
	}
	n.events = nil
	if !n.paused {
		n.drain(t, n.outcomes, n.tracker.Handle)
		n.drain(t, n.copies, n.starter.Handle)
	}
}

func (n *month) send(t *rapid.T, to *post, m relay.Message) {
	if _, err := to.put(m, 0); err != nil {
		t.Fatal(err)
	}
}

func (n *month) either(t *rapid.T) *post {
	if rapid.Bool().Draw(t, "of outcomes") {
		return n.outcomes
	}
	return n.copies
}

func (n *month) rubbish(t *rapid.T) {
	n.send(t, n.either(t), relay.Message{Body: "{", Malformed: errors.New("read event: unexpected end")})
}

func (n *month) runJob(t *rapid.T) {
	created := slices.DeleteFunc(n.inFlight(), func(j hop.CopyJob) bool { return j.State != hop.Created })
	if len(created) == 0 {
		t.Skip("no job is CREATED")
	}
	id := created[rapid.IntRange(0, len(created)-1).Draw(t, "job")].ID
	if err := n.backup.Run(id); err != nil {
		t.Fatal(err)
	}
	n.tell(id)
}

// ends are what may become of a copy.
var ends = []struct {
	state   hop.State
	message string
}{
	{hop.Completed, ""},
	{hop.Completed, ""},
	{hop.Completed, "under another key"},
	{hop.Failed, "Rate exceeded"},
	{hop.Failed, "SnapshotQuotaExceeded"},
	{hop.Failed, "Given key ID is not accessible"},
	{hop.Failed, "a text that nobody knows"},
	{hop.Partial, ""},
	{hop.Aborted, ""},
	{hop.Expired, "Rate exceeded"},
}

func (n *month) endJob(t *rapid.T) {
	running := n.inFlight()
	if len(running) == 0 {
		t.Skip("no job is in flight")
	}
	n.endAnyhow(t, running[rapid.IntRange(0, len(running)-1).Draw(t, "job")])
}

// endJobs ends every copy that is under way, one so and one otherwise.
func (n *month) endJobs(t *rapid.T) {
	for _, job := range n.inFlight() {
		n.endAnyhow(t, job)
	}
}

func (n *month) endAnyhow(t *rapid.T, job hop.CopyJob) {
	end := ends[rapid.IntRange(0, len(ends)-1).Draw(t, "end")]
	if end.message == "under another key" {
		n.backup.SetKey(job.Destination, "arn:aws:kms:eu-north-1:222222222222:key/another")
		defer n.backup.SetKey(job.Destination, keyOf[job.Destination])
		end.message = ""
	}
	n.end(t, job, end.state, end.message)
}

// refusals are what AWS may answer to a call.
var refusals = []error{
	&hop.Failure{Class: hop.ClassTransient, Code: "ThrottlingException", Message: "Rate exceeded"},
	&hop.Failure{Class: hop.ClassLimit, Code: "LimitExceededException", Message: "limit"},
	&hop.Failure{Class: hop.ClassRole, Code: "AccessDeniedException", Message: "not authorized"},
	&hop.Failure{Class: hop.ClassUnsupported, Code: "InvalidRequestException", Message: "no"},
	errors.New("odd"),
}

// refuse has a call refused while f runs.
func (n *month) refuse(call string, err error, f func()) {
	n.backup.Fail(func(name string) error {
		if name == call {
			return err
		}
		return nil
	})
	defer n.backup.Fail(nil)
	f()
}

func (n *month) recentRun(t *rapid.T) {
	if n.paused {
		t.Skip("paused")
	}
	n.perhapsRefused(t, []string{"Since", "Made", "Into", "Resources"}, func() error {
		_, err := n.reconciler.Look(t.Context(), n.backup.Now())
		return err
	})
}

// perhapsRefused makes a run during which a call may be refused, or the process may crash
// between two sends. It fails then, and only then.
func (n *month) perhapsRefused(t *rapid.T, calls []string, run func() error) {
	switch rapid.IntRange(0, 5).Draw(t, "refused") {
	case 0:
		n.refuse(rapid.SampledFrom(calls).Draw(t, "call"), errors.New("away"), func() { _ = run() })
	case 1:
		n.crashAfter(rapid.IntRange(0, 2).Draw(t, "sends"), func() { _ = run() })
	default:
		if err := run(); err != nil {
			t.Fatal(err)
		}
	}
}

// fullRun makes a full run, or as much of it as the time of an invocation is enough for.
func (n *month) fullRun(t *rapid.T, s relay.Sweep) {
	if n.paused {
		t.Skip("paused")
	}
	if rapid.IntRange(0, 5).Draw(t, "hurried") > 0 {
		n.perhapsRefused(t, []string{"Older", "Made", "Into", "From", "Key"}, func() error {
			_, err := n.reconciler.Sweep(t.Context(), s)
			return err
		})
		return
	}
	times := rapid.IntRange(1, 6).Draw(t, "calls")
	n.backup.Fail(func(call string) error {
		if call == "Older" || call == "From" {
			if times--; times == 0 {
				time.Sleep(2 * time.Second)
			}
		}
		return nil
	})
	defer n.backup.Fail(nil)
	n.hurry(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, relay.Reserve+time.Second)
		defer cancel()
		if _, err := n.reconciler.Sweep(ctx, s); err != nil {
			n.sweeps = append(n.sweeps, s) // Lambda, or the queue, tries again
		}
	})
}

func (n *month) goOn(t *rapid.T) {
	if len(n.sweeps) == 0 {
		t.Skip("every full run has ended")
	}
	s := n.sweeps[0]
	n.sweeps = n.sweeps[1:]
	n.fullRun(t, s)
}

// redrive replays a dead letter as the console does: the attributes stay.
func (n *month) redrive(t *rapid.T) {
	to := n.either(t)
	if len(to.dead.parcels) == 0 {
		t.Skip("no letter is there")
	}
	letters := to.dead.ready()
	letter := letters[rapid.IntRange(0, len(letters)-1).Draw(t, "letter")]
	to.dead.take(letter.ID)
	n.send(t, to, relay.Message{Body: letter.Body, Notice: letter.Notice, Malformed: letter.Malformed, FirstSeen: letter.Began(), RejectedAt: letter.RejectedAt})
}

func (n *month) deleteByHand(t *rapid.T) {
	if len(n.points) == 0 {
		t.Skip("no point was made")
	}
	point := rapid.SampledFrom(n.points).Draw(t, "point")
	vault := []hop.Vault{final, second, intermediate}[rapid.IntRange(0, 2).Draw(t, "vault")]
	if vault == intermediate {
		n.backup.DeletePoint(vault, point)
		return
	}
	for _, copied := range n.copiesOf(point, vault) {
		n.backup.DeletePoint(vault, copied.ARN)
		n.deleted[point+" "+vault.ARN] = n.backup.Now()
	}
}
