package scheduler

import (
	"fmt"
	"regexp"
)

// DefaultGroup is the group that every account has in every Region.
const DefaultGroup = "default"

type groupKey struct{ account, region, name string }

func (k groupKey) arn() string {
	return fmt.Sprintf("arn:aws:scheduler:%s:%s:schedule-group/%s", k.region, k.account, k.name)
}

// group has its schedules, and counts what becomes of their invocations.
type group struct {
	key       groupKey
	schedules map[string]*entry
	metrics   Metrics
}

var (
	nameForm    = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,64}$`)
	accountForm = regexp.MustCompile(`^\d{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
)

// AddGroup makes a schedule group and returns its ARN. Its errors are those of
// CreateScheduleGroup, *wire.Error.
func (s *Service) AddGroup(account, region, name string) (string, error) {
	key := groupKey{account, region, name}
	if !accountForm.MatchString(account) || !regionForm.MatchString(region) || !nameForm.MatchString(name) {
		return "", invalid("schedule group %q in account %q and Region %q: a name has 1 to 64 letters, digits and _.-, an account 12 digits", name, account, region)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.group(key) != nil {
		return "", conflict("Schedule group %s already exists.", name)
	}
	s.groups[key] = &group{key: key, schedules: map[string]*entry{}}
	return key.arn(), nil
}

// RemoveGroup deletes a group with its schedules. AWS takes its time for that; here
// it is done at once. Its errors are those of DeleteScheduleGroup, *wire.Error.
func (s *Service) RemoveGroup(account, region, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.group(groupKey{account, region, name})
	switch {
	case g == nil:
		return absent("Schedule group %s does not exist.", name)
	case name == DefaultGroup:
		return invalid("The %s schedule group cannot be deleted.", DefaultGroup)
	}
	for _, e := range g.schedules {
		e.stop()
	}
	delete(s.groups, g.key)
	return nil
}

// group is nil where there is none; the default group always is. s.mu is held.
func (s *Service) group(key groupKey) *group {
	if g, ok := s.groups[key]; ok || key.name != DefaultGroup {
		return g
	}
	g := &group{key: key, schedules: map[string]*entry{}}
	s.groups[key] = g
	return g
}
