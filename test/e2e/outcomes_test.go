package e2e

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// keyText is what AWS Backup says where a key does not admit it.
const keyText = "The source snapshot KMS key [arn:aws:kms:eu-central-1:222222222222:key/intermediate-vault] does not exist, " +
	"is not enabled or you do not have permissions to access it."

// failing has second hops fail with a message while fails says so.
func failing(message string, fails func() bool) awssim.Config {
	return awssim.Config{Backup: func(c *backup.Config) {
		c.Plan = func(job backup.CopyJob) backup.Course {
			course := backup.Course{Wait: time.Minute, Run: 10 * time.Minute}
			if job.AccountID == stage.Backup && fails() {
				course.End, course.Message = "FAILED", message
			}
			return course
		}
	}}
}

// lines counts what the functions wrote that holds all of some texts.
func (s *set) lines(texts ...string) int {
	n := 0
	for _, line := range s.log() {
		holds := true
		for _, text := range texts {
			holds = holds && strings.Contains(line, text)
		}
		if holds {
			n++
		}
	}
	return n
}

func TestACopyThatFailsForAWhileIsTriedAgain(t *testing.T) {
	t.Parallel()
	var tries atomic.Int64
	s := setUp(t, failing("Copy job failed because of an internal error.", func() bool { return tries.Add(1) < 3 }), stage.Options{Change: eventsAlone})
	databases := s.backUp("RDS", 1)
	s.settle()
	assert.Len(t, s.hopTwos(), 3, "two failures and a copy")
	s.only(s.Final, databases[0])
	assert.Equal(t, 2, s.lines(`"reason":"retry"`))
	assert.Equal(t, 1, s.lines(`"reason":"verified"`))
	assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
	assert.Empty(t, s.World.SQS.Peek(s.OutcomesDLQ.ARN))
}

func TestACopyThatFailsForGoodIsRejectedOnceAndReplayedByTheConsolesRedrive(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	broken.Store(true)
	s := setUp(t, failing(keyText, broken.Load), stage.Options{})
	databases := s.backUp("RDS", 1)
	s.settle()
	s.pass(25 * time.Hour) // recent and full runs look at it too
	require.Len(t, s.hopTwos(), 1, "a failure that repeating cannot mend is not repeated")
	dead := s.World.SQS.Peek(s.DeadLetters.ARN)
	require.Len(t, dead, 1)
	assert.Equal(t, "Key", dead[0].Attributes["class"].StringValue)
	assert.Contains(t, dead[0].Attributes["reason"].StringValue, keyText)
	assert.Contains(t, dead[0].Attributes["advice"].StringValue, "AWSServiceRoleForBackup")

	broken.Store(false) // the key is mended
	_, err := sqs.NewFromConfig(s.Client(stage.Backup, stage.Primary)).StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{
		SourceArn: &s.DeadLetters.ARN, DestinationArn: &s.Copies.ARN,
	})
	require.NoError(t, err)
	s.settle()
	s.only(s.Final, databases[0])
	assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
	assert.Len(t, s.hopTwos(), 2, "with a token of its own")
}

// TestAFailedFirstHopIsReported: its event comes by the bus, as the plan's own does.
func TestAFailedFirstHopIsReported(t *testing.T) {
	t.Parallel()
	for name, atDestination := range map[string]bool{"told by the member": false, "told in both accounts": true} {
		t.Run(name, func(t *testing.T) {
			s := setUp(t, awssim.Config{Backup: func(c *backup.Config) { c.EventsAtDestination = atDestination }}, stage.Options{})
			r := s.add(closed(database))
			s.pass(13 * time.Hour)
			require.Empty(t, s.In(s.Intermediate, r))
			dead := s.World.SQS.Peek(s.DeadLetters.ARN)
			require.Len(t, dead, 1, "once")
			assert.Equal(t, "Key", dead[0].Attributes["class"].StringValue)
			assert.Contains(t, dead[0].Attributes["reason"].StringValue, "hop_1: hop 1 ended FAILED: ")
			assert.Contains(t, dead[0].Attributes["advice"].StringValue, "AWSServiceRoleForBackup")
			assert.Contains(t, dead[0].Body, `"account":"111111111111"`)
			assert.Empty(t, s.World.SQS.Peek(s.OutcomesDLQ.ARN))
		})
	}
}

// TestAPointIsKeptForAShorterTimeOnceAllItsCopiesAreVerified: the copy to the third
// Region takes until long after the other is verified. Whichever is asked for first, it
// runs second, for one job at a time works on a resource.
func TestAPointIsKeptForAShorterTimeOnceAllItsCopiesAreVerified(t *testing.T) {
	t.Parallel()
	slow := func(c *backup.Config) {
		c.Plan = func(job backup.CopyJob) backup.Course {
			if strings.Contains(job.DestinationBackupVaultArn, ":"+stage.Third+":") {
				return backup.Course{Wait: 2 * time.Hour, Run: 10 * time.Hour}
			}
			return backup.Course{Run: 10 * time.Minute}
		}
	}
	s := setUp(t, awssim.Config{Backup: slow}, stage.Options{Payroll: true})
	databases := s.backUp("Aurora", 1)
	s.pass(5 * time.Hour)
	require.Equal(t, 1, s.lines(`"reason":"verified"`, stage.Secondary))
	assert.Equal(t, int64(7), s.only(s.Intermediate, databases[0]).Lifecycle.Days(), "a copy is under way")
	s.settle()
	require.Equal(t, 1, s.lines(`"reason":"verified"`, stage.Third, `"kept_days":3`))
	assert.Equal(t, int64(3), s.only(s.Intermediate, databases[0]).Lifecycle.Days())
	assert.Equal(t, int64(35), s.only(s.Final, databases[0]).Lifecycle.Days(), "copies are kept as they were")
}

// TestRetentionIsShortenedWithTheRightTo: where the role or the vault does not allow it,
// nothing is shortened. It is tried again, and then a dead-letter message says why.
func TestRetentionIsShortenedWithTheRightTo(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]stage.Change{
		"the role may not": stage.Replace("PayrollBackupPrimary", `"backup:UpdateRecoveryPointLifecycle"
         ],
         "Effect": "Allow"`, `"backup:DescribeRecoveryPoint"
         ],
         "Effect": "Allow"`),
		"the vault lets another": stage.Replace("PayrollBackupPrimary",
			`"arn:aws:iam::222222222222:role/payroll-outcometracker",`, `"arn:aws:iam::222222222222:role/payroll-other",`),
	} {
		t.Run(name, func(t *testing.T) {
			s := setUp(t, awssim.Config{}, stage.Options{Payroll: true, Change: change})
			databases := s.backUp("Aurora", 1)
			s.pass(12 * time.Hour)
			s.only(s.Final, databases[0])
			assert.Equal(t, int64(7), s.only(s.Intermediate, databases[0]).Lifecycle.Days())
			assert.Equal(t, 1, s.lines(`"reason":"verified"`), "the first copy; with the second the retention would be shortened")
			assert.Equal(t, 5, s.lines(`"reason":"trim"`, "shorten the retention of", "not authorized to perform: backup:UpdateRecoveryPointLifecycle"))
			dead := s.World.SQS.Peek(s.DeadLetters.ARN)
			require.Len(t, dead, 1)
			assert.Equal(t, "Role", dead[0].Attributes["class"].StringValue)
			assert.Contains(t, dead[0].Attributes["reason"].StringValue, "wait_limit: ")
			assert.Contains(t, dead[0].Attributes["reason"].StringValue, "not authorized to perform: backup:UpdateRecoveryPointLifecycle")
		})
	}
}

// TestAPoisonOutcomeTakesNobodyAlong: what cannot be read is where a person looks.
func TestAPoisonOutcomeTakesNobodyAlong(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	for _, body := range []string{"{", `{"source":"aws.backup","detail-type":"Copy Job State Change","detail":{"state":"FAILED"}}`} {
		require.NoError(t, s.World.SQS.Deliver(s.Outcomes.ARN, body, nil, "somebody"))
	}
	databases := s.backUp("RDS", 5)
	s.settle()
	s.once(databases)
	assert.Equal(t, len(databases), s.lines(`"reason":"verified"`))
	dead := s.World.SQS.Peek(s.OutcomesDLQ.ARN)
	require.Len(t, dead, 2)
	for _, m := range dead {
		assert.Equal(t, "Malformed", m.Attributes["class"].StringValue, fmt.Sprint(m))
	}
}
