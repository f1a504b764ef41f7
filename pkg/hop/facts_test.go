package hop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

func TestTheStatesOfAJob(t *testing.T) {
	for state, want := range map[hop.State][2]bool{ // in flight, unsuccessful
		hop.Created: {true, false}, hop.Running: {true, false}, hop.Completed: {false, false},
		hop.Failed: {false, true}, hop.Partial: {false, true}, hop.Aborted: {false, true}, hop.Expired: {false, true},
	} {
		assert.Equal(t, want, [2]bool{state.InFlight(), state.Unsuccessful()}, state)
		assert.True(t, state.Known(), state)
	}
	for _, strange := range []hop.State{"NEW", ""} {
		assert.False(t, strange.InFlight() || strange.Unsuccessful() || strange.Known())
	}
}

func TestACopyThatAWSBackupIsDeletingIsGone(t *testing.T) {
	for status, want := range map[hop.PointStatus]hop.CopyState{
		hop.PointCompleted: hop.CopyPresent, hop.PointAvailable: hop.CopyPresent, hop.PointCreating: hop.CopyPresent,
		hop.PointPartial: hop.CopyPresent, hop.PointStopped: hop.CopyPresent, "NEW": hop.CopyPresent,
		hop.PointDeleting: hop.CopyGone, hop.PointExpired: hop.CopyGone,
	} {
		assert.Equal(t, want, hop.CopyStateOf(status), status)
	}
}

func TestAPointIsUsableWhileItIsWholeAndLasts(t *testing.T) {
	for status, usable := range map[hop.PointStatus]bool{
		hop.PointCompleted: true, hop.PointAvailable: true, hop.PointCreating: false, hop.PointPartial: false,
		hop.PointStopped: false, hop.PointDeleting: false, hop.PointExpired: false, "NEW": false,
	} {
		assert.Equal(t, usable, hop.RecoveryPoint{Status: status}.Usable(now), status)
	}
	whole := hop.RecoveryPoint{Status: hop.PointCompleted, DeleteAt: now.Add(time.Hour)}
	assert.False(t, whole.Usable(now), "a copy takes time to begin")
	whole.DeleteAt = whole.DeleteAt.Add(time.Nanosecond)
	assert.True(t, whole.Usable(now))
}

func TestAMultiAZClusterIsAClusterOfTypeRDS(t *testing.T) {
	const cluster, instance = "arn:aws:rds:eu-central-1:111111111111:cluster:c", "arn:aws:rds:eu-central-1:111111111111:db:d"
	assert.True(t, hop.IsMultiAZCluster("RDS", cluster))
	assert.False(t, hop.IsMultiAZCluster("RDS", instance))
	assert.False(t, hop.IsMultiAZCluster("Aurora", cluster))
}

func TestARouteIsOfItsSourceAndItsDestinations(t *testing.T) {
	two := hop.Routes{routes[0], {Name: "more", Source: local, Types: []string{"RDS"}, Destinations: []hop.Destination{{Vault: other}}}}
	assert.True(t, two.Lead(intermediate.ARN, final.ARN))
	assert.True(t, two.Lead(local.ARN, other.ARN))
	assert.False(t, two.Lead(intermediate.ARN, other.ARN), "that is the other route's destination")
	assert.False(t, two.Lead(local.ARN, final.ARN))
	assert.False(t, two.Lead(final.ARN, final.ARN))
	for _, c := range []struct{ source, resourceType, want string }{
		{intermediate.ARN, "RDS", "databases"}, {intermediate.ARN, "Aurora", "databases"}, {local.ARN, "RDS", "more"},
		{local.ARN, "Aurora", ""}, {intermediate.ARN, "EBS", ""}, {final.ARN, "RDS", ""},
	} {
		route, ok := two.For(c.source, c.resourceType)
		assert.Equal(t, c.want, route.Name)
		assert.Equal(t, c.want != "", ok)
	}
}

func TestAVaultThatIsNoARNIsNotRead(t *testing.T) {
	v := final
	require.ErrorContains(t, v.UnmarshalText([]byte("final")), "is not the ARN of a backup vault")
	assert.Equal(t, final, v, "it stays as it was")
	require.NoError(t, v.UnmarshalText([]byte(other.ARN)))
	assert.Equal(t, other, v)
}

func TestTheRegionAndAccountOfAJobsSource(t *testing.T) {
	job := hop.CopyJob{Source: point, ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:orders"}
	assert.Equal(t, "222222222222", job.SourceAccount())
	assert.Equal(t, "111111111111", job.Account())
	assert.Empty(t, hop.CopyJob{}.SourceAccount())
}
