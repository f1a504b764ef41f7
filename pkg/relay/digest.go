package relay

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// examples are how many findings of one kind a digest names.
const examples = 5

// titles of the kinds of findings, in the order of the digest.
var titles = []struct {
	kind  hop.Standing
	title string
	shows string // the command of twohop that shows more
}{
	{hop.Rejected, "failed for good, and are in the dead-letter queue or about to be", "dlq explain"},
	{hop.Stuck, "are under way for too long", "status"},
	{hop.Vanished, "were copied, and their copies were deleted before their time", "status"},
	{hop.Untold, "are from before the list of copy jobs begins, and without a copy that can be told", "trace POINT"},
	{Expired, "are past their retention and still stored, and cost as before", "trace POINT"},
	{Underprotected, "are of resources with copies that are not under the key of their vault", "status"},
	{Late, "are of resources whose newest final copy is too old", "status --late"},
}

// tell publishes one text about all findings, if any of them is newer than since.
func (r *Reconciler) tell(ctx context.Context, report Report, since time.Time) error {
	fresh := 0
	for _, findings := range report.Findings {
		for _, f := range findings {
			if f.Since.After(since) {
				fresh++
			}
		}
	}
	if fresh == 0 {
		return nil
	}
	return r.Digests.Publish(ctx, fmt.Sprintf("twohop: %d findings, %d new", total(report.Findings), fresh), digest(report))
}

func total(findings map[hop.Standing][]Finding) int {
	n := 0
	for _, of := range findings {
		n += len(of)
	}
	return n
}

// digest groups findings by kind and advice: one cause often stops a whole night.
func digest(report Report) string {
	var text strings.Builder
	fmt.Fprintf(&text, "The %s run of %s looked at %d recovery points.\n", report.Run, report.Now.Format(time.RFC3339), report.Points)
	for _, what := range report.Unread {
		fmt.Fprintf(&text, "It could not read all %s: what they would show is missing here.\n", what)
	}
	for _, kind := range titles {
		findings := report.Findings[kind.kind]
		if len(findings) == 0 {
			continue
		}
		fmt.Fprintf(&text, "\n%d %s (twohop %s --estate FILE):\n", len(findings), kind.title, kind.shows)
		byAdvice := map[string][]Finding{}
		for _, f := range findings {
			byAdvice[f.Advice] = append(byAdvice[f.Advice], f)
		}
		for _, advice := range slices.Sorted(maps.Keys(byAdvice)) {
			fmt.Fprintf(&text, "\n  %s\n", advice)
			for i, f := range byAdvice[advice] {
				if i == examples {
					fmt.Fprintf(&text, "    and %d more\n", len(byAdvice[advice])-examples)
					break
				}
				fmt.Fprintf(&text, "    %s\n      to %s: %s\n", f.Point, f.Destination, f.Detail)
			}
		}
	}
	return text.String()
}
