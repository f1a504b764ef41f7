package hop_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

// twoPools have one slot each that second hops may use.
var twoPools = []hop.Pool{{Types: []string{"RDS"}, Size: 2, Headroom: 1}, {Types: []string{"Aurora"}, Size: 2, Headroom: 1}}

// rooms reports whether each of the two pools has room for a second hop.
func rooms(use hop.InUse) [2]bool {
	slots := hop.NewSlots(twoPools, use)
	return [2]bool{slots.Room("RDS", intermediate, final), slots.Room("Aurora", intermediate, final)}
}

func TestAJobTakesTheSlotsThatItMayUse(t *testing.T) {
	own := []hop.Own{{Point: point, ResourceType: "RDS", From: intermediate, To: final, Age: hop.OwnRecent}}
	for sentence, c := range map[string]struct {
		use  hop.InUse
		want [2]bool
	}{
		"none is in flight":                      {hop.InUse{}, [2]bool{true, true}},
		"of its type":                            {hop.InUse{Jobs: []hop.CopyJob{{Source: point, Destination: final, ResourceType: "Aurora"}}}, [2]bool{true, false}},
		"of no pool":                             {hop.InUse{Jobs: []hop.CopyJob{{Source: point, Destination: final, ResourceType: "EBS"}}}, [2]bool{true, true}},
		"of a type that is not shown yet":        {hop.InUse{Jobs: []hop.CopyJob{{Source: point, Destination: final}}}, [2]bool{false, false}},
		"the same inside a Region":               {hop.InUse{Jobs: []hop.CopyJob{{Source: point, Destination: intermediate}}}, [2]bool{true, true}},
		"the same to another Region":             {hop.InUse{Jobs: []hop.CopyJob{{Source: point, Destination: other}}}, [2]bool{true, true}},
		"its own, whose type is not shown yet":   {hop.InUse{Jobs: []hop.CopyJob{{Source: point, Destination: final}}, Own: own}, [2]bool{false, true}},
		"another's, whose type is not shown yet": {hop.InUse{Jobs: []hop.CopyJob{{Source: point + "0", Destination: final}}, Own: own}, [2]bool{false, false}},
	} {
		t.Run(sentence, func(t *testing.T) { assert.Equal(t, c.want, rooms(c.use)) })
	}
}

func TestARestoreMayUseTheHeadroom(t *testing.T) {
	job := hop.CopyJob{Source: point, Destination: final, ResourceType: "RDS"}
	elsewhere, inside, typed := job, job, job
	elsewhere.Destination, inside.Destination, typed.ResourceType = other, intermediate, "Aurora"
	for sentence, c := range map[string]struct {
		jobs  []hop.CopyJob
		spare bool
	}{
		"nothing is in flight":  {nil, true},
		"the headroom is left":  {[]hop.CopyJob{job}, true},
		"nothing is left":       {[]hop.CopyJob{job, job}, false},
		"they go elsewhere":     {[]hop.CopyJob{job, elsewhere, elsewhere}, true},
		"they stay in a Region": {[]hop.CopyJob{job, inside, inside}, true},
		"they use another pool": {[]hop.CopyJob{job, typed, typed}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Equal(t, c.spare, hop.Spare(twoPools, c.jobs, "RDS", intermediate, final))
			assert.True(t, hop.Spare(twoPools, c.jobs, "RDS", final, final), "inside a Region there is no quota")
			assert.True(t, hop.Spare(twoPools, c.jobs, "EBS", intermediate, final), "nor of a type without a pool")
		})
	}
}

func TestATypeWithoutAPoolHasRoomBesideAPoolThatHasNone(t *testing.T) {
	slots := hop.NewSlots([]hop.Pool{{Types: []string{"RDS"}, Size: 1, Headroom: 1}}, hop.InUse{})
	assert.False(t, slots.Room("RDS", intermediate, final))
	assert.True(t, slots.Room("EBS", intermediate, final))
}

func TestAnOwnStartThatEveryListShowsCountsOnce(t *testing.T) {
	pools := []hop.Pool{{Types: []string{"RDS"}, Size: 4, Headroom: 1}}
	use := hop.InUse{
		Jobs: []hop.CopyJob{{Source: point, Destination: final, ResourceType: "RDS"}, {Source: point + "0", Destination: final, ResourceType: "RDS"}},
		Own:  []hop.Own{{Point: point, ResourceType: "RDS", From: intermediate, To: final, Age: hop.OwnRecent}},
	}
	assert.True(t, hop.NewSlots(pools, use).Room("RDS", intermediate, final), "two of three are used")
	use.Own[0].Age--
	assert.False(t, hop.NewSlots(pools, use).Room("RDS", intermediate, final))
}
