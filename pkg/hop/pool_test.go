package hop_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
)

// environment is one of the two that start copies: its last list of the jobs in flight,
// and what it has started lately.
type environment struct {
	slots  *hop.Slots
	listed time.Duration
	own    map[string]time.Duration // when it started a point's copy
}

// pooled is a pool with the two environments that draw from it. Each step is one that real
// invocations make, in any order; every job is listed after a lag of its own.
type pooled struct {
	pool         hop.Pool
	lag          time.Duration // the longest
	now          time.Duration
	serial       int
	shown        map[string]time.Duration // jobs in flight: when lists show them
	environments [2]environment
}

func (p *pooled) list(e *environment) {
	var jobs []hop.CopyJob
	for _, id := range slices.Sorted(maps.Keys(p.shown)) {
		if p.shown[id] <= p.now {
			jobs = append(jobs, hop.CopyJob{Source: id, Destination: final, ResourceType: "RDS", State: hop.Running})
		}
	}
	var own []hop.Own
	for id, at := range e.own {
		if age := p.now - at; age < hop.OwnUnlisted {
			own = append(own, hop.Own{Point: id, ResourceType: "RDS", From: intermediate, To: final, Age: age})
		}
	}
	e.slots, e.listed = hop.NewSlots([]hop.Pool{p.pool}, hop.InUse{Jobs: jobs, Own: own}), p.now
}

// start starts one copy, if the environment's list is fresh and leaves a slot.
func (p *pooled) start(t *rapid.T, e *environment) {
	if e.slots == nil || p.now-e.listed > 3*time.Second || !e.slots.Room("RDS", intermediate, final) {
		return
	}
	e.slots.Take("RDS", intermediate, final)
	p.serial++
	id := fmt.Sprintf("arn:aws:rds:eu-central-1:222222222222:snapshot:%d", p.serial)
	e.own[id] = p.now
	takes, lag := rapid.IntRange(0, 10).Draw(t, "takes"), rapid.IntRange(0, int(p.lag/time.Second)).Draw(t, "lag")
	p.shown[id] = p.now + time.Duration(takes+lag)*time.Second
}

func TestTwoEnvironmentsUseOneSlotTooManyAtTheMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &pooled{lag: 6 * time.Second, shown: map[string]time.Duration{}}
		p.pool = hop.Pool{Types: []string{"RDS"}, Size: rapid.IntRange(3, 24).Draw(t, "size"), Headroom: rapid.IntRange(1, 2).Draw(t, "headroom")}
		for i := range p.environments {
			p.environments[i].own = map[string]time.Duration{}
		}
		steps := map[string]func(*rapid.T){
			"list":  func(t *rapid.T) { p.list(p.any(t)) },
			"start": func(t *rapid.T) { p.start(t, p.any(t)) },
			"start all": func(t *rapid.T) {
				for e, i := p.any(t), 0; i < p.pool.Size; i++ {
					p.start(t, e)
				}
			},
			"wait": func(t *rapid.T) {
				p.now += time.Duration(rapid.SampledFrom([]int{1, 2, 3, 5, 20, 59, 61, 95}).Draw(t, "seconds")) * time.Second
			},
			"end": func(t *rapid.T) {
				if ids := slices.Sorted(maps.Keys(p.shown)); len(ids) > 0 && p.shown[ids[0]] <= p.now {
					delete(p.shown, ids[0])
				}
			},
			"": func(t *rapid.T) {
				assert.LessOrEqual(t, len(p.shown), p.pool.Size-p.pool.Headroom+1)
			},
		}
		t.Repeat(steps)
	})
}

func (p *pooled) any(t *rapid.T) *environment {
	return &p.environments[rapid.IntRange(0, 1).Draw(t, "environment")]
}

func TestOwnStartsCountTwice(t *testing.T) {
	pools := []hop.Pool{{Types: []string{"RDS"}, Size: 12, Headroom: 2}}
	listed := []hop.CopyJob{{Source: point, Destination: final, ResourceType: "RDS", State: hop.Created}}
	other := []hop.CopyJob{{Source: point + "-other", Destination: final, ResourceType: "RDS", State: hop.Running}}
	typeless := []hop.CopyJob{{Source: point, Destination: final, State: hop.Created}}
	eight, nine, ten := slices.Repeat(other, 8), slices.Repeat(other, 9), slices.Repeat(other, 10)
	own := func(age time.Duration) []hop.Own {
		return []hop.Own{{Point: point, ResourceType: "RDS", From: intermediate, To: final, Age: age}}
	}
	for _, c := range []struct {
		sentence string
		inFlight []hop.CopyJob
		own      []hop.Own
		unknown  bool
		left     int
	}{
		{"nothing is in flight", nil, nil, false, 5},
		{"another's job is listed", listed, nil, false, 5},
		{"its own job is not listed yet", nil, own(time.Second), false, 4},
		{"its own job is listed, others may not have seen it", listed, own(34 * time.Second), false, 4},
		{"its own job is listed to everybody", slices.Concat(listed, other), own(35 * time.Second), false, 4},
		{"its own job is listed, others may not have seen it, beside another's", slices.Concat(listed, other), own(34 * time.Second), false, 4},
		{"its own job is not listed since long", nil, own(89 * time.Second), false, 4},
		{"a copy inside a Region takes no slot", nil, []hop.Own{{Point: point, ResourceType: "RDS", From: final, To: final}}, false, 5},
		{"a type without a pool takes no slot", nil, []hop.Own{{Point: point, ResourceType: "EBS", From: intermediate, To: final}}, false, 5},
		{"a job without a type may use a slot of any pool", typeless, nil, false, 5},
		{"its own job is listed without its type", slices.Concat(typeless, other), own(time.Minute), false, 4},
		{"others may have started some", nil, nil, true, 1},
		{"others may have started the last", eight, nil, true, 1},
		{"others may have taken the last slot, for which there is headroom", nine, nil, true, 1},
		{"others may have filled the pool", ten, nil, true, 0},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			slots, left := hop.NewSlots(pools, hop.InUse{Jobs: c.inFlight, Own: c.own, Unknown: c.unknown}), 0
			for ; slots.Room("RDS", intermediate, final); left++ {
				slots.Take("RDS", intermediate, final)
			}
			assert.Equal(t, c.left, left)
		})
	}
}

func TestANewEnvironmentLeavesTheLastSlotWhereTheHeadroomIsOne(t *testing.T) {
	pools := []hop.Pool{{Types: []string{"RDS"}, Size: 5, Headroom: 1}}
	for running, room := range map[int]bool{0: true, 2: true, 3: false, 4: false} {
		jobs := slices.Repeat([]hop.CopyJob{{Source: point, Destination: final, ResourceType: "RDS", State: hop.Running}}, running)
		assert.Equal(t, room, hop.NewSlots(pools, hop.InUse{Jobs: jobs, Unknown: true}).Room("RDS", intermediate, final), "%d running", running)
	}
}
