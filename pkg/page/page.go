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
	Objectives              map[string]time.Duration // by resource type
	Advice                  func(hop.Class, string) string
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
	Verdict                      string
	Bad                          bool
	Tiles                        []tile
	Unseen                       []string
	Objectives                   []objective
	Failures                     []failure
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
		Objectives: r.objectives(), Failures: r.failures(), Columns: columns(p, r.Estate), Rows: rows(p, r.Estate), Chart: chartOf(p)}
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
	v.Bad = person > 0
	v.Verdict = fmt.Sprintf("%d of %d resources need a person", person, len(p.Resources))
	if !v.Bad {
		v.Verdict = fmt.Sprintf("none of %d resources needs a person", len(p.Resources))
	}
	for _, u := range p.Unseen {
		what := "account " + u.Account
		if u.Vault.ARN != "" {
			what = u.Vault.ARN
		}
		v.Unseen = append(v.Unseen, fmt.Sprintf("%s: %v", what, u.Err))
	}
	return v
}

func some(n int) tone {
	if n > 0 {
		return bad
	}
	return good
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
