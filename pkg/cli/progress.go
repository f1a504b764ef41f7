package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// progress tells how a copy-back goes: in lines, and on a terminal with a bar for the
// copy that is in flight. AWS Backup promises no duration and tells no percentage, so
// there is the time that has passed.
type progress struct {
	*copyBack
	out io.Writer
	way hop.WayBack
	now func() time.Time
	// unread are the vaults that could not be read.
	unread []unreadVault
	last   hop.BackStep // that was told
	told   time.Time    // when

	terminal bool          // a bar can be shown
	bars     *mpb.Progress // nil: none is
	bar      *mpb.Bar
	mu       sync.Mutex
	text     string // of the bar
}

func newProgress(c *copyBack, out io.Writer, use *relay.CopyBack) *progress {
	to, ok := out.(plain)
	return &progress{copyBack: c, out: out, way: use.Way, now: use.Now, terminal: ok && to.terminal && c.wait && !c.json}
}

// line writes a line, unless one JSON object is all that is to be written. The bar makes
// way for it.
func (p *progress) line(format string, args ...any) {
	if p.json {
		return
	}
	p.end()
	fmt.Fprintf(p.out, format+"\n", args...)
}

// plan says what is to come back, and by which copies.
func (p *progress) plan(step hop.BackStep) {
	backup := p.way.Backup
	p.line("bring back %s %s\nbackup of %s UTC, to %s of account %s, %s", backup.ResourceType, backup.ResourceARN, moment(backup.Created),
		p.way.Local.Name, p.way.Local.Account, p.way.Local.Region)
	for _, u := range p.unread {
		p.line("%s, %s: not read: %s", u.Vault, u.Region, oneLine(u.Error))
	}
	if step.From.ARN != "" {
		p.line("from %s, %s: %s", step.From.Vault.Name, step.From.Vault.Region, step.From.ARN)
		if !p.way.Last(step) {
			p.line("  first copy: to %s of account %s, %s", step.To.Name, step.To.Account, step.To.Region)
			p.line("  second copy: from there to %s", p.way.Local.Name)
		} else {
			p.line("  one copy: to %s", p.way.Local.Name)
		}
	}
	if step.Verdict == hop.BackDue && step.Job.ID != "" {
		p.line("  an earlier try failed: %s\n  %s", oneLine(step.Detail), p.cure(p.way, step, step.Job.Message))
	}
	if step.Verdict == hop.BackDue {
		p.line("  kept until about %s", step.From.Created.AddDate(0, 0, int(step.Order.DeleteAfterDays)).Format(time.DateOnly))
	}
	p.tell(step)
}

// often is how often a copy in flight is told of where there is no bar.
const often = 10 * time.Minute

// tell tells of a step, where it is news.
func (p *progress) tell(step hop.BackStep) {
	if p.last.Verdict == hop.BackUnderway && step.Job.ID != p.last.Job.ID && step.Verdict != hop.BackFailed {
		p.line("the copy to %s is there, after %s", p.last.To.Name, p.elapsed(p.last.Job))
	}
	same := p.last.Verdict == step.Verdict && p.last.Job.ID == step.Job.ID && p.last.Job.State == step.Job.State && p.last.To == step.To
	if same && (p.terminal || p.now().Sub(p.told) < often) {
		p.show(step)
		return
	}
	p.last, p.told = step, p.now()
	switch {
	case step.Verdict == hop.BackUnderway && step.Job.State != hop.Completed:
		p.line("copy to %s: job %s is %s, for %s", step.To.Name, step.Job.ID, step.Job.State, p.elapsed(step.Job))
	case step.Verdict == hop.BackFull:
		p.line("copy to %s: waits: %s", step.To.Name, oneLine(step.Detail))
	case step.Verdict == hop.BackDue:
		p.line("copy to %s: due", step.To.Name)
	}
	p.show(step)
}

// busy tells of a call that is made again in a while.
func (p *progress) busy(err error) {
	p.line("looking again in %s: %s", p.every, oneLine(err.Error()))
}

// elapsed is for how long a job has been in flight, in whole minutes, or was.
func (p *progress) elapsed(job hop.CopyJob) string {
	until := p.now()
	if !job.Completed.IsZero() {
		until = job.Completed
	}
	return max(until.Sub(job.Created), 0).Truncate(time.Minute).String()
}

// show puts a copy in flight into the bar.
func (p *progress) show(step hop.BackStep) {
	if !p.terminal || step.Verdict != hop.BackUnderway {
		return
	}
	p.mu.Lock()
	p.text = escaped(fmt.Sprintf(" copy to %s: %s, %s", step.To.Name, step.Job.State, p.elapsed(step.Job)))
	p.mu.Unlock()
	if p.bars != nil {
		return
	}
	p.bars = mpb.New(mpb.WithOutput(p.out.(plain).screen()), mpb.WithRefreshRate(time.Second/4))
	p.bar = p.bars.New(0, mpb.SpinnerStyle(), mpb.BarRemoveOnComplete(), mpb.BarWidth(1),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.text
		})))
}

// end takes the bar away, if there is one.
func (p *progress) end() {
	if p.bars == nil {
		return
	}
	p.bar.Abort(true)
	p.bars.Wait()
	p.bars, p.bar = nil, nil
}

// left says what runs on when the command does not.
func (p *progress) left(step hop.BackStep) {
	if step.Verdict == hop.BackUnderway {
		p.line("copy job %s to %s runs on; running this command again goes on from there", step.Job.ID, step.To.Name)
	}
}

// The JSON object of a copy-back.
type copyBackReport struct {
	Estate   string        `json:"estate"`
	Resource string        `json:"resource"`
	Type     string        `json:"type"`
	Backup   time.Time     `json:"backup"`
	To       string        `json:"to"`    // the local vault
	State    string        `json:"state"` // done, underway, due, full, failed, lost
	Detail   string        `json:"detail,omitempty"`
	From     string        `json:"from,omitempty"`     // recovery point of the copy that is next or in flight
	Into     string        `json:"into,omitempty"`     // and its vault
	Job      string        `json:"job,omitempty"`      // in flight, or failed
	Point    string        `json:"point,omitempty"`    // in the local vault, once it is there
	Commands []string      `json:"commands,omitempty"` // that restore it
	NotRead  []unreadVault `json:"notRead"`
}

// result prints the end: how to restore what has come back, or the JSON object.
func (p *progress) result(step hop.BackStep) error {
	if p.json {
		report := copyBackReport{
			Estate: p.access.estate.Name, Resource: p.resource, Type: p.way.Backup.ResourceType, Backup: p.way.Backup.Created, To: p.way.Local.ARN,
			State: string(step.Verdict), Detail: step.Detail, From: step.From.ARN, Into: step.To.ARN, Job: step.Job.ID, Point: step.Point, NotRead: p.unread,
		}
		if step.Point != "" {
			report.Commands = restoreCommands(&p.access, p.way.Local, step.Point)
		}
		return showJSON(p.out, report)
	}
	if step.Verdict != hop.BackDone {
		return nil
	}
	p.line("it is in %s: %s", p.way.Local.Name, step.Point)
	if step.Detail != "" {
		p.line("  %s", step.Detail)
	}
	p.line("restore it, with credentials of account %s:", p.way.Local.Account)
	for _, command := range restoreCommands(&p.access, p.way.Local, step.Point) {
		p.line("  $ %s", command)
	}
	p.line("  before the second, in metadata.json, %s", metadataNote(p.way.Backup.ResourceType))
	return nil
}
