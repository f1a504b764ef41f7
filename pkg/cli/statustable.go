package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/ages"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

// tones of the states on a terminal.
var tones = map[picture.State]tone{
	picture.Late: bad, picture.Failed: bad, picture.Missing: bad, picture.Stuck: bad, picture.Underprotected: bad, picture.Expired: bad, picture.Untold: look, picture.Unrouted: look,
	picture.Retrying: look, picture.Waiting: look, picture.Copying: look, picture.Fine: good,
}

// table prints a picture for a person.
func (s *status) table(out io.Writer, p picture.Picture) {
	e := s.estate
	if first := p.Headline(); first != "" {
		fmt.Fprintln(out, first)
	}
	fmt.Fprintf(out, "%s, account %s, %s, at %s\n\n", e.Name, e.Accounts.Backup, e.Regions.Primary, p.Now.Format(time.RFC3339))
	if len(p.Resources) > 0 {
		var rows [][]cell
		for _, r := range p.Resources {
			rows = append(rows, []cell{
				{string(r.State), tones[r.State]}, {text: nameOf(r.ARN)}, {text: r.Type}, {text: r.Account},
				{text: reached(p, r, picture.Local)}, {text: reached(p, r, picture.Intermediate)}, {reached(p, r, picture.Final), ageTone(r)},
				{text: ages.Span(r.Objective)}, {text: why(r, p.Now)},
			})
		}
		showTable(out, []string{"STATE", "RESOURCE", "TYPE", "ACCOUNT", "LOCAL", "INTERMEDIATE", "FINAL", "RPO", "WHY"}, rows)
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "%s\n", totals(p))
	for _, u := range p.Unseen {
		fmt.Fprintf(out, "not looked at: %s\n", unseen(u))
	}
	if management := e.Accounts.Management; len(e.Members.Accounts) == 0 && s.profiles[management] == "" && !s.withoutMembers {
		fmt.Fprintf(out, "members are known from vaults, messages and flags: an account of members.units that nothing has come from yet is found with --profile %s=NAME\n", management)
	}
	s.uncounted(out)
}

func ageTone(r picture.Resource) tone {
	if len(r.LateIn) > 0 {
		return bad
	}
	return usual
}

// unseen says what was not looked into, and why.
func unseen(u picture.Unseen) string {
	text := fmt.Sprintf("%s: %s", u, oneLine(u.Err.Error()))
	if hint := hintOf(u.Err); hint != "" {
		text += "; " + hint
	}
	return text
}

// nameOf is the part of a resource's ARN that is its own.
func nameOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	return parts[len(parts)-1]
}

// reached is the age of the newest point in the vaults of a role.
func reached(p picture.Picture, r picture.Resource, role picture.Role) string {
	if point, ok := p.Reached(r, role); ok {
		return ages.Span(max(p.Now.Sub(point.Created), time.Minute))
	}
	if role == picture.Local && p.WithoutMembers {
		return "?"
	}
	for _, u := range p.Unseen {
		is := func(place picture.Place) bool { return place.Role == role && place.Vault == u.Vault }
		account := u.Account != "" && u.Account == r.Account
		anyone := r.Account == "" && u.Account != "" && u.What == "" && u.Vault == (hop.Vault{}) // the ARN of a bucket names no account
		if role == picture.Local && (account || anyone) || slices.ContainsFunc(p.Places, is) {
			return "?"
		}
	}
	return "-"
}

// why says in a few words what stands between a resource and its state ok.
func why(r picture.Resource, now time.Time) string {
	var said []string
	for _, vault := range r.LateIn {
		said = append(said, "late in "+vault.Region)
	}
	for _, u := range r.Unusable {
		said = append(said, fmt.Sprintf("%s %s in %s %s", counted(u.Points, "recovery point"), u.Status, u.Vault.Name, u.Vault.Region))
	}
	if r.Deleted > 0 {
		said = append(said, fmt.Sprintf("copies deleted with their sources before the end of retention: %d", r.Deleted))
	}
	for _, weak := range r.Weak {
		said = append(said, "copy in "+weak.Vault.Region+" is "+weak.Point.Protection())
	}
	seen, more := map[string]bool{}, 0
	for _, copy := range r.Copies {
		text := copyWords(copy, now)
		if key := strings.TrimRight(text, "0123456789dhm"); !seen[key] {
			seen[key] = true
			said = append(said, text)
		} else {
			more++
		}
	}
	if more > 0 {
		said = append(said, fmt.Sprintf("and %d more", more))
	}
	if r.Unrouted > 0 {
		said = append(said, counted(r.Unrouted, "point")+" that no route takes")
	}
	if len(r.LateIn) > 0 && len(r.Copies) == 0 {
		said = append(said, "no copy under way: no newer backup is known")
	}
	return strings.Join(said, "; ")
}

// copyWords says how far a copy is.
func copyWords(c picture.Copy, now time.Time) string {
	name := picture.StepName(c.Hop)
	switch {
	case c.Failed() && c.Overtaken:
		return fmt.Sprintf("%s of an older point failed: %s", name, c.Job.Class)
	case c.Failed():
		return fmt.Sprintf("%s failed: %s", name, c.Job.Class)
	}
	elapsed := ages.Span(max(now.Sub(c.Since()), time.Minute))
	switch c.Standing {
	case hop.Failing:
		return fmt.Sprintf("%s failed and is tried again: %s", name, c.Job.Class)
	case hop.Stuck:
		return fmt.Sprintf("%s under way for too long: %s for %s", name, c.Job.State, ages.Span(now.Sub(c.Job.Created)))
	case hop.Flying:
		return fmt.Sprintf("%s %s for %s", name, c.Job.State, elapsed)
	case hop.Vanished:
		return fmt.Sprintf("%s was made, and its copy is gone from %s %s", name, c.Request.Destination.Name, c.Request.Destination.Region)
	case hop.Absent:
		return fmt.Sprintf("%s waits for %s", name, elapsed)
	case hop.Untold:
		return name + " not told of any more"
	default:
		return fmt.Sprintf("%s is %s", name, c.Standing)
	}
}

// totals counts in one line.
func totals(p picture.Picture) string {
	count, said := p.Count(), []string(nil)
	for _, state := range picture.States {
		if n := count[state]; n > 0 {
			said = append(said, fmt.Sprintf("%d %s", n, state))
		}
	}
	line := counted(len(p.Resources), "resource")
	if len(said) > 0 {
		line += ": " + strings.Join(said, ", ")
	}
	return fmt.Sprintf("%s; messages: %d waiting, %s", line, p.Waiting, counted(p.Letters, "dead letter"))
}
