package scheduler

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
)

// entry is a schedule that is kept.
type entry struct {
	Schedule
	plan          plan
	made, changed time.Time

	timer *clock.Timer // nil: nothing is due
	round int          // counts what was set due: a timer of an earlier round is void
}

// ARN of the schedule.
func (s Schedule) ARN() string {
	return fmt.Sprintf("arn:aws:scheduler:%s:%s:schedule/%s/%s", s.Region, s.Account, s.Group, s.Name)
}

// complete fills in the defaults.
func (s Schedule) complete() Schedule {
	if s.Group == "" {
		s.Group = DefaultGroup
	}
	if s.State == "" {
		s.State = Enabled
	}
	if s.Timezone == "" {
		s.Timezone = "UTC"
	}
	retries, age := s.Target.patience()
	s.Target.MaximumRetryAttempts, s.Target.MaximumEventAge = &retries, age
	return s
}

// Add makes a schedule, which is in force at once, and returns its ARN. Its errors
// are those of CreateSchedule, *wire.Error; ValidationException names all faults.
func (s *Service) Add(made Schedule) (string, error) {
	made = made.complete()
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Clock.Now()
	plan, err := parse(made, now)
	if err := errors.Join(made.check(), err); err != nil {
		return "", invalid("add schedule %s: %v", made.Name, err)
	}
	g := s.group(groupKey{made.Account, made.Region, made.Group})
	if g == nil {
		return "", absent("Schedule group %s does not exist.", made.Group)
	}
	if _, taken := g.schedules[made.Name]; taken {
		return "", conflict("Schedule %s already exists.", made.Name)
	}
	e := &entry{Schedule: made, plan: plan, made: now, changed: now}
	g.schedules[made.Name] = e
	s.arm(g, e, now.Add(-time.Nanosecond))
	return made.ARN(), nil
}

// Update replaces a schedule of the same name and group by another, as UpdateSchedule
// does: what is not given is its default afterwards. A rate goes on counting from
// where it began unless it changes; that is UNCONFIRMED A100. Invocations under way go on.
func (s *Service) Update(changed Schedule) error {
	changed = changed.complete()
	s.mu.Lock()
	defer s.mu.Unlock()
	g, e, err := s.find(changed.Account, changed.Region, changed.Group, changed.Name)
	if err != nil {
		return err
	}
	now := s.config.Clock.Now()
	after, plan := now, e.plan
	if changed.Expression != e.Expression || changed.Timezone != e.Timezone {
		after = now.Add(-time.Nanosecond)
		plan, err = parse(changed, now)
	}
	if err := errors.Join(changed.check(), err); err != nil {
		return invalid("update schedule %s: %v", changed.Name, err)
	}
	e.Schedule, e.plan, e.changed = changed, plan, now
	s.arm(g, e, after)
	return nil
}

// Remove deletes a schedule; an empty group is the default group. Invocations under
// way go on. The error is ResourceNotFoundException.
func (s *Service) Remove(account, region, group, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, e, err := s.find(account, region, group, name)
	if err != nil {
		return err
	}
	e.stop()
	delete(g.schedules, name)
	return nil
}

// Kept is a schedule as it is kept, its defaults filled in.
type Kept struct {
	Schedule
	Made, Changed time.Time // simulated
}

// Get is a schedule of a group; an empty group is the default group. The error is
// ResourceNotFoundException.
func (s *Service) Get(account, region, group, name string) (Kept, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, e, err := s.find(account, region, group, name)
	if err != nil {
		return Kept{}, err
	}
	return e.kept(), nil
}

// List has the schedules of a group, or of all groups where it is empty, by ARN. The
// error is ResourceNotFoundException.
func (s *Service) List(account, region, groupName string) ([]Kept, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if groupName != "" && s.group(groupKey{account, region, groupName}) == nil {
		return nil, absent("Schedule group %s does not exist.", groupName)
	}
	var all []Kept
	for key, g := range s.groups {
		if key.account != account || key.region != region || groupName != "" && key.name != groupName {
			continue
		}
		for _, e := range g.schedules {
			all = append(all, e.kept())
		}
	}
	slices.SortFunc(all, func(a, b Kept) int { return strings.Compare(a.ARN(), b.ARN()) })
	return all, nil
}

func (e *entry) kept() Kept { return Kept{Schedule: e.Schedule, Made: e.made, Changed: e.changed} }

// find needs s.mu held.
func (s *Service) find(account, region, groupName, name string) (*group, *entry, error) {
	if groupName == "" {
		groupName = DefaultGroup
	}
	g := s.group(groupKey{account, region, groupName})
	if g == nil {
		return nil, nil, absent("Schedule group %s does not exist.", groupName)
	}
	e, ok := g.schedules[name]
	if !ok {
		return nil, nil, absent("Schedule %s does not exist.", name)
	}
	return g, e, nil
}

// stop takes back what is due. s.mu is held.
func (e *entry) stop() {
	e.round++
	if e.timer != nil {
		e.timer.Stop()
		e.timer = nil
	}
}

// arm sets the first time after another due, or a moment in the window that begins
// then. AWS invokes within a minute of that; here it is at once. s.mu is held.
func (s *Service) arm(g *group, e *entry, after time.Time) {
	e.stop()
	if e.State == Disabled {
		return
	}
	due, ok := e.plan.next(after)
	if !ok {
		return
	}
	due = due.UTC() // the clock takes its time from here
	window := time.Duration(e.FlexibleMinutes) * time.Minute
	moment := due.Add(time.Duration(s.config.IDs.Between(0, int64(window/time.Second))) * time.Second)
	round := e.round
	e.timer = s.config.Clock.At(moment, func() { s.fire(g, e, round, due) })
}

// fire runs on the clock's driver.
func (s *Service) fire(g *group, e *entry, round int, due time.Time) {
	s.mu.Lock()
	if e.round != round {
		s.mu.Unlock()
		return
	}
	s.arm(g, e, due)
	f := flight{group: g, target: e.Target, invocation: Invocation{
		ScheduleARN: e.ARN(), GroupARN: g.key.arn(), TargetARN: e.Target.ARN, RoleARN: e.Target.RoleARN,
		ExecutionID: s.config.IDs.Hex(8), Scheduled: due,
	}, began: s.config.Clock.Now()}
	s.mu.Unlock()
	s.attempt(f)
}
