package cli

import (
	"fmt"
	"io"

	"github.com/twohop/twohop/pkg/relay"
)

// reportedReplay is the JSON object of dlq replay.
type reportedReplay struct {
	Estate  string         `json:"estate"`
	Account string         `json:"account"`
	Region  string         `json:"region"`
	Letters []reportedPlan `json:"letters"`
	Part    []string       `json:"readInPart"`
	Unread  []unreadQueue  `json:"notRead"`
	Paused  bool           `json:"paused"`
}

type reportedPlan struct {
	ID       string        `json:"id"`
	Queue    string        `json:"queue"`
	Resource string        `json:"resource"`
	Replay   relay.Remedy  `json:"replay"`
	Because  string        `json:"because"`
	Done     bool          `json:"done"`
	Deleted  bool          `json:"deleted"`
	Stays    bool          `json:"stays"`
	Copies   []reportedLeg `json:"copies"`
	Error    string        `json:"error,omitempty"`
}

type reportedLeg struct {
	Point       string      `json:"recoveryPoint"`
	Destination string      `json:"destination"`
	Stage       relay.Stage `json:"stage"`
	Detail      string      `json:"detail"`
}

// end prints what became of all.
func (r *replayReport) end(to io.Writer) error {
	if !r.json {
		c := r.counts()
		if r.yes {
			fmt.Fprintf(to, "%s: %d replayed or deleted, %d left as planned, %d not done\n", r.access.estate.Name, c.done, c.stay, c.due)
		}
		if n, of := r.verified(); r.wait && of > 0 {
			fmt.Fprintf(to, "%s: %d of %d copies verified\n", r.access.estate.Name, n, of)
		}
		return nil
	}
	e := r.access.estate
	said := reportedReplay{Estate: e.Name, Account: e.Accounts.Backup, Region: e.Regions.Primary, Letters: []reportedPlan{}, Part: r.letters.part, Unread: r.letters.unread, Paused: r.paused}
	for i, p := range r.plans {
		result := r.results[i]
		plan := reportedPlan{ID: p.Letter.ID, Queue: p.Letter.Queue, Resource: p.Resource, Replay: p.Remedy, Because: p.Why, Done: result.done, Deleted: result.gone,
			Stays: (p.Keep || p.Remedy == relay.RemedyStay) && !result.gone, Copies: []reportedLeg{}}
		legs := result.legs
		if legs == nil {
			legs = p.Legs
		}
		for _, leg := range legs {
			plan.Copies = append(plan.Copies, reportedLeg{leg.Request.Point, leg.Request.Destination.ARN, leg.Stage(), leg.Decision.Detail})
		}
		if err := firstError(result.err, p.Err); err != nil {
			plan.Error = err.Error()
		}
		said.Letters = append(said.Letters, plan)
	}
	return showJSON(to, said)
}
