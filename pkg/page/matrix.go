package page

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/ages"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

// row is a resource in the matrix.
type row struct {
	Name, ARN, Type, Account, State, Objective string
	Tone                                       tone
	Cells                                      []cell
}

// cell is the newest point of a resource in a vault.
type cell struct {
	Column, Age, Title string
	Tone               tone
}

// column is one or more vaults: those of the members are one. Its title leaves the
// estate's name out, with which its vaults' names begin.
type column struct {
	title  string
	vaults []hop.Vault
}

func columnsOf(p picture.Picture, estate string) []column {
	all := []column{{title: "local"}}
	for _, place := range p.Places {
		if place.Role == picture.Local {
			all[0].vaults = append(all[0].vaults, place.Vault)
			continue
		}
		all = append(all, column{strings.TrimPrefix(place.Vault.Name, estate+"-") + " " + place.Vault.Region, []hop.Vault{place.Vault}})
	}
	return all
}

func columns(p picture.Picture, estate string) []string {
	var titles []string
	for _, c := range columnsOf(p, estate) {
		titles = append(titles, c.title)
	}
	return titles
}

func rows(p picture.Picture, estate string) []row {
	columns := columnsOf(p, estate)
	var all []row
	for _, r := range p.Resources {
		one := row{Name: nameOf(r.ARN), ARN: r.ARN, Type: r.Type, Account: r.Account, State: string(r.State),
			Objective: ages.Span(r.Objective), Tone: toneOf(r.State)}
		for _, c := range columns {
			one.Cells = append(one.Cells, cellOf(p, r, c))
		}
		all = append(all, one)
	}
	return all
}

func cellOf(p picture.Picture, r picture.Resource, c column) cell {
	var newest hop.RecoveryPoint
	late := false
	for _, vault := range c.vaults {
		if point := r.Newest[vault.ARN]; point.Created.After(newest.Created) {
			newest = point
		}
		late = late || slices.Contains(r.LateIn, vault)
	}
	shown := cell{Column: c.title, Age: "-", Tone: dull}
	if newest.ARN != "" {
		shown = cell{c.title, ages.Span(max(p.Now.Sub(newest.Created), time.Minute)), newest.ARN + ", made " + clock(newest.Created), ""}
	} else if dark(p, r, c) {
		shown.Age, shown.Title = "?", "not looked at"
	}
	if late {
		shown.Tone = bad
	}
	return shown
}

// dark tells whether a column's vaults could not be looked into for a resource.
func dark(p picture.Picture, r picture.Resource, c column) bool {
	return slices.ContainsFunc(p.Unseen, func(u picture.Unseen) bool {
		return c.title == "local" && u.Account == r.Account || u.Vault.ARN != "" && slices.Contains(c.vaults, u.Vault)
	})
}

// nameOf is the part of an ARN that is a resource's own.
func nameOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	return parts[len(parts)-1]
}

// objective is a line of the table of objectives.
type objective struct {
	Type, Objective, Oldest string
	Resources, Late         int
	Tone                    tone
}

func (r Report) objectives() []objective {
	p := r.Picture
	var all []objective
	for _, resourceType := range slices.Sorted(maps.Keys(r.Objectives)) {
		one := objective{Type: resourceType, Objective: ages.Span(r.Objectives[resourceType]), Oldest: "-", Tone: good}
		var oldest time.Duration
		for _, resource := range p.Resources {
			if resource.Type != resourceType || resource.State == picture.LocalOnly || resource.State == picture.Retired {
				continue
			}
			one.Resources++
			point, copied := p.Reached(resource, picture.Final)
			if copied {
				oldest = max(oldest, p.Now.Sub(point.Created))
			}
			if len(resource.LateIn) > 0 || !copied && !p.Unread(picture.Final) {
				one.Late++
				one.Tone = bad
			}
		}
		if one.Resources == 0 {
			one.Tone = dull
		}
		one.Oldest = ages.Span(oldest)
		all = append(all, one)
	}
	return all
}
