package relay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// RegionJobs lists the backup account's copy jobs of one Region. Each method returns
// whole lists, with *hop.Failure when AWS refuses.
type RegionJobs interface {
	// InFlight lists the jobs that are CREATED or RUNNING.
	InFlight(ctx context.Context) ([]hop.CopyJob, error)
	// Of lists every job of a recovery point to a vault, whatever its state.
	Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error)
}

// CopyBack brings one backup back to a member's local vault, step by step. It keeps no
// state: where it stands, and what is next, is asked of AWS Backup each time.
type CopyBack struct {
	// Way is what does not change on the way: Local, Detour, Role, KeepDays, Bounds,
	// Pools and Begun, and the resource and creation time of Backup.
	Way   hop.WayBack
	Looks []Look                // where copies may be, the nearest vault first
	Jobs  map[string]RegionJobs // by Region, of every vault that copies may start from

	// LocalRequired has Look fail with ErrLocalUnread where the local vault cannot be read: the
	// backup may be there. Otherwise the job list alone decides.
	LocalRequired bool
	// LocalErr is why the last Look could not read the local vault; nil where it could.
	LocalErr error

	Copies Copies
	Now    func() time.Time // by AWS's clock
	Every  time.Duration    // pause between looks
}

// ErrLocalUnread says that the member's local vault could not be read.
var ErrLocalUnread = errors.New("the local vault could not be read, and the backup may be there already")

// Look finds out what is next.
func (c *CopyBack) Look(ctx context.Context) (hop.BackStep, error) {
	way := c.Way
	looks := Locate(ctx, way.Backup.ResourceARN, c.Looks)
	for _, look := range looks {
		if look.Vault == way.Local {
			c.LocalErr = look.Err
		}
		switch {
		case look.Vault == way.Local && c.LocalRequired && look.Err != nil && !passing(look.Err):
			return hop.BackStep{}, fmt.Errorf("%w: %w", ErrLocalUnread, look.Err)
		case look.Vault == way.Local && !passing(look.Err):
			way.LocalUnseen = look.Err != nil
		case look.Err != nil:
			return hop.BackStep{}, look.Err // what is under way there would be started twice
		}
	}
	way.Backup.Held = nil
	for _, backup := range hop.Backups(HeldIn(looks)) {
		if backup.Same(way.Backup) {
			way.Backup.Held = backup.Held
		}
	}
	if err := c.jobs(ctx, &way); err != nil {
		return hop.BackStep{}, err
	}
	way.Now = c.Now()
	return way.Next(), nil
}

// jobs lists the copy jobs that the way is decided by.
func (c *CopyBack) jobs(ctx context.Context, way *hop.WayBack) error {
	for _, region := range c.regions() {
		jobs := c.Jobs[region]
		inFlight, err := jobs.InFlight(ctx)
		if err != nil {
			return err
		}
		way.InFlight = append(way.InFlight, inFlight...)
		for _, h := range way.Backup.Held {
			if h.Vault.Region != region || h.Vault == way.Local {
				continue
			}
			for _, to := range []hop.Vault{way.Local, way.Detour} {
				if to.ARN == "" || to == h.Vault {
					continue
				}
				of, err := jobs.Of(ctx, h.ARN, to)
				if err != nil {
					return err
				}
				way.Jobs = append(way.Jobs, of...)
			}
		}
	}
	return nil
}

func (c *CopyBack) regions() []string {
	var regions []string
	for region := range c.Jobs {
		regions = append(regions, region)
	}
	slices.Sort(regions)
	return regions
}

// forgotten is how old a job is at least that answers a start and is not listed: one
// that somebody else has started a moment ago soon is.
const forgotten = 15 * time.Minute

// Start starts the copy that is due, and returns the step as it is then: under way, or
// waiting where AWS says that a quota is used up.
func (c *CopyBack) Start(ctx context.Context, step hop.BackStep) (hop.BackStep, error) {
	started, err := c.Copies.Start(ctx, step.Order)
	var refused *hop.Failure
	switch {
	case errors.As(err, &refused) && refused.Class == hop.ClassLimit:
		step.Verdict, step.Detail = hop.BackFull, refused.Error()
		return step, nil
	case err != nil:
		return step, err
	case started.Created.Before(c.Now().Add(-forgotten)):
		return step, fmt.Errorf("AWS answered with copy job %s of %s, which it does not list any more: what became of it is not known",
			started.JobID, started.Created.Format(time.RFC3339))
	}
	step.Verdict, step.Detail = hop.BackUnderway, ""
	step.Job = hop.CopyJob{
		ID: started.JobID, State: hop.Created, Created: started.Created, Source: step.Order.Point, Destination: step.To,
		ResourceARN: step.From.ResourceARN, ResourceType: step.From.ResourceType,
	}
	return step, nil
}

// Follow starts what is due until the backup is back, a copy fails or nothing is left to
// copy, and tells of each step as it finds it. What passes, it waits for, and tells of
// too. A context that ends leaves the jobs running.
func (c *CopyBack) Follow(ctx context.Context, step hop.BackStep, tell func(hop.BackStep), busy func(error)) (hop.BackStep, error) {
	for {
		next, err := step, error(nil)
		switch step.Verdict {
		case hop.BackDone, hop.BackFailed, hop.BackLost:
			return step, nil
		case hop.BackDue:
			next, err = c.Start(ctx, step)
		case hop.BackUnderway, hop.BackFull:
			if err = pause(ctx, c.Every); err == nil {
				next, err = c.Look(ctx)
			}
		default:
			return step, fmt.Errorf("no rule for the verdict %q", step.Verdict)
		}
		if err == nil {
			step = next
		}
		switch {
		case ctx.Err() != nil:
			return step, ctx.Err()
		case err == nil:
			tell(step)
			continue
		case !passing(err):
			return step, err
		}
		busy(err)
		if err := pause(ctx, c.Every); err != nil {
			return step, err
		}
	}
}

// passing: throttling and outages are waited for.
func passing(err error) bool {
	var refused *hop.Failure
	return errors.As(err, &refused) && refused.Class == hop.ClassTransient
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
