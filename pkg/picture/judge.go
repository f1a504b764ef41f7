package picture

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// picture puts what was found together by resource.
func (l *look) picture() Picture {
	p := Picture{Now: l.now, Since: l.since, Unseen: l.dark, Off: l.paused, WithoutMembers: l.WithoutMembers,
		Waiting: l.waiting, DeadLetters: l.letters, Flights: l.flights}
	for _, n := range l.letters {
		p.Letters += n
	}
	slices.SortFunc(l.shelves, func(a, b *shelf) int {
		return cmp.Or(cmp.Compare(rank(a.Role), rank(b.Role)), strings.Compare(a.Vault.ARN, b.Vault.ARN))
	})
	slices.SortFunc(p.Unseen, func(a, b Unseen) int {
		return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(a.Vault.ARN, b.Vault.ARN), strings.Compare(a.What, b.What))
	})
	slices.Sort(p.Off)
	slices.SortFunc(p.Flights, func(a, b Flight) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	resources := map[string]*Resource{}
	of := func(point hop.RecoveryPoint) *Resource {
		r, ok := resources[point.ResourceARN]
		if !ok {
			r = &Resource{ARN: point.ResourceARN, Type: point.ResourceType, Account: point.Account(), Objective: l.Objectives[point.ResourceType], Newest: map[string]hop.RecoveryPoint{}}
			resources[point.ResourceARN] = r
		}
		return r
	}
	for _, shelf := range l.shelves {
		p.Points += shelf.points
		p.Places = append(p.Places, shelf.Place)
		for _, point := range shelf.newest {
			r := of(point)
			r.Newest[shelf.Vault.ARN] = point
			if r.Account == "" && shelf.Role == Local {
				r.Account = shelf.Vault.Account
			}
		}
		for key, points := range shelf.unusable {
			r := of(points.one)
			r.Unusable = append(r.Unusable, Unusable{shelf.Vault, key.status, points.n})
		}
	}
	l.confirm()
	for _, shelf := range l.shelves {
		survey := l.survey(shelf)
		for _, leg := range survey.Legs {
			if copy := (Copy{Hop: l.hopOf(shelf.Role, leg.Request.Destination), Leg: leg}); copy.told() {
				of(leg.Point).Copies = append(of(leg.Point).Copies, copy)
			}
		}
		if shelf.Role == Intermediate {
			for _, point := range survey.Unrouted {
				of(point).Unrouted++
			}
		}
	}
	for arn, n := range l.deleted() {
		if r, ok := resources[arn]; ok {
			r.Deleted = n
		}
	}
	l.late(resources)
	p.Unseen = append(p.Unseen, l.keyless...)
	for _, r := range resources {
		l.weak(r)
		r.settle()
		p.Resources = append(p.Resources, *r)
	}
	slices.SortFunc(p.Resources, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(slices.Index(States, a.State), slices.Index(States, b.State)), p.age(b, a), strings.Compare(a.ARN, b.ARN))
	})
	return p
}

func rank(r Role) int { return slices.Index([]Role{Local, Intermediate, Final}, r) }

// told tells whether a copy is worth a line. A first hop of which no job is listed may
// not be due: not every plan copies.
func (c Copy) told() bool {
	return c.Due() && (c.Hop == 2 || c.Standing != hop.Absent && c.Standing != hop.Untold)
}

// age compares how old the newest final copies are.
func (p Picture) age(a, b Resource) int {
	first, _ := p.Reached(a, Final)
	second, _ := p.Reached(b, Final)
	return second.Created.Compare(first.Created)
}

// late finds the resources that are beyond their objective in a final vault that could be
// looked into. One that never arrived there counts from its oldest point that should have.
func (l *look) late(resources map[string]*Resource) {
	for _, shelf := range l.shelves {
		if shelf.Role != Final || l.isDark(shelf.Vault) {
			continue
		}
		var judged []hop.Resource
		for _, r := range resources {
			if newest, due := l.due(r, shelf.Vault); due {
				judged = append(judged, hop.Resource{ARN: r.ARN, Type: r.Type, Newest: newest})
			}
		}
		late, gone := hop.Late(judged, l.Objectives, relay.Retired, l.now)
		for _, r := range late {
			resources[r.ARN].LateIn = append(resources[r.ARN].LateIn, shelf.Vault)
		}
		for _, r := range gone {
			resources[r.ARN].State = Retired // unless something worse is found
		}
	}
}

// due is the creation of the resource's newest point in a final vault, or where there is
// none, of the oldest that should be there; false where none should.
func (l *look) due(r *Resource, final hop.Vault) (time.Time, bool) {
	if newest, ok := r.Newest[final.ARN]; ok {
		return newest.Created, true
	}
	var oldest time.Time
	consider := func(t time.Time) {
		if oldest.IsZero() || t.Before(oldest) {
			oldest = t
		}
	}
	for _, route := range l.Routes {
		if _, leads := route.Destination(final.ARN); !leads || !slices.Contains(route.Types, r.Type) {
			continue
		}
		if point, ok := r.Newest[route.Source.ARN]; ok {
			consider(point.Created)
		}
		for _, copy := range r.Copies {
			if copy.Request.Destination == route.Source || copy.Request.Destination == final {
				consider(copy.Point.Created)
			}
		}
	}
	return oldest, !oldest.IsZero()
}

// settle finds the worst that is to be said of a resource.
func (r *Resource) settle() {
	slices.SortFunc(r.Unusable, func(a, b Unusable) int {
		return cmp.Or(strings.Compare(a.Vault.ARN, b.Vault.ARN), strings.Compare(string(a.Status), string(b.Status)))
	})
	slices.SortStableFunc(r.Copies, func(a, b Copy) int { return b.Point.Created.Compare(a.Point.Created) })
	retired := r.State == Retired || len(r.Newest) == 0 && len(r.Copies) == 0
	is := map[State]bool{Late: len(r.LateIn) > 0, Underprotected: len(r.Weak) > 0, Unrouted: r.Unrouted > 0, Retired: retired, LocalOnly: !retired,
		Expired: slices.ContainsFunc(r.Unusable, func(u Unusable) bool { return u.Status == hop.PointExpired })}
	for i, copy := range r.Copies {
		there, ok := r.Newest[copy.Request.Destination.ARN]
		r.Copies[i].Overtaken = ok && there.Created.After(copy.Point.Created)
		switch {
		case copy.Failed():
			is[Failed] = is[Failed] || !r.Copies[i].Overtaken
		case copy.Standing == hop.Vanished && !r.Copies[i].Overtaken:
			is[Missing] = true
		case copy.Standing == hop.Stuck:
			is[Stuck] = true
		case copy.Standing == hop.Untold:
			is[Untold] = true
		case copy.Standing == hop.Failing:
			is[Retrying] = true
		case copy.Standing == hop.Absent, copy.Standing == hop.Vanished && copy.Hop == 2:
			is[Waiting] = true
		case copy.Standing == hop.Flying:
			is[Copying] = true
		}
	}
	is[Fine] = !retired && (len(r.Copies) > 0 || !r.onlyLocal())
	for _, state := range States {
		if is[state] {
			r.State = state
			return
		}
	}
}

// onlyLocal tells whether all of the resource's points are in vaults of its own account.
func (r *Resource) onlyLocal() bool {
	for vault := range r.Newest {
		if hop.AccountOf(vault) != r.Account {
			return false
		}
	}
	return true
}
