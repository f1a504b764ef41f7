package relay

import (
	"context"
	"errors"
	"fmt"
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
	older   []hop.Request // due too, but from before since
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
	since := leg.Since()
	if since.After(a.until) || !a.all && !since.After(a.since) {
		return
	}
	switch leg.Standing {
	case hop.Absent, hop.Failing, hop.Vanished:
		if since.After(a.since) {
			a.due = append(a.due, leg.Request)
		} else {
			a.older = append(a.older, leg.Request)
		}
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
// `outcomes`, apart from what is in the dead-letter queue. Where that cannot be read, what
// is due is asked for all the same: of what is in there a second letter is made then, and no
// second copy. A recent run leaves it at what is new, or there would be a further letter
// every quarter of an hour.
func (r *Reconciler) ask(ctx context.Context, a *asking) error {
	if len(slices.Concat(a.due, a.older, a.failed, a.look)) == 0 {
		return nil
	}
	letters, unread := a.letters(ctx)
	a.report.read(DeadLetterMessages, unread)
	due := a.due
	if unread == nil || a.report.Run == FullRun {
		due = append(due, a.older...)
	}
	if letters.whole { // else another run reads them at this moment, or they are too many: a later run tells
		due = append(due, a.failed...)
	}
	asked, err := sendAll(ctx, r.Copies, letters.without(due))
	looked, other := sendAll(ctx, r.Outcomes, letters.without(a.look))
	a.report.Asked, a.report.Looked = a.report.Asked+asked, a.report.Looked+looked
	a.due, a.older, a.failed, a.look = nil, nil, nil, nil
	if err = errors.Join(err, other); err != nil {
		return fmt.Errorf("%w: %w", errUnsent, err)
	}
	return nil
}

// errUnsent says that something was found and could not be asked for.
var errUnsent = errors.New("ask for what is missing")

// without are the requests that there is no letter about: about the same copy, or about
// every copy of its point.
func (l letters) without(requests []hop.Request) []hop.Request {
	return slices.DeleteFunc(requests, func(r hop.Request) bool {
		return l.about[copyKey{r.Point, r.Destination.ARN}] || l.about[copyKey{r.Point, ""}]
	})
}

// sendAll sends requests as fresh messages, some at a time, and returns how many of them
// are known to be sent.
func sendAll(ctx context.Context, to Requests, requests []hop.Request) (sent int, err error) {
	for part := range slices.Chunk(requests, perCall) {
		if err := to.Split(ctx, Message{}, part); err != nil {
			return sent, err
		}
		sent += len(part)
	}
	return sent, nil
}
