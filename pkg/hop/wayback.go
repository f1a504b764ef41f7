package hop

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// WayBack is everything that decides the next step of bringing a backup back to a
// member's local vault: what AWS Backup tells of its copies and their copy jobs.
type WayBack struct {
	Backup Backup // Held: the nearest copy first
	Local  Vault  // where it is to be
	// LocalUnseen says that Local could not be looked at: then the job list alone tells
	// whether the backup is there.
	LocalUnseen bool
	// Detour is the vault in Local's Region, in the backup account, over which a copy
	// from another Region goes; zero: one action reaches Local from every Region.
	Detour Vault
	Role   string // ARN of the role that AWS Backup makes the copies with
	// KeepDays is for how many days from now a copy is kept. AWS counts from the backup.
	KeepDays int
	Bounds   map[string]Bounds // of the locks of Local and Detour, by vault ARN

	Jobs     []CopyJob // every listed job of the copies to Local and Detour
	InFlight []CopyJob // every job of the backup account that is CREATED or RUNNING
	Pools    []Pool

	Begun time.Time // of this run: a copy that failed before may be tried again
	Now   time.Time
}

// Bounds are the days that a vault's lock asks of a copy; 0: none.
type Bounds struct{ Min, Max int }

// BackVerdict is what is next.
type BackVerdict string

// Every verdict there is.
const (
	BackDone     BackVerdict = "done"     // the backup is in the local vault
	BackUnderway BackVerdict = "underway" // a copy is in flight, or about to be told of
	BackDue      BackVerdict = "due"      // a copy is to be started
	BackFull     BackVerdict = "full"     // all slots of the quota are used
	BackFailed   BackVerdict = "failed"   // a copy of this run failed, or none would last
	BackLost     BackVerdict = "lost"     // nothing is left to copy
)

// BackStep is the next step with its facts.
type BackStep struct {
	Verdict BackVerdict
	From    Held  // of a copy
	To      Vault // of a copy; Local in the last one
	Order   Order // of BackDue
	Job     CopyJob
	Class   Class  // of BackFailed, or of the earlier failure Job of BackDue
	Point   string // of BackDone: the recovery point in Local
	Detail  string
}

// Last reports whether the step's copy arrives in the local vault.
func (w WayBack) Last(s BackStep) bool { return s.To == w.Local }

// Next is the next step. The job list and the vaults tell how far the way is: so an
// interrupted one goes on, and no copy is started beside one that is in flight or done.
func (w WayBack) Next() BackStep {
	for _, h := range w.Backup.Held {
		if h.Vault == w.Local && h.Usable(w.Now) {
			return BackStep{Verdict: BackDone, To: w.Local, Point: h.ARN}
		}
	}
	for _, to := range []Vault{w.Local, w.Detour} {
		if step, ok := w.underway(to); ok {
			return step
		}
	}
	for _, straight := range []bool{true, false} {
		for _, h := range w.Backup.Held {
			if w.central(h) && h.Usable(w.Now) && w.straight(h) == straight {
				return w.step(h)
			}
		}
	}
	return BackStep{Verdict: BackLost, To: w.Local, Detail: "no copy of the backup that could be used is left in a vault of the backup account"}
}

// straight tells whether one action reaches Local.
func (w WayBack) straight(h Held) bool { return w.Detour.ARN == "" || h.Vault.Region == w.Local.Region }

func (w WayBack) target(h Held) Vault {
	if w.straight(h) {
		return w.Local
	}
	return w.Detour
}

// underway finds a job to a vault that may still make its copy, or has just made one
// that is not listed yet.
func (w WayBack) underway(to Vault) (BackStep, bool) {
	if to.ARN == "" {
		return BackStep{}, false
	}
	for _, job := range w.Jobs {
		if job.Destination.ARN != to.ARN {
			continue
		}
		step := BackStep{Verdict: BackUnderway, From: w.holding(job.Source), To: to, Job: job}
		switch {
		case job.State.InFlight() || !job.State.Known():
			step.Detail = fmt.Sprintf("copy job %s is %s", job.ID, job.State)
		case job.State != Completed:
			continue
		case to == w.Local && w.LocalUnseen:
			step.Verdict, step.Point = BackDone, job.Copy
			step.Detail = "by the job list; the vault itself was not looked at"
		case w.Now.Before(job.ended().Add(settling)) && w.holding(job.Copy).ARN == "":
			step.Detail = fmt.Sprintf("copy job %s is COMPLETED, and its copy is not listed yet", job.ID)
		default:
			continue
		}
		return step, true
	}
	return BackStep{}, false
}

func (w WayBack) holding(point string) Held {
	if i := slices.IndexFunc(w.Backup.Held, func(h Held) bool { return h.ARN == point }); i >= 0 {
		return w.Backup.Held[i]
	}
	return Held{}
}

// step is the copy of one point, or why it cannot be started now.
func (w WayBack) step(h Held) BackStep {
	s := BackStep{From: h, To: w.target(h)}
	ended := Case{Jobs: slices.DeleteFunc(slices.Clone(w.Jobs), func(j CopyJob) bool { return j.Source != h.ARN || j.Destination.ARN != s.To.ARN })}
	for _, job := range ended.Jobs {
		if job.State.Unsuccessful() && job.ended().After(s.Job.ended()) {
			s.Job, s.Class = job, job.Class
		}
	}
	if s.Job.ID != "" {
		s.Detail = fmt.Sprintf("copy job %s ended %s: %s", s.Job.ID, s.Job.State, s.Job.Message)
	}
	if s.Job.ID != "" && s.Class != ClassLimit && !s.Job.ended().Before(w.Begun) {
		s.Verdict = BackFailed
		return s
	}
	days, err := w.days(h, s.To)
	switch {
	case err != nil:
		s.Verdict, s.Class, s.Detail = BackFailed, ClassRetention, err.Error()
	case !Spare(w.Pools, w.InFlight, h.ResourceType, h.Vault, s.To):
		s.Verdict = BackFull
		s.Detail = fmt.Sprintf("every slot for %s copies to %s is used", h.ResourceType, s.To.Region)
	default:
		s.Verdict = BackDue
		s.Order = Order{
			Point: h.ARN, Source: h.Vault, Destination: s.To, DeleteAfterDays: days, Role: w.Role,
			Token: Token(h.ARN, s.To, ended.newestEnded()),
		}
	}
	return s
}

// days is the retention of a copy, in days from the backup, that lets it last KeepDays
// from now, within the bounds of the vault's lock.
func (w WayBack) days(h Held, to Vault) (int32, error) {
	age := int(math.Ceil(max(w.Now.Sub(h.Created).Hours(), 0) / 24))
	bounds := w.Bounds[to.ARN]
	days := max(age+w.KeepDays, bounds.Min, 1)
	if bounds.Max > 0 && days > bounds.Max {
		return 0, fmt.Errorf("a copy of a backup of %s has to be kept for %d days from then, and the lock of %s takes %d at the most",
			h.Created.Format(time.DateOnly), days, to.Name, bounds.Max)
	}
	return int32(days), nil //nolint:gosec // the estate's retentions and the age of a backup are some thousand days
}
