package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// discardReport reports what a discard plans and does: line by line, or as one JSON object
// at its end.
type discardReport struct {
	*discarding
	*planned
	out      io.Writer
	by       string          // ARN of the caller
	messages []deadLetter    // beside the plans
	results  []discardResult // beside the plans
}

// discardResult is what became of a message.
type discardResult struct {
	at  time.Time // of the deletion, by AWS's clock; zero: not deleted
	use string    // what a replay can do with it after all
	err error
}

func (d *discarding) report(out io.Writer, p *planned, by string) *discardReport {
	if d.json {
		out = io.Discard
	}
	r := &discardReport{discarding: d, planned: p, out: out, by: by, results: make([]discardResult, len(p.plans))}
	known := map[string]deadLetter{}
	for _, l := range p.letters {
		known[l.ID] = l
	}
	for _, plan := range p.plans {
		r.messages = append(r.messages, known[plan.Letter.ID])
	}
	return r
}

// kept is why a message is not deleted; empty where it is.
func (r *discardReport) kept(i int) string {
	if r.replayable {
		return ""
	}
	return cmp.Or(r.results[i].use, r.plans[i].Use())
}

// plan prints what is to be done about each message.
func (r *discardReport) plan() {
	e := r.access.estate
	fmt.Fprintf(r.out, "discard in %s, account %s, %s: %s\n", e.Name, e.Accounts.Backup, e.Regions.Primary, counted(len(r.plans), "dead-letter message"))
	var rows [][]cell
	for i, m := range r.messages {
		action, because := cell{"delete", bad}, r.because(i)
		if why := r.kept(i); why != "" {
			action, because = cell{"keep", usual}, why
		}
		rows = append(rows, []cell{
			{text: short(m.ID)}, {text: m.Queue}, {text: letterTime(m.Since())}, {text: m.about()}, {text: m.named()}, {text: string(m.cause.Class)}, action, {text: because},
		})
	}
	if len(rows) > 0 {
		showTable(r.out, []string{"MESSAGE", "QUEUE", "SINCE", "ABOUT", "RESOURCE", "CLASS", "DISCARD", "BECAUSE"}, rows)
	}
	r.remarks(r.out)
}

// because is why a message is deleted.
func (r *discardReport) because(i int) string {
	if use := r.plans[i].Use(); use != "" {
		return "--include-replayable; " + use
	}
	return cmp.Or(r.plans[i].Why, "no replay can use it")
}

// done records what became of a message, and prints the line of a deletion.
func (r *discardReport) done(i int, err error, now time.Time) {
	m, result := r.messages[i], &r.results[i]
	switch {
	case err == nil:
		result.at = now
		fmt.Fprintf(r.out, "%s %s discarded message %s of queue %s: %s, %s, class %s: %s\n",
			now.Format(time.RFC3339), r.by, m.ID, m.Queue, m.about(), m.named(), m.cause.Class, oneLine(cmp.Or(m.reason, m.cause.Cause)))
	case errors.Is(err, relay.ErrReplayable):
		result.use = err.Error()
		fmt.Fprintf(r.out, "%s: kept: %s\n", short(m.ID), oneLine(err.Error()))
	default:
		result.err = err
		fmt.Fprintf(r.out, "%s: failed: %s\n", short(m.ID), oneLine(err.Error()))
	}
}

// verdict is nil if no selected message is left.
func (r *discardReport) verdict() error {
	var worst error
	failed, due, kept := 0, 0, 0
	for i, result := range r.results {
		switch {
		case result.err != nil:
			failed++
			if worst == nil || denied(result.err) && !denied(worst) {
				worst = result.err
			}
		case r.kept(i) != "":
			kept++
		case result.at.IsZero():
			due++
		}
	}
	switch {
	case worst != nil:
		return fmt.Errorf("discard: %d of %d failed: %w", failed, len(r.results), worst)
	case due > 0:
		return errFindings
	case kept > 0:
		return &hinted{&findingsError{errors.New(counted(kept, "dead-letter message") + " kept")},
			fmt.Sprintf("twohop dlq replay %s uses them; --include-replayable discards them all the same", r.access.given())}
	default:
		return nil
	}
}

// The JSON object of dlq discard.
type (
	discardedMessages struct {
		Estate   string             `json:"estate"`
		Account  string             `json:"account"`
		Region   string             `json:"region"`
		By       string             `json:"by"` // ARN of the caller
		Messages []discardedMessage `json:"messages"`
		Part     []string           `json:"readInPart"`
		Unread   []unreadQueue      `json:"notRead"`
	}
	discardedMessage struct {
		ID         string            `json:"id"`
		Queue      string            `json:"queue"`
		Sent       time.Time         `json:"sent"`
		About      string            `json:"about"`
		Resource   string            `json:"resource"`
		Point      string            `json:"recoveryPoint"`
		Class      hop.Class         `json:"class"`
		Reason     string            `json:"reason"`
		Discard    bool              `json:"discard"` // false: it is kept
		Because    string            `json:"because"`
		Discarded  *time.Time        `json:"discarded"` // null: it was not deleted
		Attributes map[string]string `json:"attributes"`
		Body       string            `json:"body"`
		Error      string            `json:"error,omitempty"`
	}
)

// end prints what became of all.
func (r *discardReport) end(to io.Writer) error {
	discarded := 0
	e := r.access.estate
	said := discardedMessages{Estate: e.Name, Account: e.Accounts.Backup, Region: e.Regions.Primary, By: r.by, Messages: []discardedMessage{}, Part: r.part, Unread: r.unread}
	for i, m := range r.messages {
		point, _ := m.Notice.About()
		one := discardedMessage{
			ID: m.ID, Queue: m.Queue, Sent: m.Sent, About: m.about(), Resource: m.resource, Point: point, Class: m.cause.Class, Reason: m.reason,
			Discard: true, Because: r.because(i), Attributes: m.Attributes, Body: m.Body,
		}
		if why := r.kept(i); why != "" {
			one.Discard, one.Because = false, why
		}
		if result := r.results[i]; !result.at.IsZero() {
			discarded++
			one.Discarded = &result.at
		} else if result.err != nil {
			one.Error = result.err.Error()
		}
		said.Messages = append(said.Messages, one)
	}
	if r.json {
		return showJSON(to, said)
	}
	if r.yes {
		fmt.Fprintf(to, "%s: %d discarded, %d left\n", e.Name, discarded, len(r.messages)-discarded)
	}
	return nil
}
