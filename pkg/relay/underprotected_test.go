package relay_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

const weakCluster = "arn:aws:rds:eu-central-1:111111111111:cluster:weak"

// nights of a resource, each with its copy in the final vault.
func (k *comparing) nights(resource string, change func(*hop.RecoveryPoint)) {
	for night := range 5 {
		at := k.backup.Now().Add(-time.Duration(night)*24*time.Hour - 10*time.Hour)
		point := hop.RecoveryPoint{ARN: fmt.Sprint(resource, night), ResourceARN: resource, ResourceType: "RDS", Status: hop.PointCompleted,
			Created: at, Completed: at, SourceVault: local}
		k.backup.AddPoint(intermediate, point)
		point.ARN, point.KeyARN, point.SourceVault = "copy of "+point.ARN, finalKey, hop.Vault{}
		change(&point)
		k.backup.AddPoint(final, point)
	}
}

func TestACopyThatIsNotUnderItsVaultsKeyIsAFindingOncePerResource(t *testing.T) {
	for sentence, test := range map[string]struct {
		weaken func(*hop.RecoveryPoint)
		says   string
	}{
		"without a key":               {func(p *hop.RecoveryPoint) { p.KeyARN = "" }, "AWS Backup reports no key"},
		"under a key that AWS owns":   {func(p *hop.RecoveryPoint) { p.KeyARN, p.KeyType = "", hop.AWSOwnedKey }, "under a key that AWS owns"},
		"under a key that is another": {func(p *hop.RecoveryPoint) { p.KeyARN = "other" }, "under the key other"},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newComparing(3)
			k.nights("right", func(*hop.RecoveryPoint) {})
			k.nights(weakCluster, test.weaken)
			for day := range 2 {
				k.outcomes.split = nil
				report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
				require.NoError(t, err)
				require.Len(t, report.Findings[relay.Underprotected], 1, "not one of each night")
				found := report.Findings[relay.Underprotected][0]
				assert.Equal(t, weakCluster, found.Point)
				assert.Equal(t, final, found.Destination)
				assert.Contains(t, found.Detail, test.says)
				assert.Equal(t, "advice for Underprotected", found.Advice)
				assert.Equal(t, 1, report.WeakResources())
				assert.Equal(t, "copy of "+weakCluster+"0", report.Weak[0].Copy, "the newest")
				require.NotEmpty(t, k.outcomes.split, "points of the other resource are kept for too long")
				for _, looked := range k.outcomes.split {
					assert.NotContains(t, looked.Point, weakCluster, "its points are not trimmed, and a known finding is not asked for again")
				}
				assert.Len(t, k.digests, day+1)
				assert.Contains(t, k.digests[day], "1 are of resources with copies that are not under the key of their vault (twohop status --estate FILE):")
			}
			assert.Empty(t, k.asked())
			assert.Empty(t, k.mail.rejected)
		})
	}
}

func TestTheFindingsOfAFullRunAreThoseOfAllItsParts(t *testing.T) {
	k := newComparing(0)
	weaken := func(p *hop.RecoveryPoint) { p.KeyARN = "" }
	k.nights(weakCluster, weaken)
	k.nights("another", weaken)
	first := k.interrupted(t, relay.NewSweep(k.backup.Now()), "Older", 3)
	require.True(t, first.Unfinished)
	assert.Empty(t, first.Findings[relay.Underprotected], "the last part tells")
	assert.Len(t, first.Rest.Weak, 2)

	k.backup.Fail(nil)
	last, err := k.reconciler.Sweep(t.Context(), first.Rest)
	require.NoError(t, err)
	assert.Len(t, last.Findings[relay.Underprotected], 2)
	assert.Equal(t, first.Rest.Weak, last.Weak, "the newest copies were in the first part")
}

func TestAResourceWhoseNewestCopyIsUnderTheVaultsKeyIsNoFinding(t *testing.T) {
	for sentence, test := range map[string]struct {
		newer func(*comparing)
		found int
	}{
		"the newest night's": {func(k *comparing) {
			newest := k.backup.Now().Add(-11 * time.Hour)
			k.nights(weakCluster, func(p *hop.RecoveryPoint) {
				if p.Created.Before(newest) {
					p.KeyARN = ""
				}
			})
		}, 0},
		"one whose point has left the intermediate vault": {func(k *comparing) {
			k.nights(weakCluster, func(p *hop.RecoveryPoint) { p.KeyARN = "" })
			at := k.backup.Now().Add(-time.Hour)
			k.backup.AddPoint(final, hop.RecoveryPoint{ARN: "newer", ResourceARN: weakCluster, ResourceType: "RDS", Status: hop.PointCompleted, KeyARN: finalKey, Created: at, Completed: at})
		}, 0},
		"one that is gone, though it is still listed": {func(k *comparing) {
			k.nights(weakCluster, func(p *hop.RecoveryPoint) { p.KeyARN = "" })
			at := k.backup.Now().Add(-time.Hour)
			k.backup.AddPoint(final, hop.RecoveryPoint{ARN: "newer", ResourceARN: weakCluster, ResourceType: "RDS", Status: hop.PointExpired, KeyARN: finalKey, Created: at, Completed: at})
		}, 1},
		"an older one": {func(k *comparing) {
			oldest := k.backup.Now().Add(-4 * 24 * time.Hour)
			k.nights(weakCluster, func(p *hop.RecoveryPoint) {
				if p.Created.After(oldest) {
					p.KeyARN = ""
				}
			})
		}, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newComparing(0)
			test.newer(k)
			report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
			require.NoError(t, err)
			assert.Len(t, report.Findings[relay.Underprotected], test.found)
			assert.Equal(t, test.found, report.WeakResources())
		})
	}
}
