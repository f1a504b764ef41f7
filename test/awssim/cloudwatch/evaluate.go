package cloudwatch

import (
	"slices"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/cloudwatch/evaluation"
)

// State is that of an alarm.
type State = evaluation.State

// Evaluation is what it takes to evaluate alarms. All of it is needed.
type Evaluation struct {
	Clock *clock.Clock
	// Sample measures what is measured each minute, when that minute has ended.
	Sample func(end time.Time)
	// Act tells those that a change of state is to be told to; the error says who was
	// not.
	Act func(Change) error
	// Sources publish the metrics whose namespace begins with AWS/.
	Sources []Source
}

// Change is an alarm that went from one state to another.
type Change struct {
	Alarm    Alarm
	From, To State
	At       time.Time // simulated
	Reason   string    // with the values
	// Refused is why an action did not succeed; nil: all did. CloudWatch notes it in the
	// alarm's history, and nobody is told.
	Refused error
}

// Evaluate has alarms evaluated each full minute from now on, as CloudWatch does
// whatever their periods. The minutes are in the clock's background. It is called once,
// before the first alarm is made.
func (s *Service) Evaluate(e Evaluation) {
	s.mu.Lock()
	s.evaluation = &e
	s.mu.Unlock()
	s.tick(e.Clock.Now().Truncate(time.Minute).Add(time.Minute))
}

// tick sets the minute due that ends then, and the next one after it.
func (s *Service) tick(end time.Time) {
	s.evaluation.Clock.Background(end, func() {
		s.evaluation.Sample(end)
		for _, change := range s.judge(end) {
			change.Refused = s.evaluation.Act(change)
			s.note(change)
		}
		s.tick(end.Add(time.Minute))
	})
}

// judge puts alarms into the states that follow from what was measured before end, and
// returns those that have changed, by their ARNs.
func (s *Service) judge(end time.Time) []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	var changes []Change
	for _, e := range s.alarms {
		if e.multiDay() && end.Minute() != 0 {
			continue
		}
		verdict := e.rule().Judge(s.recent(e, end), e.state)
		if verdict.State == e.state {
			continue
		}
		changes = append(changes, Change{Alarm: e.Alarm, From: e.state, To: verdict.State, At: end, Reason: verdict.Reason()})
		e.state = verdict.State
	}
	return changes
}

// multiDay: alarms that look at more than a day are evaluated once per hour
// [CloudWatch: alarm evaluation].
func (a Alarm) multiDay() bool { return a.Periods*a.PeriodSeconds > day }

// recent is an alarm's metric in its range of periods. They slide: the latest ends now,
// not at a full hour [CloudWatch: alarm evaluation window].
func (s *Service) recent(e *entry, end time.Time) []evaluation.Datum {
	points := s.metrics.Recent(e.metric, end, e.period(), e.rule().Range())
	data := make([]evaluation.Datum, len(points))
	for i, p := range points {
		value, there := p.Statistic(e.Statistic)
		data[i] = evaluation.Datum{At: p.At, Value: value, Missing: !there}
	}
	return data
}

func (s *Service) note(c Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.history = append(s.history, c)
}

// History are all changes of state of all accounts' alarms, the oldest first.
func (s *Service) History() []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.history)
}

// State is that of an alarm by its ARN; false where there is no such alarm. Until it
// was evaluated for the first time it is INSUFFICIENT_DATA.
func (s *Service) State(arn string) (State, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.alarms {
		if e.arn == arn {
			return e.state, true
		}
	}
	return "", false
}

// In are the alarms of all accounts that are in a state, by their ARNs.
func (s *Service) In(state State) []Alarm {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Alarm
	for _, e := range s.alarms {
		if e.state == state {
			found = append(found, e.Alarm)
		}
	}
	return found
}
