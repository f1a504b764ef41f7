package e2e

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdklambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/stage"
)

// readings are how Lambda may count the chains of a batch.
var readings = map[string]lineage.Reading{"the longest chain of a batch": lineage.LongestChain, "each message of a batch": lineage.EachMessage}

// fullForHours is an estate whose pool is full for five hours, with databases that are
// on their way to its final vault. Copies are requested by events alone.
func fullForHours(t *testing.T, reading lineage.Reading, change stage.Change) (*set, []stage.Resource) {
	t.Helper()
	s := setUp(t, awssim.Config{Alarms: true, Lineages: reading, Backup: func(c *backup.Config) {
		c.Pools = copies.SharedPools()
		c.Plan = func(job backup.CopyJob) backup.Course {
			if job.AccountID == stage.Backup {
				return backup.Course{Run: 5 * time.Hour}
			}
			return backup.Course{Run: 10 * time.Minute}
		}
	}}, stage.Options{Change: stage.All(eventsAlone, change)})
	return s, s.backUp("Aurora", 6)
}

// longestChain is the largest count of the copystarter in a chain of its invocations.
func (s *set) longestChain() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	longest := 0
	for _, run := range s.runs {
		longest = max(longest, lineage.Read(run.TraceHeader).Invocations(s.Function))
	}
	return longest
}

func TestAWaitOfManyHoursIsNotEndedAsALoop(t *testing.T) {
	t.Parallel()
	for name, reading := range readings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, databases := fullForHours(t, reading, stage.All())
			s.pass(5 * time.Hour)
			assert.Greater(t, s.longestChain(), 2*lineage.Limit)
			s.settle()
			s.once(databases)
			for _, queue := range []stage.Queue{s.DeadLetters, s.OutcomesDLQ} {
				assert.Empty(t, s.World.SQS.Peek(queue.ARN))
			}
			assert.NotContains(t, s.told(), "twohop-copystarter-loop-stopped")
		})
	}
}

// TestWithoutItsSettingAFunctionsWaitIsEndedAsALoop: the messages that wait go to the
// dead-letter queue without a reason, and an alarm says what to do. That done, they are
// replayed.
func TestWithoutItsSettingAFunctionsWaitIsEndedAsALoop(t *testing.T) {
	t.Parallel()
	for name, reading := range readings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, databases := fullForHours(t, reading, stage.Without(primaryStack, starterFunction, "RecursiveLoop"))
			s.pass(4 * time.Hour)
			assert.Equal(t, lineage.Limit, s.longestChain())
			dead := s.World.SQS.Peek(s.DeadLetters.ARN)
			require.Len(t, dead, 2, "the pool has room for four of six")
			for _, m := range dead {
				assert.Equal(t, s.Copies.ARN, m.DeadLetterSource, "by the redrive policy")
				assert.NotContains(t, m.Attributes, "reason")
				assert.NotContains(t, m.Attributes, "rejected_at")
			}
			dropped, measured := s.World.CloudWatch.Latest(cloudwatch.MetricOf(stage.Backup, stage.Primary, "AWS/Lambda", "RecursiveInvocationsDropped",
				map[string]string{"FunctionName": "twohop-copystarter"}))
			assert.True(t, measured)
			assert.Positive(t, dropped.Sum)
			assert.Contains(t, s.told(), "twohop-copystarter-loop-stopped")

			_, err := sdklambda.NewFromConfig(s.Client(stage.Backup, stage.Primary)).PutFunctionRecursionConfig(t.Context(),
				&sdklambda.PutFunctionRecursionConfigInput{FunctionName: aws.String("twohop-copystarter"), RecursiveLoop: types.RecursiveLoopAllow})
			require.NoError(t, err)
			_, err = sqs.NewFromConfig(s.Client(stage.Backup, stage.Primary)).StartMessageMoveTask(t.Context(),
				&sqs.StartMessageMoveTaskInput{SourceArn: &s.DeadLetters.ARN})
			require.NoError(t, err)
			s.pass(8 * time.Hour)
			s.settle()
			s.once(databases)
			assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
		})
	}
}
