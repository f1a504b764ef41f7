package queue

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/settings"
)

var validName = regexp.MustCompile(`^[\w-]{1,80}$`)

// oncePerMinute is how long the name of a deleted queue stays taken, and how
// far apart purges must be.
const oncePerMinute = 60 * time.Second

// Create makes a queue and returns its ARN. A queue of that name that already
// has the given attributes is left as it is; tags are not compared. A name is
// free again 60 seconds after its queue was deleted.
func (s *Store) Create(account, region, name string, attributes, tags map[string]string) (string, error) {
	if strings.HasSuffix(name, ".fifo") || attributes["FifoQueue"] == "true" {
		return "", fault.Invalid("Value %s for parameter QueueName is invalid. Reason: awssim simulates standard queues only", name)
	}
	if !validName.MatchString(name) {
		return "", fault.Invalid("Value %s for parameter QueueName is invalid. Reason: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length", name)
	}
	queueARN := ARN(region, account, name)
	s.mu.Lock()
	defer s.unlock()
	now := s.clock.Now()
	if existing, ok := s.queues[queueARN]; ok {
		return queueARN, settings.Unchanged(existing.attributes, attributes)
	}
	if gone, ok := s.deleted[queueARN]; ok && now.Before(gone.Add(oncePerMinute)) {
		return "", fault.Legacy("QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	given, err := settings.Changed(settings.Initial(), attributes)
	if err != nil {
		return "", err
	}
	q := newQueue(queueARN, region, account, name, now)
	if err := s.adopt(q, given); err != nil {
		return "", err
	}
	maps.Copy(q.tags, tags)
	s.queues[queueARN] = q
	return queueARN, nil
}

// Remove deletes a queue with its messages. Long polls on it end with an error.
func (s *Store) Remove(queueARN string) error {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return err
	}
	delete(s.queues, queueARN)
	s.deleted[queueARN] = s.clock.Now()
	q.news = false
	q.wakePollers()
	return nil
}

// Exists returns an error if there is no such queue.
func (s *Store) Exists(queueARN string) error {
	s.mu.Lock()
	defer s.unlock()
	_, err := s.find(queueARN)
	return err
}

// List returns the ARNs of an account's queues in a Region whose names have the
// prefix, in order of name.
func (s *Store) List(account, region, prefix string) []string {
	return s.arnsOf(func(q *queue) bool {
		return q.account == account && q.region == region && strings.HasPrefix(q.name, prefix)
	})
}

// SourcesOf returns the ARNs of the queues that have the given one as their
// dead-letter queue, in order of name.
func (s *Store) SourcesOf(queueARN string) []string {
	return s.arnsOf(func(q *queue) bool { return q.redrive.DeadLetterTarget == queueARN })
}

func (s *Store) arnsOf(match func(*queue) bool) []string {
	s.mu.Lock()
	defer s.unlock()
	var found []string
	for _, q := range s.queues {
		if match(q) {
			found = append(found, q.arn)
		}
	}
	slices.Sort(found)
	return found
}

// Attributes are all attributes of a queue under the names of the API,
// including the approximate numbers of messages, which are exact here.
func (s *Store) Attributes(queueARN string) (map[string]string, error) {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(q.attributes)
	all["QueueArn"] = q.arn
	all["CreatedTimestamp"] = strconv.FormatInt(q.created.Unix(), 10)
	all["LastModifiedTimestamp"] = strconv.FormatInt(q.modified.Unix(), 10)
	inFlight := q.inFlight()
	all["ApproximateNumberOfMessages"] = strconv.Itoa(q.ready.Len())
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(inFlight)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(q.waiting.Len() - inFlight)
	return all, nil
}

// SetAttributes changes attributes of a queue, for the messages already in it
// too: a shorter retention expires them.
func (s *Store) SetAttributes(queueARN string, changes map[string]string) error {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return err
	}
	next, err := settings.Changed(q.attributes, changes)
	if err != nil {
		return err
	}
	if err := s.adopt(q, next); err != nil {
		return err
	}
	q.modified = s.clock.Now()
	s.touch(q)
	return nil
}

// adopt gives a queue its attributes.
func (s *Store) adopt(q *queue, attributes map[string]string) error {
	policy, err := settings.ParseRedrive(attributes["RedrivePolicy"])
	if err != nil {
		return err
	}
	if policy != q.redrive {
		if err := s.checkRedrive(q, policy); err != nil {
			return err
		}
	}
	q.attributes, q.redrive = attributes, policy
	return nil
}

// checkRedrive asks whether q may use the policy: its target is a queue of the
// same account and Region that admits q. A target's RedriveAllowPolicy counts
// at this moment only, as recorded of AWS.
func (s *Store) checkRedrive(q *queue, policy settings.Redrive) error {
	if policy == (settings.Redrive{}) {
		return nil
	}
	refuse := func(reason string) error {
		return fault.Invalid("Value %s for parameter RedrivePolicy is invalid. Reason: %s", policy, reason)
	}
	region, account, _, ok := SplitARN(policy.DeadLetterTarget)
	if !ok {
		return refuse("Invalid value for deadLetterTargetArn.")
	}
	if account != q.account {
		return refuse("Dead-letter target owner should be same as the source.")
	}
	if policy.DeadLetterTarget == q.arn {
		return refuse("A queue cannot be its own dead-letter queue.")
	}
	dead, ok := s.queues[policy.DeadLetterTarget]
	if !ok || region != q.region {
		return refuse("Dead letter target does not exist.")
	}
	allow, err := settings.ParseRedriveAllow(dead.attributes["RedriveAllowPolicy"])
	if err != nil {
		return err
	}
	if !allow.Admits(q.arn) {
		return refuse("Queue " + dead.arn + " does not allow this queue to use it as a dead-letter queue.")
	}
	return nil
}

// Tags returns a copy of a queue's tags, after change, if not nil, has had its
// way with them. change must not call the store.
func (s *Store) Tags(queueARN string, change func(tags map[string]string)) (map[string]string, error) {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return nil, err
	}
	if change != nil {
		change(q.tags)
	}
	return maps.Clone(q.tags), nil
}
