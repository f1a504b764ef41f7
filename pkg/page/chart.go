package page

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/ages"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

// chart is the last night's copies over time. Places along the time are in percent of the
// width, so that text keeps its size on any screen.
type chart struct {
	From, To string
	Now      string // where the time of the report is
	Ticks    []tick
	Lanes    []lane
	More     int // resources that are not shown
	Flights  int
}

type tick struct{ X, Label, Anchor string }

// lane is a resource with its copies.
type lane struct {
	Name string
	Bars []bar
}

type bar struct {
	X, Width, Title string
	Y               int // in pixels, in the lane
	Class           string
	Failed          bool
}

const (
	mostLanes = 60
	barTop    = 3 // of the first hop, in pixels; that of the second is below it
	barPitch  = 9
	ticks     = 5
)

func chartOf(p picture.Picture) chart {
	c := chart{Flights: len(p.Flights)}
	if len(p.Flights) == 0 {
		return c
	}
	from, to := p.Flights[0].Created.Truncate(time.Hour), p.Now
	for _, f := range p.Flights {
		to = latest(to, ended(p, f))
	}
	if whole := to.Truncate(time.Hour); !whole.Equal(to) {
		to = whole.Add(time.Hour)
	}
	c.From, c.To = clock(from), clock(to)
	at := func(t time.Time) float64 { return 100 * float64(t.Sub(from)) / float64(to.Sub(from)) }
	c.Ticks, c.Now = ticksOf(from, to, at), percent(at(p.Now))
	by := map[string][]picture.Flight{}
	for _, f := range p.Flights {
		by[f.ResourceARN] = append(by[f.ResourceARN], f)
	}
	names := worstFirst(by)
	if len(names) > mostLanes {
		names, c.More = names[:mostLanes], len(names)-mostLanes
	}
	for _, name := range names {
		l := lane{Name: nameOf(name)}
		for _, f := range by[name] {
			l.Bars = append(l.Bars, barOf(p, f, at))
		}
		c.Lanes = append(c.Lanes, l)
	}
	return c
}

// worstFirst are the resources with flights: those of which one failed or is under way,
// then the others, each in the order of their names.
func worstFirst(by map[string][]picture.Flight) []string {
	rank := func(name string) int {
		best := 2
		for _, f := range by[name] {
			switch {
			case f.State.Unsuccessful():
				return 0
			case f.State != hop.Completed:
				best = 1
			}
		}
		return best
	}
	var names []string
	for name := range by {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a, b)) })
	return names
}

func ended(p picture.Picture, f picture.Flight) time.Time {
	if f.Completed.IsZero() {
		return p.Now
	}
	return f.Completed
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func percent(x float64) string { return fmt.Sprintf("%.3f%%", x) }

func barOf(p picture.Picture, f picture.Flight, at func(time.Time) float64) bar {
	end := ended(p, f)
	b := bar{X: percent(at(f.Created)), Width: percent(max(at(end)-at(f.Created), 0.4)), Y: barTop, Class: "hop1"}
	switch f.Hop {
	case 2:
		b.Y, b.Class = barTop+barPitch, "hop2"
	case picture.Direct:
		b.Class = "direct"
	}
	what := fmt.Sprintf("%s of %s to %s %s: %s, %s to %s (%s)", picture.StepName(f.Hop), nameOf(f.ResourceARN), f.Destination.Name, f.Destination.Region,
		f.State, clock(f.Created), clock(end), ages.Span(max(end.Sub(f.Created), time.Minute)))
	switch {
	case f.State.Unsuccessful():
		b.Class, b.Failed = b.Class+" failed", true
		what += ": " + f.Message
	case f.State != hop.Completed:
		b.Class += " going"
	}
	b.Title = what
	return b
}

// ticksOf divides the time by whole hours.
func ticksOf(from, to time.Time, at func(time.Time) float64) []tick {
	hours := int(to.Sub(from).Hours())
	each := max(1, (hours+ticks-1)/ticks)
	var all []tick
	for h := 0; h <= hours; h += each {
		t := from.Add(time.Duration(h) * time.Hour)
		one := tick{percent(at(t)), t.Format("15:04"), "middle"}
		switch {
		case h == 0:
			one.Anchor = "start"
		case h+each > hours && hours-h < 1:
			one.Anchor = "end"
		}
		all = append(all, one)
	}
	return all
}
