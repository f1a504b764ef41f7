package e2e

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// losing has every event of a rule be lost, by a part of the rule's name.
func (s *set) losing(rule string) {
	s.World.Events.Intercept = func(_ events.Event, ruleARN, _ string) events.Delivery {
		return events.Delivery{Drop: strings.Contains(ruleARN, rule)}
	}
}

func TestACopyWhoseEventIsLostIsFoundByTheRecentRun(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]string{
		"on its way out of the member": "twohop-forward",
		"on its way to the queue":      "twohop-hop1-completed",
	} {
		t.Run(name, func(t *testing.T) {
			s := setUp(t, awssim.Config{}, stage.Options{})
			s.losing(rule)
			databases := append(s.databases("RDS", 2), s.databases("Neptune", 1)...)
			s.hopOne(databases)
			s.pass(6 * time.Hour)
			require.NotEmpty(t, s.World.Events.Dropped())
			s.once(databases)
			assert.NotZero(t, s.lines(`"run":"recent"`, `"asked":`))
			assert.Empty(t, s.World.SQS.Peek(s.SweepsDLQ.ARN))
		})
	}
}

func TestAFailedCopyWhoseEventIsLostIsFoundByTheRecentRun(t *testing.T) {
	t.Parallel()
	var tries atomic.Int64
	s := setUp(t, failing("Copy job failed because of an internal error.", func() bool { return tries.Add(1) < 2 }), stage.Options{})
	s.losing("twohop-hop2-ended")
	databases := s.backUp("RDS", 1)
	s.pass(6 * time.Hour)
	require.NotEmpty(t, s.World.Events.Dropped())
	s.only(s.Final, databases[0])
	assert.Len(t, s.hopTwos(), 2)
	assert.Zero(t, s.lines(`"reason":"retry"`), "the outcometracker was not told")
}

// TestACopyThatNobodyHasVerifiedIsLookedAtByTheFullRun: its outcome is asked for where
// something is left to be done, here the shorter retention.
func TestACopyThatNobodyHasVerifiedIsLookedAtByTheFullRun(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{Payroll: true})
	s.losing("payroll-hop2-ended")
	databases := s.backUp("RDS", 1)
	s.pass(12 * time.Hour)
	s.only(s.Final, databases[0])
	require.Equal(t, int64(7), s.only(s.Intermediate, databases[0]).Lifecycle.Days())
	s.pass(13 * time.Hour)
	assert.NotZero(t, s.lines(`"reason":"verified"`))
	assert.Equal(t, int64(3), s.only(s.Intermediate, databases[0]).Lifecycle.Days())
}

// TestAFullRunFindsWhatARecentOneNoLongerLooksAt: for nights no event arrives and no run
// is made; the points of the first are older than a recent run looks at.
func TestAFullRunFindsWhatARecentOneNoLongerLooksAt(t *testing.T) {
	t.Parallel()
	const rare = "rate(5 days)" // the first of each is made at once, when there is nothing yet
	for name, runs := range map[string]struct {
		change stage.Change
		all    bool
	}{
		"recent runs": {stage.All(
			stage.Replace(primaryStack, "rate(15 minutes)", rare), stage.Replace(primaryStack, "rate(1440 minutes)", "rate(100 days)")), false},
		"full runs": {stage.All(
			stage.Replace(primaryStack, "rate(15 minutes)", "rate(100 days)"), stage.Replace(primaryStack, "rate(1440 minutes)", rare)), true},
	} {
		t.Run(name, func(t *testing.T) {
			s := setUp(t, awssim.Config{}, stage.Options{Change: runs.change})
			s.losing("twohop-hop1-completed")
			r := s.add(database)
			s.pass(5*24*time.Hour - time.Hour)
			nights := len(s.In(s.Intermediate, r))
			require.Equal(t, 5, nights)
			require.Empty(t, s.In(s.Final, r))
			s.pass(12 * time.Hour)
			copied := len(s.In(s.Final, r))
			if runs.all {
				assert.Equal(t, nights, copied)
				assert.NotZero(t, s.lines(`"run":"full"`, `"asked":5`))
				return
			}
			assert.Less(t, copied, nights, "three days are looked at")
			assert.NotZero(t, copied)
		})
	}
}

// TestRunsThatFailAreMissed: Lambda runs each three times and keeps it, and an alarm
// tells that no run ends any more.
func TestRunsThatFailAreMissed(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	s := setUp(t, awssim.Config{Alarms: true, Intercept: func(c wire.Call) wire.Fault {
		if broken.Load() && c.Action == "ListCopyJobs" && strings.Contains(c.Principal, ":assumed-role/twohop-reconciler/") {
			return wire.Fault{Err: &wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "not authorized to list"}}
		}
		return wire.Fault{}
	}}, stage.Options{})
	s.pass(time.Hour)
	require.Empty(t, s.ringing())
	broken.Store(true)
	s.pass(3 * time.Hour)
	kept := s.World.SQS.Peek(s.SweepsDLQ.ARN)
	require.NotEmpty(t, kept)
	assert.Contains(t, kept[0].Body, `{"run":"recent","scheduled":"2026-`)
	assert.Contains(t, kept[0].Attributes["ErrorMessage"].StringValue, "not authorized to list")
	assert.Subset(t, s.ringing(), []string{"twohop-reconciler-dlq-filled", "twohop-recent-runs-missing"})
	broken.Store(false)
	require.NoError(t, s.World.SQS.Purge(s.SweepsDLQ.ARN))
	s.pass(2 * time.Hour)
	assert.Empty(t, s.ringing())
}

// TestWhatTheReconcilerFindsIsTold: a copy that failed for good is in one text to
// people, and told once.
func TestWhatTheReconcilerFindsIsTold(t *testing.T) {
	t.Parallel()
	s := setUp(t, failing(keyText, func() bool { return true }), stage.Options{})
	s.backUp("RDS", 2)
	s.settle()
	s.pass(3 * time.Hour)
	var texts []string
	for _, m := range s.World.SNS.Messages(topic) {
		if strings.HasPrefix(m.Subject, "twohop: ") {
			texts = append(texts, m.Body)
		}
	}
	require.NotEmpty(t, texts)
	assert.LessOrEqual(t, len(texts), 2, "two failures are new at two runs at the most")
	assert.Contains(t, texts[0], "failed for good, and are in the dead-letter queue or about to be")
	assert.Contains(t, texts[0], "AWSServiceRoleForBackup")
	assert.NotZero(t, s.lines(`"kind":"rejected"`))
}
