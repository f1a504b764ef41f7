package picture_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

var now = time.Date(2026, 11, 1, 7, 15, 0, 0, time.UTC)

func vault(account, region, name string) hop.Vault {
	return hop.Vault{ARN: "arn:aws:backup:" + region + ":" + account + ":backup-vault:" + name, Account: account, Region: region, Name: name}
}

var (
	local        = vault("111111111111", "eu-central-1", "local")
	intermediate = vault("222222222222", "eu-central-1", "intermediate")
	final        = vault("222222222222", "eu-north-1", "final")
)

const (
	hour     = time.Hour
	resource = "arn:aws:rds:eu-central-1:111111111111:db:orders"
)

// account is an AWS Backup in memory.
type account struct {
	points map[string][]hop.RecoveryPoint // by vault
	jobs   []hop.CopyJob
	refuse map[string]error // by vault; "jobs" for the lists of jobs
}

// Made includes what is on the bounds, and gives pages of one.
func (a account) Made(_ context.Context, v hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	if err := a.refuse[v.ARN]; err != nil {
		return err
	}
	for _, p := range a.points[v.ARN] {
		if p.Created.Before(after) || p.Created.After(before) {
			continue
		}
		if err := visit([]hop.RecoveryPoint{p}); err != nil {
			return err
		}
	}
	return nil
}

func (a account) Since(_ context.Context, t time.Time) ([]hop.CopyJob, error) {
	return slices.DeleteFunc(slices.Clone(a.jobs), func(j hop.CopyJob) bool { return !j.Created.After(t) }), a.refuse["jobs"]
}

func (a account) Into(_ context.Context, region string, v hop.Vault) ([]hop.CopyJob, error) {
	return slices.DeleteFunc(slices.Clone(a.jobs), func(j hop.CopyJob) bool { return j.Destination != v || region != "eu-north-1" }), a.refuse["into"]
}

// Key is one for each vault.
func (a account) Key(_ context.Context, v hop.Vault) (string, error) {
	return "key of " + v.Name, a.refuse["key of "+v.ARN]
}

type queue struct {
	n   int
	err error
}

func (q queue) Waiting(context.Context) (int, error) { return q.n, q.err }

// lever is a switch.
type lever struct {
	name string
	on   bool
	err  error
}

func (l lever) String() string { return l.name }

func (l lever) On(context.Context) (bool, error) { return l.on, l.err }

// world is an estate with one member.
type world struct {
	member, backup            account
	waiting, letters, forward queue
	mapping, rule             lever
	n                         int
}

func newWorld() *world {
	fresh := func() account { return account{points: map[string][]hop.RecoveryPoint{}, refuse: map[string]error{}} }
	return &world{member: fresh(), backup: fresh(), waiting: queue{n: 2}, mapping: lever{name: "mapping of copystarter", on: true}, rule: lever{name: "rule forward of 111111111111", on: true}}
}

// point puts one into a vault, made so long ago.
func (w *world) point(v hop.Vault, ago time.Duration) hop.RecoveryPoint {
	w.n++
	a := &w.backup
	p := hop.RecoveryPoint{ARN: fmt.Sprintf("arn:aws:rds:%s:%s:snapshot:awsbackup:%d", v.Region, v.Account, w.n), ResourceARN: resource,
		ResourceType: "RDS", Status: hop.PointCompleted, Created: now.Add(-ago), KeyARN: "key of " + v.Name}
	if v == local {
		a = &w.member
	} else {
		p.SourceVault = local
	}
	a.points[v.ARN] = append(a.points[v.ARN], p)
	return p
}

// copies adds a job that copies a point, begun so long ago.
func (w *world) copies(p hop.RecoveryPoint, to hop.Vault, state hop.State, ago time.Duration) *hop.CopyJob {
	a := &w.backup
	if to == intermediate {
		a = &w.member
	}
	w.n++
	j := hop.CopyJob{ID: fmt.Sprint("job-", w.n), State: state, Created: now.Add(-ago), Source: p.ARN, Destination: to, ResourceARN: p.ResourceARN, ResourceType: p.ResourceType}
	if !state.InFlight() {
		j.Completed = j.Created.Add(10 * time.Minute)
	}
	a.jobs = append(a.jobs, j)
	return &a.jobs[len(a.jobs)-1]
}

// night is a point that went the whole way, so long ago.
func (w *world) night(ago time.Duration) {
	p := w.point(local, ago)
	w.moves(p, intermediate, ago)
	w.moves(w.backup.points[intermediate.ARN][len(w.backup.points[intermediate.ARN])-1], final, ago)
}

// lose deletes the oldest points of a vault.
func (w *world) lose(v hop.Vault, n int) { w.backup.points[v.ARN] = w.backup.points[v.ARN][n:] }

// moves copies a point with success.
func (w *world) moves(p hop.RecoveryPoint, to hop.Vault, ago time.Duration) {
	job := w.copies(p, to, hop.Completed, ago)
	job.Copy = w.point(to, ago).ARN
}

func (w *world) viewer() picture.Viewer {
	days := map[string]time.Duration{"RDS": 26 * hour}
	to := func(source hop.Vault, types []string, vaults ...hop.Vault) hop.Route {
		r := hop.Route{Name: "route", Source: source, Types: types}
		for _, v := range vaults {
			r.Destinations = append(r.Destinations, hop.Destination{Vault: v, DeleteAfterDays: 35})
		}
		return r
	}
	return picture.Viewer{
		Routes: hop.Routes{to(intermediate, []string{"RDS"}, final)}, Retry: hop.Patience(3), Objectives: days, Recent: 14 * 24 * hour,
		Backup: w.backup, Keys: w.backup, Copies: picture.NamedQueue{Name: "copies", Queue: w.waiting},
		Letters: []picture.NamedQueue{{Name: "copies-dlq", Queue: w.letters}, {Name: "events-dlq", Queue: queue{}}}, Switches: []picture.Switch{w.mapping},
		Places: []picture.Place{{Vault: final, Role: picture.Final, Types: []string{"RDS", "S3"}, KeptDays: 35}, {Vault: intermediate, Role: picture.Intermediate, KeptDays: 7}},
		Members: []picture.Member{{Account: "111111111111", Places: []picture.Place{{Vault: local, Role: picture.Local, KeptDays: 7}},
			Hops: hop.Routes{to(local, []string{"RDS"}, intermediate), to(local, []string{"S3"}, final)},
			Open: func(context.Context) (picture.Opened, error) {
				return picture.Opened{Backup: w.member, Rule: w.rule, Forward: picture.NamedQueue{Name: "forward-dlq of 111111111111", Queue: w.forward}}, w.member.refuse["login"]
			}}},
	}
}

func (w *world) look(t *testing.T) picture.Picture {
	t.Helper()
	p, err := w.viewer().Look(t.Context(), now)
	require.NoError(t, err)
	return p
}
