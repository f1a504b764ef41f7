package relay_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// letterbox keeps what people are told.
type letterbox struct{ subjects, texts []string }

func (l *letterbox) Publish(_ context.Context, subject, text string) error {
	l.subjects, l.texts = append(l.subjects, subject), append(l.texts, text)
	return nil
}

func TestADigestSaysWhatIsNewAndNamesAFew(t *testing.T) {
	k := newComparing(0)
	told := &letterbox{}
	k.reconciler.Digests = told
	fail := func(point string) {
		k.arrive(point, 5*time.Minute)
		require.NoError(t, k.backup.End(k.again(t, point, final), hop.Failed, "Given key ID is not accessible"))
	}
	for i := range 5 {
		fail(fmt.Sprint("p", i))
	}
	k.catchUp()
	k.look(t)
	k.backup.Advance(15 * time.Minute)
	fail("p5")
	k.catchUp()
	k.look(t)
	require.Equal(t, []string{"twohop: 5 findings, 5 new", "twohop: 6 findings, 1 new"}, told.subjects)
	assert.Equal(t, `The recent run of 2026-11-01T03:05:00Z looked at 5 recovery points.

5 failed for good, and are in the dead-letter queue or about to be (twohop dlq explain --estate FILE):

  advice for Key
    p0
      to `+final.ARN+`: copy job job-1 ended FAILED: Given key ID is not accessible
    p1
      to `+final.ARN+`: copy job job-2 ended FAILED: Given key ID is not accessible
    p2
      to `+final.ARN+`: copy job job-3 ended FAILED: Given key ID is not accessible
    p3
      to `+final.ARN+`: copy job job-4 ended FAILED: Given key ID is not accessible
    p4
      to `+final.ARN+`: copy job job-5 ended FAILED: Given key ID is not accessible
`, told.texts[0])
	assert.Contains(t, told.texts[1], "    and 1 more\n")
	assert.Equal(t, 5, strings.Count(told.texts[1], "Given key ID"), "no further one is named")
}

func TestWhatAFindingSays(t *testing.T) {
	k := newComparing(0)
	k.arrive("stuck", 13*time.Hour)
	k.again(t, "stuck", final)
	k.backup.Advance(12*time.Hour + time.Minute)
	k.arrive("old", 31*24*time.Hour)
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	require.Len(t, report.Findings[hop.Stuck], 1)
	stuck := report.Findings[hop.Stuck][0]
	assert.Equal(t, "copy job job-1 is CREATED since 2026-11-01T03:00:00Z", stuck.Detail)
	assert.Contains(t, stuck.Advice, "open a case with AWS Support")
	require.Len(t, report.Findings[hop.Untold], 1)
	untold := report.Findings[hop.Untold][0]
	assert.Contains(t, untold.Detail, "no copy of arn:aws:rds:eu-central-1:111111111111:db:old made at ")
	assert.Contains(t, untold.Advice, "start one with aws backup start-copy-job")
	assert.Equal(t, final, untold.Destination)
	require.Len(t, k.digests, 1)
	assert.Contains(t, k.digests[0], "1 are under way for too long (twohop status --estate FILE):")
	assert.Contains(t, k.digests[0], "(twohop trace POINT --estate FILE):")
}

func TestAReportAddsUpOverVaults(t *testing.T) {
	k := newComparing(0)
	k.addSource()
	k.fanOut()
	k.reconciler.Routes[0].Destinations = k.Routes[0].Destinations
	k.arriveIn(intermediate, "older", 3*time.Hour)
	k.arriveIn(another, "newer", 2*time.Hour)
	for i, source := range []hop.Vault{intermediate, another, another} {
		k.backup.AddPoint(source, hop.RecoveryPoint{ARN: fmt.Sprint("volume", i), ResourceARN: "v", ResourceType: "EBS",
			Status: hop.PointCompleted, Created: now.Add(-time.Hour), SourceVault: local})
	}
	for vault, ages := range map[hop.Vault][]int{final: {29, 28, 27, 1}, second: {30, 2}} {
		for i, age := range ages {
			k.backup.AddPoint(vault, hop.RecoveryPoint{ARN: fmt.Sprint("copy", i), ResourceARN: fmt.Sprint("db", i), ResourceType: "RDS",
				Status: hop.PointCompleted, Created: now.Add(-time.Duration(age) * time.Hour)})
		}
	}
	report := k.look(t)
	assert.Equal(t, 5, report.Points)
	assert.Equal(t, 3, report.Unrouted)
	assert.Equal(t, 4, report.Late, "of either final vault")
	assert.Equal(t, 3*time.Hour, report.Oldest["RDS"])
	assert.Equal(t, 30*time.Hour, report.Newest["RDS"], "of the resource whose newest copy is oldest")
}
