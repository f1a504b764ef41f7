package hop

import (
	"slices"
	"strings"
	"time"
)

// Standing is how far one copy is: one recovery point to one vault.
type Standing string

// Every standing there is.
const (
	Absent   Standing = "absent"   // no copy job is listed
	Flying   Standing = "flying"   // a copy job is CREATED or RUNNING
	Stuck    Standing = "stuck"    // it has been for longer than a copy should take
	Copied   Standing = "copied"   // a copy job is COMPLETED, and its copy is in the vault as far as that was read
	Vanished Standing = "vanished" // a copy job is COMPLETED, and its copy is no longer in the vault
	Failing  Standing = "failing"  // the last copy job failed, and another attempt is due or will be
	Rejected Standing = "rejected" // the last copy job failed, and a person has to act
	Untold   Standing = "untold"   // no copy job is listed, of a point from before the list begins
)

// jobHistory is how long AWS Backup is taken to list copy jobs (UNCONFIRMED A43). Whether
// an older point was copied the list no longer tells, and a copy might be a second one.
const jobHistory = 30 * 24 * time.Hour

// Forgotten reports whether copy jobs of a time may have left the list.
func Forgotten(t, now time.Time) bool { return !t.IsZero() && now.Sub(t) > jobHistory }

// forgotten reports whether the jobs of a point may have left the list.
func (p RecoveryPoint) forgotten(now time.Time) bool { return Forgotten(p.Arrived(), now) }

// Leg is one copy that the vaults and the job list tell of.
type Leg struct {
	Point    RecoveryPoint
	Request  Request
	Standing Standing
	// Job is the copy job that the standing is of; zero where none is listed.
	Job CopyJob
	// Failure is the decision about the job of a Rejected leg.
	Failure Decision
}

// Due tells whether the copy should be there and is not.
func (l Leg) Due() bool { return l.Standing != Copied }

// Since is when the leg's standing began, as far as it is told: the job's end or
// beginning, or when the point arrived. When a copy vanished is not known: then it is the
// earliest time at which that could be told.
func (l Leg) Since() time.Time {
	switch l.Standing {
	case Absent, Untold:
		return l.Point.Arrived()
	case Flying:
		return l.Job.Created
	case Stuck:
		return l.Job.Created.Add(l.Job.limit())
	case Vanished:
		return l.Job.settles(l.Job.Created)
	default:
		return l.Job.ended()
	}
}

// Arrived is when the vault had the point whole; where that is not told, when the
// point was made.
func (p RecoveryPoint) Arrived() time.Time {
	if p.Completed.IsZero() {
		return p.Created
	}
	return p.Completed
}

// Bounds of a copy that goes well. AWS Backup promises no duration: hours are normal,
// and after a system error a job stays CREATED for two hours.
const (
	longWaiting = 12 * time.Hour // in CREATED: others of the same resource go first
	longRunning = 24 * time.Hour
)

// limit is how long after its creation a job in its state goes well.
func (j CopyJob) limit() time.Duration {
	if j.State == Created {
		return longWaiting
	}
	return longRunning
}

// Survey is what a look at a source vault found.
type Survey struct {
	Legs     []Leg
	Unrouted []RecoveryPoint // of types that no route takes
}

// Look compares the points of one source vault with the copy jobs out of it. Points
// that need no copy are left out: those that came back from the backup account's own
// vaults, those whose copy would expire on arrival, and those that are not whole yet. So
// are points that were copied once, whose copy is gone and which can be copied no more. Of a
// completed job CopyState tells whether its copy exists.
func Look(source Vault, points []RecoveryPoint, jobs []CopyJob, routes Routes, retry Retry, now time.Time) Survey {
	type leg struct{ point, destination string }
	by := make(map[leg][]CopyJob, len(jobs))
	for _, job := range jobs {
		key := leg{job.Source, job.Destination.ARN}
		by[key] = append(by[key], job)
	}
	s := Survey{Legs: make([]Leg, 0, len(points))}
	for _, point := range points {
		if point.SourceVault.Account == source.Account || point.Status == PointCreating {
			continue
		}
		route, ok := routes.For(source.ARN, point.ResourceType)
		if !ok {
			s.Unrouted = append(s.Unrouted, point)
			continue
		}
		for _, destination := range route.Destinations {
			ends := point.Created.AddDate(0, 0, int(destination.DeleteAfterDays))
			if !point.Created.IsZero() && !ends.After(now.Add(expiring)) {
				continue
			}
			l := Leg{Point: point, Request: Request{
				Point: point.ARN, Source: source, Destination: destination.Vault, ResourceType: point.ResourceType, Bytes: point.Bytes,
			}}
			l.stand(by[leg{point.ARN, destination.Vault.ARN}], retry, now)
			if l.Standing != Vanished || !point.leaving(now) {
				s.Legs = append(s.Legs, l)
			}
		}
	}
	return s
}

// stand finds the leg's standing from its jobs.
func (l *Leg) stand(jobs []CopyJob, retry Retry, now time.Time) {
	c := Case{Jobs: jobs, Retry: retry, Now: now}
	if job, ok := c.find(func(j CopyJob) bool { return j.State.InFlight() || !j.State.Known() }); ok {
		l.Job, l.Standing = job, Flying
		if now.Sub(job.Created) > job.limit() {
			l.Standing = Stuck
		}
		return
	}
	if job, ok := c.find(CopyJob.copied); ok {
		l.Job, l.Standing = job, Copied
		return
	}
	if job, ok := c.find(func(j CopyJob) bool {
		return j.State == Completed && j.CopyState == CopyUndescribed && now.Before(j.settles(j.Created))
	}); ok {
		l.Job, l.Standing = job, Flying
		return
	}
	if len(jobs) == 0 {
		l.Standing = Absent
		if l.Point.forgotten(now) {
			l.Standing = Untold
		}
		return
	}
	if _, l.Job = c.failures(); l.Job.ID == "" {
		made := slices.DeleteFunc(slices.Clone(jobs), func(j CopyJob) bool { return j.State != Completed })
		l.Job, l.Standing = slices.MaxFunc(made, func(a, b CopyJob) int { return a.ended().Compare(b.ended()) }), Vanished
		return
	}
	l.Standing = Failing
	if decision, ok := settledByFailures(c); ok && decision.Verdict == Reject {
		l.Standing, l.Failure = Rejected, decision
	}
}

// leaving reports whether the point can no longer be copied, since its vault drops it.
func (p RecoveryPoint) leaving(now time.Time) bool {
	return CopyStateOf(p.Status) == CopyGone || !p.DeleteAt.IsZero() && !p.DeleteAt.After(now.Add(expiring))
}

// Oldest is the age of the oldest point with a copy that is due, by resource type;
// zero for a type without one. Every type of the routes is in it.
func (s Survey) Oldest(routes Routes, now time.Time) map[string]time.Duration {
	ages := map[string]time.Duration{}
	for _, route := range routes {
		for _, resourceType := range route.Types {
			ages[resourceType] = 0
		}
	}
	for _, leg := range s.Legs {
		if age := now.Sub(leg.Point.Arrived()); leg.Due() && age > ages[leg.Point.ResourceType] {
			ages[leg.Point.ResourceType] = age
		}
	}
	return ages
}

// Resource is something that has copies in a final vault.
type Resource struct {
	ARN    string
	Type   string
	Newest time.Time // when the newest copy was backed up
}

// Late are the resources whose newest copy is older than their type's objective, and
// retired those that have had no backup for so long that they are taken for gone. A
// type without an objective is never late.
func Late(resources []Resource, objectives map[string]time.Duration, retired time.Duration, now time.Time) (late, gone []Resource) {
	for _, r := range resources {
		objective, ok := objectives[r.Type]
		switch age := now.Sub(r.Newest); {
		case !ok || age <= objective:
		case age > max(retired, 2*objective):
			gone = append(gone, r)
		default:
			late = append(late, r)
		}
	}
	byARN := func(a, b Resource) int {
		if c := a.Newest.Compare(b.Newest); c != 0 {
			return c
		}
		return strings.Compare(a.ARN, b.ARN)
	}
	slices.SortFunc(late, byARN)
	slices.SortFunc(gone, byARN)
	return late, gone
}
