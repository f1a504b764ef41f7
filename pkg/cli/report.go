package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/relay"
)

// report tells what a switching command finds and does: line by line as it goes, or
// as one JSON object at its end.
type report struct {
	*switching
	out    io.Writer
	estate estate.Estate
}

func (s *switching) report(out io.Writer, e estate.Estate) report { return report{s, out, e} }

// plan prints what was found, and what is to be done about it.
func (r report) plan(steps []relay.Step) {
	if r.json {
		return
	}
	fmt.Fprintf(r.out, "second hop of %s, account %s, %s\n", r.estate.Name, r.estate.Accounts.Backup, r.estate.Regions.Primary)
	for _, step := range steps {
		fmt.Fprintf(r.out, "  %s: %s\n", step.Switch, r.found(step))
	}
}

func (r report) found(step relay.Step) string {
	switch step.Progress {
	case relay.StepAlready:
		return relay.OnOrOff(step.On) + " already"
	case relay.StepDue:
		return fmt.Sprintf("%s, to be switched %s", relay.OnOrOff(!step.On), relay.OnOrOff(step.On))
	case relay.StepDone:
		return "switched " + relay.OnOrOff(step.On)
	case relay.StepFailed:
		return "failed: " + oneLine(step.Err.Error())
	default:
		return string(step.Progress)
	}
}

// taken prints what became of a step that was due.
func (r report) taken(step relay.Step) {
	if !r.json {
		fmt.Fprintf(r.out, "%s: %s\n", step.Switch, r.found(step))
	}
}

// reported is the JSON object.
type reported struct {
	Estate  string         `json:"estate"`
	Account string         `json:"account"`
	Region  string         `json:"region"`
	Command string         `json:"command"`
	State   string         `json:"state"` // paused, running; empty: neither, or not known
	Items   []reportedItem `json:"items"`
}

type reportedItem struct {
	Item   string         `json:"item"`
	Wanted string         `json:"wanted"` // on, off
	Is     relay.Progress `json:"progress"`
	Error  string         `json:"error,omitempty"`
}

// end prints how the second hop is now.
func (r report) end(steps []relay.Step) error {
	outcome := r.outcome(steps)
	if !r.json {
		if outcome != "" {
			fmt.Fprintf(r.out, "%s: %s\n", r.estate.Name, outcome)
		}
		return nil
	}
	said := reported{Estate: r.estate.Name, Account: r.estate.Accounts.Backup, Region: r.estate.Regions.Primary, Command: r.use}
	if outcome != "" {
		said.State = map[bool]string{true: "running", false: "paused"}[r.on]
	}
	for _, step := range steps {
		item := reportedItem{Item: step.Switch.String(), Wanted: relay.OnOrOff(step.On), Is: step.Progress}
		if step.Err != nil {
			item.Error = step.Err.Error()
		}
		said.Items = append(said.Items, item)
	}
	return showJSON(r.out, said)
}

// oneLine keeps a text of AWS from looking like lines of ours.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
