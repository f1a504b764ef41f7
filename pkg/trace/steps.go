package trace

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/ages"
	"github.com/twohop/twohop/pkg/hop"
)

// teller writes down the steps of one life.
type teller struct {
	Facts
	rules Rules
	*thread
	finals []Held
	life   Life
}

func tell(f Facts, rules Rules, o *thread, finals []Held) Life {
	t := teller{Facts: f, rules: rules, thread: o, finals: finals, life: Life{Created: o.created, points: map[string]bool{}}}
	t.backup()
	t.firstHop()
	for _, arn := range slices.Sorted(maps.Keys(o.middle)) {
		t.life.points[arn] = true
		t.intermediate(arn, o.middle[arn])
	}
	t.direct()
	t.letters()
	return t.life
}

func (t *teller) add(s Step) {
	if s.Point != "" {
		t.life.points[s.Point] = true
	}
	t.life.Steps = append(t.life.Steps, s)
}

// backup tells of the member's backup job and of the local point.
func (t *teller) backup() {
	step := Step{Name: "backup", Mark: Done, Point: t.origin}
	switch job := t.thread.backup; {
	case job == nil && t.local.ARN == "" && t.origin == "":
		step.Mark, step.Text = Unknown, "the member's backup job is not told of: "+t.dark("the local point is gone, and AWS Backup no longer lists the job")
	case job == nil:
		step.At, step.Text = t.created, "made; its job is no longer listed"
	case job.State.Unsuccessful():
		step.Mark, step.At, step.Class, step.Next = Broken, job.Completed, job.Class, Backup
		step.Text = fmt.Sprintf("backup job %s ended %s: %s", job.ID, job.State, job.Message)
		step.Advice = t.rules.Advice(job.Failed(t.Resource, t.Type))
	case job.State != hop.Completed:
		step.Mark, step.At, step.Text = Going, job.Created, fmt.Sprintf("backup job %s is %s", job.ID, job.State)
	default:
		step.At, step.Text = job.Completed, fmt.Sprintf("backup job %s, begun %s", job.ID, clock(job.Created))
	}
	t.add(step)
	if t.local.ARN != "" {
		t.kept("local", t.local, t.localVault())
	}
}

func (t *teller) localVault() hop.Vault {
	for _, held := range t.Local {
		if slices.ContainsFunc(held.Points, func(p hop.RecoveryPoint) bool { return p.ARN == t.local.ARN }) {
			return held.Vault
		}
	}
	return hop.Vault{}
}

// dark is why something of the member is not known: it was not looked at, or else what
// is said.
func (t *teller) dark(otherwise string) string {
	for _, u := range t.Unseen {
		if u.What == memberOf(t.Facts) {
			return "the member account was not looked at"
		}
	}
	return otherwise
}

// kept tells how long a vault keeps its point.
func (t *teller) kept(role string, p hop.RecoveryPoint, vault hop.Vault) {
	text := fmt.Sprintf("%s, kept for good", role)
	if !p.DeleteAt.IsZero() {
		text = fmt.Sprintf("%s, kept until %s", role, clock(p.DeleteAt))
	}
	if p.Status != hop.PointCompleted && p.Status != hop.PointAvailable {
		text += fmt.Sprintf("; it is %s", p.Status)
	}
	t.add(Step{Name: "retention", Mark: Noted, At: p.DeleteAt, Point: p.ARN, Vault: vault.ARN, Text: text})
}

// firstHop tells of the member's own copies, the last job for each vault.
func (t *teller) firstHop() {
	if len(t.first) == 0 {
		switch {
		case len(t.middle) > 0 || len(t.finals) > 0:
			t.add(Step{Name: "hop 1", Mark: Done, Text: "its job is not told of: " + t.dark("AWS Backup no longer lists it")})
		case t.local.ARN != "":
			t.add(Step{Name: "hop 1", Mark: Unknown, Text: "no copy job of the point is listed: its plan copies nothing, or has not begun to"})
		}
		return
	}
	for _, job := range latest(t.first) {
		step := Step{Name: "hop 1", Vault: job.Destination.ARN, Point: job.Copy}
		if !t.rules.Routes.From(job.Destination.ARN) {
			step.Name = "direct copy"
		}
		failed := job.Failed(hop.FirstHop)
		failed.Source, failed.KeyARN = t.localVault(), t.local.KeyARN
		job.step(&step, t.rules, Restart, failed)
		if job.State == hop.Completed {
			t.arrival(&step, job.CopyJob)
		}
		t.add(step)
	}
}

// arrival tells whether the copy that a plan made is there. An intermediate point may leave
// as soon as twohop has copied it.
func (t *teller) arrival(s *Step, job hop.CopyJob) {
	m := t.middle[job.Copy]
	_, there := statusIn(t.finals, job.Destination, job.Copy)
	unread := !t.rules.Routes.From(job.Destination.ARN) && t.Keys[job.Destination.ARN] == ""
	switch {
	case job.Copy == "", m.point.ARN != "", len(m.second) > 0, there:
	case t.rules.Routes.From(job.Destination.ARN) && len(t.finals) > 0:
	case unread:
		s.Mark, s.Text = Unknown, s.Text+"; the vault was not looked at"
	case t.Now.Before(job.Completed.Add(listing)):
		s.Mark, s.Text = Going, s.Text+"; its copy is not listed yet"
	case t.past(job):
		s.Text += "; the copy has had its time"
	default:
		s.Mark, s.Next = Broken, Nothing
		s.Text += fmt.Sprintf("; its copy %s is no longer in the vault, and nothing copies it again", job.Copy)
	}
}

// listing is how long a copy may be unlisted after its job's end.
const listing = 15 * time.Minute

// past tells whether the retention of a plan's copy is over.
func (t *teller) past(job hop.CopyJob) bool {
	for _, route := range t.rules.First {
		if destination, ok := route.Destination(job.Destination.ARN); ok && slices.Contains(route.Types, t.Type) && t.gone(destination) {
			return true
		}
	}
	return false
}

// lastJob is the job that counts of those to a vault, and how many there are.
type lastJob struct {
	hop.CopyJob
	attempts int
}

// latest is the job that counts for each destination: one that made a copy, or else the
// last one.
func latest(jobs []hop.CopyJob) []lastJob {
	by := map[string]lastJob{}
	sorted := slices.SortedStableFunc(slices.Values(jobs), func(a, b hop.CopyJob) int { return a.Created.Compare(b.Created) })
	for _, job := range sorted {
		last := by[job.Destination.ARN]
		if last.State != hop.Completed || job.State == hop.Completed {
			last.CopyJob = job
		}
		last.attempts++
		by[job.Destination.ARN] = last
	}
	var all []lastJob
	for _, arn := range slices.Sorted(maps.Keys(by)) {
		all = append(all, by[arn])
	}
	return all
}

// step writes a job down. failed is the job for the advice about it, if it failed.
func (j lastJob) step(s *Step, rules Rules, next Next, failed hop.FailedJob) {
	attempt := ""
	if j.attempts > 1 {
		attempt = fmt.Sprintf(", attempt %d", j.attempts)
	}
	switch {
	case j.State == hop.Completed:
		s.Mark, s.At = Done, j.Completed
		s.Text = fmt.Sprintf("copy job %s took %s%s", j.ID, ages.Span(max(j.Completed.Sub(j.Created), time.Minute)), attempt)
	case j.State.Unsuccessful():
		s.Mark, s.At, s.Class, s.Next = Broken, j.Completed, j.Class, next
		s.Text, s.Advice = fmt.Sprintf("copy job %s ended %s%s: %s", j.ID, j.State, attempt, j.Message), rules.Advice(failed)
	default:
		s.Mark, s.At, s.Text = Going, j.Created, fmt.Sprintf("copy job %s is %s since %s%s", j.ID, j.State, clock(j.Created), attempt)
	}
}

// direct tells of copies that the plan itself made in a final vault.
func (t *teller) direct() {
	for _, held := range t.finals {
		for _, point := range held.Points {
			if !t.life.points[point.ARN] || made(t.first, point.ARN) {
				t.kept("final", point, held.Vault)
			}
		}
	}
}

// letters tells what of it is in the dead-letter queue.
func (t *teller) letters() {
	for _, letter := range t.Letters {
		if t.life.points[letter.Point] {
			t.add(Step{Name: "dead letter", Mark: Noted, At: letter.Sent, Point: letter.Point, Vault: letter.Destination.ARN,
				Class: hop.Class(letter.Class), Text: fmt.Sprintf("message %s: %s", letter.ID, letter.Reason), Advice: letter.Advice})
		}
	}
}

func clock(t time.Time) string { return t.UTC().Format(time.RFC3339) }
