package relay

import (
	"context"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// asking gathers what a run asks for, and counts it in the run's report.
type asking struct {
	since   time.Time // copies that came about after it
	all     bool      // or all, whenever they came about
	until   time.Time // but not after it: their events are yet to come
	replays bool      // what failed for good may be replayed, and is left to a later run
	due     []hop.Request
	failed  []hop.Request // for good: there should be a letter about each
	look    []hop.Request // outcomes
	letters func(context.Context) (letters, error)
	report  *Report
}

// letters are the copies that a person has before him in the dead-letter queue.
type letters struct {
	about  map[copyKey]bool
	oldest time.Time
	whole  bool // all of them were read
}

func (r *Reconciler) asking(report *Report, all bool) *asking {
	until := report.Now.Add(-delivery)
	return &asking{since: until.Add(-r.Every - overlap), until: until, all: all, letters: r.letters(), report: report}
}

// letters are read once a run, since what was read is hidden for a while, from the run
// itself too. Where they could not be read whole, what is in them may be asked for once
// more: that makes a second letter, and no second copy.
func (r *Reconciler) letters() func(context.Context) (letters, error) {
	return once(func(ctx context.Context) (letters, error) {
		rejected, err := r.Letters.Read(ctx)
		found := letters{about: map[copyKey]bool{}, oldest: rejected.Oldest, whole: rejected.Whole}
		for _, request := range rejected.Requests {
			found.about[copyKey{request.Point, request.Destination.ARN}] = true
		}
		return found, err
	})
}

// oldest is the age of the oldest letter; zero without one. SQS has a metric of it too,
// but leaves out what was received three times, and it is read here at every run
// [SQS: CloudWatch metrics].
func (a *asking) oldest(ctx context.Context) (time.Duration, error) {
	letters, err := a.letters(ctx)
	if err != nil || letters.oldest.IsZero() {
		return 0, err
	}
	return max(a.report.Now.Sub(letters.oldest), time.Second), nil // there is one, however new
}

// consider takes a leg up if nobody else is known to see to it.
func (a *asking) consider(leg hop.Leg) {
	if since := leg.Since(); since.After(a.until) || !a.all && !since.After(a.since) {
		return
	}
	switch leg.Standing {
	case hop.Absent, hop.Failing:
		a.due = append(a.due, leg.Request)
	case hop.Rejected:
		if !a.replays {
			a.failed = append(a.failed, leg.Request)
		}
	case hop.Flying, hop.Stuck, hop.Copied, hop.Untold:
	}
}

// perCall is how many requests are handed to the queue at once.
const perCall = 100

// ask sends what is due to the queue `copies` and what is to be looked at to the queue
// `outcomes`, apart from what is in the dead-letter queue.
func (r *Reconciler) ask(ctx context.Context, a *asking) error {
	due, err := a.unread(ctx, a.due)
	if err != nil {
		return err
	}
	failed, err := a.unheard(ctx)
	if err != nil {
		return err
	}
	look, err := a.unread(ctx, a.look)
	if err != nil {
		return err
	}
	due = append(due, failed...)
	if err := sendAll(ctx, r.Copies, due); err != nil {
		return err
	}
	if err := sendAll(ctx, r.Outcomes, look); err != nil {
		return err
	}
	a.report.Asked, a.report.Looked = a.report.Asked+len(due), a.report.Looked+len(look)
	a.due, a.failed, a.look = nil, nil, nil
	return nil
}

// unread are the requests without a letter about the same copy, or about every copy of
// its point.
func (a *asking) unread(ctx context.Context, requests []hop.Request) ([]hop.Request, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	letters, err := a.letters(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(requests, func(r hop.Request) bool {
		return letters.about[copyKey{r.Point, r.Destination.ARN}] || letters.about[copyKey{r.Point, ""}]
	}), nil
}

// unheard are the copies that failed for good and that there is no letter about. Where
// the letters could not be read whole, because another run reads them at this moment or
// they are too many, it is left to a later run to tell.
func (a *asking) unheard(ctx context.Context) ([]hop.Request, error) {
	if len(a.failed) == 0 {
		return nil, nil
	}
	letters, err := a.letters(ctx)
	if err != nil || !letters.whole {
		return nil, err
	}
	return a.unread(ctx, a.failed)
}

// sendAll sends requests as fresh messages, some at a time.
func sendAll(ctx context.Context, to Requests, requests []hop.Request) error {
	for len(requests) > 0 {
		n := min(perCall, len(requests))
		if err := to.Split(ctx, Message{}, requests[:n]); err != nil {
			return err
		}
		requests = requests[n:]
	}
	return nil
}
