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
	now, since time.Time
	jobs       []hop.CopyJob // of the backup account, created since
	waiting    int

	mu      sync.Mutex
	shelves []*shelf
	dark    []Unseen
	keys    map[string]string // of final vaults, by the vault's ARN
	keyless []Unseen          // final vaults whose keys are not known
	flights []Flight
	letters map[string]int // by dead-letter queue
	paused  []string       // switches that are off
}

// fly notes the jobs of an account that began within a Night and go to a vault of the
// backup account's on the way.
func (l *look) fly(from Role, jobs []hop.CopyJob) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, job := range jobs {
		role, ok := l.roleOf(job.Destination)
		if ok && (from == Local || role == Final) && job.Created.After(l.now.Add(-Night)) {
			l.flights = append(l.flights, Flight{l.hopOf(from, job.Destination), job})
		}
	}
}

// roleOf is the role of a vault of the backup account; false where it has none.
func (l *look) roleOf(vault hop.Vault) (Role, bool) {
	i := slices.IndexFunc(l.Places, func(p Place) bool { return p.Vault == vault })
	if i < 0 {
		return "", false
	}
	return l.Places[i].Role, true
}

// hopOf numbers a copy from a vault of a role.
func (l *look) hopOf(from Role, to hop.Vault) int {
	role, _ := l.roleOf(to)
	switch {
	case from == Intermediate:
		return 2
	case role == Final:
		return Direct
	default:
		return 1
	}
}

func (l *look) add(s *shelf) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shelves = append(l.shelves, s)
}

// unless notes what could not be looked into because of an error, once for each. A look
// that was given up is an error.
func (l *look) unless(ctx context.Context, err error, u Unseen) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	u.Err = err
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.ContainsFunc(l.dark, func(other Unseen) bool {
		return other.Account == u.Account && other.Vault == u.Vault && other.What == u.What
	}) {
		l.dark = append(l.dark, u)
	}
	return nil
}

// isDark tells whether a vault could not be looked into.
func (l *look) isDark(vault hop.Vault) bool {
	return slices.ContainsFunc(l.dark, func(u Unseen) bool { return u.Vault == vault })
}

// shelf is what counts of a vault's points. It is filled by several lists at once.
type shelf struct {
	Place
	jobs []hop.CopyJob // of a local vault: its account's
	hops hop.Routes    // of a local vault: from it

	mu       sync.Mutex
	newest   map[string]hop.RecoveryPoint // usable ones, by resource
	recent   []hop.RecoveryPoint          // whose copies are told one by one
	copies   map[string]hop.CopyState     // of recent points, by their ARN; of local vaults none
	unusable map[unusableOf]*unusablePoints
	points   int
}

type unusableOf struct {
	resource string
	status   hop.PointStatus
}

type unusablePoints struct {
	one hop.RecoveryPoint
	n   int
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
	recent := !point.Created.Before(since)
	if s.Role != Final && recent {
		s.recent = append(s.recent, point)
	}
	if s.Role != Local && recent {
		if s.copies == nil {
			s.copies = map[string]hop.CopyState{}
		}
		s.copies[point.ARN] = hop.CopyStateOf(point.Status)
	}
	if hop.CopyStateOf(point.Status) == hop.CopyGone {
		s.spoil(point)
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

// spoil counts a point that is no backup.
func (s *shelf) spoil(point hop.RecoveryPoint) {
	key := unusableOf{point.ResourceARN, point.Status}
	if s.unusable == nil {
		s.unusable = map[unusableOf]*unusablePoints{}
	}
	if s.unusable[key] == nil {
		s.unusable[key] = &unusablePoints{one: point}
	}
	s.unusable[key].n++
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
