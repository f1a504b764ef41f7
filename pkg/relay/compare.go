package relay

import (
	"context"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// copied tells copies of one vault apart, as far as they can be told from a list: a
// copy keeps the creation date of its original (A58). Where no copy with that date is
// listed, the job list decides.
type copied struct {
	vault, resource string
	created         int64 // seconds since 1970
}

// copies are those in the final vaults of a source vault's routes.
func (r *Reconciler) copies(ctx context.Context, source hop.Vault, from, before time.Time) (map[copied]hop.RecoveryPoint, error) {
	found := map[copied]hop.RecoveryPoint{}
	for _, vault := range r.finals() {
		if !r.Routes.Lead(source.ARN, vault.ARN) {
			continue
		}
		if err := r.Inventory.Made(ctx, vault, from.Add(-edge), before.Add(edge), func(page []hop.RecoveryPoint) error {
			for _, p := range page {
				if p.Status == hop.PointCompleted || p.Status == hop.PointAvailable {
					found[copied{vault.ARN, p.ResourceARN, p.Created.Unix()}] = p
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// confirm notes of completed jobs whether the final vaults have their copies, of points that
// were made from a time on until before another: copies keep the creation date (A58). Where a
// vault cannot be listed whole, the word of its jobs counts for what was not seen.
func (r *Reconciler) confirm(ctx context.Context, jobs []hop.CopyJob, from, before time.Time) error {
	for _, vault := range r.finals() {
		unseen := map[string]int{} // jobs by their copy
		for i, job := range jobs {
			if job.State == hop.Completed && job.Copy != "" && job.Destination.ARN == vault.ARN {
				unseen[job.Copy] = i
			}
		}
		if len(unseen) == 0 {
			continue
		}
		if err := r.Inventory.Made(ctx, vault, from.Add(-edge), before.Add(edge), func(page []hop.RecoveryPoint) error {
			for _, p := range page {
				if i, ok := unseen[p.ARN]; ok {
					jobs[i].CopyState = hop.CopyStateOf(p.Status)
					delete(unseen, p.ARN)
				}
			}
			return nil
		}); err != nil {
			return err
		}
		for _, i := range unseen {
			jobs[i].CopyState = hop.CopyUndescribed
		}
	}
	return nil
}

// compare asks for the copies of a point that are not known to be made, and for the
// outcomes that somebody has to look at: a copy that seems wrong, one whose job says that
// it is there, and a point that is kept for longer than it need be. A copy that is not
// under its vault's key is a finding, and nothing is asked for.
func (r *Reconciler) compare(ctx context.Context, source hop.Vault, point hop.RecoveryPoint, copies map[copied]hop.RecoveryPoint, asking *asking) error {
	made := func(leg hop.Leg) (hop.RecoveryPoint, bool) {
		copy, ok := copies[copied{leg.Request.Destination.ARN, point.ResourceARN, point.Created.Unix()}]
		return copy, ok
	}
	now := asking.report.Now
	survey := hop.Look(source, []hop.RecoveryPoint{point}, nil, r.Routes, r.Retry, now)
	missing := slices.ContainsFunc(survey.Legs, func(leg hop.Leg) bool { _, ok := made(leg); return !ok })
	if missing {
		jobs, err := r.Jobs.From(ctx, point.ARN)
		if err != nil {
			return err
		}
		survey = hop.Look(source, []hop.RecoveryPoint{point}, jobs, r.Routes, r.Retry, now)
	}
	right := !missing
	for i, leg := range survey.Legs {
		copy, ok := made(leg)
		switch {
		case ok:
			leg.Request.Copy = copy.ARN
			survey.Legs[i] = leg
			survey.Legs[i].Standing = hop.Copied
			is, err := r.judge(ctx, leg, copy)
			if err != nil {
				return err
			}
			right = right && is.Reason == hop.ReasonVerified
			switch is.Reason {
			case hop.ReasonVerified:
			case hop.ReasonUnderprotected: // a finding: the tracker could do nothing about it
				asking.report.weak(WeakCopy{copy.ResourceARN, leg.Request.Destination, copy.ARN, copy.Created, is.Detail})
			default:
				asking.look = append(asking.look, leg.Request)
			}
		case leg.Standing == hop.Copied: // its job says so; whether it is there the tracker finds
			asking.look = append(asking.look, leg.Request)
		default:
			asking.consider(leg)
		}
	}
	asking.report.add(1, survey, r.Routes, r.Advice)
	if _, due := hop.Shorten(point, nil, r.Keep, now); due && right && len(survey.Legs) > 0 {
		asking.look = append(asking.look, survey.Legs[0].Request)
	}
	return nil
}

// judge tells whether a listed copy is what was asked for.
func (r *Reconciler) judge(ctx context.Context, leg hop.Leg, copy hop.RecoveryPoint) (hop.Decision, error) {
	key, err := r.Vaults.Key(ctx, leg.Request.Destination)
	if err != nil {
		return hop.Decision{}, err
	}
	route, _ := r.Routes.For(leg.Request.Source.ARN, leg.Point.ResourceType)
	destination, _ := route.Destination(leg.Request.Destination.ARN)
	return hop.Track(hop.Tracked{
		Request: leg.Request, Copy: copy, VaultKey: key, Destination: destination, // its resource was compared already
	}), nil
}
