package hop_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
)

var anyJob = rapid.Custom(func(t *rapid.T) hop.CopyJob {
	created := now.Add(-time.Duration(rapid.IntRange(1, 40*24*60).Draw(t, "minutes ago")) * time.Minute)
	job := hop.CopyJob{
		ID: rapid.StringMatching(`[a-f0-9]{8}`).Draw(t, "id"),
		State: rapid.SampledFrom([]hop.State{hop.Created, hop.Running, hop.Completed, hop.Failed, hop.Partial,
			hop.Aborted, hop.Expired, "NEW"}).Draw(t, "state"),
		Created:     created,
		Destination: final,
	}
	if !job.State.InFlight() {
		job.Completed = created.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "minutes")) * time.Minute)
		if job.State == hop.Completed {
			job.CopyState = rapid.SampledFrom([]hop.CopyState{hop.CopyUnchecked, hop.CopyPresent, hop.CopyUndescribed, hop.CopyGone}).Draw(t, "copy")
		}
		job.Class = rapid.SampledFrom([]hop.Class{hop.ClassKey, hop.ClassLimit, hop.ClassTransient, hop.ClassUnknown}).Draw(t, "class")
	}
	return job
})

var anyCase = rapid.Custom(func(t *rapid.T) hop.Case {
	c := due()
	c.Jobs = rapid.SliceOfN(anyJob, 0, 6).Draw(t, "jobs")
	c.Missing = rapid.IntRange(0, 9).Draw(t, "missing") == 0
	c.Room = rapid.IntRange(0, 3).Draw(t, "room") > 0
	c.Point.Status = rapid.SampledFrom([]hop.PointStatus{hop.PointCompleted, hop.PointCompleted, hop.PointAvailable,
		hop.PointCreating, hop.PointExpired, hop.PointPartial, "NEW"}).Draw(t, "status")
	if rapid.Bool().Draw(t, "replayed") {
		c.RejectedAt = now.Add(-time.Duration(rapid.IntRange(0, 40*24*60).Draw(t, "rejected")) * time.Minute)
	}
	return c
})

func TestEveryCaseHasOneDecisionWithAReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := hop.Decide(anyCase.Draw(t, "case"))
		assert.Contains(t, []hop.Verdict{hop.Start, hop.Wait, hop.Skip, hop.Reject}, d.Verdict)
		assert.NotEmpty(t, d.Reason)
		assert.Equal(t, d.Verdict == hop.Reject, d.Class != "", "a class belongs to every Reject and to nothing else")
		assert.Equal(t, d.Verdict == hop.Start, d.Order != hop.Order{}, "an order belongs to every Start and to nothing else")
	})
}

func TestNeverASecondCopy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase.Draw(t, "case")
		if hop.Decide(c).Verdict != hop.Start {
			return
		}
		for _, job := range c.Jobs {
			assert.False(t, job.State.InFlight(), "started beside %s job %s", job.State, job.ID)
			if job.State == hop.Completed && job.CopyState != hop.CopyGone {
				assert.Equal(t, hop.CopyUndescribed, job.CopyState, "started beside the copy of %s", job.ID)
				assert.False(t, now.Before(job.Completed.Add(15*time.Minute)), "started before the copy of %s had to be described", job.ID)
			}
		}
	})
}

func TestOrderOfTheListDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase.Draw(t, "case")
		one := hop.Decide(c)
		c.Jobs = rapid.Permutation(slices.Clone(c.Jobs)).Draw(t, "shuffled")
		two := hop.Decide(c)
		assert.Equal(t, one.Verdict, two.Verdict)
		assert.Equal(t, one.Reason, two.Reason)
		assert.Equal(t, one.Until, two.Until)
		assert.Equal(t, one.Order, two.Order)
	})
}

func TestATokenIsUsedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase.Draw(t, "case")
		first := hop.Decide(c)
		if first.Verdict != hop.Start {
			return
		}
		c.Jobs = append(c.Jobs, failed("new", hop.ClassUnknown, now.Add(time.Hour)))
		c.Now = now.Add(24 * time.Hour)
		if second := hop.Decide(c); second.Verdict == hop.Start {
			assert.NotEqual(t, first.Order.Token, second.Order.Token)
		}
	})
}

func TestTwoInvocationsOvershootByOneAtTheMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 40).Draw(t, "size")
		headroom := rapid.IntRange(0, size-1).Draw(t, "headroom")
		running := rapid.IntRange(0, size+3).Draw(t, "running")
		pools := []hop.Pool{{Types: []string{"RDS"}, Size: size, Headroom: headroom}}
		jobs := make([]hop.CopyJob, running)
		for i := range jobs {
			jobs[i] = hop.CopyJob{Source: point, Destination: final, ResourceType: "RDS", State: hop.Running}
		}
		started := 0
		for range 2 { // both read the list before either started anything
			for slots := hop.NewSlots(pools, hop.InUse{Jobs: jobs}); slots.Room("RDS", intermediate, final); started++ {
				slots.Take("RDS", intermediate, final)
			}
		}
		free := size - headroom - running
		if free <= 0 {
			assert.Zero(t, started)
			return
		}
		assert.LessOrEqual(t, started, free+1)
		assert.Positive(t, started)
	})
}

func TestDelayStaysWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := hop.Decision{Verdict: hop.Wait}
		if rapid.Bool().Draw(t, "until") {
			d.Until = now.Add(time.Duration(rapid.IntRange(-100, 10_000).Draw(t, "seconds")) * time.Second)
		}
		delay := hop.Delay(d, now, rapid.String().Draw(t, "id"), hop.Spread{
			Waiting: rapid.IntRange(0, 1_000_000).Draw(t, "waiting"), Slots: rapid.IntRange(0, 5000).Draw(t, "slots"),
			Pace: rapid.Float64Range(0.4, 2.5).Draw(t, "pace"),
		})
		assert.GreaterOrEqual(t, delay, 60*time.Second)
		assert.LessOrEqual(t, delay, 900*time.Second)
	})
}
