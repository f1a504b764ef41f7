// Package metrics keeps datapoints: for each metric the sum, the extremes and the
// count of every minute, as long as an alarm may look at them.
package metrics

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// ID is a metric of an account in a Region. Metrics with other dimensions are other
// metrics, as on AWS: none is the sum of others.
type ID struct {
	Account, Region, Namespace, Name string

	dimensions string // names and values in order of name
}

// Of is the ID of a metric.
func Of(account, region, namespace, name string, dimensions map[string]string) ID {
	var text strings.Builder
	for _, dimension := range slices.Sorted(maps.Keys(dimensions)) {
		text.WriteString(dimension + "\x00" + dimensions[dimension] + "\x00")
	}
	return ID{Account: account, Region: region, Namespace: namespace, Name: name, dimensions: text.String()}
}

// least is how far back every metric is kept; AWS keeps single minutes for 15 days
// [CloudWatch: metrics retention]. What alarms look at is kept longer.
const least = time.Hour

// Store keeps the metrics of all accounts, safe for concurrent use.
type Store struct {
	mu     sync.Mutex
	series map[ID]*series
}

// series is one metric.
type series struct {
	kept   int64    // minutes
	points []minute // in order of time
}

// minute is what was measured in one minute, counted since 1970.
type minute struct {
	at            int64
	sum, min, max float64
	count         int
}

// New returns a store without metrics.
func New() *Store { return &Store{series: map[ID]*series{}} }

// of needs s.mu held.
func (s *Store) of(id ID) *series {
	found, ok := s.series[id]
	if !ok {
		found = &series{kept: int64(least / time.Minute)}
		s.series[id] = found
	}
	return found
}

// Add measures values at a time.
func (s *Store) Add(id ID, at time.Time, values ...float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.of(id)
	for _, value := range values {
		found.add(at.Unix()/60, value)
	}
}

// Keep has a metric kept for at least so long from now on.
func (s *Store) Keep(id ID, back time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.of(id)
	found.kept = max(found.kept, int64(back/time.Minute))
}

// Has reports whether the metric was ever measured.
func (s *Store) Has(id ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.series[id]
	return ok && len(found.points) > 0
}

// add may come late, for a minute that others have followed.
func (s *series) add(at int64, value float64) {
	i := len(s.points)
	for i > 0 && s.points[i-1].at > at {
		i--
	}
	if i > 0 && s.points[i-1].at == at {
		p := &s.points[i-1]
		p.sum, p.min, p.max, p.count = p.sum+value, min(p.min, value), max(p.max, value), p.count+1
		return
	}
	s.points = slices.Insert(s.points, i, minute{at: at, sum: value, min: value, max: value, count: 1})
	s.forget()
}

// forget drops the older half once no alarm can look at it any more, so that a point
// is moved only once in the time that it is kept.
func (s *series) forget() {
	half, oldest := len(s.points)/2, s.points[len(s.points)-1].at-s.kept
	if s.points[half].at < oldest {
		s.points = slices.Delete(s.points, 0, half)
	}
}
