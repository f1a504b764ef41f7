package e2e

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// impatient leaves retries to the queue: the SDK's pauses are real time.
var impatient = stage.Variables(primaryStack, starterFunction, map[string]any{"AWS_MAX_ATTEMPTS": "1"})

// eventsAlone has the reconciler make no runs: what is done then, an event has asked for,
// and messages are not asked for again while they are tried.
var eventsAlone = stage.All(
	stage.Replace(primaryStack, `"ScheduleExpression": "rate(15 minutes)"`, `"State": "DISABLED", "ScheduleExpression": "rate(15 minutes)"`),
	stage.Replace(primaryStack, `"ScheduleExpression": "rate(1440 minutes)"`, `"State": "DISABLED", "ScheduleExpression": "rate(1440 minutes)"`))

// byCopystarter tells the copystarter's calls.
func byCopystarter(c wire.Call) bool {
	return strings.Contains(c.Principal, ":assumed-role/twohop-copystarter/")
}

func TestAFullPoolForHoursCostsNothing(t *testing.T) {
	t.Parallel()
	slow := func(backup.CopyJob) backup.Course { return backup.Course{Wait: time.Minute, Run: 3 * time.Hour} }
	s := setUp(t, awssim.Config{Alarms: true, Backup: func(c *backup.Config) { c.Plan = slow; c.Pools = copies.SharedPools() }}, stage.Options{})
	databases := append(s.databases("Neptune", 3), s.databases("Aurora", 3)...)
	s.hopOne(databases)
	most, hours := 0, 0
	for ; hours < 20 && s.without(s.Final, databases) > 0; hours++ {
		s.pass(time.Hour)
		running := 0
		for _, job := range s.hopTwos() {
			if job.State == "RUNNING" || job.State == "CREATED" {
				running++
			}
		}
		most = max(most, running)
		assert.Empty(t, s.ringing(), "a full pool is nobody's business at night")
		for _, m := range s.World.SQS.Peek(s.Copies.ARN) {
			assert.LessOrEqual(t, m.ReceiveCount, 1, "waiting is not counted as a crash")
		}
	}
	s.settle()
	s.once(databases)
	assert.Greater(t, hours, 5, "the pool is full for hours")
	assert.LessOrEqual(t, most, 5, "never over the quota")
	assert.GreaterOrEqual(t, most, 4, "the pool is used up to its headroom")
}

// without is how many of these resources have no recovery point in a vault.
func (s *set) without(vault hop.Vault, all []stage.Resource) int {
	n := 0
	for _, r := range all {
		if len(s.In(vault, r)) == 0 {
			n++
		}
	}
	return n
}

func TestAQuotaThatIsSmallerThanConfiguredIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{Backup: func(c *backup.Config) {
		c.Pools = []backup.Pool{{Types: []string{"RDS"}, Limit: 2}}
		c.OverLimit = copies.Refuse
	}}, stage.Options{Change: impatient})
	databases := s.backUp("RDS", 7)
	s.settle()
	s.once(databases)
}

// TestACopyThatFailsForAFullPoolWaits, with the code of the limit in the status message or
// without: it uses up no attempt, though it fails more often than there are attempts.
func TestACopyThatFailsForAFullPoolWaits(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]copies.OverLimit{"with the code": copies.Fail, "in words": copies.FailInWords} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, awssim.Config{Backup: func(c *backup.Config) {
				c.Pools = []backup.Pool{{Types: []string{"RDS"}, Limit: 1}}
				c.OverLimit = form
				c.Plan = func(backup.CopyJob) backup.Course { return backup.Course{Wait: time.Minute, Run: 5 * time.Hour} }
			}}, stage.Options{Change: impatient})
			databases := s.backUp("RDS", 3)
			s.settle()
			assert.Zero(t, s.without(s.Final, databases))
			failures := map[string]int{}
			for _, job := range s.hopTwos() {
				if job.State == copies.Failed {
					failures[job.SourceRecoveryPointArn]++
				}
			}
			most := slices.Max(slices.Collect(maps.Values(failures)))
			assert.Greater(t, most, 4, "more failures of one copy than the example's attempts")
			assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
		})
	}
}

func TestThrottlingAndServerErrorsLoseNothing(t *testing.T) {
	t.Parallel()
	chance := ids.New(7)
	s := setUp(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
		if !byCopystarter(c) || c.Service != "backup" {
			return wire.Fault{}
		}
		switch n := chance.Between(1, 100); {
		case n <= 20:
			return wire.Fault{Err: &wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}}
		case n <= 30:
			return wire.Fault{Err: &wire.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailableException", Message: "try again"}}
		}
		return wire.Fault{}
	}}, stage.Options{Change: impatient})
	databases := s.backUp("RDS", 12)
	s.settle()
	s.once(databases)
}

func TestALongOutageIsWaitedFor(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	down.Store(true)
	s := setUp(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
		if c.Action == "StartCopyJob" && byCopystarter(c) && down.Load() {
			return wire.Fault{Err: &wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}}
		}
		return wire.Fault{}
	}}, stage.Options{Change: impatient})
	databases := s.backUp("RDS", 1)
	s.pass(2 * time.Hour)
	assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN), "two hours of throttling reject nothing")
	down.Store(false)
	s.settle()
	s.once(databases)
}

// TestTheDailyCeilingHoldsAStormBack for a day. That a storm of many days passes at the
// ceiling's pace is shown in memory, by package fleet.
func TestTheDailyCeilingHoldsAStormBack(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{Change: stage.All(eventsAlone,
		stage.Variables(primaryStack, starterFunction, map[string]any{"TWOHOP_DAILY_CEILING": "2"}))})
	databases := s.databases("RDS", 3)
	s.hopOne(databases[:1])
	s.pass(22 * time.Hour)
	s.hopOne(databases[1:])
	s.pass(90 * time.Minute)
	assert.Len(t, s.hopTwos(), 2, "two copies in 24 hours")
	assert.Contains(t, s.logged(), `"reason":"ceiling"`)
	s.pass(2 * time.Hour)
	assert.Len(t, s.hopTwos(), 3, "the first copy was started a day ago")
	s.settle()
	s.once(databases)
}

func TestRefusedRightsEndInTheDeadLetterQueueWithAWSsWords(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
		if c.Action == "DescribeRecoveryPoint" && byCopystarter(c) {
			return wire.Fault{Err: &wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "not authorized to describe"}}
		}
		return wire.Fault{}
	}}, stage.Options{Change: eventsAlone})
	s.backUp("RDS", 1)
	s.pass(3 * time.Hour)
	dead := s.World.SQS.Peek(s.DeadLetters.ARN)
	require.Len(t, dead, 1)
	assert.Equal(t, "Role", dead[0].Attributes["class"].StringValue)
	assert.Contains(t, dead[0].Attributes["reason"].StringValue, "failed at each of 5 receives")
	assert.Contains(t, dead[0].Attributes["reason"].StringValue, "not authorized to describe")
}

func TestAKilledFunctionStartsNothingTwice(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]string{
		"before the call": "DescribeRecoveryPoint",
		"after the call":  "StartCopyJob",
	} {
		t.Run(name, func(t *testing.T) {
			var (
				s       *set
				killed  atomic.Bool
				request atomic.Value
			)
			s = setUp(t, awssim.Config{
				OnStart: func(run lambda.Invocation) {
					if strings.HasSuffix(run.Function, "-copystarter") {
						request.Store(run.RequestID)
					}
				},
				Intercept: func(c wire.Call) wire.Fault {
					if c.Action == action && byCopystarter(c) && killed.CompareAndSwap(false, true) {
						// The call is answered, but its process is gone by then.
						go s.World.Lambda.Kill(request.Load().(string))
						return wire.Fault{Delay: 100 * time.Millisecond}
					}
					return wire.Fault{}
				},
			}, stage.Options{})
			databases := s.backUp("RDS", 3)
			s.settle()
			require.True(t, killed.Load())
			s.once(databases)
		})
	}
}

func TestAPoisonMessageTakesNobodyAlong(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	s.send("{")
	s.send(`{"source":"aws.backup","detail-type":"Copy Job State Change","detail":{"state":"COMPLETED"}}`)
	databases := s.backUp("RDS", 8)
	s.settle()
	for _, d := range databases {
		assert.Len(t, s.In(s.Final, d), 1, d.Name)
	}
	dead := s.World.SQS.Peek(s.DeadLetters.ARN)
	require.Len(t, dead, 2)
	for _, m := range dead {
		assert.Equal(t, "Malformed", m.Attributes["class"].StringValue)
		assert.Contains(t, m.Attributes["reason"].StringValue, "malformed: read ")
		assert.NotEmpty(t, m.Attributes["advice"].StringValue)
		assert.NotEmpty(t, m.Attributes["first_seen"].StringValue)
		assert.NotEmpty(t, m.Attributes["rejected_at"].StringValue)
	}
}

func TestABadConfigurationFailsAtInitWithEveryFault(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{Change: stage.All(eventsAlone, stage.Variables(primaryStack, starterFunction, map[string]any{
		"TWOHOP_MAX_ATTEMPTS": "0", "TWOHOP_POOLS": `[{"Types":["EBS"],"Size":5,"Headroom":0}]`,
	}))})
	s.backUp("RDS", 1)
	s.pass(time.Hour)
	require.NotEmpty(t, s.runs)
	for _, run := range s.runs {
		require.NotNil(t, run.Err, "no invocation is served")
	}
	for _, want := range []string{"TWOHOP_MAX_ATTEMPTS", "no pool holds RDS"} {
		assert.Contains(t, s.logged(), want)
	}
	dead := s.World.SQS.Peek(s.DeadLetters.ARN)
	require.Len(t, dead, 1, "nothing is lost: after five receives the redrive policy keeps the message")
	assert.Contains(t, dead[0].Body, "Copy Job State Change")
}
