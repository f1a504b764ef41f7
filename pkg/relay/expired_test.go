package relay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// leave puts a recovery point into a vault that AWS Backup could not delete.
func (k *comparing) leave(in hop.Vault, arn string, days int, status hop.PointStatus) {
	created := k.backup.Now().AddDate(0, 0, -days)
	k.backup.AddPoint(in, hop.RecoveryPoint{
		ARN: arn, ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:" + arn, ResourceType: "RDS", Status: status,
		Created: created, Completed: created, DeleteAt: created.AddDate(0, 0, 35), SourceVault: local, RoleARN: "arn:aws:iam::222222222222:role/twohop-copy",
	})
}

func TestAFullRunReportsPointsThatAreStillStoredPastTheirRetention(t *testing.T) {
	k := newComparing(0)
	k.leave(final, "old", 60, hop.PointExpired)
	k.leave(final, "older", 400, hop.PointExpired)
	k.leave(final, "kept-for-longer", 60, hop.PointCompleted)
	k.leave(intermediate, "left", 3, hop.PointExpired)
	told := &letterbox{}
	k.reconciler.Digests = told
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.Equal(t, 3, report.Expired)
	found := report.Findings[relay.Expired]
	require.Len(t, found, 3)
	assert.Equal(t, "left", found[0].Point)
	assert.Equal(t, intermediate, found[0].Destination)
	assert.Equal(t, k.backup.Now().AddDate(0, 0, -3), found[0].Since, "deleted before its time")
	assert.ElementsMatch(t, []string{"old", "older"}, []string{found[1].Point, found[2].Point})
	assert.Equal(t, k.backup.Now().AddDate(0, 0, 35-60), found[1].Since)
	assert.Contains(t, found[1].Detail, "a backup of arn:aws:rds:eu-central-1:111111111111:db:old")
	assert.Contains(t, found[1].Advice, "the role arn:aws:iam::222222222222:role/twohop-copy ")
	assert.Contains(t, found[1].Advice, "aws backup delete-recovery-point --region eu-north-1 --backup-vault-name "+final.Name)

	require.Len(t, told.texts, 1)
	assert.Contains(t, told.texts[0], "\n3 are past their retention and still stored, and cost as before (twohop trace POINT --estate FILE):\n")

	recent := k.look(t)
	assert.Zero(t, recent.Expired)
	assert.Empty(t, recent.Findings[relay.Expired])
}

func TestAPointIsExpiredThereByTheShortestRetentionOfARoute(t *testing.T) {
	k := newComparing(0)
	shorter := k.reconciler.Routes[0]
	shorter.Name, shorter.Types, shorter.Destinations = "short", []string{"DocumentDB"}, []hop.Destination{{Vault: final, DeleteAfterDays: 7}, {Vault: second, DeleteAfterDays: 3}}
	longer := shorter
	longer.Name, longer.Types, longer.Destinations = "long", []string{"Neptune"}, []hop.Destination{{Vault: final, DeleteAfterDays: 90}}
	k.reconciler.Routes = append(hop.Routes{k.reconciler.Routes[0]}, shorter, longer)
	k.leave(final, "eight", 8, hop.PointExpired)
	k.leave(final, "six", 6, hop.PointExpired)
	k.leave(second, "five", 5, hop.PointExpired)
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	var points []string
	for _, f := range report.Findings[relay.Expired] {
		points = append(points, f.Point+" in "+f.Destination.Name)
	}
	assert.ElementsMatch(t, []string{"eight in " + final.Name, "five in " + second.Name}, points)
}

func TestAnExpiredPointSaysSinceWhenAndWhichRoleMadeIt(t *testing.T) {
	k := newComparing(0)
	created := now.AddDate(0, 0, -60)
	for _, p := range []hop.RecoveryPoint{
		{ARN: "kept for ever", DeleteAt: time.Time{}}, {ARN: "ends now", DeleteAt: now}, {ARN: "ends later", DeleteAt: now.Add(time.Nanosecond)},
	} {
		p.ResourceARN, p.ResourceType, p.Status, p.Created = "r", "RDS", hop.PointExpired, created
		k.backup.AddPoint(final, p)
	}
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(now))
	require.NoError(t, err)
	since := map[string]time.Time{}
	for _, f := range report.Findings[relay.Expired] {
		since[f.Point] = f.Since
		assert.Contains(t, f.Advice, "the role that made it (IamRoleArn of aws backup describe-recovery-point) must exist")
	}
	assert.Equal(t, map[string]time.Time{"kept for ever": created, "ends now": now, "ends later": created}, since)
}

func TestPointsThatAreStillStoredAreCountedOverAllPartsOfAFullRun(t *testing.T) {
	k := newComparing(0)
	k.arrive("p", time.Hour)
	k.leave(intermediate, "newer", 1, hop.PointExpired)
	k.leave(intermediate, "older", 5, hop.PointExpired)
	k.leave(final, "old", 60, hop.PointExpired)
	first := k.interrupted(t, relay.NewSweep(k.backup.Now()), "Older", 3)
	require.True(t, first.Unfinished)
	assert.Equal(t, 1, first.Expired, "the final vaults are left to the last part")
	require.Len(t, k.sweeps, 1)
	assert.Equal(t, 1, k.sweeps[0].Expired)
	k.backup.Fail(nil)
	last, err := k.reconciler.Sweep(t.Context(), k.sweeps[0])
	require.NoError(t, err)
	assert.Equal(t, 3, last.Expired)
}

func TestAFullRunThatCannotListTheFinalVaultsForExpiredPointsEndsWithAnError(t *testing.T) {
	k := newComparing(0)
	k.backup.Fail(func(name string) error {
		if name == "Made" {
			return assert.AnError
		}
		return nil
	})
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.ErrorIs(t, err, assert.AnError)
	assert.False(t, report.Read(relay.FinalVaults))
}
