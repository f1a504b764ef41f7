package metrics

import "time"

// Point is what was measured in a period. Count is 0 where nothing was; then the rest
// means nothing.
type Point struct {
	At            time.Time // the period's begin
	Sum, Min, Max float64
	Count         int
}

// Statistics are those that a point has.
var Statistics = []string{"SampleCount", "Average", "Sum", "Minimum", "Maximum"}

// Statistic is one of Statistics; false for another, and where nothing was measured.
func (p Point) Statistic(name string) (float64, bool) {
	if p.Count == 0 {
		return 0, false
	}
	switch name {
	case "SampleCount":
		return float64(p.Count), true
	case "Average":
		return p.Sum / float64(p.Count), true
	case "Sum":
		return p.Sum, true
	case "Minimum":
		return p.Min, true
	case "Maximum":
		return p.Max, true
	default:
		return 0, false
	}
}

func (p *Point) take(m minute) {
	if p.Count == 0 {
		p.Min, p.Max = m.min, m.max
	}
	p.Sum, p.Min, p.Max, p.Count = p.Sum+m.sum, min(p.Min, m.min), max(p.Max, m.max), p.Count+m.count
}

// Recent is a metric in the n periods before end, the latest first. Period and end are
// whole minutes.
func (s *Store) Recent(id ID, end time.Time, period time.Duration, n int) []Point {
	points := make([]Point, n)
	for i := range points {
		points[i].At = end.Add(-time.Duration(i+1) * period)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.series[id]
	if !ok {
		return points
	}
	last, length := end.Unix()/60-1, int64(period/time.Minute)
	for i := len(found.points) - 1; i >= 0; i-- {
		back := last - found.points[i].at
		if back >= int64(n)*length {
			break
		}
		if back >= 0 {
			points[back/length].take(found.points[i])
		}
	}
	return points
}

// Latest is the latest minute in which the metric was measured; false where it never
// was.
func (s *Store) Latest(id ID) (Point, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.series[id]
	if !ok || len(found.points) == 0 {
		return Point{}, false
	}
	m := found.points[len(found.points)-1]
	p := Point{At: time.Unix(m.at*60, 0).UTC()}
	p.take(m)
	return p, true
}
