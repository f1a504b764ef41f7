package clock_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

func TestEventsRunInOrderOfTimeThenOfSetting(t *testing.T) {
	c := clock.New(start)
	var ran []string
	note := func(name string) func() { return func() { ran = append(ran, name) } }
	c.After(2*time.Hour, note("late"))
	c.After(time.Hour, note("first"))
	c.After(time.Hour, note("second"))
	c.After(time.Minute, note("stopped")).Stop()

	require.ErrorIs(t, c.RunUntil(t.Context(), func() bool { return false }), clock.ErrIdle)
	assert.Equal(t, []string{"first", "second", "late"}, ran)
	assert.Equal(t, start.Add(2*time.Hour), c.Now())
}

func TestTimeStandsStillWhileHeld(t *testing.T) {
	c := clock.New(start)
	hold := c.Hold()
	c.After(time.Hour, func() {})

	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Step(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, start, c.Now())

	hold.Release()
	hold.Release() // a second release is not a second hold given up
	ran, err := c.Step(t.Context())
	require.NoError(t, err)
	assert.True(t, ran)
	assert.Equal(t, start.Add(time.Hour), c.Now())
}

func TestAdvanceLeavesLaterEventsDue(t *testing.T) {
	c := clock.New(start)
	var ran int
	c.After(time.Minute, func() { ran++ })
	c.After(time.Hour, func() { ran++ })
	require.NoError(t, c.Advance(t.Context(), 10*time.Minute))
	assert.Equal(t, 1, ran)
	assert.Equal(t, start.Add(10*time.Minute), c.Now())
}

func TestTheBackgroundIsNoReasonForTimeToPass(t *testing.T) {
	c := clock.New(start)
	var ticks int
	var tick func()
	tick = func() { ticks++; c.Background(c.Now().Add(time.Minute), tick) }
	stopped := c.Background(start.Add(time.Minute), func() { ticks = -1000 })
	c.Background(start.Add(time.Minute), tick)
	assert.True(t, stopped.Stop())

	require.ErrorIs(t, c.RunUntil(t.Context(), func() bool { return false }), clock.ErrIdle)
	assert.Equal(t, start, c.Now(), "nothing else is due")
	c.After(time.Hour, func() {})
	c.After(2*time.Hour, func() {}).Stop()
	require.ErrorIs(t, c.RunUntil(t.Context(), func() bool { return false }), clock.ErrIdle)
	assert.Equal(t, start.Add(time.Hour), c.Now())
	assert.Equal(t, 59, ticks, "on the way to another event")
	require.NoError(t, c.Advance(t.Context(), time.Hour))
	assert.Equal(t, 120, ticks, "time that is made to pass")
}

func TestSkipIsPaidAtOnce(t *testing.T) {
	c := clock.New(start)
	hold := c.Hold()
	defer hold.Release()
	c.Skip(50 * time.Millisecond)
	assert.Equal(t, start.Add(50*time.Millisecond), c.Now())
}

func TestSleeperGoesOnBeforeTimeDoes(t *testing.T) {
	c := clock.New(start)
	hold := c.Hold()
	sleeper := c.NewSleeper(start.Add(20 * time.Second))
	c.After(time.Hour, func() {})

	woke := make(chan time.Time, 1)
	go func() {
		hold.Sleep(t.Context(), sleeper)
		defer hold.Release()
		woke <- c.Now()
	}()
	require.ErrorIs(t, c.RunUntil(t.Context(), func() bool { return false }), clock.ErrIdle)
	assert.Equal(t, start.Add(20*time.Second), <-woke)
}

func TestSleeperWokenEarly(t *testing.T) {
	c := clock.New(start)
	hold := c.Hold()
	sleeper := c.NewSleeper(start.Add(20 * time.Second))
	waker := c.Hold()
	go func() {
		sleeper.Wake()
		waker.Release()
	}()
	hold.Sleep(t.Context(), sleeper)
	hold.Release()
	require.ErrorIs(t, c.RunUntil(t.Context(), func() bool { return false }), clock.ErrIdle)
	assert.Equal(t, start, c.Now(), "the sleeper's own alarm must be gone")
}

func TestFollowRunsWithTheWallClock(t *testing.T) {
	c := clock.New(start)
	ctx, cancel := context.WithCancel(t.Context())
	c.After(5*time.Millisecond, cancel)
	require.ErrorIs(t, c.Follow(ctx), context.Canceled)
	assert.False(t, c.Now().Before(start.Add(5*time.Millisecond)))
}
