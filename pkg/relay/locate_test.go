package relay_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// broken is a vault whose points cannot be listed, because of a fault of ours.
type broken struct{}

func (broken) PointsOf(context.Context, hop.Vault, string) ([]hop.Held, error) { panic("broken") }

func TestAResourceIsLocatedInEveryVaultThatCanBeRead(t *testing.T) {
	memory, away := backuptest.NewMemory(now), backuptest.NewMemory(now)
	away.Fail(func(string) error { return errAway })
	point := hop.RecoveryPoint{ARN: "p", ResourceARN: "r", Status: hop.PointCompleted, Created: now}
	for _, v := range []hop.Vault{local, final} {
		memory.AddPoint(v, point)
		memory.AddPoint(v, hop.RecoveryPoint{ARN: "q", ResourceARN: "other", Status: hop.PointCompleted, Created: now})
	}
	lost := errors.New("no credentials")
	looks := []relay.Look{
		{Vault: final, Holder: memory}, {Vault: second, Err: lost}, {Vault: intermediate, Holder: away}, {Vault: old, Holder: broken{}}, {Vault: local, Holder: memory},
	}
	found := relay.Locate(t.Context(), "r", looks)
	require.Len(t, found, 5)
	for i, look := range found {
		assert.Equal(t, looks[i].Vault, look.Vault)
	}
	assert.Equal(t, []hop.Held{{Vault: final, RecoveryPoint: point}, {Vault: local, RecoveryPoint: point}}, relay.HeldIn(found), "in the order of the vaults")
	require.ErrorIs(t, found[1].Err, lost)
	require.ErrorIs(t, found[2].Err, errAway)
	require.ErrorContains(t, found[3].Err, "panic: broken")
	err := relay.Unseen(found)
	require.ErrorIs(t, err, lost, "the first cause")
	require.ErrorContains(t, err, "3 of 5 vaults could not be looked at: no credentials")
	require.NoError(t, relay.Unseen([]relay.Look{found[0], found[4]}))
	require.NoError(t, relay.Unseen(nil))
	assert.Empty(t, looks[0].Held, "what was asked stays as it was")
}

func TestTheResourcesOfLetters(t *testing.T) {
	b := newBench()
	b.addPoint("p", "RDS")
	letters := []relay.Letter{
		{Message: request("1", "p", "RDS", final)},
		{Message: request("2", "gone", "RDS", final)},
		{Message: relay.Message{Notice: hop.Notice{CopyJob: &hop.CopyJobEvent{ResourceARN: "r"}}}},
		{Message: relay.Message{Notice: hop.Notice{Foreign: "aws.ec2 x"}}},
		{},
	}
	assert.Equal(t, []string{"arn:aws:rds:eu-central-1:111111111111:db:p", "", "r", "", ""}, relay.Resources(t.Context(), b.backup, letters))
	assert.Equal(t, 2, b.backup.Calls()["Point"], "an event says it")
}

func TestWhatWasReturnedIsLeftOut(t *testing.T) {
	const member, backup = "arn:aws:rds:eu-central-1:111111111111:snapshot:x", "arn:aws:rds:eu-north-1:222222222222:snapshot:x"
	memory := backuptest.NewMemory(now)
	for copied, c := range map[string]struct{ source, region string }{
		"first hop": {member, intermediate.Region}, "from a final vault": {backup, final.Region}, "of no known account": {"", final.Region},
		"within the Region": {backup, intermediate.Region}, "in a Region without a vault": {backup, "eu-west-3"},
	} {
		memory.AddJob(hop.CopyJob{ID: copied, State: hop.Completed, Source: c.source, Destination: intermediate, Copy: copied, Created: now.Add(-time.Hour)})
		memory.SetRegion(copied, c.region)
	}
	own, err := relay.Returned(t.Context(), memory, []hop.Vault{final, final, intermediate}, intermediate)
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"from a final vault": true, "of no known account": true, "within the Region": true}, own)
	assert.Equal(t, 2, memory.Calls()["Into"], "each Region once")

	points := func() []hop.RecoveryPoint {
		return []hop.RecoveryPoint{{ARN: "first hop"}, {ARN: "from a final vault"}, {ARN: "new"}}
	}
	arrived, err := relay.Arrived(t.Context(), memory, []hop.Vault{final}, intermediate, points())
	require.NoError(t, err)
	assert.Equal(t, []hop.RecoveryPoint{{ARN: "first hop"}, {ARN: "new"}}, arrived)
	arrived, err = relay.Arrived(t.Context(), memory, []hop.Vault{final}, intermediate, nil)
	require.NoError(t, err)
	assert.Empty(t, arrived)
	assert.Equal(t, 4, memory.Calls()["Into"], "of no points nothing is asked")
	memory.Fail(func(string) error { return errAway })
	_, err = relay.Arrived(t.Context(), memory, []hop.Vault{final}, intermediate, points())
	require.ErrorIs(t, err, errAway)
}
