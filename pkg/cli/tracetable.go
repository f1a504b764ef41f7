package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/picture"
	"github.com/twohop/twohop/pkg/trace"
)

var marks = map[trace.Mark]tone{trace.Done: good, trace.Going: look, trace.Broken: bad, trace.Unknown: look, trace.Noted: usual}

// tell prints lives for a person.
func (t *tracing) tell(out io.Writer, f trace.Facts, lives []trace.Life) {
	if first := (picture.Picture{Unseen: unseenFacts(f), Off: f.Off}).Headline(); first != "" {
		fmt.Fprintln(out, first)
	}
	fmt.Fprintf(out, "%s, %s, at %s\n", f.Resource, f.Type, f.Now.Format(time.RFC3339))
	for _, life := range lives {
		fmt.Fprintf(out, "\nrecovery point of %s\n", life.Created.Format(time.RFC3339))
		var rows [][]cell
		for _, step := range life.Steps {
			at := "-"
			if !step.At.IsZero() {
				at = step.At.Format("2006-01-02 15:04Z")
			}
			rows = append(rows, []cell{{string(step.Mark), marks[step.Mark]}, {text: step.Name}, {text: at}, {text: t.place(step)}, {text: step.Text}})
		}
		showTable(out, []string{"", "STEP", "WHEN", "VAULT", "WHAT"}, rows)
		for _, step := range life.Steps {
			if step.Mark == trace.Broken {
				fmt.Fprintf(out, "\nstops at %s", step.Name)
				if step.Class != "" {
					fmt.Fprintf(out, ", class %s", step.Class)
				}
				fmt.Fprintf(out, ": %s\n", oneLine(step.Text))
				if step.Advice != "" {
					fmt.Fprintf(out, "what to do: %s\n", step.Advice)
				}
			}
		}
	}
	for _, u := range f.Unseen {
		fmt.Fprintf(out, "\nnot looked at: %s: %s\n", u.What, oneLine(u.Err.Error()))
		if hint := hintOf(u.Err); hint != "" {
			fmt.Fprintf(out, "  %s\n", hint)
		}
	}
	if !f.LettersWhole {
		fmt.Fprintln(out, "\nnot all dead letters could be seen: somebody else reads them; look again in a minute")
	}
}

// place is a vault by its name and Region.
func (t *tracing) place(step trace.Step) string {
	if step.Vault == "" {
		return "-"
	}
	for _, place := range placesOf(t.estate) {
		if place.Vault.ARN == step.Vault {
			return place.Vault.Name + " " + place.Vault.Region
		}
	}
	return strings.TrimPrefix(nameOf(step.Vault), "backup-vault:")
}

type (
	traceReported struct {
		Estate      string         `json:"estate"`
		Resource    string         `json:"resource"`
		Type        string         `json:"type"`
		Member      string         `json:"member"`
		Now         time.Time      `json:"now"`
		Lives       []lifeReported `json:"recoveryPoints"`
		Paused      []string       `json:"paused"` // what is switched off
		NotLookedAt []darkReported `json:"notLookedAt"`
		AllLetters  bool           `json:"allDeadLettersSeen"`
	}
	lifeReported struct {
		Created time.Time      `json:"created"`
		Stops   string         `json:"stopsAt,omitempty"` // name of the step
		Next    string         `json:"next,omitempty"`
		Steps   []stepReported `json:"steps"`
	}
	stepReported struct {
		Name   string     `json:"step"`
		Mark   trace.Mark `json:"mark"`
		At     *time.Time `json:"at,omitempty"`
		Point  string     `json:"recoveryPoint,omitempty"`
		Vault  string     `json:"vault,omitempty"`
		Text   string     `json:"text"`
		Class  string     `json:"class,omitempty"`
		Advice string     `json:"advice,omitempty"`
	}
	darkReported struct {
		What  string `json:"what"`
		Error string `json:"error"`
	}
)

func (t *tracing) reported(f trace.Facts, lives []trace.Life) traceReported {
	said := traceReported{Estate: t.estate.Name, Resource: f.Resource, Type: f.Type, Member: f.Member, Now: f.Now,
		Lives: []lifeReported{}, Paused: append([]string{}, f.Off...), NotLookedAt: []darkReported{}, AllLetters: f.LettersWhole}
	for _, u := range f.Unseen {
		said.NotLookedAt = append(said.NotLookedAt, darkReported{u.What, u.Err.Error()})
	}
	for _, life := range lives {
		one := lifeReported{Created: life.Created, Steps: []stepReported{}}
		if step, stops := life.Stop(); stops {
			one.Stops, one.Next = step.Name, t.next(f, step)
		}
		for _, step := range life.Steps {
			written := stepReported{Name: step.Name, Mark: step.Mark, Point: step.Point, Vault: step.Vault, Text: step.Text,
				Class: string(step.Class), Advice: step.Advice}
			if !step.At.IsZero() {
				written.At = &step.At
			}
			one.Steps = append(one.Steps, written)
		}
		said.Lives = append(said.Lives, one)
	}
	return said
}
