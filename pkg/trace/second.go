package trace

import (
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/ages"
	"github.com/twohop/twohop/pkg/hop"
)

// intermediate tells what became of a point between the hops: the event of its arrival,
// and each second hop.
func (t *teller) intermediate(arn string, m middle) {
	if m.point.ARN != "" {
		t.kept("intermediate", m.point, m.vault)
	}
	t.event(m)
	for _, request := range t.requests(arn, m) {
		jobs := slices.DeleteFunc(slices.Clone(m.second), func(j hop.CopyJob) bool { return j.Destination.ARN != request.Destination.ARN })
		t.secondHop(request, m, jobs)
	}
}

// event tells whether the first hop's event was delivered, as far as that is known.
func (t *teller) event(m middle) {
	step := Step{Name: "event", Mark: Unknown, Point: m.point.ARN}
	switch {
	case len(m.second) > 0:
		step.Mark, step.Text = Done, "twohop has heard of the point: by its event or from the reconciler"
	case len(t.finals) > 0:
		step.Mark, step.Text = Done, "the copy is there, from before the list of jobs begins"
	case t.Undelivered > 0:
		step.Text = fmt.Sprintf("not known to be delivered: %d events of the account could not be forwarded and are in its queue forward-dlq", t.Undelivered)
	case t.Waiting > 0:
		step.Text = fmt.Sprintf("no copy job yet; %d messages wait in the queue of copies, this point's may be among them", t.Waiting)
	default:
		step.Text = fmt.Sprintf("no copy job, and no message waits: the event is late or lost; the reconciler looks every %s", t.rules.Every)
	}
	t.add(step)
}

// requests are the second hops of a point: those of its route, and others that there is a
// job of.
func (t *teller) requests(arn string, m middle) []hop.Request {
	r := hop.Request{Point: arn, Source: m.vault, ResourceType: t.Type}
	var requests []hop.Request
	for _, route := range t.rules.Routes {
		if route.Source.ARN != m.vault.ARN && m.vault.ARN != "" || !slices.Contains(route.Types, t.Type) {
			continue
		}
		r.Source = route.Source
		requests = append(requests, route.Split(r)...)
		break
	}
	if len(requests) == 0 && m.point.ARN != "" {
		t.add(Step{Name: "decision", Mark: Noted, Point: arn, Text: fmt.Sprintf("skip (%s): no route takes %s from there", hop.ReasonUnrouted, t.Type)})
	}
	return requests
}

// secondHop tells of one copy: its job, or the decision that keeps it from one, and how
// the copy was found.
func (t *teller) secondHop(r hop.Request, m middle, jobs []hop.CopyJob) {
	copy, there := t.copyOf(r, jobs)
	if len(jobs) == 0 {
		if there { // older than the list of jobs
			t.add(Step{Name: "hop 2", Mark: Done, Vault: r.Destination.ARN, Point: copy.ARN, Text: "its job is no longer listed"})
			t.verification(r, m, jobs, copy)
			return
		}
		t.decision(r, m, jobs)
		return
	}
	for _, job := range latest(jobs) {
		step := Step{Name: "hop 2", Vault: job.Destination.ARN, Point: job.Copy}
		d := t.decide(r, m, jobs)
		failed := job.Failed(hop.SecondHop)
		failed.Source, failed.KeyARN, failed.Rejected = r.Source, m.point.KeyARN, d.Verdict == hop.Reject
		job.step(&step, t.rules, Replay, failed)
		if step.Mark == Broken && !failed.Rejected { // not the end of the chain: twohop continues with it
			step.Mark, step.Next = Going, ""
			step.Text += fmt.Sprintf("; decision now: %s (%s)", d.Verdict, d.Reason)
		}
		t.add(step)
		if job.State == hop.Completed {
			t.verification(r, m, jobs, copy)
		}
	}
}

// decide works the decision out anew, as the copystarter would now.
func (t *teller) decide(r hop.Request, m middle, jobs []hop.CopyJob) hop.Decision {
	room := hop.NewSlots(t.rules.Pools, hop.InUse{Jobs: t.InFlight}).Room(t.Type, r.Source, r.Destination)
	var sent time.Time // long ago, where the point is gone; else now, so that failures before it count
	if m.point.ARN != "" {
		sent = t.Now
	}
	return hop.Decide(hop.Case{
		Request: r, Point: m.point, Missing: m.point.ARN == "", Jobs: jobs, Routes: t.rules.Routes, Retry: t.rules.Retry,
		Room: room, Today: t.Today, Ceiling: t.rules.Ceiling, FirstSeen: sent, Now: t.Now,
	})
}

// overdue is for how long a due copy may be without a job before the chain counts as
// broken: a run of the reconciler, and the time that its message takes.
func (t *teller) overdue() time.Duration { return 2*t.rules.Every + 30*time.Minute }

// decision tells why there is no second hop.
func (t *teller) decision(r hop.Request, m middle, jobs []hop.CopyJob) {
	d := t.decide(r, m, jobs)
	step := Step{Name: "decision", Mark: Going, Vault: r.Destination.ARN, Point: r.Point, Class: d.Class,
		Text: fmt.Sprintf("%s (%s)", d.Verdict, d.Reason)}
	if d.Detail != "" {
		step.Text += ": " + d.Detail
	}
	switch d.Verdict {
	case hop.Reject:
		step.Mark, step.Next, step.Advice = Broken, Replay, t.advice(d, r, m.point.KeyARN)
	case hop.Start:
		if age := t.Now.Sub(m.point.Arrived()); age > t.overdue() && t.Waiting == 0 {
			step.Mark, step.Next = Broken, Look
			step.Text += fmt.Sprintf("; it has been due for %s, and nobody has started it", ages.Span(age))
		}
	case hop.Skip:
		step.Mark = Noted
	case hop.Wait, hop.Split, hop.Again:
	}
	t.add(step)
}

// advice is what to do about a decision to reject a second hop.
func (t *teller) advice(d hop.Decision, r hop.Request, keyARN string) string {
	failed := d.Failed(hop.Notice{}, r)
	failed.Resource, failed.KeyARN = t.Resource, keyARN
	return t.rules.Advice(failed)
}

// copyOf is the newest copy that is still there; false where there is none.
func (t *teller) copyOf(r hop.Request, jobs []hop.CopyJob) (hop.RecoveryPoint, bool) {
	for _, held := range t.finals {
		if held.Vault.ARN != r.Destination.ARN {
			continue
		}
		for _, point := range held.Points {
			if (made(jobs, point.ARN) || len(jobs) == 0) && point.Status != hop.PointExpired && point.Status != hop.PointDeleting {
				return point, true
			}
		}
	}
	return hop.RecoveryPoint{}, false
}

// verification judges the copy as the outcometracker does.
func (t *teller) verification(r hop.Request, m middle, jobs []hop.CopyJob, copy hop.RecoveryPoint) {
	jobs = t.confirmed(r, jobs)
	route, _ := t.rules.Routes.For(r.Source.ARN, t.Type)
	destination, _ := route.Destination(r.Destination.ARN)
	d := hop.Track(hop.Tracked{Request: r, Jobs: jobs, Copy: copy, VaultKey: t.Keys[r.Destination.ARN], Destination: destination,
		Retry: t.rules.Retry, FirstSeen: t.created, Now: t.Now})
	step := Step{Name: "verification", Mark: Done, Vault: r.Destination.ARN, Point: copy.ARN, Text: "key, resource, status and retention are right"}
	switch {
	case copy.ARN == "" && t.gone(destination):
		step.Mark, step.Text = Noted, "the copy has had its time"
	case d.Reason != hop.ReasonVerified && t.Keys[r.Destination.ARN] == "":
		step.Mark, step.Text = Unknown, "the final vault was not looked at"
	case d.Reason == hop.ReasonInFlight: // it is copied again
		step.Mark, step.Text = Going, d.Detail
	case d.Reason == hop.ReasonVanished:
		t.vanished(&step, r, m, jobs, d)
	case d.Verdict == hop.Wait, d.Verdict == hop.Again:
		step.Mark, step.Text = Going, d.Detail
	case d.Reason != hop.ReasonVerified:
		step.Mark, step.Text, step.Class, step.Next = Broken, d.Detail, d.Class, Replay
		if d.Reason == hop.ReasonUnderprotected {
			step.Next = Protect
		}
		step.Advice = t.advice(d, r, copy.KeyARN)
	}
	t.add(step)
	if copy.ARN != "" {
		t.kept("final", copy, r.Destination)
	}
}

// confirmed are jobs with what the final vault says about their copies, where it was read.
func (t *teller) confirmed(r hop.Request, jobs []hop.CopyJob) []hop.CopyJob {
	if t.Keys[r.Destination.ARN] == "" {
		return jobs
	}
	jobs = slices.Clone(jobs)
	for i, job := range jobs {
		if job.State != hop.Completed || job.Copy == "" {
			continue
		}
		jobs[i].CopyState = hop.CopyUndescribed
		if status, ok := statusIn(t.finals, job.Destination, job.Copy); ok {
			jobs[i].CopyState = hop.CopyStateOf(status)
		}
	}
	return jobs
}

// statusIn is the status of a recovery point in a vault; false where the vault lacks it.
func statusIn(all []Held, vault hop.Vault, point string) (hop.PointStatus, bool) {
	for _, held := range all {
		i := slices.IndexFunc(held.Points, func(p hop.RecoveryPoint) bool { return p.ARN == point })
		if held.Vault.ARN == vault.ARN && i >= 0 {
			return held.Points[i].Status, true
		}
	}
	return "", false
}

// vanished tells of a copy that was deleted before its time, and whether it is copied again.
func (t *teller) vanished(s *Step, r hop.Request, m middle, jobs []hop.CopyJob, d hop.Decision) {
	now := t.decide(r, m, jobs)
	s.Mark, s.Text, s.Next, s.Source = Broken, d.Detail, Recopy, r.Point
	switch {
	case m.point.ARN == "" || hop.CopyStateOf(m.point.Status) == hop.CopyGone:
		s.Text += "; its source has left the intermediate vault too, so that it is not copied again"
		s.Next = Nothing
	case now.Verdict == hop.Skip: // too late for another copy
		s.Mark, s.Next = Noted, ""
		fallthrough
	default:
		s.Text += fmt.Sprintf("; decision now: %s (%s)", now.Verdict, now.Reason)
	}
}

// gone tells whether a copy's retention is over.
func (t *teller) gone(d hop.Destination) bool {
	return d.DeleteAfterDays > 0 && !t.created.IsZero() && t.created.AddDate(0, 0, int(d.DeleteAfterDays)).Before(t.Now)
}
