package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// gap finds the end of a stretch without points that goes back from a time, in some ten calls
// for years instead of one a day: no point lies between what it returns and before, and one
// lies in the window below. Zero: there are no more. A vault that goes on to tell of older
// points, and lists none of them, has no end: that is an error.
func (r *Reconciler) gap(ctx context.Context, source hop.Vault, before time.Time) (time.Time, error) {
	upper := before
	for width := window; upper.After(hop.BackupLaunch); width *= 2 {
		lower := latest(upper.Add(-width), hop.BackupLaunch)
		point, found, err := r.madeWithin(ctx, source, lower, upper)
		if err != nil {
			return before, err
		}
		if found {
			return r.narrow(ctx, source, point, upper)
		}
		upper = lower
	}
	older, err := r.Inventory.Older(ctx, source, before.Add(-edge))
	if err != nil || !older {
		return time.Time{}, err
	}
	return before, endless(source)
}

func endless(source hop.Vault) error {
	return fmt.Errorf("AWS Backup says that %s has recovery points made before %s, when it began", source, hop.BackupLaunch.Format(time.DateOnly))
}

// narrow moves a time down to a point that was made before it, until both are in one window
// and no point lies above.
func (r *Reconciler) narrow(ctx context.Context, source hop.Vault, point, upper time.Time) (time.Time, error) {
	for upper.Sub(point) > window {
		middle := point.Add(upper.Sub(point) / 2)
		newer, found, err := r.madeWithin(ctx, source, middle, upper)
		switch {
		case err != nil:
			return upper, err
		case found:
			point = newer
		default:
			upper = middle
		}
	}
	return upper, nil
}

// madeWithin is when a point was made that lies from a time on until before another; false
// where there is none.
func (r *Reconciler) madeWithin(ctx context.Context, source hop.Vault, from, before time.Time) (made time.Time, found bool, err error) {
	err = r.Inventory.Made(ctx, source, from.Add(-edge), before.Add(edge), func(page []hop.RecoveryPoint) error {
		for _, point := range page {
			if !point.Created.Before(from) && point.Created.Before(before) {
				made, found = latest(made, point.Created), true
			}
		}
		if found {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return made, found, err
}

// errEnough ends a listing of which nothing more needs to be known.
var errEnough = errors.New("enough is known")
