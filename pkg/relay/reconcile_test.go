package relay_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// office is what a reconciler writes to, beside the queue `copies`.
type office struct {
	outcomes mailbox
	letters  []hop.Request
	oldest   time.Time // when the oldest of them was sent
	read     int       // how often the letters were read
	// elsewhere: another reader has the letters.
	elsewhere bool
	refuse    error // what everything but the outcomes fails with
	sweeps    []relay.Sweep
	digests   []string
	reports   []relay.Report
}

func (o *office) Read(context.Context) (relay.Rejected, error) {
	o.read++
	return relay.Rejected{Requests: o.letters, Oldest: o.oldest, Whole: !o.elsewhere}, o.refuse
}

func (o *office) Continue(_ context.Context, s relay.Sweep) error {
	o.sweeps = append(o.sweeps, s)
	return o.refuse
}

func (o *office) Publish(_ context.Context, _, text string) error {
	o.digests = append(o.digests, text)
	return o.refuse
}

func (o *office) Ran(r relay.Report) error {
	o.reports = append(o.reports, r)
	return o.refuse
}

// comparing is a reconciler beside a starter, on the same AWS Backup.
type comparing struct {
	*tracking
	*office
	reconciler *relay.Reconciler
}

func newComparing(keep int) *comparing {
	k := &comparing{tracking: newTracking(keep), office: &office{}}
	k.mail.waiting = 1 // somebody's: only what is new is asked for
	k.reconciler = &relay.Reconciler{
		Routes: k.Routes, Retry: k.Retry, Keep: keep, Every: 15 * time.Minute, Recent: 72 * time.Hour,
		Objectives: map[string]time.Duration{"RDS": 26 * time.Hour},
		Inventory:  k.backup, Jobs: k.backup, Vaults: k.backup, Copies: k.mail, Outcomes: &k.outcomes, Letters: k.office, Later: k.office,
		Digests: k.office, Supervisor: k.office, Advice: k.Advice,
	}
	return k
}

// another is a second vault that a route starts from.
var another = vault("arn:aws:backup:eu-central-1:222222222222:backup-vault:another")

func (k *comparing) addSource() {
	route := k.reconciler.Routes[0]
	route.Name, route.Source = "more", another
	k.reconciler.Routes = append(k.reconciler.Routes, route)
}

// arrive puts a point into the intermediate vault that came there some time ago.
func (k *comparing) arrive(arn string, ago time.Duration) { k.arriveIn(intermediate, arn, ago) }

func (k *comparing) arriveIn(source hop.Vault, arn string, ago time.Duration) {
	k.backup.AddPoint(source, hop.RecoveryPoint{
		ARN: arn, ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:" + arn, ResourceType: "RDS",
		Status: hop.PointCompleted, Created: k.backup.Now().Add(-ago - 2*time.Hour), Completed: k.backup.Now().Add(-ago), SourceVault: local,
	})
}

func (k *comparing) look(t *testing.T) relay.Report {
	t.Helper()
	report, err := k.reconciler.Look(t.Context(), k.backup.Now())
	require.NoError(t, err)
	require.NotEmpty(t, k.reports)
	assert.Equal(t, report, k.reports[len(k.reports)-1])
	return report
}

func (k *comparing) asked() []string {
	var points []string
	for _, r := range k.mail.split {
		points = append(points, r.Point)
	}
	return points
}

func TestARecentRunAsksForWhatIsNewAndMissing(t *testing.T) {
	k := newComparing(0)
	k.arrive("newest", 5*time.Minute) // its event is yet to come
	k.arrive("new", 20*time.Minute)
	k.arrive("older", 2*time.Hour) // a message about it is in the queue
	report := k.look(t)
	assert.Equal(t, []string{"new"}, k.asked())
	assert.Equal(t, 1, report.Asked)
	assert.Equal(t, 3, report.Points)
	assert.Equal(t, map[hop.Standing]int{hop.Absent: 3}, report.Standings)
	assert.Equal(t, map[string]time.Duration{"RDS": 2 * time.Hour, "Aurora": 0, "DocumentDB": 0, "Neptune": 0}, report.Oldest, "of every type")

	k.mail.waiting, k.mail.split = 0, nil
	k.look(t)
	assert.ElementsMatch(t, []string{"new", "older"}, k.asked(), "the queue is empty: nobody sees to it")
}

func TestARecentRunLeavesAloneWhatOthersSeeTo(t *testing.T) {
	k := newComparing(0)
	k.mail.waiting = 0
	for _, point := range []string{"flying", "copied", "letter", "back"} {
		k.arrive(point, 20*time.Minute)
	}
	k.again(t, "flying", final)
	require.NoError(t, k.backup.Complete(k.again(t, "copied", final)))
	k.letters = []hop.Request{{Point: "letter", Source: intermediate, Destination: final}}
	k.backup.AddJob(hop.CopyJob{ID: "detour", State: hop.Completed, Source: "final-point", Destination: intermediate, Copy: "back", Created: now})
	k.backup.SetRegion("detour", final.Region)
	k.arrive("returned", 5*time.Minute)
	k.backup.AddJob(hop.CopyJob{ID: "within", State: hop.Completed, Source: pointARN("snapshot", 1), Destination: intermediate, Copy: "returned", Created: now})
	k.backup.SetRegion("within", intermediate.Region)
	k.catchUp()
	report := k.look(t)
	assert.Empty(t, k.asked())
	assert.Equal(t, map[hop.Standing]int{hop.Flying: 1, hop.Copied: 1, hop.Absent: 1}, report.Standings, "what came back is none of ours")
}

func TestAVaultOfTwoRoutesIsComparedOnce(t *testing.T) {
	k := newComparing(0)
	more := k.reconciler.Routes[0]
	more.Name, more.Types = "more", []string{"EBS"}
	k.reconciler.Routes = append(k.reconciler.Routes, more)
	k.arrive("p", 20*time.Minute)
	k.backup.AddPoint(final, hop.RecoveryPoint{ARN: "late", ResourceARN: "r", ResourceType: "RDS", Status: hop.PointCompleted, Created: now.Add(-27 * time.Hour)})
	report := k.look(t)
	assert.Equal(t, 1, report.Points)
	assert.Equal(t, 1, report.Late)
}

func TestAFirstHopIsNotTakenForARestoreOnItsWayBack(t *testing.T) {
	k := newComparing(0)
	k.arrive("new", 12*time.Minute)
	k.backup.AddJob(hop.CopyJob{ID: "hop 1", State: hop.Completed, Source: "arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-1",
		Destination: intermediate, Copy: "new", Created: now})
	k.backup.SetRegion("hop 1", intermediate.Region)
	k.look(t)
	assert.Equal(t, []string{"new"}, k.asked(), "whichever account lists the job")
}

func TestARecentRunAsksForWhatFailedAndTellsPeopleOnce(t *testing.T) {
	k := newComparing(0)
	for i := range 7 {
		point := fmt.Sprint("closed-", i)
		k.arrive(point, 5*time.Minute)
		require.NoError(t, k.backup.End(k.again(t, point, final), hop.Failed, "Given key ID is not accessible"))
	}
	k.arrive("throttled", 5*time.Minute)
	k.elsewhere = true
	require.NoError(t, k.backup.End(k.again(t, "throttled", final), hop.Failed, "Rate exceeded"))
	k.backup.Advance(12 * time.Minute)
	k.look(t)
	assert.Equal(t, []string{"throttled"}, k.asked(), "there may be letters about the others")
	k.elsewhere, k.digests, k.mail.split = false, nil, nil
	report := k.look(t)
	assert.Len(t, k.asked(), 8, "the starter rejects those that a person has to mend")
	assert.Equal(t, 7, report.Standings[hop.Rejected])
	assert.Equal(t, 1, report.Standings[hop.Failing])
	require.Len(t, k.digests, 1, "one text, not one for each")
	assert.Contains(t, k.digests[0], "7 failed for good")
	assert.Contains(t, k.digests[0], "advice for Key")
	assert.Contains(t, k.digests[0], "and 2 more")

	k.backup.Advance(15 * time.Minute)
	k.look(t)
	assert.Len(t, k.digests, 1, "nothing is new")
}

func TestResourcesWithoutANewCopyAreLate(t *testing.T) {
	k := newComparing(0)
	for name, ago := range map[string]time.Duration{"fresh": time.Hour, "late": 26*time.Hour + 5*time.Minute, "retired": 40 * 24 * time.Hour} {
		k.backup.AddPoint(final, hop.RecoveryPoint{ARN: "copy-" + name, ResourceARN: name, ResourceType: "RDS", Status: hop.PointCompleted, Created: now.Add(-ago)})
	}
	report := k.look(t)
	assert.Equal(t, 1, report.Late)
	assert.Equal(t, 26*time.Hour+5*time.Minute, report.Newest["RDS"])
	require.Len(t, k.digests, 1)
	assert.Contains(t, k.digests[0], "the newest copy of late is of 2026-10-31T00:55:00Z")
	assert.Contains(t, k.digests[0], "(twohop status --late --estate FILE):")
	assert.NotContains(t, k.digests[0], "retired")
	k.backup.Advance(15 * time.Minute)
	k.look(t)
	assert.Len(t, k.digests, 1, "it was told")
}

func TestAResourceWithoutANewCopyForTwoWeeksIsTakenForGone(t *testing.T) {
	k := newComparing(0)
	for name, ago := range map[string]time.Duration{"late": 14 * 24 * time.Hour, "gone": 14*24*time.Hour + time.Second} {
		k.backup.AddPoint(final, hop.RecoveryPoint{ARN: "copy-" + name, ResourceARN: name, ResourceType: "RDS", Status: hop.PointCompleted, Created: now.Add(-ago)})
	}
	report := k.look(t)
	require.Len(t, report.Findings[relay.Late], 1)
	assert.Equal(t, "late", report.Findings[relay.Late][0].Point)
	assert.Equal(t, now.Add(-14*24*time.Hour+26*time.Hour), report.Findings[relay.Late][0].Since, "since its objective was missed")
	assert.Equal(t, 14*24*time.Hour, report.Newest["RDS"], "what is gone does not count")
}

func TestAStuckCopyIsToldOfOnce(t *testing.T) {
	k := newComparing(0)
	k.arrive("p", time.Hour)
	k.again(t, "p", final)
	k.backup.Advance(12*time.Hour + 5*time.Minute)
	assert.Equal(t, 1, k.look(t).Standings[hop.Stuck])
	require.Len(t, k.digests, 1)
	assert.Contains(t, k.digests[0], "1 are under way for too long")
	k.backup.Advance(15 * time.Minute)
	k.look(t)
	assert.Len(t, k.digests, 1)
}

func TestARunThatCannotReadFails(t *testing.T) {
	away := func(call string) func(string) error {
		return func(name string) error {
			if name == call {
				return errors.New("away")
			}
			return nil
		}
	}
	for call, unread := range map[string]relay.Reading{"Since": "", "Made": relay.SourceVaults, "Into": relay.SourceVaults, "Resources": relay.FinalVaults} {
		k := newComparing(0)
		k.arrive("p", time.Minute)
		k.backup.Fail(away(call))
		_, err := k.reconciler.Look(t.Context(), now)
		require.ErrorContains(t, err, "away", call)
		if call == "Since" {
			assert.Empty(t, k.reports, "without the jobs every point looks uncopied")
			continue
		}
		require.Len(t, k.reports, 1)
		assert.Equal(t, []relay.Reading{unread}, k.reports[0].Unread, call)
		require.ErrorContains(t, k.reports[0].Err, "away", "which takes the heartbeat away")
	}
	for _, call := range []string{"Older", "Made", "Into", "From"} {
		k := newComparing(0)
		k.arrive("p", time.Minute)
		k.backup.Fail(away(call))
		_, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(now))
		require.ErrorContains(t, err, "away", call)
		require.Len(t, k.reports, 1)
		require.ErrorContains(t, k.reports[0].Err, "away", call)
	}
}

func TestARecentRunTellsTheAgeOfTheOldestLetter(t *testing.T) {
	k := newComparing(0)
	assert.Zero(t, k.look(t).OldestLetter)
	k.oldest = k.backup.Now().Add(-2 * time.Hour)
	assert.Equal(t, 2*time.Hour, k.look(t).OldestLetter)
	k.oldest = k.backup.Now().Add(time.Minute)
	assert.Positive(t, k.look(t).OldestLetter, "clocks differ, and there is one")
}
