// Package sns is the local SNS, as far as those who tell somebody something need it:
// topics with their policies and subscriptions, and what was published to them, by
// services in process (sns.go) and on the wire (publish.go).
package sns

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sync"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Topic is a topic.
type Topic struct {
	Account, Region, Name string
	KeyID                 string // of the key that encrypts it; empty: none
	Policy                string // JSON; empty: the account's own principals alone
}

// ARN of the topic.
func (t Topic) ARN() string { return fmt.Sprintf("arn:aws:sns:%s:%s:%s", t.Region, t.Account, t.Name) }

// Subscription is who is told. One by mail is pending until the link in SNS's mail is
// followed; one that was ended stays listed as deleted for a while.
type Subscription struct {
	Protocol, Endpoint string
	State              State
}

// State of a subscription.
type State string

// States. AWS lists one that is not confirmed with this in place of an ARN [SNS API:
// Subscription]. That one that was unsubscribed shows as Deleted, as in the console, is
// UNCONFIRMED A80.
const (
	Pending   State = "PendingConfirmation"
	Confirmed State = "Confirmed"
	Deleted   State = "Deleted"
)

// Message is what was published.
type Message struct{ Topic, Subject, Body string }

// Service keeps the topics of all accounts, safe for concurrent use.
type Service struct {
	// MayUse judges whether a publisher may use a topic's key; nil: everybody may.
	MayUse func(t Topic, publisher authz.Principal, context map[string][]string) error
	// MayPublish judges whether who calls Publish may use a topic's key; nil: everybody
	// may. Its error is that of the call.
	MayPublish func(t Topic, caller wire.Caller) error

	mu        sync.Mutex
	topics    map[string]*topic // by ARN
	published int               // on the wire
}

type topic struct {
	Topic
	policy        *policy.Document
	subscriptions []Subscription
	messages      []Message
}

// New returns a service without topics.
func New() *Service { return &Service{topics: map[string]*topic{}} }

var topicName = regexp.MustCompile(`^[\w-]{1,256}$`)

// Create makes a topic. Its errors are those of CreateTopic, *wire.Error.
func (s *Service) Create(t Topic) error {
	if !topicName.MatchString(t.Name) {
		return invalid("Invalid parameter: Topic Name %q", t.Name)
	}
	s.mu.Lock()
	if _, taken := s.topics[t.ARN()]; taken {
		s.mu.Unlock()
		return invalid("Invalid parameter: topic %s already exists", t.Name)
	}
	s.topics[t.ARN()] = &topic{Topic: t}
	s.mu.Unlock()
	if t.Policy == "" {
		return nil
	}
	return s.SetPolicy(t.ARN(), t.Policy)
}

// SetPolicy replaces a topic's policy. One that cannot be read changes nothing.
func (s *Service) SetPolicy(arn, text string) error {
	parsed, err := policy.Parse(policy.Resource, "the topic's policy", []byte(text))
	if err != nil {
		return invalid("Invalid parameter: Policy: %v", err)
	}
	return s.change(arn, func(t *topic) { t.Policy, t.policy = text, &parsed })
}

// Subscribe adds who is told.
func (s *Service) Subscribe(arn string, to Subscription) error {
	if to.Protocol != "email" || to.Endpoint == "" {
		return invalid("Invalid parameter: awssim knows mail to an address, not %q to %q", to.Protocol, to.Endpoint)
	}
	to.State = Pending
	return s.change(arn, func(t *topic) { t.subscriptions = append(t.subscriptions, to) })
}

// Confirm is the link in SNS's mail followed, for every address that is pending.
func (s *Service) Confirm(arn string) error {
	return s.change(arn, func(t *topic) {
		for i := range t.subscriptions {
			if t.subscriptions[i].State == Pending {
				t.subscriptions[i].State = Confirmed
			}
		}
	})
}

// SetSubscriptions replaces who is told.
func (s *Service) SetSubscriptions(arn string, all []Subscription) error {
	return s.change(arn, func(t *topic) { t.subscriptions = slices.Clone(all) })
}

func (s *Service) change(arn string, change func(*topic)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.topics[arn]
	if !ok {
		return notFound()
	}
	change(t)
	return nil
}

// Publish puts a message of an AWS service into a topic, if the topic's policy and
// its key's let it.
func (s *Service) Publish(m Message, by authz.Principal, context map[string][]string) error {
	s.mu.Lock()
	t, ok := s.topics[m.Topic]
	if !ok {
		s.mu.Unlock()
		return notFound()
	}
	own, described := t.policy, t.Topic
	s.mu.Unlock()
	verdict, err := authz.Evaluate(
		authz.Request{Action: "sns:Publish", Resource: m.Topic, Principal: by, Context: context},
		authz.Policies{Resource: own, ResourceAccount: described.Account, Kind: policy.Resource})
	if err != nil {
		return fmt.Errorf("judge sns:Publish on %s: %w", m.Topic, err)
	}
	if verdict.Outcome != authz.Allowed {
		return &wire.Error{Status: http.StatusForbidden, Code: "AuthorizationError", Message: verdict.Message()}
	}
	if s.MayUse != nil && described.KeyID != "" {
		if err := s.MayUse(described, by, context); err != nil {
			return fmt.Errorf("use the key of topic %s: %w", m.Topic, err)
		}
	}
	return s.change(m.Topic, func(t *topic) { t.messages = append(t.messages, m) })
}

// Policy is a topic's; nil where it has none, and where there is no such topic.
func (s *Service) Policy(arn string) *policy.Document {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.topics[arn]; ok {
		return t.policy
	}
	return nil
}

// Messages are what was published to a topic, the oldest first.
func (s *Service) Messages(arn string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.topics[arn]; ok {
		return slices.Clone(t.messages)
	}
	return nil
}

// Subscriptions are those of a topic.
func (s *Service) Subscriptions(arn string) []Subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.topics[arn]; ok {
		return slices.Clone(t.subscriptions)
	}
	return nil
}

func invalid(format string, args ...any) error {
	return &wire.Error{Code: "InvalidParameter", Message: fmt.Sprintf(format, args...)}
}

func notFound() error {
	return &wire.Error{Status: http.StatusNotFound, Code: "NotFound", Message: "Topic does not exist"}
}
