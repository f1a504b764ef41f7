package metrics_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudwatch/metrics"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

func errorsOf(function string) metrics.ID {
	return metrics.Of("222222222222", "eu-central-1", "AWS/Lambda", "Errors", map[string]string{"FunctionName": function})
}

func at(minutes, seconds int) time.Time {
	return start.Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
}

func TestEveryStatisticOfAMinute(t *testing.T) {
	s := metrics.New()
	s.Add(errorsOf("f"), at(0, 0), 4)
	s.Add(errorsOf("f"), at(0, 59), -1, 3)
	s.Add(errorsOf("g"), at(0, 0), 100)
	p, ok := s.Latest(errorsOf("f"))
	require.True(t, ok)
	assert.Equal(t, start, p.At)
	for statistic, want := range map[string]float64{"Sum": 6, "Average": 2, "Minimum": -1, "Maximum": 4, "SampleCount": 3} {
		value, ok := p.Statistic(statistic)
		assert.True(t, ok, statistic)
		assert.InDelta(t, want, value, 0, statistic)
	}
	_, ok = p.Statistic("p99")
	assert.False(t, ok)
	_, ok = metrics.Point{}.Statistic("Sum")
	assert.False(t, ok, "nothing was measured")
}

func TestOtherDimensionsAreAnotherMetric(t *testing.T) {
	s := metrics.New()
	bare := metrics.Of("222222222222", "eu-central-1", "AWS/Events", "Invocations", map[string]string{"RuleName": "r"})
	onBus := metrics.Of("222222222222", "eu-central-1", "AWS/Events", "Invocations", map[string]string{"RuleName": "r", "EventBusName": "b"})
	s.Add(onBus, start, 1)
	assert.True(t, s.Has(onBus))
	assert.False(t, s.Has(bare))
	s.Keep(bare, time.Hour)
	assert.False(t, s.Has(bare), "that it would be kept is no measurement")
	_, ok := s.Latest(bare)
	assert.False(t, ok)
}

func TestPeriodsSlideWithTheirEnd(t *testing.T) {
	s := metrics.New()
	for _, minute := range []int{0, 4, 5, 9, 14} {
		s.Add(errorsOf("f"), at(minute, 30), 1)
	}
	counts := func(end time.Time) (all []int) {
		for _, p := range s.Recent(errorsOf("f"), end, 5*time.Minute, 3) {
			all = append(all, p.Count)
		}
		return all
	}
	assert.Equal(t, []int{1, 2, 2}, counts(at(15, 0)))
	assert.Equal(t, []int{2, 2, 0}, counts(at(10, 0)), "what comes after the end is not looked at")
	assert.Equal(t, []int{1, 1, 2}, counts(at(16, 0)))
	assert.Equal(t, []int{0, 0, 0}, counts(at(40, 0)))
	assert.Equal(t, at(10, 0), s.Recent(errorsOf("f"), at(15, 0), 5*time.Minute, 1)[0].At)
	assert.Len(t, s.Recent(errorsOf("g"), at(15, 0), 5*time.Minute, 3), 3, "of a metric that is not there")
}

func TestWhatComesLateIsPutInItsPlace(t *testing.T) {
	s := metrics.New()
	for _, minute := range []int{2, 0, 1, 1} {
		s.Add(errorsOf("f"), at(minute, 0), float64(minute))
	}
	latest, _ := s.Latest(errorsOf("f"))
	assert.Equal(t, at(2, 0), latest.At)
	recent := s.Recent(errorsOf("f"), at(3, 0), time.Minute, 3)
	assert.InDelta(t, 2, recent[0].Sum, 0)
	assert.InDelta(t, 2, recent[1].Sum, 0)
	assert.Equal(t, 1, recent[2].Count)
}

// TestOldDataGo: what an alarm may look at stays, and not much more.
func TestOldDataGo(t *testing.T) {
	const days = 4 * 24 * 60
	s := metrics.New()
	s.Keep(errorsOf("watched"), 24*time.Hour)
	s.Keep(errorsOf("watched"), time.Hour)
	for minute := range days {
		s.Add(errorsOf("watched"), at(minute, 0), 1)
		s.Add(errorsOf("other"), at(minute, 0), 1)
	}
	count := func(function string, minutes int) int {
		return s.Recent(errorsOf(function), at(days, 0), time.Duration(minutes)*time.Minute, 1)[0].Count
	}
	assert.Equal(t, 24*60, count("watched", 24*60))
	assert.Equal(t, 60, count("other", 60))
	assert.LessOrEqual(t, count("watched", days), 2*24*60+2)
	assert.LessOrEqual(t, count("other", days), 2*60+2)
}
