package queue

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/settings"
)

// Delete deletes the message of the latest receipt handle. A stale handle, or
// one of a message that is gone, succeeds and does nothing; one that this queue
// never gave out is an error.
func (s *Store) Delete(queueARN, receiptHandle string) error {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return err
	}
	m, current, err := q.received(receiptHandle)
	if err != nil {
		return err
	}
	if current {
		q.remove(m)
	}
	return nil
}

// received finds the message of a receipt handle. current is false if the
// message is gone or was received again since. (AWS may delete such a message
// all the same; here it never does, the worse case for the caller.)
func (q *queue) received(receiptHandle string) (m *stored, current bool, err error) {
	if receiptHandle == "" {
		return nil, false, fault.Missing("ReceiptHandle")
	}
	text, err := base64.StdEncoding.DecodeString(receiptHandle)
	parts := strings.Split(string(text), " ")
	if err != nil || len(parts) != 3 || parts[1] != q.arn {
		return nil, false, fault.WithStatus(http.StatusNotFound,
			fault.Modeled("ReceiptHandleIsInvalid", "The input receipt handle %q is not a valid receipt handle.", receiptHandle))
	}
	m, ok := q.messages[parts[2]]
	return m, ok && m.ReceiptHandle == receiptHandle, nil
}

// ChangeVisibility lets a visibility timeout of so many seconds count from now;
// it may end no later than 12 hours after the message was received. As recorded
// of AWS it works with the latest handle even after the message has become
// visible again.
func (s *Store) ChangeVisibility(queueARN, receiptHandle string, seconds *int) error {
	if seconds == nil {
		return fault.Missing("VisibilityTimeout")
	}
	if err := fault.Range("VisibilityTimeout", seconds, 0, settings.MaxVisibility); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return err
	}
	m, current, err := q.received(receiptHandle)
	if err != nil {
		return err
	}
	if !current {
		return fault.Invalid("Value %s for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.", receiptHandle)
	}
	now := s.clock.Now()
	until := now.Add(time.Duration(*seconds) * time.Second)
	if until.After(m.received.Add(settings.MaxVisibility * time.Second)) {
		return fault.Invalid("Value %d for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [%d seconds]", *seconds, settings.MaxVisibility)
	}
	q.hide(m, until, now)
	q.news = q.news || !until.After(now)
	return nil
}

// Purge deletes all messages at once (AWS takes up to 60 seconds over it), in
// flight or not. It can be asked for once every 60 seconds.
func (s *Store) Purge(queueARN string) error {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	if !q.purged.IsZero() && now.Before(q.purged.Add(oncePerMinute)) {
		return fault.WithStatus(http.StatusForbidden,
			fault.Legacy("PurgeQueueInProgress", "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name))
	}
	q.purged = now
	for _, m := range q.messages {
		q.remove(m)
	}
	return nil
}
