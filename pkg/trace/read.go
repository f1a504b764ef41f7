package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Account is AWS Backup of a member account. hop.ErrNotFound and *hop.Failure as AWS
// answers.
type Account interface {
	relay.Points
	// Held lists the points that a vault has of a resource.
	Held(ctx context.Context, vault hop.Vault, resource string) ([]hop.RecoveryPoint, error)
	// CopiesOf lists the copy jobs of a resource.
	CopiesOf(ctx context.Context, resource string) ([]hop.CopyJob, error)
	// From lists the copy jobs of a recovery point.
	From(ctx context.Context, point string) ([]hop.CopyJob, error)
	// BackupsOf lists the backup jobs of a resource.
	BackupsOf(ctx context.Context, resource string) ([]hop.BackupJob, error)
}

// Central is AWS Backup of the backup account.
type Central interface {
	Account
	relay.Jobs
	relay.Vaults
	relay.Into
}

// Letters is the dead-letter queue of copies.
type Letters interface {
	// About returns the messages about some recovery points, by ARN; whole is false
	// where not all messages could be seen.
	About(ctx context.Context, points map[string]bool) (letters []Letter, whole bool, err error)
}

// Queue counts messages.
type Queue interface {
	Waiting(ctx context.Context) (int, error)
}

// Switch is something that may be switched off.
type Switch interface {
	String() string
	On(ctx context.Context) (bool, error)
}

// Reader reads the facts.
type Reader struct {
	Backup               Central
	Intermediate, Finals []hop.Vault
	Copies               Queue
	Switches             []Switch // that must be on for second hops to be started
	Letters              Letters
	// Member logs in to a member account: AWS Backup there, its vaults, and its queue
	// of events that could not be forwarded.
	Member func(ctx context.Context, account string) (Account, []hop.Vault, Queue, error)
}

// Read reads the facts about a resource. What of the member account, of the final vaults, of
// the queues and of restores on their way cannot be looked at is noted in them; without the
// rest it is an error.
func (r Reader) Read(ctx context.Context, resource hop.Resource, member string, now time.Time) (Facts, error) {
	f := Facts{Now: now, Resource: resource.ARN, Type: resource.Type, Member: member, Keys: map[string]string{}}
	var mu sync.Mutex
	dark := func(what string, err error) {
		mu.Lock()
		defer mu.Unlock()
		f.Unseen = append(f.Unseen, Unseen{what, err})
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() (err error) { f.Second, err = r.Backup.CopiesOf(ctx, resource.ARN); return err })
	work.Go(func() (err error) { f.InFlight, err = r.Backup.InFlight(ctx); return err })
	work.Go(func() error {
		waiting, err := r.Copies.Waiting(ctx)
		if f.Waiting = waiting; err != nil {
			dark("the queue of copies", err)
		}
		return nil
	})
	for _, s := range r.Switches {
		work.Go(func() error {
			on, err := s.On(ctx)
			if err != nil {
				dark(s.String(), err)
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			if !on {
				f.Off = append(f.Off, s.String())
			}
			return nil
		})
	}
	work.Go(func() error {
		jobs, err := r.Backup.Since(ctx, now.Add(-24*time.Hour))
		for _, job := range jobs {
			if job.Account() == hop.AccountOf(resource.ARN) {
				f.Today++
			}
		}
		return err
	})
	for _, vault := range r.Intermediate {
		work.Go(func() error {
			points, err := r.Backup.Held(ctx, vault, resource.ARN)
			if err != nil {
				return err
			}
			arrived, err := relay.Arrived(ctx, r.Backup, append([]hop.Vault{vault}, r.Finals...), vault, points)
			if err != nil { // a restore on its way is then taken for a point that arrived
				dark("copy jobs to "+vault.ARN, err)
				arrived = points
			}
			mu.Lock()
			defer mu.Unlock()
			f.Intermediate = append(f.Intermediate, Held{vault, arrived})
			return nil
		})
	}
	for _, vault := range r.Finals {
		work.Go(func() error {
			points, err := r.Backup.Held(ctx, vault, resource.ARN)
			key := ""
			if err == nil {
				key, err = r.Backup.Key(ctx, vault)
			}
			if err != nil {
				dark(vault.ARN, err)
				return nil // it is noted, and stops nothing
			}
			mu.Lock()
			defer mu.Unlock()
			f.Final, f.Keys[vault.ARN] = append(f.Final, Held{vault, points}), key
			return nil
		})
	}
	work.Go(func() error {
		if err := r.member(ctx, &f); err != nil {
			dark(memberOf(f), err)
		}
		return nil
	})
	if err := work.Wait(); err != nil {
		return f, err
	}
	for _, held := range [][]Held{f.Intermediate, f.Final} {
		slices.SortFunc(held, func(a, b Held) int { return strings.Compare(a.Vault.ARN, b.Vault.ARN) })
	}
	slices.Sort(f.Off)
	slices.SortFunc(f.Unseen, func(a, b Unseen) int { return strings.Compare(a.What, b.What) })
	f.Type = cmp.Or(f.Type, typeOf(f))
	return f, nil
}

// memberOf names the member account among what is unseen.
func memberOf(f Facts) string { return cmp.Or(f.Member, "the member account") }

// typeOf is the resource's type, as its points and jobs have it.
func typeOf(f Facts) string {
	for _, held := range slices.Concat(f.Local, f.Intermediate, f.Final) {
		for _, point := range held.Points {
			return point.ResourceType
		}
	}
	for _, job := range slices.Concat(f.First, f.Second) {
		if job.ResourceType != "" {
			return job.ResourceType
		}
	}
	return ""
}

// Find adds the dead letters about the facts' points.
func (r Reader) Find(ctx context.Context, f *Facts) {
	points := map[string]bool{}
	for _, held := range slices.Concat(f.Local, f.Intermediate, f.Final) {
		for _, point := range held.Points {
			points[point.ARN] = true
		}
	}
	for _, job := range slices.Concat(f.First, f.Second) {
		points[job.Source] = true
	}
	var err error
	if f.Letters, f.LettersWhole, err = r.Letters.About(ctx, points); err != nil {
		f.Unseen = append(f.Unseen, Unseen{"the dead-letter queue of copies", err})
	}
}

func (r Reader) member(ctx context.Context, f *Facts) error {
	if f.Member == "" {
		return errors.New("the resource's ARN names no account")
	}
	account, vaults, forward, err := r.Member(ctx, f.Member)
	if err != nil {
		return err
	}
	for _, vault := range vaults {
		points, err := account.Held(ctx, vault, f.Resource)
		if err != nil {
			return err
		}
		f.Local = append(f.Local, Held{vault, points})
	}
	if f.First, err = account.CopiesOf(ctx, f.Resource); err != nil {
		return err
	}
	if f.Backups, err = account.BackupsOf(ctx, f.Resource); err != nil {
		return err
	}
	f.Undelivered, err = forward.Waiting(ctx)
	return err
}

// Resolve finds the resource of a recovery point: described in the vaults of the point's
// account, or as its copy jobs have it where it is gone. hop.ErrNotFound where neither
// tells of it.
func (r Reader) Resolve(ctx context.Context, point string, backup string) (hop.Resource, error) {
	account, vaults := Account(r.Backup), slices.Concat(r.Intermediate, r.Finals)
	if owner := hop.AccountOf(point); owner != "" && owner != backup {
		var err error
		if account, vaults, _, err = r.Member(ctx, owner); err != nil {
			return hop.Resource{}, err
		}
	}
	for _, vault := range vaults {
		if region := regionOf(point); region != "" && region != vault.Region {
			continue
		}
		found, err := account.Point(ctx, vault, point)
		switch {
		case err == nil:
			return hop.Resource{ARN: found.ResourceARN, Type: found.ResourceType}, nil
		case !errors.Is(err, hop.ErrNotFound):
			return hop.Resource{}, err
		}
	}
	jobs, err := account.From(ctx, point)
	if err != nil {
		return hop.Resource{}, err
	}
	if len(jobs) > 0 {
		return hop.Resource{ARN: jobs[0].ResourceARN, Type: jobs[0].ResourceType}, nil
	}
	return hop.Resource{}, fmt.Errorf("find %s: %w in the estate's vaults, nor as the source of a copy job", point, hop.ErrNotFound)
}

// regionOf is the Region field of an ARN; empty where it names none.
func regionOf(arn string) string {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 {
		return ""
	}
	return fields[3]
}
