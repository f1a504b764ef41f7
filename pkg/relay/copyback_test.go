package relay_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

// regional lists the jobs of one Region, as AWS Backup does: of copies from there.
type regional struct {
	*backuptest.Memory
	region string
}

func (r regional) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	jobs, err := r.Memory.InFlight(ctx)
	return slices.DeleteFunc(jobs, r.elsewhere), err
}

func (r regional) Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error) {
	jobs, err := r.Memory.Of(ctx, point, destination)
	return slices.DeleteFunc(jobs, r.elsewhere), err
}

// elsewhere: only the final vault's points are in eu-north-1.
func (r regional) elsewhere(job hop.CopyJob) bool {
	return strings.HasPrefix(job.Source, "arn:aws:rds:eu-north-1:") != (r.region == "eu-north-1")
}

// way is a copy-back of a database of which a final copy is left.
type way struct {
	*relay.CopyBack
	memory               *backuptest.Memory
	final, detour, local hop.Vault
}

func newWay(t *testing.T) way {
	t.Helper()
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	w := way{memory: backuptest.NewMemory(now)}
	w.memory.ReadsLag(lag.Usual())
	for name, v := range map[string]*hop.Vault{
		"arn:aws:backup:eu-north-1:222222222222:backup-vault:final": &w.final, "arn:aws:backup:eu-central-1:222222222222:backup-vault:detour": &w.detour,
		"arn:aws:backup:eu-central-1:111111111111:backup-vault:local": &w.local,
	} {
		var err error
		*v, err = hop.ParseVault(name)
		require.NoError(t, err)
	}
	point := hop.RecoveryPoint{ARN: "arn:aws:rds:eu-north-1:222222222222:snapshot:f", ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:d",
		ResourceType: "RDS", Status: hop.PointCompleted, Created: now.Add(-time.Hour), DeleteAt: now.AddDate(0, 0, 35)}
	w.memory.AddPoint(w.final, point)
	w.CopyBack = &relay.CopyBack{
		Way: hop.WayBack{Backup: hop.Backup{ResourceARN: point.ResourceARN, ResourceType: "RDS", Created: point.Created}, Local: w.local, Detour: w.detour,
			Role: "arn:aws:iam::222222222222:role/copy", KeepDays: 7, Begun: now},
		Looks:  []relay.Look{{Vault: w.local, Holder: w.memory}, {Vault: w.detour, Holder: w.memory}, {Vault: w.final, Holder: w.memory}},
		Jobs:   map[string]relay.RegionJobs{"eu-central-1": regional{w.memory, "eu-central-1"}, "eu-north-1": regional{w.memory, "eu-north-1"}},
		Copies: w.memory, Every: time.Millisecond,
		Now: func() time.Time { // time passes while somebody looks again and again
			w.memory.Advance(10 * time.Second)
			return w.memory.Now()
		},
	}
	return w
}

// next checks the next step, once the lists show every change: AWS promises nothing sooner.
func (w way) next(t *testing.T, verdict hop.BackVerdict) hop.BackStep {
	t.Helper()
	w.memory.Advance(lag.Usual().Longest())
	step, err := w.Look(t.Context())
	require.NoError(t, err)
	require.Equal(t, verdict, step.Verdict, step.Detail)
	return step
}

// start starts what is due.
func (w way) start(t *testing.T) hop.BackStep {
	t.Helper()
	step, err := w.Start(t.Context(), w.next(t, hop.BackDue))
	require.NoError(t, err)
	return step
}

// jobs are all jobs that were ever started.
func (w way) jobs(t *testing.T) []hop.CopyJob {
	t.Helper()
	w.memory.Advance(lag.Usual().Longest())
	jobs, err := w.memory.Since(t.Context(), time.Time{})
	require.NoError(t, err)
	return jobs
}

func quiet(error) {}

// ends is told of each step, and ends each job when it is first told of it.
func (w way) ends(t *testing.T, end func(job string) error) func(hop.BackStep) {
	steps, ended := 0, map[string]bool{}
	return func(step hop.BackStep) {
		steps++
		require.Less(t, steps, 100, "following comes to no end")
		if step.Verdict == hop.BackUnderway && !ended[step.Job.ID] {
			ended[step.Job.ID] = true
			require.NoError(t, end(step.Job.ID))
		}
	}
}

func TestABackupComesBackStepByStep(t *testing.T) {
	w := newWay(t)
	w.start(t)
	first := w.next(t, hop.BackUnderway)
	require.NoError(t, w.memory.Complete(first.Job.ID))
	w.start(t)
	second := w.next(t, hop.BackUnderway)
	assert.Equal(t, w.local, second.To)
	require.NoError(t, w.memory.Complete(second.Job.ID))
	assert.NotEmpty(t, w.next(t, hop.BackDone).Point)
	assert.Len(t, w.jobs(t), 2)
}

func TestTwoWhoStartAtOnceStartOneCopy(t *testing.T) {
	w := newWay(t)
	step := w.next(t, hop.BackDue)
	for range 2 {
		started, err := w.Start(t.Context(), step)
		require.NoError(t, err)
		assert.Equal(t, hop.BackUnderway, started.Verdict)
	}
	assert.Len(t, w.jobs(t), 1)
}

func TestFollowingGoesToTheEnd(t *testing.T) {
	w := newWay(t)
	var once sync.Map
	w.memory.Fail(func(call string) error {
		if _, was := once.LoadOrStore(call, true); was {
			return nil
		}
		return &hop.Failure{Class: hop.ClassTransient, Code: "ThrottlingException", Message: "Rate exceeded"}
	})
	refused := 0
	var verdicts []hop.BackVerdict
	ends := w.ends(t, w.memory.Complete)
	end, err := w.Follow(t.Context(), hop.BackStep{Verdict: hop.BackUnderway}, func(step hop.BackStep) {
		verdicts = append(verdicts, step.Verdict)
		ends(step)
	}, func(error) { refused++ })
	require.NoError(t, err)
	w.memory.Fail(nil)
	assert.Equal(t, 4, refused, "of a list of points, two of jobs, and a start")
	assert.Equal(t, hop.BackDone, end.Verdict)
	assert.Equal(t, []hop.BackVerdict{hop.BackDue, hop.BackUnderway, hop.BackDue, hop.BackUnderway, hop.BackDone},
		slices.Compact(verdicts), "a copy that is not listed yet is waited for")
	assert.Len(t, w.jobs(t), 2, "throttled calls make no second copy")
}

func TestFollowingEndsWithAFailedCopy(t *testing.T) {
	w := newWay(t)
	end, err := w.Follow(t.Context(), w.next(t, hop.BackDue), w.ends(t, func(job string) error {
		return w.memory.End(job, hop.Failed, "Given key ID is not accessible")
	}), quiet)
	require.NoError(t, err)
	assert.Equal(t, hop.BackFailed, end.Verdict)
	assert.Contains(t, end.Detail, "Given key ID is not accessible")

	w.memory.Advance(time.Minute)
	w.Way.Begun = w.memory.Now()
	w.start(t)
	assert.Len(t, w.jobs(t), 2, "another run tries again")
}

func TestWhoStopsWaitingLeavesTheCopyRunning(t *testing.T) {
	w := newWay(t)
	ctx, cancel := context.WithCancel(t.Context())
	left, err := w.Follow(ctx, w.next(t, hop.BackDue), func(step hop.BackStep) {
		if step.Verdict == hop.BackUnderway {
			cancel()
		}
	}, quiet)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, hop.BackUnderway, left.Verdict)
	assert.Equal(t, left.Job.ID, w.next(t, hop.BackUnderway).Job.ID, "the next run finds it")
}

func TestAQuotaIsWaitedFor(t *testing.T) {
	w := newWay(t)
	full := true
	w.memory.Fail(func(call string) error {
		if call == "Start" && full {
			return &hop.Failure{Class: hop.ClassLimit, Code: "LimitExceededException", Message: "limit"}
		}
		return nil
	})
	step, err := w.Start(t.Context(), w.next(t, hop.BackDue))
	require.NoError(t, err)
	assert.Equal(t, hop.BackFull, step.Verdict)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = w.Follow(ctx, step, func(step hop.BackStep) {
		full = false
		if step.Verdict == hop.BackUnderway {
			cancel()
		}
	}, quiet)
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, w.jobs(t), 1)
}

func TestAVaultThatCannotBeLookedAt(t *testing.T) {
	lost := errors.New("the Region is away")
	w := newWay(t)
	w.Looks[2] = relay.Look{Vault: w.final, Err: lost}
	_, err := w.Look(t.Context())
	require.ErrorIs(t, err, lost, "a copy may be under way from there")

	w = newWay(t)
	w.memory.Fail(func(string) error { return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: "away"} })
	w.Looks[1].Holder, w.Looks[2].Holder = backuptest.NewMemory(w.Now()), backuptest.NewMemory(w.Now())
	w.Jobs = nil
	_, err = w.Look(t.Context())
	require.ErrorContains(t, err, "away", "what passes is no answer for good")

	w = newWay(t)
	w.Looks[0] = relay.Look{Vault: w.local, Err: lost}
	for range 2 {
		w.start(t)
		require.NoError(t, w.memory.Complete(w.next(t, hop.BackUnderway).Job.ID))
	}
	done := w.next(t, hop.BackDone)
	assert.Contains(t, done.Detail, "not looked at", "the job list tells")
	assert.NotEmpty(t, done.Point)
}

func TestAJobThatAWSDoesNotListAnyMoreIsNoStart(t *testing.T) {
	w := newWay(t)
	step := w.next(t, hop.BackDue)
	_, err := w.Start(t.Context(), step)
	require.NoError(t, err)
	w.memory.Advance(time.Hour)
	_, err = w.Start(t.Context(), step)
	require.ErrorContains(t, err, "does not list any more")
}

// TestALocalVaultThatHasToBeReadStopsACopyBack: the backup may be there already.
func TestALocalVaultThatHasToBeReadStopsACopyBack(t *testing.T) {
	w := newWay(t)
	lost := errors.New("denied")
	w.next(t, hop.BackDue)
	require.NoError(t, w.LocalErr)
	w.Looks[0] = relay.Look{Vault: w.local, Err: lost}
	w.next(t, hop.BackDue)
	require.ErrorIs(t, w.LocalErr, lost)
	w.LocalRequired = true
	_, err := w.Look(t.Context())
	require.ErrorIs(t, err, relay.ErrLocalUnread)
	require.ErrorIs(t, err, lost)
	assert.Empty(t, w.jobs(t))
}
