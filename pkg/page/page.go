// Package page is the report on an estate as one HTML page, for the morning and for
// auditors: how old each resource's newest recovery point is in each vault, what has
// failed and what to do about it, and the last night's copies over time.
//
// The page is whole in itself: no script, nothing loaded from elsewhere, which its
// Content-Security-Policy forbids too. What AWS says in it is escaped by html/template.
package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

// Report is what a page is written of.
type Report struct {
	Estate, Account, Region string
	Picture                 picture.Picture
	Objectives              map[string]time.Duration                // by resource type
	Advice                  func(hop.FailedJob) (cause, fix string) // in words
	Messages                []Message
}

// Message is a dead-letter message.
type Message struct {
	Queue    string
	Resource string // ARN of it or of its recovery point; - where neither is known
	About    string // hop 1, for one
	Since    time.Time
	Class    hop.Class
	Cause    string // in words
	Reason   string // with AWS's words whole; may be empty
	Advice   string
}

//go:embed page.html
var source string

var parsed = template.Must(template.New("page").Parse(source))

// Write writes the page.
func (r Report) Write(out io.Writer) error {
	if err := parsed.Execute(out, r.view()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// view is what the template shows.
type view struct {
	Estate, Account, Region, Now string
	Headline, Verdict            string // what was not read, and what needs a person
	Tone                         tone
	Tiles                        []tile
	Unseen                       []string
	Objectives                   []objective
	Failures                     []failure
	Messages                     []message
	Columns                      []string
	Rows                         []row
	Chart                        chart
}

// tile is a number that counts.
type tile struct {
	Label string
	Count int
	Tone  tone
}

// tone is a class of the style sheet.
type tone string

const (
	good tone = "good"
	look tone = "look"
	bad  tone = "bad"
	dull tone = "dull"
)

func toneOf(s picture.State) tone {
	switch {
	case s.Bad():
		return bad
	case s == picture.Fine:
		return good
	case s == picture.LocalOnly, s == picture.Retired:
		return dull
	default:
		return look
	}
}

func (r Report) view() view {
	p := r.Picture
	v := view{Estate: r.Estate, Account: r.Account, Region: r.Region, Now: clock(p.Now),
		Objectives: r.objectives(), Failures: r.failures(), Messages: r.messages(), Columns: columns(p, r.Estate), Rows: rows(p, r.Estate), Chart: chartOf(p)}
	count, person := p.Count(), 0
	for _, state := range picture.States {
		if n := count[state]; n > 0 {
			v.Tiles = append(v.Tiles, tile{string(state), n, toneOf(state)})
		}
		if state.Bad() {
			person += count[state]
		}
	}
	v.Tiles = append(v.Tiles, tile{"messages waiting", p.Waiting, dull}, tile{"dead letters", p.Letters, some(p.Letters)})
	v.Headline, v.Tone = p.Headline(), good
	switch {
	case person > 0 || p.Letters > 0:
		v.Tone = bad
	case v.Headline != "":
		v.Tone = look
	}
	v.Verdict = fmt.Sprintf("%d of %d resources need a person", person, len(p.Resources))
	if person == 0 {
		v.Verdict = fmt.Sprintf("none of %d resources that were read needs a person", len(p.Resources))
	}
	if p.Letters > 0 {
		v.Verdict += fmt.Sprintf("; dead-letter messages: %d", p.Letters)
	}
	for _, u := range p.Unseen {
		v.Unseen = append(v.Unseen, fmt.Sprintf("%s: %v", u, u.Err))
	}
	return v
}

// message is a dead-letter message as the page shows it.
type message struct {
	Message
	Name, At string
}

// mostMessages are shown; twohop dlq list has all.
const mostMessages = 200

func (r Report) messages() []message {
	var all []message
	for _, m := range r.Messages[:min(mostMessages, len(r.Messages))] {
		all = append(all, message{m, nameOf(m.Resource), clock(m.Since)})
	}
	return all
}

func some(n int) tone {
	if n > 0 {
		return bad
	}
	return good
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
