package picture

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// look is one look at an estate.
type look struct {
	Viewer
	now, since       time.Time
	jobs             []hop.CopyJob // of the backup account, created since
	waiting, letters int

	mu      sync.Mutex
	shelves []*shelf
	dark    []Unseen
	keys    map[string]string // of final vaults, by the vault's ARN
	keyless []Unseen          // final vaults whose keys are not known
	flights []Flight
}

// fly notes the jobs of an account that began within a Night and go to a vault of the
// backup account's on the way.
func (l *look) fly(number int, jobs []hop.CopyJob) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, job := range jobs {
		goes := slices.ContainsFunc(l.Places, func(p Place) bool { return p.Vault == job.Destination && (number == 1 || p.Role == Final) })
		if goes && job.Created.After(l.now.Add(-Night)) {
			l.flights = append(l.flights, Flight{number, job})
		}
	}
}

func (l *look) add(s *shelf) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shelves = append(l.shelves, s)
}

// unseen notes what could not be looked into, once for each vault. A look that was given up is an error.
func (l *look) unseen(ctx context.Context, u Unseen) error {
	if ctx.Err() != nil {
		return u.Err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.ContainsFunc(l.dark, func(other Unseen) bool { return other.Account == u.Account && other.Vault == u.Vault }) {
		l.dark = append(l.dark, u)
	}
	return nil
}

// shelf is what counts of a vault's points. It is filled by several lists at once.
type shelf struct {
	Place
	jobs []hop.CopyJob // of a local vault: its account's
	hops hop.Routes    // of a local vault: from it

	mu     sync.Mutex
	newest map[string]hop.RecoveryPoint // usable ones, by resource
	recent []hop.RecoveryPoint          // whose copies are told one by one
	points int
}

// part is a stretch of creation times: from, included, until before.
type part struct{ from, before time.Time }

// Bounds of lists.
const (
	// margin: lists and clocks may be ahead.
	margin = 10 * time.Minute
	// edge is by how much a list reaches over its part. Whether what is on a bound is
	// listed AWS Backup does not say (UNCONFIRMED A49).
	edge = time.Second
	// parts of a vault are read at once.
	parts = 8
)

// all is the part of all points, whatever their age.
func all(now time.Time) part { return part{time.Unix(0, 0), now.Add(margin)} }

// parts cuts a vault into stretches of equal length, the last one open to the past.
func (s *shelf) parts(now time.Time) []part {
	whole := all(now)
	n := min(parts, max(1, s.KeptDays))
	length := time.Duration(s.KeptDays) * 24 * time.Hour / time.Duration(n)
	var cut []part
	before := whole.before
	for range n - 1 {
		cut = append(cut, part{before.Add(-length), before})
		before = before.Add(-length)
	}
	return append(cut, part{whole.from, before})
}

// read lists a part of the vault.
func (s *shelf) read(ctx context.Context, account Account, p part, since time.Time) error {
	return account.Made(ctx, s.Vault, p.from.Add(-edge), p.before.Add(edge), func(page []hop.RecoveryPoint) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, point := range page {
			if !point.Created.Before(p.from) && point.Created.Before(p.before) {
				s.put(point, since)
			}
		}
		return nil
	})
}

func (s *shelf) put(point hop.RecoveryPoint, since time.Time) {
	s.points++
	if s.Role != Final && !point.Created.Before(since) {
		s.recent = append(s.recent, point)
	}
	if point.Status != hop.PointCompleted && point.Status != hop.PointAvailable {
		return
	}
	if s.newest == nil {
		s.newest = map[string]hop.RecoveryPoint{}
	}
	if point.Created.After(s.newest[point.ResourceARN].Created) {
		s.newest[point.ResourceARN] = point
	}
}

// survey judges the copies of the vault's recent points.
func (l *look) survey(s *shelf) hop.Survey {
	switch s.Role {
	case Local:
		return hop.Look(s.Vault, s.recent, s.jobs, s.hops, hop.Retry{Attempts: 1}, l.now)
	case Intermediate:
		return hop.Look(s.Vault, s.recent, l.jobs, l.Routes, l.Retry, l.now)
	case Final:
	}
	return hop.Survey{}
}
