// Package archive has the archives of EventBridge as the API shows them. They keep no events.
package archive

import (
	"sync"

	"github.com/twohop/twohop/test/awssim/events/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Archive is an archive as the API shows it.
type Archive struct {
	ArchiveName, ArchiveArn, EventSourceArn, EventPattern, State string

	RetentionDays int // 0: for good
}

// Store has the archives of all accounts, safe for concurrent use. Its zero value is empty.
type Store struct {
	mu  sync.Mutex
	all map[string]Archive // by ARN
}

// Set declares an archive by its ARN, or replaces it; one without a name is removed.
func (s *Store) Set(arn string, a Archive) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string]Archive{}
	}
	s.all[arn] = a
}

type input struct{ ArchiveName string }

func (in input) arn(r *wire.Request) string {
	return "arn:aws:events:" + r.Region + ":" + r.Account + ":archive/" + in.ArchiveName
}

// Describe is DescribeArchive on the wire.
func (s *Store) Describe() wire.Op {
	return wire.Takes(wire.NewOp(s.describe), func(r *wire.Request, action string, in input) []wire.Need {
		return []wire.Need{{Action: "events:" + action, Resource: in.arn(r)}}
	})
}

func (s *Store) describe(r *wire.Request, in input) (Archive, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.all[in.arn(r)]; a.ArchiveName != "" {
		return a, nil
	}
	return Archive{}, fault.NotFound("Archive %s does not exist.", in.ArchiveName)
}
