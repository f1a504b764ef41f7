package picture

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Viewer takes pictures of an estate.
type Viewer struct {
	Routes     hop.Routes
	Retry      hop.Retry
	Objectives map[string]time.Duration // how old the newest final copy may be, by resource type
	Recent     time.Duration            // single copies are told of points made within it

	Backup  Account
	Keys    Keys    // of the final vaults
	Places  []Place // of the backup account
	Members []Member
	Copies  NamedQueue   // the queue `copies`
	Letters []NamedQueue // all dead-letter queues but the members' own
	// Switches must be on for second hops to be started and followed.
	Switches []Switch
	// Unseen is what could not be read before: it becomes a part of the picture.
	Unseen         []Unseen
	WithoutMembers bool // no member is to be looked into: Members is empty
}

// Account is AWS Backup of one account. *hop.Failure when AWS refuses.
type Account interface {
	// Made calls visit with the recovery points of a vault that were made from after
	// until before, page by page.
	Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error
	// Since lists the copy jobs of the primary Region created after t.
	Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error)
	// Into lists the account's own copy jobs of a Region into a vault.
	Into(ctx context.Context, region string, vault hop.Vault) ([]hop.CopyJob, error)
}

// Keys describes vaults.
type Keys interface {
	// Key is the ARN of a vault's own key. *hop.Failure when AWS refuses.
	Key(ctx context.Context, vault hop.Vault) (string, error)
}

// Queue counts messages.
type Queue interface {
	// Waiting is about how many messages the queue holds. *hop.Failure when AWS refuses.
	Waiting(ctx context.Context) (int, error)
}

// NamedQueue is a queue with the name that it is reported by.
type NamedQueue struct {
	Name string
	Queue
}

// Switch is something that may be switched off.
type Switch interface {
	// String says what it is.
	String() string
	// On tells whether it is on. *hop.Failure when AWS refuses.
	On(ctx context.Context) (bool, error)
}

// Member is a member account.
type Member struct {
	Account string
	Places  []Place
	Hops    hop.Routes // of its own copies
	// Open logs in.
	Open func(ctx context.Context) (Opened, error)
}

// Opened is a member account that was logged in to.
type Opened struct {
	Backup  Account
	Forward NamedQueue // events that could not be forwarded
	Rule    Switch     // that forwards events
}

// atOnce is how many lists are read at the same time. The request rates of AWS
// Backup are UNCONFIRMED A34; the SDK waits where one is exceeded.
const atOnce = 8

// Look takes a picture at the time now. What cannot be looked into is noted in it; without
// the backup account's copy jobs there is no picture, which is an error: *hop.Failure when AWS
// refuses.
func (v Viewer) Look(ctx context.Context, now time.Time) (Picture, error) {
	l := &look{Viewer: v, now: now, since: now.Add(-v.Recent), keys: map[string]string{}, letters: map[string]int{}, dark: slices.Clone(v.Unseen)}
	for _, place := range v.Places {
		l.shelves = append(l.shelves, &shelf{Place: place})
	}
	work, lists := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	work.Go(func() (err error) {
		l.jobs, err = v.Backup.Since(lists, l.since)
		return err
	})
	work.Go(func() error {
		waiting, err := v.Copies.Waiting(lists)
		l.waiting = waiting
		return l.unless(lists, err, Unseen{What: "queue " + v.Copies.Name})
	})
	for _, queue := range v.Letters {
		work.Go(func() error { return l.dead(lists, queue) })
	}
	for _, s := range v.Switches {
		work.Go(func() error { return l.off(lists, s) })
	}
	own := slices.Clone(l.shelves) // members add theirs
	for _, member := range v.Members {
		work.Go(func() error { return l.member(lists, member) })
	}
	for _, shelf := range own {
		if shelf.Role == Final {
			work.Go(func() error { return l.unlock(lists, shelf) })
		}
		for _, part := range shelf.parts(now) {
			work.Go(func() error {
				err := shelf.read(lists, v.Backup, part, l.since)
				return l.unless(lists, err, Unseen{Account: shelf.Vault.Account, Vault: shelf.Vault})
			})
		}
	}
	if err := work.Wait(); err != nil {
		return Picture{}, err
	}
	l.fly(Intermediate, l.jobs)
	if err := l.arrived(ctx); err != nil {
		return Picture{}, err
	}
	return l.picture(), nil
}

// member looks into a member account: its lists one after another, since they are short
// and the accounts many. Where one is long it is begun first.
func (l *look) member(ctx context.Context, m Member) error {
	opened, err := m.Open(ctx)
	if err != nil {
		return l.unless(ctx, err, Unseen{Account: m.Account})
	}
	if err := errors.Join(l.dead(ctx, opened.Forward), l.off(ctx, opened.Rule)); err != nil {
		return err
	}
	account := opened.Backup
	jobs, err := account.Since(ctx, l.since)
	if err != nil {
		return l.unless(ctx, err, Unseen{Account: m.Account})
	}
	l.fly(Local, jobs)
	for _, place := range m.Places {
		shelf := &shelf{Place: place, jobs: jobs, hops: m.Hops}
		if err := shelf.read(ctx, account, all(l.now), l.since); err != nil {
			if err := l.unless(ctx, err, Unseen{Account: m.Account, Vault: place.Vault}); err != nil {
				return err
			}
			continue
		}
		l.add(shelf)
	}
	return nil
}

// arrived leaves out of the intermediate vaults what came from the backup account's own.
func (l *look) arrived(ctx context.Context) error {
	var vaults []hop.Vault
	for _, shelf := range l.shelves {
		if shelf.Role != Local {
			vaults = append(vaults, shelf.Vault)
		}
	}
	for _, shelf := range l.shelves {
		if shelf.Role != Intermediate {
			continue
		}
		recent, err := relay.Arrived(ctx, l.Backup, vaults, shelf.Vault, shelf.recent)
		if err == nil {
			shelf.recent = recent
		}
		if err := l.unless(ctx, err, Unseen{Account: shelf.Vault.Account, What: "copy jobs to vault " + shelf.Vault.ARN}); err != nil {
			return err
		}
	}
	return nil
}

// dead counts the messages of a dead-letter queue.
func (l *look) dead(ctx context.Context, queue NamedQueue) error {
	n, err := queue.Waiting(ctx)
	if err != nil {
		return l.unless(ctx, err, Unseen{What: "queue " + queue.Name})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n > 0 {
		l.letters[queue.Name] = n
	}
	return nil
}

// off notes a switch that is off.
func (l *look) off(ctx context.Context, s Switch) error {
	on, err := s.On(ctx)
	if err != nil {
		return l.unless(ctx, err, Unseen{What: s.String()})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !on {
		l.paused = append(l.paused, s.String())
	}
	return nil
}
