package queue

import (
	"maps"
	"slices"
	"time"
)

// Load is what a queue holds at a moment.
type Load struct {
	Account, Region, Name        string
	Visible, Delayed, NotVisible int
	// OldestAge is how long the oldest message has been in this queue: in a dead-letter
	// queue since it was moved there, not since it was sent [SQS: setting up dead-letter
	// queue retention]. 0 where there is none.
	OldestAge time.Duration
}

// poison is how often a message has been received, in its queue, that no longer counts
// as the oldest one: it is put to the back of the queue [SQS: available CloudWatch
// metrics]. That receives before a redrive do not count, and that nothing is older
// where there is no other message, is UNCONFIRMED A17.
const poison = 3

// Loads are those of all queues, by their ARNs.
func (s *Store) Loads() []Load {
	s.mu.Lock()
	defer s.unlock()
	loads := make([]Load, 0, len(s.queues))
	for _, arn := range slices.Sorted(maps.Keys(s.queues)) {
		q := s.queues[arn]
		s.touch(q)
		inFlight := q.inFlight()
		loads = append(loads, Load{
			Account: q.account, Region: q.region, Name: q.name,
			Visible: q.ready.Len(), NotVisible: inFlight, Delayed: q.waiting.Len() - inFlight,
			OldestAge: q.oldest(s.clock.Now()),
		})
	}
	return loads
}

func (q *queue) oldest(now time.Time) time.Duration {
	var age time.Duration
	for _, m := range q.byAge.Items() {
		if m.receives < poison {
			age = max(age, now.Sub(m.entered))
		}
	}
	return age
}
