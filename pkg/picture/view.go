package picture

import (
	"context"
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
	Copies  Queue // the queue `copies`
	Letters Queue // its dead-letter queue
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
	// Waiting is about how many messages nobody has received.
	Waiting(ctx context.Context) (int, error)
}

// Member is a member account.
type Member struct {
	Account string
	Places  []Place
	Hops    hop.Routes // of its own copies
	// Open logs in.
	Open func(ctx context.Context) (Account, error)
}

// atOnce is how many lists are read at the same time. The request rates of AWS
// Backup are UNCONFIRMED A34; the SDK waits where one is exceeded.
const atOnce = 8

// Look takes a picture at the time now. What of the members and of the final vaults
// cannot be looked into is noted in it; without the intermediate vaults, the copy jobs or
// the queues there is no picture, which is an error: *hop.Failure when AWS refuses.
func (v Viewer) Look(ctx context.Context, now time.Time) (Picture, error) {
	l := &look{Viewer: v, now: now, since: now.Add(-v.Recent), keys: map[string]string{}}
	for _, place := range v.Places {
		l.shelves = append(l.shelves, &shelf{Place: place})
	}
	work, lists := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	work.Go(func() (err error) {
		l.jobs, err = v.Backup.Since(lists, l.since)
		return err
	})
	work.Go(func() (err error) {
		l.waiting, err = v.Copies.Waiting(lists)
		return err
	})
	work.Go(func() (err error) {
		l.letters, err = v.Letters.Waiting(lists)
		return err
	})
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
				if err != nil && shelf.Role == Final {
					return l.unseen(lists, Unseen{shelf.Vault.Account, shelf.Vault, err})
				}
				return err
			})
		}
	}
	if err := work.Wait(); err != nil {
		return Picture{}, err
	}
	l.fly(2, l.jobs)
	if err := l.arrived(ctx); err != nil {
		return Picture{}, err
	}
	return l.picture(), nil
}

// member looks into a member account: its lists one after another, since they are short
// and the accounts many. Where one is long it is begun first.
func (l *look) member(ctx context.Context, m Member) error {
	account, err := m.Open(ctx)
	if err != nil {
		return l.unseen(ctx, Unseen{Account: m.Account, Err: err})
	}
	jobs, err := account.Since(ctx, l.since)
	if err != nil {
		return l.unseen(ctx, Unseen{Account: m.Account, Err: err})
	}
	l.fly(1, jobs)
	for _, place := range m.Places {
		shelf := &shelf{Place: place, jobs: jobs, hops: m.Hops}
		if err := shelf.read(ctx, account, all(l.now), l.since); err != nil {
			err = l.unseen(ctx, Unseen{m.Account, place.Vault, err})
			if err != nil {
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
		var err error
		if shelf.recent, err = relay.Arrived(ctx, l.Backup, vaults, shelf.Vault, shelf.recent); err != nil {
			return err
		}
	}
	return nil
}
