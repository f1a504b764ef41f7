package e2e

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// TestAnOutcomeThatCouldNotBeHandledIsReplayedByTheConsolesRedrive: the outcometracker
// lacks a right for a while, so that a copy that failed is told to nobody; once it has it
// again the outcome is, and the copy is made.
func TestAnOutcomeThatCouldNotBeHandledIsReplayedByTheConsolesRedrive(t *testing.T) {
	t.Parallel()
	var refused, tried atomic.Bool
	refused.Store(true)
	config := failing("Copy job failed because of an internal error.", func() bool { return !tried.Swap(true) })
	config.Intercept = func(c wire.Call) wire.Fault {
		if c.Action == "ListCopyJobs" && refused.Load() && strings.Contains(c.Principal, ":assumed-role/twohop-outcometracker/") {
			return wire.Fault{Err: &wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "not authorized to list"}}
		}
		return wire.Fault{}
	}
	s := setUp(t, awssim.Config{Backup: config.Backup, Intercept: config.Intercept}, stage.Options{Change: eventsAlone})
	databases := s.backUp("RDS", 1)
	s.pass(3 * time.Hour)
	dead := s.World.SQS.Peek(s.OutcomesDLQ.ARN)
	require.Len(t, dead, 1)
	assert.Equal(t, "Role", dead[0].Attributes["class"].StringValue)
	assert.Contains(t, dead[0].Attributes["reason"].StringValue, "not authorized to list")
	assert.NotEmpty(t, dead[0].Attributes["rejected_at"].StringValue)
	require.Empty(t, s.In(s.Final, databases[0]))

	refused.Store(false)
	_, err := sqs.NewFromConfig(s.Client(stage.Backup, stage.Primary)).StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{
		SourceArn: &s.OutcomesDLQ.ARN, DestinationArn: &s.Outcomes.ARN,
	})
	require.NoError(t, err)
	s.settle()
	s.only(s.Final, databases[0])
	assert.Len(t, s.hopTwos(), 2, "the failure and the copy")
	assert.Empty(t, s.World.SQS.Peek(s.OutcomesDLQ.ARN))
	assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
}
