package relay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Sweep is a full run, as far as it is yet to be made: from the newest points of the
// first source vault to the oldest of the last.
type Sweep struct {
	Now    time.Time `json:"now"`    // of the schedule
	Source string    `json:"source"` // ARN of the vault that the run is at; empty: at the first
	Before time.Time `json:"before"` // points made before it are left
	// Quiet tells that nothing waited in the queue `copies` when the run began. Where
	// something did it may be a replay, whose letter is gone and whose copy has yet to
	// begin: the failure before it is no news then.
	Quiet bool `json:"quiet"`
	// So far found: the report at the end is of all its parts.
	Points int `json:"points"`
	Asked  int `json:"asked"`
	Looked int `json:"looked"`
	// Expired are the points that are still stored past their retention.
	Expired int `json:"expired"`
	// Weak are the copies that are not under their vault's key.
	Weak []WeakCopy `json:"weak,omitempty"`
	// Failed is what a part before could not read or send: the run has no heartbeat then.
	Failed string `json:"failed,omitempty"`
}

// NewSweep is a full run that is yet to begin, for the schedule's time now.
func NewSweep(now time.Time) Sweep { return Sweep{Now: now, Before: now.Add(margin)} }

// window is how much of a vault is in memory at once: the points of a day.
const window = 24 * time.Hour

// Reserve is the time before an invocation's deadline in which no further point is
// looked at: what was found must still be asked for.
const Reserve = 30 * time.Second

// Sweep goes through all points of the source vaults, the newest first, a day at a
// time, and compares them with the final vaults themselves. Where its time is used up
// it has the rest made by another invocation. It is an error if the time was not
// enough for anything, since the rest would not be either.
//
// A failed read does not stop requests for copies that are known to be missing, and a
// source vault that cannot be listed does not stop the others from being compared. A part
// whose rest was sent returns no error, or it would be repeated with all that follows it;
// nor does the last part for an error of an earlier one, which repeating it cannot fix. The
// run has no heartbeat then, and its digest and log say why.
func (r *Reconciler) Sweep(ctx context.Context, s Sweep) (Report, error) {
	report := r.report(FullRun, s.Now)
	report.Points, report.Asked, report.Looked, report.Expired = s.Points, s.Asked, s.Looked, s.Expired
	report.Weak = slices.Clone(s.Weak)
	if s.Source == "" {
		waiting, err := r.Copies.Waiting(ctx)
		report.read(WaitingMessages, err)
		report.Waiting, s.Quiet = waiting, err == nil && waiting == 0
	}
	work, cancel := within(ctx)
	defer cancel()
	at, err := s, error(nil)
	sources, asking := r.left(s.Source), r.asking(&report, true)
	asking.replays = !s.Quiet
	for _, source := range sources {
		if at.Source != source.ARN && at.Source != "" {
			at.Before = NewSweep(s.Now).Before
		}
		at.Source = source.ARN
		at.Before, err = r.vault(ctx, work, source, at.Before, asking)
		switch {
		case errors.Is(err, errUnsent): // it is found anew where this part is repeated
			report.failed(err)
			return report, errors.Join(report.Err, r.conclude(ctx, report, time.Time{}))
		case err != nil:
			report.read(SourceVaults, fmt.Errorf("compare the points of %s: %w", source.ARN, err))
			continue
		}
		if report.Unfinished = !at.Before.IsZero(); report.Unfinished {
			break
		}
	}
	if report.Unfinished && at.Source == sources[0].ARN && at.Before.Equal(s.Before) {
		return report, errors.Join(report.Err, fmt.Errorf("compare the points of %s made before %s: the function's time was not enough for one of them; give it more",
			at.Source, at.Before.Format(time.RFC3339)))
	}
	if report.Unfinished {
		at.Points, at.Asked, at.Looked, at.Expired, at.Weak = report.Points, report.Asked, report.Looked, report.Expired, report.Weak
		report.Rest = at
	} else {
		report.read(FinalVaults, r.expired(ctx, &report))
		report.read(FinalVaults, r.replaced(ctx, &report))
		report.findWeak(r.Advice)
	}
	own := report.Err
	if s.Failed != "" {
		report.failed(errors.New(s.Failed))
	}
	told := r.conclude(ctx, report, time.Time{})
	if !report.Unfinished {
		return report, errors.Join(own, told)
	}
	if err := errors.Join(own, told); err != nil && s.Failed == "" { // the first says enough: each part logs its own
		report.Rest.Failed = err.Error()
	}
	return report, r.Later.Continue(ctx, report.Rest)
}

// within ends when no further point shall be looked at.
func within(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-Reserve))
	}
	return context.WithCancel(ctx)
}

// left are the source vaults from one on, by ARN; all where it is none of them: an
// estate may change during a run.
func (r *Reconciler) left(from string) []hop.Vault {
	sources := r.sources()
	if i := slices.IndexFunc(sources, func(v hop.Vault) bool { return v.ARN == from }); i > 0 {
		return sources[i:]
	}
	return sources
}

// vault goes through the points of a source vault that were made before a time, and
// returns how far it has come: zero when there are none left.
func (r *Reconciler) vault(ctx, work context.Context, source hop.Vault, before time.Time, asking *asking) (time.Time, error) {
	for empty := false; ; {
		older, err := r.Inventory.Older(ctx, source, before.Add(edge))
		switch {
		case err != nil:
			return before, err
		case !older:
			return time.Time{}, nil
		case work.Err() != nil:
			return before, nil //nolint:nilerr // the time is used up, not in error: another invocation goes on
		case !before.After(hop.BackupLaunch):
			return before, endless(source)
		}
		if empty {
			if before, err = r.gap(ctx, source, before); err != nil || before.IsZero() {
				return before, err
			}
		}
		if before, empty, err = r.day(ctx, work, source, before, asking); err != nil {
			return before, err
		}
	}
}

// day goes through the points of a day before a time, and returns how far it has come, and
// whether the day has none. What it has found is asked for where it ends with an error, too.
func (r *Reconciler) day(ctx, work context.Context, source hop.Vault, before time.Time, asking *asking) (to time.Time, empty bool, err error) {
	from := before.Add(-window)
	points, err := r.made(ctx, source, from, before)
	if err != nil || len(points) == 0 {
		return from, true, err
	}
	copies, err := r.copies(ctx, source, from, before)
	if err != nil {
		return before, false, err
	}
	for _, point := range points {
		if work.Err() != nil {
			// The rest of the day, this point included, is another invocation's.
			from = point.Created.Add(time.Nanosecond)
			break
		}
		asking.report.expired(source, point)
		if err = r.compare(ctx, source, point, copies, asking); err != nil {
			break
		}
	}
	return from, false, errors.Join(err, r.ask(ctx, asking))
}

// edge is by how much a listing reaches over its bounds. Whether what is on a bound is
// listed AWS Backup does not say (UNCONFIRMED A49), and of a bound it gets no more than the
// milliseconds.
const edge = time.Second

// visit calls look with the points of a source vault that were made from a time on until
// before another and came from elsewhere, page by page.
func (r *Reconciler) visit(ctx context.Context, vault hop.Vault, from, before time.Time, look func([]hop.RecoveryPoint)) error {
	returned := once(func(ctx context.Context) (map[string]bool, error) { return Returned(ctx, r.Jobs, r.finals(), vault) })
	return r.Inventory.Made(ctx, vault, from.Add(-edge), before.Add(edge), func(page []hop.RecoveryPoint) error {
		page = slices.DeleteFunc(page, func(p hop.RecoveryPoint) bool { return p.Created.Before(from) || !p.Created.Before(before) })
		if len(page) == 0 {
			return nil
		}
		own, err := returned(ctx)
		if err == nil {
			look(slices.DeleteFunc(page, func(p hop.RecoveryPoint) bool { return own[p.ARN] }))
		}
		return err
	})
}

// made are the points that visit comes to, the newest first.
func (r *Reconciler) made(ctx context.Context, vault hop.Vault, from, before time.Time) ([]hop.RecoveryPoint, error) {
	var points []hop.RecoveryPoint
	err := r.visit(ctx, vault, from, before, func(page []hop.RecoveryPoint) { points = append(points, page...) })
	slices.SortStableFunc(points, func(a, b hop.RecoveryPoint) int { return b.Created.Compare(a.Created) })
	return points, err
}
