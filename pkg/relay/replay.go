package relay

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/twohop/twohop/pkg/hop"
)

// Replayer replays letters: what they are about is asked for again, once it is known
// that it is still needed. Its looks are those of Starter and Tracker, and what it sends
// is judged by them again, so that a letter that is replayed twice makes one copy.
type Replayer struct {
	Routes hop.Routes
	Retry  hop.Retry

	Points  Points
	Jobs    BackupJobs
	Vaults  Vaults
	Copies  Requests // the queue `copies`
	Later   Later
	Members Members
	// FirstHop is the first hop from a member's vault to an intermediate one; false for
	// vaults between which the estate makes none.
	FirstHop func(from, to hop.Vault, resourceType string) (hop.Route, bool)

	swept bool // a full run was asked for: it makes up for every run that failed
}

// BackupJobs lists the copy jobs of the backup account in the primary Region.
type BackupJobs interface {
	Jobs
	JobsOfPoints
}

// Members leads into member accounts.
type Members interface {
	// Member is AWS Backup of a member account, to look and to start copies.
	Member(ctx context.Context, account string) (Member, error)
}

// Member is AWS Backup of a member account in the primary Region.
type Member interface {
	Points
	Copies
	// Of lists every job of a recovery point to a vault, whatever its state.
	Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error)
}

// Remedy is what replaying a letter does.
type Remedy string

// Every remedy.
const (
	RemedyCopy     Remedy = "copy"      // its copies are asked of the queue `copies`
	RemedyFirstHop Remedy = "first_hop" // its first hop is started in the member account
	RemedyRun      Remedy = "full_run"  // a full run of the reconciler makes up for it
	RemedyNone     Remedy = "none"      // nothing is left to do, for certain
	RemedyStay     Remedy = "stay"      // a person has to decide, or time has to tell
)

// Replay is what is to be done about a letter.
type Replay struct {
	Letter       Letter
	Remedy       Remedy
	Why          string // one sentence; of the remedies that do something: what is known beside it
	Resource     string // ARN; empty where it is not known
	ResourceType string
	// Legs are the copies that the letter is about, each with what is decided about it;
	// of a first hop, that alone.
	Legs []Due
	// Keep has the letter stay after its remedy, for one of several copies that a
	// replay does not mend.
	Keep bool
	// RejectedAt goes with what is asked for: what failed until then is forgiven.
	RejectedAt time.Time
	Err        error // it could not be looked at; the remedy is RemedyStay
}

// Due is a copy with what is decided about it.
type Due struct {
	Request  hop.Request
	Decision hop.Decision
}

// needed tells whether the copy is still to be made.
func (d Due) needed() bool { return d.Decision.Verdict == hop.Start || d.Decision.Verdict == hop.Wait }

// settled tells whether the copy needs nothing, now or later: it is there, which counts
// for one that is not under its vault's key too, or has had its time.
func (d Due) settled() bool {
	return d.Decision.Reason == hop.ReasonVerified || d.Decision.Reason == hop.ReasonUnderprotected || d.Decision.Verdict == hop.Skip && d.Decision.Reason == hop.ReasonExpired
}

// looks are how many letters are looked at side by side.
const looks = 8

// Plan looks what the letters still need and changes nothing. The plans come in the
// letters' order; one that cannot be looked at keeps no other from being so.
func (r *Replayer) Plan(ctx context.Context, letters []Letter, now time.Time) []Replay {
	plans := make([]Replay, len(letters))
	var all errgroup.Group
	all.SetLimit(looks)
	for i, letter := range letters {
		all.Go(func() error {
			plans[i] = r.plan(ctx, letter, now)
			return nil
		})
	}
	_ = all.Wait() // each plan has its own
	return plans
}

func (r *Replayer) plan(ctx context.Context, letter Letter, now time.Time) (p Replay) {
	p = Replay{Letter: letter, Remedy: RemedyStay, RejectedAt: letter.Since()}
	p.Letter.Received = now
	if event := letter.Notice.CopyJob; event != nil {
		p.Resource, p.ResourceType = event.ResourceARN, event.ResourceType
	}
	err := guarded(func() error {
		switch {
		case letter.Run:
			p.Remedy, p.Why = RemedyRun, "a full run takes up what this run has missed"
			return nil
		case letter.Malformed != nil || letter.Notice.Foreign != "":
			p.Why = "it asks for no copy, so that there is nothing to replay"
			return nil //nolint:nilerr // the letter cannot be read, which is no error of this look
		case isFirstHop(letter.Notice, r.Routes):
			return r.planFirstHop(ctx, &p)
		default:
			return r.planCopies(ctx, &p)
		}
	})()
	if err != nil {
		p.Remedy, p.Why, p.Err = RemedyStay, "it could not be looked at: "+err.Error(), err
	}
	return p
}

// isFirstHop tells whether a notice is of a first hop that has failed.
func isFirstHop(n hop.Notice, routes hop.Routes) bool {
	return n.CopyJob != nil && n.CopyJob.State.Unsuccessful() && routes.From(n.CopyJob.Destination.ARN)
}

func (r *Replayer) planCopies(ctx context.Context, p *Replay) error {
	requests, decision, err := r.read(ctx, p.Letter.Message)
	if err != nil {
		return err
	}
	if len(requests) == 0 {
		p.Legs = []Due{{Decision: decision}}
		p.conclude()
		return nil
	}
	for _, request := range requests {
		leg, err := r.leg(ctx, p, request)
		if err != nil {
			return err
		}
		p.Legs = append(p.Legs, leg)
	}
	p.conclude()
	return nil
}

// read finds the second hops that a message is about, or the decision that settles it.
func (r *Replayer) read(ctx context.Context, m Message) ([]hop.Request, hop.Decision, error) {
	if e := m.Notice.CopyJob; e != nil && r.Routes.From(e.SourceVault.ARN) { // the end of a second hop
		request, decision := hop.TriageOutcome(m.Notice, r.Routes)
		if decision.Verdict != "" {
			return nil, decision, nil
		}
		return []hop.Request{request}, hop.Decision{}, nil
	}
	requests, decision, err := r.starter().read(ctx, m)
	if decision.Verdict == hop.Split {
		decision = hop.Decision{}
	}
	return requests, decision, err
}

// leg looks at one second hop. What failed until now is forgiven: that it is replayed
// says that the cause is mended.
func (r *Replayer) leg(ctx context.Context, p *Replay, request hop.Request) (Due, error) {
	m := p.Letter.Message
	c := hop.Case{Request: request, Routes: r.Routes, Retry: r.Retry, Room: true, FirstSeen: m.Began(), Now: m.Received}
	if err := r.starter().look(ctx, &c); err != nil {
		return Due{}, err
	}
	p.about(c)
	c.RejectedAt = p.RejectedAt
	return r.decide(ctx, c, m)
}

// decide decides about a second hop; a copy that is there must be the right one.
func (r *Replayer) decide(ctx context.Context, c hop.Case, m Message) (Due, error) {
	due := Due{c.Request, hop.Decide(c)}
	if due.Decision.Reason != hop.ReasonCopied && c.Request.Copy == "" {
		return due, nil
	}
	tracked, err := r.tracker().look(ctx, Message{Sent: m.Sent, FirstSeen: m.FirstSeen, Received: m.Received}, c.Request, c.Jobs)
	if err != nil {
		return due, err
	}
	switch is := hop.Track(tracked); {
	case is.Reason == hop.ReasonVerified || is.Reason == hop.ReasonUnderprotected || is.Reason == hop.ReasonWrong:
		due.Decision = is
	case is.Verdict == hop.Wait && due.Decision.Reason == hop.ReasonCopied:
		due.Decision = hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonInFlight, Detail: is.Detail}
	}
	return due, nil
}

// about takes down what a case tells of the letter's resource and of what is forgiven.
func (p *Replay) about(c hop.Case) {
	if !c.Missing {
		p.Resource, p.ResourceType = c.Point.ResourceARN, c.Point.ResourceType
	}
	p.RejectedAt = latest(p.RejectedAt, hop.LastFailure(c.Jobs))
}

// conclude finds the remedy from the legs.
func (p *Replay) conclude() {
	needed := 0
	for _, leg := range p.Legs {
		switch {
		case leg.needed():
			needed++
		case !leg.settled():
			p.Keep, p.Why = true, leg.Decision.Detail
		case p.Why == "":
			p.Why = leg.Decision.Detail
		}
	}
	switch {
	case needed > 0:
		p.Remedy = RemedyCopy
	case !p.Keep:
		p.Remedy = RemedyNone
	}
}

func (r *Replayer) starter() *Starter {
	return &Starter{Routes: r.Routes, Retry: r.Retry, Points: r.Points, Jobs: r.Jobs}
}

func (r *Replayer) tracker() *Tracker {
	return &Tracker{Routes: r.Routes, Retry: r.Retry, Points: r.Points, Jobs: r.Jobs, Vaults: r.Vaults}
}
