package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/relay"
)

// replayReport tells what a replay plans and does: line by line, or as one JSON object
// at its end.
type replayReport struct {
	*replaying
	out     io.Writer
	letters *planned
	plans   []relay.Replay
	results []replayResult // beside the plans
	paused  bool           // no second hop is started
}

// replayResult is what became of a plan.
type replayResult struct {
	done bool // what the plan says was done, apart from the deletion where it waits
	gone bool // the letter was deleted
	err  error

	waits bool        // --wait: the letter is deleted when its copies have ended
	ended bool        // they have
	legs  []relay.Due // how far they have come
}

func (r *replaying) report(out io.Writer, p *planned) *replayReport {
	if r.json {
		out = io.Discard
	}
	return &replayReport{replaying: r, out: out, letters: p, plans: p.plans, results: make([]replayResult, len(p.plans))}
}

// waitsFor reports whether the copies of a plan are to be waited for.
func (r *replayReport) waitsFor(i int) bool { return r.wait && r.plans[i].Awaited() }

// plan prints what is to be done about each letter.
func (r *replayReport) plan() {
	e := r.access.estate
	fmt.Fprintf(r.out, "replay of %s, account %s, %s: %s\n", e.Name, e.Accounts.Backup, e.Regions.Primary, counted(len(r.plans), "dead letter"))
	if r.paused {
		fmt.Fprintf(r.out, "PAUSED: second hops that are requested are started after twohop resume --estate %s --yes\n", r.access.file)
	}
	var rows [][]cell
	for i, p := range r.plans {
		tone := usual
		if p.Remedy == relay.RemedyStay {
			tone = look
		}
		rows = append(rows, []cell{
			{text: short(p.Letter.ID)}, {text: p.Letter.Queue}, {text: replayed(p)}, {text: r.remedyOf(i), tone: tone}, {text: cmp.Or(p.Why, "-")},
		})
	}
	if len(rows) > 0 {
		showTable(r.out, []string{"LETTER", "QUEUE", "RESOURCE", "REPLAY", "BECAUSE"}, rows)
	}
	r.letters.remarks(r.out)
}

// replayed is what a plan is about.
func replayed(p relay.Replay) string {
	point, _ := p.Letter.Notice.About()
	return cmp.Or(p.Resource, point, "-")
}

// remedyOf says what a replay does.
func (r *replayReport) remedyOf(i int) string {
	p := r.plans[i]
	var what string
	switch p.Remedy {
	case relay.RemedyCopy:
		var regions []string
		for _, leg := range p.Legs {
			if leg.Stage() == relay.StageAsked && leg.Request.Destination.Region != "" {
				regions = append(regions, leg.Request.Destination.Region)
			}
		}
		what = "copies again"
		if len(regions) > 0 {
			what += " to " + strings.Join(regions, ", ")
		}
	case relay.RemedyFirstHop:
		what = "starts hop 1 again in " + p.Legs[0].Request.Source.Account
	case relay.RemedyRun:
		what = "one full run of the reconciler"
	case relay.RemedyNone:
		if r.waitsFor(i) {
			return "waits for its second hops, then deletes it"
		}
		return "deletes it: nothing is left to do"
	case relay.RemedyStay:
		if r.waitsFor(i) {
			return "waits for its copies, then deletes it"
		}
		return "stays"
	default:
		return string(p.Remedy)
	}
	if p.Keep {
		what += ", and stays"
	}
	return what
}

// done takes down what became of a plan, and says so.
func (r *replayReport) done(i int, err error, b *bar) {
	p, waits := r.plans[i], r.waitsFor(i)
	r.results[i] = replayResult{done: err == nil, gone: err == nil && !waits && !p.Keep, err: err, waits: err == nil && waits}
	switch {
	case err != nil:
		b.say("%s: failed: %s", short(p.Letter.ID), oneLine(err.Error()))
	case waits && p.Remedy != relay.RemedyCopy && p.Remedy != relay.RemedyFirstHop:
		b.say("%s: on its way already", short(p.Letter.ID))
	case waits:
		b.say("%s: asked for", short(p.Letter.ID))
	case p.Remedy == relay.RemedyNone:
		b.say("%s: deleted", short(p.Letter.ID))
	case p.Keep:
		b.say("%s: asked for", short(p.Letter.ID))
	default:
		b.say("%s: asked for, and deleted", short(p.Letter.ID))
	}
}

// asked are the replays whose copies are to be waited for.
func (r *replayReport) asked() []relay.Replay {
	var asked []relay.Replay
	for i, p := range r.plans {
		if r.awaited(i) {
			asked = append(asked, p)
		}
	}
	return asked
}

// awaited tells whether the copies of a plan are waited for and have not come to an end.
func (r *replayReport) awaited(i int) bool {
	result := r.results[i]
	return result.waits && (len(result.legs) == 0 || slices.ContainsFunc(result.legs, underWay))
}

// awaitedLetters are the letters of the plans whose copies are waited for.
func (r *replayReport) awaitedLetters() []relay.Letter {
	return lettersOf(r.asked())
}

// others are the letters that nothing is waited for about.
func (r *replayReport) others() []relay.Letter {
	var others []relay.Letter
	for i, p := range r.plans {
		if !r.results[i].waits {
			others = append(others, p.Letter)
		}
	}
	return others
}

// interrupted is the error of a replay that was interrupted, with what the next one finds.
func (r *replayReport) interrupted(ctx context.Context) error {
	n := len(r.asked())
	if ctx.Err() == nil || n == 0 {
		return ctx.Err()
	}
	return &hinted{fmt.Errorf("interrupted while the copies of %s were awaited: %w", counted(n, "dead-letter message"), ctx.Err()),
		"run the same command again: the messages are in their queues until the copies are verified, and it continues to wait for them"}
}

func underWay(d relay.Due) bool {
	return d.Stage() == relay.StageAsked || d.Stage() == relay.StageCopying
}

// followed takes down how far the awaited copies have come, and says what has changed.
// An error is of the first that could not be looked at.
func (r *replayReport) followed(looks []relay.Followed, b *bar) error {
	var err error
	next := 0
	for i := range r.plans {
		if !r.awaited(i) {
			continue
		}
		seen := looks[next]
		next++
		if seen.Err != nil {
			err = firstError(err, seen.Err)
			continue
		}
		r.changed(r.plans[i], r.results[i].legs, seen.Legs, b)
		r.results[i].legs = seen.Legs
	}
	verified, of := r.verified()
	b.at(verified, of)
	return err
}

func (r *replayReport) changed(p relay.Replay, before, after []relay.Due, b *bar) {
	for _, leg := range after {
		same := func(d relay.Due) bool { return d.Request == leg.Request && d.Stage() == leg.Stage() }
		if slices.ContainsFunc(before, same) {
			continue
		}
		b.say("%s: %s to %s: %s%s", short(p.Letter.ID), replayed(p), cmp.Or(leg.Request.Destination.Region, "the final vaults"), leg.Stage(), detailOf(leg))
	}
}

func detailOf(d relay.Due) string {
	if d.Decision.Detail == "" || d.Stage() == relay.StageVerified {
		return ""
	}
	return ": " + oneLine(d.Decision.Detail)
}

// waited tells whether waiting has come to its end: every copy has, or the credentials
// are refused. What passes is looked at again.
func (r *replayReport) waited(err error) bool {
	if err != nil && denied(err) {
		for i := range r.plans {
			if r.awaited(i) {
				r.results[i].err = err
			}
		}
		return true
	}
	return len(r.asked()) == 0
}

// verified is how many of the awaited copies are verified.
func (r *replayReport) verified() (n, of int) {
	for _, result := range r.results {
		for _, leg := range result.legs {
			of++
			if leg.Stage() == relay.StageVerified {
				n++
			}
		}
	}
	return n, of
}

// counts are what a replay came to.
type counts struct {
	due, stay, done, failed, again int
	worst                          error
}

func (r *replayReport) counts() counts {
	var c counts
	for i, p := range r.plans {
		result := r.results[i]
		err := firstError(result.err, p.Err)
		if err != nil {
			c.failed++
			if c.worst == nil || denied(err) && !denied(c.worst) {
				c.worst = err
			}
		}
		if slices.ContainsFunc(result.legs, func(d relay.Due) bool { return d.Stage() == relay.StageFailed }) {
			c.again++
		}
		switch {
		case result.gone:
			c.done++
		case p.Remedy == relay.RemedyStay && !result.waits || result.done && !r.awaited(i):
			c.stay++
		default:
			c.due++
		}
	}
	return c
}

// verdict is nil if no letter is left.
func (r *replayReport) verdict() error {
	c := r.counts()
	switch {
	case c.worst != nil:
		return fmt.Errorf("replay: %d of %d failed: %w", c.failed, len(r.plans), c.worst)
	case c.again > 0:
		return &hinted{&findingsError{errors.New(counted(c.again, "replayed letter") + " failed again")}, "twohop dlq explain " + r.access.given() + " tells why"}
	case !r.yes && c.due > 0:
		return errFindings
	case c.due > 0: // interrupted
		return nil
	case c.stay > 0:
		return &hinted{&findingsError{errors.New(counted(c.stay, "dead letter") + " stayed")}, "twohop dlq explain " + r.access.given() + " tells what to do; for a copy that is in flight, run it with --yes --wait"}
	default:
		return nil
	}
}
