package sqs

import (
	"errors"
	"regexp"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// entry is one request of a batch.
type entry interface{ entryID() string }

// batchID is the part that the entries of all batches have.
type batchID struct {
	ID string `json:"Id"`
}

func (b batchID) entryID() string { return b.ID }

// batchAnswer holds the outcome of every entry: each is in exactly one list.
type batchAnswer[T any] struct {
	Successful []T
	Failed     []batchFailure
}

// batchFailure tells of one entry of a batch that went wrong.
type batchFailure struct {
	ID          string `json:"Id"`
	SenderFault bool
	Code        string
	Message     string
}

func failureOf(id string, err error) batchFailure {
	var known *wire.Error
	if errors.As(err, &known) {
		return batchFailure{ID: id, SenderFault: true, Code: known.QueryCode, Message: known.Message}
	}
	return batchFailure{ID: id, Code: "InternalError", Message: err.Error()}
}

var validEntryID = regexp.MustCompile(`^[\w-]{1,80}$`)

const batchLimit = 10 // entries, per the quotas for messages in the SQS guide

// checkBatch applies the rules that fail a batch as a whole. kind names the
// entries' type in the API.
func checkBatch[E entry](kind string, entries []E) error {
	if len(entries) == 0 {
		return fault.Legacy("EmptyBatchRequest", "There should be at least one %s in the request.", kind)
	}
	if len(entries) > batchLimit {
		return fault.Legacy("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", batchLimit, len(entries))
	}
	seen := map[string]bool{}
	for _, e := range entries {
		id := e.entryID()
		if !validEntryID.MatchString(id) {
			return fault.Legacy("InvalidBatchEntryId",
				"A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return fault.Legacy("BatchEntryIdsNotDistinct", "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}

// runBatch does one entry after the other; a failed one stops no other. The
// batch fails as a whole if its queue does not exist.
func runBatch[E entry, T any](s *Service, queueARN string, entries []E, do func(E) (T, error)) (batchAnswer[T], error) {
	answer := batchAnswer[T]{Successful: []T{}, Failed: []batchFailure{}}
	if err := s.Exists(queueARN); err != nil {
		return answer, err
	}
	for _, e := range entries {
		done, err := do(e)
		if err != nil {
			answer.Failed = append(answer.Failed, failureOf(e.entryID(), err))
			continue
		}
		answer.Successful = append(answer.Successful, done)
	}
	return answer, nil
}
