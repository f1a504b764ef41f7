package e2e

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// TestAFullRunGoesOnInAnotherInvocation: the function has four seconds for the points, and
// every sixth list of jobs, of which a night takes three, is held up for as long. What is
// left goes through the queue `sweeps`, until every night has been looked at.
func TestAFullRunGoesOnInAnotherInvocation(t *testing.T) {
	t.Parallel()
	const work = 4
	var lists atomic.Int64
	slow := func(c wire.Call) wire.Fault {
		if c.Action == "ListCopyJobs" && strings.Contains(c.Principal, ":assumed-role/twohop-reconciler/") && lists.Add(1)%6 == 0 {
			return wire.Fault{Delay: work * time.Second}
		}
		return wire.Fault{}
	}
	s := setUp(t, awssim.Config{Intercept: slow}, stage.Options{Change: stage.All(
		stage.Set(primaryStack, "ReconcilerFunction", "Timeout", 30+work), // thirty are kept for the end
		stage.Replace(primaryStack, "rate(15 minutes)", "rate(100 days)"),
		stage.Replace(primaryStack, "rate(1440 minutes)", "rate(5 days)"),
	)})
	s.losing("twohop-hop1-completed")
	r := s.add(database)
	s.pass(5*24*time.Hour - time.Hour)
	require.Len(t, s.In(s.Intermediate, r), 5)
	require.Empty(t, s.In(s.Final, r))
	s.pass(12 * time.Hour)
	assert.Len(t, s.In(s.Final, r), 5)
	assert.NotZero(t, s.lines(`"run":"full"`, `"goes_on":true`, `"before":"20`), "it says how far it got")
	assert.Equal(t, 2, s.lines(`"run":"full"`, `"goes_on":false`), "at the beginning, and at the end")
	assert.Empty(t, s.World.SQS.Peek(s.Sweeps.ARN))
	assert.Empty(t, s.World.SQS.Peek(s.SweepsDLQ.ARN))
}
