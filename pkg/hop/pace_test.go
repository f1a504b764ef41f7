package hop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

func TestLargeCopiesLookForRoomSooner(t *testing.T) {
	var p hop.Pace
	assert.InDelta(t, 1, p.Of(0), 0, "without a size it is as any other")
	assert.InDelta(t, 1, p.Of(40<<30), 0, "and so it is without others")
	for range 1000 {
		p.Of(10 << 30)
	}
	assert.InDelta(t, 1, p.Of(10<<30), 0.01, "of the usual size")
	assert.InDelta(t, 2, p.Of(40<<30), 0.05, "four times as large, twice as soon")
	assert.InDelta(t, 0.8, p.Of(1<<20), 0, "small ones come often enough")
	assert.InDelta(t, 2.5, p.Of(1<<50), 0, "and large ones not all the time")
	for range 5000 {
		p.Of(1 << 40)
	}
	assert.InDelta(t, 1, p.Of(1<<40), 0.01, "what is usual may change")
}

func TestPaceShapesTheDelay(t *testing.T) {
	d := hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonPoolFull}
	usual := hop.Delay(d, now, "id", hop.Spread{Waiting: 200, Pace: 1})
	assert.InDelta(t, float64(usual)/2, float64(hop.Delay(d, now, "id", hop.Spread{Waiting: 200, Pace: 2})), 1)
	assert.Equal(t, usual, hop.Delay(d, now, "id", hop.Spread{Waiting: 200}), "without a pace it is as others")
	assert.Equal(t, time.Minute, hop.Delay(d, now, "id", hop.Spread{Waiting: 0, Pace: 2.5}), "no wait is shorter than what its bound counts with")
	assert.Equal(t, 15*time.Minute, hop.Delay(d, now, "another id", hop.Spread{Waiting: 5000, Pace: 0.1}), "nor longer than SQS takes")
	d.Until = now.Add(10 * time.Minute)
	assert.Equal(t, 10*time.Minute, hop.Delay(d, now, "id", hop.Spread{Waiting: 200, Pace: 2}))
}

// TestALargePoolIsLookedAtMoreOften: with n waiting, looks come at the rate at which slots
// of a pool that size become free.
func TestALargePoolIsLookedAtMoreOften(t *testing.T) {
	d := hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonPoolFull}
	delay := func(waiting, slots int) time.Duration {
		return hop.Delay(d, now, "id", hop.Spread{Waiting: waiting, Slots: slots, Pace: 1})
	}
	assert.Equal(t, delay(200, 0), delay(200, 60))
	assert.Equal(t, delay(200, 60), delay(2000, 600))
	assert.Equal(t, delay(10, 60), delay(100, 600), "both are the least")
}
