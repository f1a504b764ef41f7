package picture_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
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
	on  bool
	err error
}

func (lever) String() string { return "mapping of copystarter" }

func (l lever) On(context.Context) (bool, error) { return l.on, l.err }

// world is an estate with one member.
type world struct {
	member, backup            account
	waiting, letters, forward queue
	mapping                   lever
	n                         int
}

func newWorld() *world {
	fresh := func() account { return account{points: map[string][]hop.RecoveryPoint{}, refuse: map[string]error{}} }
	return &world{member: fresh(), backup: fresh(), waiting: queue{n: 2}, mapping: lever{on: true}}
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
			Open: func(context.Context) (picture.Account, picture.NamedQueue, error) {
				return w.member, picture.NamedQueue{Name: "forward-dlq of 111111111111", Queue: w.forward}, w.member.refuse["login"]
			}}},
	}
}

func (w *world) look(t *testing.T) picture.Picture {
	t.Helper()
	p, err := w.viewer().Look(t.Context(), now)
	require.NoError(t, err)
	return p
}

func TestHowAResourceIs(t *testing.T) {
	for sentence, c := range map[string]struct {
		make func(*world)
		want picture.State
	}{
		"all went well": {func(w *world) { w.night(4 * hour) }, picture.Fine},
		"the newest final copy is beyond the objective": {func(w *world) { w.night(27 * hour) }, picture.Late},
		"and so it is while a newer one is under way": {func(w *world) {
			w.night(27 * hour)
			w.copies(w.point(intermediate, 3*hour), final, hop.Running, hour)
		}, picture.Late},
		"it never arrived, and should have long ago": {func(w *world) {
			w.copies(w.point(local, 27*hour), intermediate, hop.Failed, 27*hour)
		}, picture.Late},
		"a first hop failed": {func(w *world) { w.copies(w.point(local, 3*hour), intermediate, hop.Failed, 3*hour) }, picture.Failed},
		"a first hop failed, and a newer point is there": {func(w *world) {
			w.copies(w.point(local, 20*hour), intermediate, hop.Failed, 20*hour)
			w.night(4 * hour)
		}, picture.Fine},
		"a quota of AWS stopped a first hop, which nobody repeats": {func(w *world) {
			w.copies(w.point(local, 3*hour), intermediate, hop.Failed, 3*hour).Class = hop.ClassLimit
		}, picture.Failed},
		"a second hop failed for good": {func(w *world) {
			w.copies(w.point(intermediate, 3*hour), final, hop.Failed, 3*hour).Class = hop.ClassKey
		}, picture.Failed},
		"a second hop failed once": {func(w *world) {
			w.copies(w.point(intermediate, 3*hour), final, hop.Failed, 3*hour).Class = hop.ClassUnknown
		}, picture.Retrying},
		"a second hop is not begun":            {func(w *world) { w.point(intermediate, 3*hour) }, picture.Waiting},
		"a second hop is under way":            {func(w *world) { w.copies(w.point(intermediate, 3*hour), final, hop.Created, hour) }, picture.Copying},
		"a second hop is for too long":         {func(w *world) { w.copies(w.point(intermediate, 25*hour), final, hop.Running, 25*hour) }, picture.Stuck},
		"a first hop is under way":             {func(w *world) { w.copies(w.point(local, 3*hour), intermediate, hop.Running, hour) }, picture.Copying},
		"a plan that copies nothing backs up":  {func(w *world) { w.point(local, 3*hour) }, picture.LocalOnly},
		"there was no backup for half a month": {func(w *world) { w.night(15 * 24 * hour) }, picture.Retired},
		"no route takes its type": {func(w *world) {
			w.point(intermediate, 3*hour)
			w.backup.points[intermediate.ARN][0].ResourceType = "S3"
		}, picture.Unrouted},
		"a restore on its way back is no copy to be made": {func(w *world) {
			w.night(4 * hour)
			back := w.point(intermediate, 3*hour)
			w.backup.points[intermediate.ARN][1].SourceVault = hop.Vault{} // as AWS may have it
			w.copies(back, intermediate, hop.Completed, hour)
			job := w.member.jobs[len(w.member.jobs)-1]
			job.Source, job.Copy = "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:9", back.ARN
			w.backup.jobs = append(w.backup.jobs, job)
			w.member.jobs = w.member.jobs[:len(w.member.jobs)-1]
		}, picture.Fine},
		"the newest final copy is under no key": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[final.ARN][0].KeyARN = ""
		}, picture.Underprotected},
		"an older one was under no key": {func(w *world) {
			w.night(27 * hour)
			w.backup.points[final.ARN][0].KeyARN = ""
			w.night(4 * hour)
		}, picture.Fine},
		"a copy of a type that no plan copies is under no key": {func(w *world) {
			w.point(final, 4*hour)
			w.backup.points[final.ARN][0].KeyARN, w.backup.points[final.ARN][0].ResourceType = "", "DynamoDB"
		}, picture.Fine},
		"the only final copy was deleted": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[final.ARN] = nil
		}, picture.Missing},
		"the only final copy was deleted, and its source is gone": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[final.ARN], w.backup.points[intermediate.ARN] = nil, nil
		}, picture.Missing},
		"an intermediate point went before it was copied": {func(w *world) {
			w.moves(w.point(local, 4*hour), intermediate, 4*hour)
			w.backup.points[intermediate.ARN] = nil
		}, picture.Missing},
		"an intermediate point went once it was copied": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[intermediate.ARN] = nil
		}, picture.Fine},
		"an older copy was deleted, and is copied again": {func(w *world) {
			w.night(27 * hour)
			w.backup.points[final.ARN] = nil
			w.night(4 * hour)
		}, picture.Waiting},
		"a copy that was made just now is not listed yet": {func(w *world) {
			w.moves(w.point(intermediate, 3*hour), final, 20*time.Minute)
			w.backup.points[final.ARN] = nil
		}, picture.Copying},
		"a deleted copy whose vault could not be read": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[final.ARN] = nil
			w.backup.refuse[final.ARN] = errors.New("refused")
		}, picture.Fine},
		"a plan's direct copy was deleted": {func(w *world) {
			p := w.point(local, 4*hour)
			w.member.points[local.ARN][0].ResourceType = "S3"
			w.copies(p, final, hop.Completed, 4*hour).Copy = "gone"
			w.member.jobs, w.backup.jobs = w.backup.jobs, nil
		}, picture.Missing},
		"all its recovery points are EXPIRED": {func(w *world) {
			for range 3 {
				w.point(final, 40*24*hour)
			}
			for i := range w.backup.points[final.ARN] {
				w.backup.points[final.ARN][i].Status = hop.PointExpired
			}
		}, picture.Expired},
		"some of its recovery points are EXPIRED": {func(w *world) {
			w.night(4 * hour)
			w.point(local, 40*24*hour)
			w.member.points[local.ARN][1].Status = hop.PointExpired
		}, picture.Expired},
		"its last recovery point is being deleted": {func(w *world) {
			w.point(final, 36*24*hour)
			w.backup.points[final.ARN][0].Status = hop.PointDeleting
		}, picture.Retired},
		"a copy that is expired does not count": {func(w *world) {
			w.night(4 * hour)
			w.night(27 * hour)
			w.backup.points[final.ARN][0].Status = hop.PointExpired
		}, picture.Late},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld()
			c.make(w)
			p := w.look(t)
			require.Len(t, p.Resources, 1)
			assert.Equal(t, c.want, p.Resources[0].State)
			assert.Equal(t, map[picture.State]int{c.want: 1}, p.Count())
		})
	}
}

func TestPointsAreReadOnceWhateverTheirAge(t *testing.T) {
	w := newWorld()
	oldest := 40 * 24 * hour // older than the vault keeps points
	for ago := time.Duration(0); ago <= oldest; ago += 3 * hour {
		w.point(final, ago)
	}
	for k := range 8 { // where one list ends and the next begins
		edge := time.Duration(k*105) * hour
		w.point(final, edge-9*time.Minute)
		w.point(final, edge-10*time.Minute+time.Millisecond)
	}
	p := w.look(t)
	assert.Equal(t, len(w.backup.points[final.ARN]), p.Points)
	newest, ok := p.Reached(p.Resources[0], picture.Final)
	require.True(t, ok)
	assert.Equal(t, now.Add(10*time.Minute-time.Millisecond), newest.Created, "AWS's clocks may be ahead")
}

func TestWhatCannotBeLookedIntoIsSaidAndStopsNothing(t *testing.T) {
	refused := errors.New("refused")
	for sentence, c := range map[string]struct {
		refuse func(*world)
		want   picture.Unseen
		name   string
		newest time.Duration
	}{
		"a member that lets nobody in": {func(w *world) { w.member.refuse["login"] = refused }, picture.Unseen{Account: "111111111111", Err: refused}, "account 111111111111", 4 * hour},
		"a member's jobs":              {func(w *world) { w.member.refuse["jobs"] = refused }, picture.Unseen{Account: "111111111111", Err: refused}, "account 111111111111", 4 * hour},
		"a member's vault":             {func(w *world) { w.member.refuse[local.ARN] = refused }, picture.Unseen{Account: "111111111111", Vault: local, Err: refused}, "vault " + local.ARN, 4 * hour},
		"a member's queue":             {func(w *world) { w.forward.err = refused }, picture.Unseen{What: "queue forward-dlq of 111111111111", Err: refused}, "queue forward-dlq of 111111111111", 4 * hour},
		"a final vault":                {func(w *world) { w.backup.refuse[final.ARN] = refused }, picture.Unseen{Account: "222222222222", Vault: final, Err: refused}, "vault " + final.ARN, 27 * hour},
		"the intermediate vault":       {func(w *world) { w.backup.refuse[intermediate.ARN] = refused }, picture.Unseen{Account: "222222222222", Vault: intermediate, Err: refused}, "vault " + intermediate.ARN, 4 * hour},
		"the copy jobs of a Region": {func(w *world) { w.backup.refuse["into"] = refused },
			picture.Unseen{Account: "222222222222", What: "copy jobs to vault " + intermediate.ARN, Err: refused}, "copy jobs to vault " + intermediate.ARN, 4 * hour},
		"the queue of copies":     {func(w *world) { w.waiting.err = refused }, picture.Unseen{What: "queue copies", Err: refused}, "queue copies", 4 * hour},
		"a dead-letter queue":     {func(w *world) { w.letters.err = refused }, picture.Unseen{What: "queue copies-dlq", Err: refused}, "queue copies-dlq", 4 * hour},
		"whether a mapping is on": {func(w *world) { w.mapping.err = refused }, picture.Unseen{What: "mapping of copystarter", Err: refused}, "mapping of copystarter", 4 * hour},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld()
			w.night(c.newest)
			c.refuse(w)
			p := w.look(t)
			assert.Equal(t, []picture.Unseen{c.want}, p.Unseen)
			assert.Equal(t, "NOT READ: "+c.name, p.Headline())
			require.Len(t, p.Resources, 1)
			assert.Equal(t, picture.Fine, p.Resources[0].State, "nothing is late because it was not seen")
		})
	}
}

func TestWithoutCopyJobsThereIsNoPicture(t *testing.T) {
	w := newWorld()
	w.backup.refuse["jobs"] = errors.New("refused")
	_, err := w.viewer().Look(t.Context(), now)
	require.EqualError(t, err, "refused")
}

func TestWhatTheHeadlineSays(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(*world, *picture.Viewer)
		want   string
	}{
		"nothing, where all was read": {func(*world, *picture.Viewer) {}, ""},
		"that second hops are paused": {func(w *world, _ *picture.Viewer) { w.mapping.on = false }, "PAUSED: off: mapping of copystarter"},
		"that members were left out": {func(_ *world, v *picture.Viewer) { v.Members, v.WithoutMembers = nil, true },
			"members not read (--without-members): first hops and local vaults are not checked"},
		"what was not read first": {func(w *world, v *picture.Viewer) {
			w.mapping.on = false
			v.Unseen = []picture.Unseen{{What: "the list of member accounts", Err: errors.New("refused")}}
			w.member.refuse["login"] = errors.New("refused")
		}, "NOT READ: the list of member accounts, account 111111111111; PAUSED: off: mapping of copystarter"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld()
			w.night(4 * hour)
			v := w.viewer()
			c.change(w, &v)
			v.Switches = []picture.Switch{w.mapping}
			p, err := v.Look(t.Context(), now)
			require.NoError(t, err)
			assert.Equal(t, c.want, p.Headline())
		})
	}
	assert.Equal(t, "a, b, c, d, e and 2 more", picture.Named([]string{"a", "b", "c", "d", "e", "f", "g"}))
}

func TestMessagesOfAllDeadLetterQueuesCount(t *testing.T) {
	w := newWorld()
	w.letters.n, w.forward.n = 2, 1
	p := w.look(t)
	assert.Equal(t, 3, p.Letters)
	assert.Equal(t, map[string]int{"copies-dlq": 2, "forward-dlq of 111111111111": 1}, p.DeadLetters)
}

func TestPointsThatAreNoBackupAreCountedByVaultAndStatus(t *testing.T) {
	w := newWorld()
	w.night(4 * hour)
	for i, status := range []hop.PointStatus{hop.PointExpired, hop.PointExpired, hop.PointDeleting} {
		w.point(final, 40*24*hour)
		w.backup.points[final.ARN][i+1].Status = status
	}
	assert.Equal(t, []picture.Unusable{{Vault: final, Status: hop.PointDeleting, Points: 1}, {Vault: final, Status: hop.PointExpired, Points: 2}},
		w.look(t).Resources[0].Unusable)
}

func TestAPlansOwnCopyToAFinalVaultIsNoHop(t *testing.T) {
	w := newWorld()
	p := w.point(local, 3*hour)
	w.member.points[local.ARN][0].ResourceType = "S3"
	w.copies(p, final, hop.Failed, hour)
	w.member.jobs, w.backup.jobs = w.backup.jobs, nil
	seen := w.look(t)
	require.Len(t, seen.Flights, 1)
	assert.Equal(t, picture.Direct, seen.Flights[0].Hop)
	require.Len(t, seen.Resources[0].Copies, 1)
	assert.Equal(t, picture.Direct, seen.Resources[0].Copies[0].Hop)
	assert.Equal(t, picture.Failed, seen.Resources[0].State, "nobody repeats it")
	assert.Equal(t, []string{"direct copy", "hop 1", "hop 2"}, []string{picture.StepName(picture.Direct), picture.StepName(1), picture.StepName(2)})
}

func TestTheNightsFlights(t *testing.T) {
	w := newWorld()
	w.night(4 * hour)
	w.night(30 * hour) // before the night
	back := w.point(final, 4*hour)
	w.copies(back, local, hop.Completed, hour) // a restore
	w.backup.jobs = append(w.backup.jobs, hop.CopyJob{ID: "detour", Created: now.Add(-hour), Destination: intermediate})
	p := w.look(t)
	require.Len(t, p.Flights, 2)
	for i, want := range []hop.Vault{intermediate, final} {
		assert.Equal(t, i+1, p.Flights[i].Hop)
		assert.Equal(t, want, p.Flights[i].Destination)
	}
	assert.Equal(t, 2, p.Waiting)
}
