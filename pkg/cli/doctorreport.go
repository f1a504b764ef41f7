package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/twohop/twohop/pkg/checkup"
)

// diagnosis is the JSON object.
type diagnosis struct {
	Estate   string    `json:"estate"`
	Checks   int       `json:"checks"`
	Findings []finding `json:"findings"`
}

type finding struct {
	Kind     checkup.Kind `json:"kind"`
	Check    string       `json:"check"`
	Account  string       `json:"account"`
	Region   string       `json:"region,omitempty"`
	Resource string       `json:"resource,omitempty"`
	Problem  string       `json:"problem"`
	Causes   string       `json:"causes,omitempty"`
	Mend     string       `json:"mend,omitempty"`
}

func (d *doctor) told(checks []checkup.Check, found []checkup.Finding) diagnosis {
	told := diagnosis{Estate: d.access.estate.Name, Checks: len(checks), Findings: []finding{}}
	for _, f := range found {
		told.Findings = append(told.Findings, finding{f.Kind, f.Check, f.Account, f.Region, f.Resource, f.Problem, f.Causes, d.runnable(f)})
	}
	return told
}

// tell prints findings as paragraphs: statements are longer than cells of a table.
func (d *doctor) tell(out io.Writer, checks []checkup.Check, found []checkup.Finding) {
	tones := map[checkup.Kind]tone{checkup.Broken: bad, checkup.Warning: look, checkup.NotChecked: look}
	for _, f := range found {
		toned(out, string(f.Kind), tones[f.Kind])
		fmt.Fprintf(out, ": %s\n", oneLine(f.Problem))
		where := strings.Join(strings.Fields(strings.Join([]string{f.Account, f.Region, f.Resource}, " ")), " ")
		for _, line := range []struct{ title, text string }{{"where", where}, {"causes", oneLine(f.Causes)}, {"mend", d.runnable(f)}} {
			if line.text != "" {
				fmt.Fprintf(out, "  %-7s %s\n", line.title, strings.ReplaceAll(line.text, "\n", "\n          "))
			}
		}
	}
	counts := map[checkup.Kind]int{}
	for _, f := range found {
		counts[f.Kind]++
	}
	fmt.Fprintf(out, "%s: %s, %d broken, %d warnings, %d not checked, %d unconfirmed\n",
		d.access.estate.Name, counted(len(checks), "check"), counts[checkup.Broken], counts[checkup.Warning], counts[checkup.NotChecked], counts[checkup.Unconfirmed])
}

// toned writes a word of ours, coloured on a terminal.
func toned(out io.Writer, word string, t tone) {
	if to, ok := out.(plain); ok {
		out, word = to.screen(), to.toned(word, t) // as showTable does
	}
	fmt.Fprint(out, word)
}
