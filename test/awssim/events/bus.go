package events

import (
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/events/buspolicy"
	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/events/fault"
	"github.com/twohop/twohop/test/awssim/events/paging"
	"github.com/twohop/twohop/test/awssim/wire"
)

// bus is one event bus with its rules.
type bus struct {
	delivery.Bus
	description       string
	created, modified time.Time
	policy            buspolicy.Policy
	rules             map[string]*rule
}

// lookup finds a bus; the default bus comes into being when first asked for.
// s.mu must be held.
func (s *Service) lookup(key delivery.Bus) (*bus, bool) {
	b, ok := s.buses[key]
	if !ok && key.Name == delivery.DefaultBus {
		b, ok = s.add(key, ""), true
	}
	return b, ok
}

// add makes a bus. s.mu must be held.
func (s *Service) add(key delivery.Bus, description string) *bus {
	now := s.clock.Now()
	b := &bus{Bus: key, description: description, created: now, modified: now, rules: map[string]*rule{}}
	s.buses[key] = b
	return b
}

// named reads the bus that a caller names or leaves out: a name, an ARN, or
// nothing for the default bus.
func named(c wire.Caller, nameOrARN string) (delivery.Bus, error) {
	if nameOrARN == "" {
		nameOrARN = delivery.DefaultBus
	}
	if strings.HasPrefix(nameOrARN, "arn:") {
		key, ok := delivery.ParseBus(nameOrARN)
		if !ok {
			return delivery.Bus{}, fault.Invalid("Parameter %s is not valid. Reason: Provided Arn is not in correct format.", nameOrARN)
		}
		return key, nil
	}
	if err := fault.BusName.Check(nameOrARN, "eventBusName"); err != nil {
		return delivery.Bus{}, err
	}
	return delivery.Bus{Account: c.Account, Region: c.Region, Name: nameOrARN}, nil
}

// own finds a bus of the caller's own account and Region. s.mu must be held.
func (s *Service) own(c wire.Caller, nameOrARN string) (*bus, error) {
	key, err := named(c, nameOrARN)
	if err != nil {
		return nil, err
	}
	if key.Account != c.Account || key.Region != c.Region {
		return nil, fault.New("AccessDeniedException",
			"%s is not in account %s and Region %s; awssim lets nobody but its owner manage a bus", key.ARN(), c.Account, c.Region)
	}
	b, ok := s.lookup(key)
	if !ok {
		return nil, fault.NotFound("Event bus %s does not exist.", key.Name)
	}
	return b, nil
}

type createEventBusInput struct{ Name, Description string }

type createEventBusOutput struct {
	EventBusArn string
	Description string `json:",omitempty"`
}

func (s *Service) createEventBus(r *wire.Request, in createEventBusInput) (createEventBusOutput, error) {
	if err := fault.BusName.Check(in.Name, "name"); err != nil {
		return createEventBusOutput{}, err
	}
	if strings.Contains(in.Name, "/") {
		return createEventBusOutput{}, fault.Invalid("Event bus name must not contain '/'.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := delivery.Bus{Account: r.Account, Region: r.Region, Name: in.Name}
	if _, exists := s.lookup(key); exists {
		return createEventBusOutput{}, fault.New("ResourceAlreadyExistsException", "Event bus %s already exists.", in.Name)
	}
	return createEventBusOutput{EventBusArn: s.add(key, in.Description).ARN(), Description: in.Description}, nil
}

type nameInput struct{ Name string }

// deleteEventBus succeeds for a bus that does not exist, as AWS does.
func (s *Service) deleteEventBus(r *wire.Request, in nameInput) (none, error) {
	if err := fault.BusName.Check(in.Name, "name"); err != nil {
		return none{}, err
	}
	if in.Name == delivery.DefaultBus {
		return none{}, fault.Invalid("Cannot delete event bus default.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := delivery.Bus{Account: r.Account, Region: r.Region, Name: in.Name}
	if b, ok := s.buses[key]; ok && len(b.rules) > 0 {
		return none{}, fault.Invalid("Event bus %s can't be deleted since it has rules.", in.Name)
	}
	delete(s.buses, key)
	return none{}, nil
}

// busDescription is a bus as DescribeEventBus and ListEventBuses show it.
type busDescription struct {
	Name, Arn        string
	Description      string `json:",omitempty"`
	Policy           string `json:",omitempty"`
	CreationTime     wire.Epoch
	LastModifiedTime wire.Epoch
}

func (b *bus) describe() busDescription {
	return busDescription{
		Name: b.Name, Arn: b.ARN(), Description: b.description, Policy: b.policy.String(),
		CreationTime: wire.Epoch{Time: b.created}, LastModifiedTime: wire.Epoch{Time: b.modified},
	}
}

func (s *Service) describeEventBus(r *wire.Request, in nameInput) (busDescription, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.own(r.Caller, in.Name)
	if err != nil {
		return busDescription{}, err
	}
	return b.describe(), nil
}

type listEventBusesInput struct {
	NamePrefix, NextToken string
	Limit                 *int
}

type listEventBusesOutput struct {
	EventBuses []busDescription
	NextToken  string `json:",omitempty"`
}

func (s *Service) listEventBuses(r *wire.Request, in listEventBusesInput) (listEventBusesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lookup(delivery.Bus{Account: r.Account, Region: r.Region, Name: delivery.DefaultBus})
	found := map[string]busDescription{}
	for key, b := range s.buses {
		if key.Account == r.Account && key.Region == r.Region {
			found[key.Name] = b.describe()
		}
	}
	buses, next, err := paging.Page(found, in.NamePrefix, in.NextToken, in.Limit)
	return listEventBusesOutput{EventBuses: buses, NextToken: next}, err
}
