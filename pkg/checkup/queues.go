package checkup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Queues are the queues of an account's Region.
type Queues interface {
	// Queue tells of a queue by its name; ErrNotFound without it.
	Queue(ctx context.Context, name string) (Queue, error)
}

// Queue is what is in a queue, who may send to it, and how it keeps messages.
type Queue struct {
	Policy      string // JSON, empty for none
	Messages    int    // visible, hidden and delayed ones; AWS counts approximately
	Retention   time.Duration
	Visibility  time.Duration // for how long a received message is hidden
	KMSKey      string        // empty: the keys are SQS's own
	DeadLetters string        // ARN of the queue that its redrive policy names; empty for none
	Receives    int           // maxReceiveCount of that policy
	Allows      RedriveAllow  // whose dead-letter queue it may be
}

// RedriveAllow is a queue's redrive allow policy; its zero value allows every queue.
type RedriveAllow struct {
	Permission string   // allowAll, denyAll or byQueue; empty: allowAll
	Sources    []string // ARNs of the queues that byQueue allows
}

// admits reports whether the queue of an ARN may name this one as its dead-letter queue.
func (r RedriveAllow) admits(source string) bool {
	return r.Permission == "" || r.Permission == "allowAll" || r.Permission == "byQueue" && slices.Contains(r.Sources, source)
}

// Queued checks the estate's queues in an account: that they are there, their policies,
// and that nothing is in those for dead letters.
func Queued(e estate.Estate, account, file string, owner estate.Owner, queues Queues) []Check {
	var parts []string
	switch owner {
	case estate.BackupAccount:
		parts = []string{
			estate.CopiesQueue, estate.CopiesDLQ, estate.OutcomesQueue, estate.OutcomesDLQ, estate.SweepsQueue,
			estate.ReconcilerDLQ, estate.EventsDLQ, estate.DutyDLQ, estate.SchedulesDLQ,
		}
	case estate.MemberAccount:
		parts = []string{estate.ForwardDLQ}
	case policy.ManagementAccount:
		parts = []string{estate.DutyDLQ, estate.SchedulesDLQ}
	}
	deploy := deploysOf(e, file, account, owner, e.Regions.Primary)
	var checks []Check
	for _, part := range parts {
		name := e.Called(part)
		at := Place{Account: account, Region: e.Regions.Primary, Resource: e.QueueARN(account, part)}
		checks = append(checks, Check{Name: "queue " + name, Place: at, Right: "sqs:GetQueueAttributes", Look: func(ctx context.Context) ([]Finding, error) {
			queue, err := queues.Queue(ctx, name)
			if errors.Is(err, ErrNotFound) {
				return broken("there is no queue "+name, late, deploy.String()), nil
			}
			if err != nil {
				return nil, err
			}
			wanted, err := policy.Queue(e, account, part)
			if err != nil {
				return nil, err
			}
			found, err := compared(wanted, queue.Policy, "the policy of the queue "+name, "", deploy.String())
			found = append(found, stored(e, account, part, queue)...)
			if strings.HasSuffix(part, "-dlq") && queue.Messages > 0 {
				found = append(found, letters(name, queue.Messages, lister(file, account, owner))...)
			}
			return found, err
		}})
	}
	return checks
}

// stored are the findings about how a queue keeps its messages.
func stored(e estate.Estate, account, part string, queue Queue) []Finding {
	name := e.Called(part)
	var found []Finding
	if queue.Retention < estate.QueueRetention {
		found = broken(fmt.Sprintf("the queue %s keeps messages for %s, and the estate %s", name, queue.Retention, estate.QueueRetention),
			"none: SQS deletes what is in it for longer, such as copies that wait during a pause, and no dead-letter message reports it",
			setQueue(e, account, part, fmt.Sprintf("MessageRetentionPeriod=%d", int(estate.QueueRetention.Seconds()))))
	}
	if queue.KMSKey != "" {
		found = append(found, broken("the queue "+name+" is encrypted with the KMS key "+queue.KMSKey+", and the estate's queues with SQS's own keys",
			"EventBridge and the estate's roles can send to it only if that key admits them; EventBridge never can with the key alias/aws/sqs",
			setQueue(e, account, part, "KmsMasterKeyId=,SqsManagedSseEnabled=true"))...)
	}
	return found
}

// lister is the command that lists the dead letters of an account.
func lister(file, account string, owner estate.Owner) string {
	command := "twohop dlq list --estate " + file
	if owner == policy.ManagementAccount {
		command += " --profile " + account + "=NAME"
	}
	return command
}

func letters(name string, n int, lister string) []Finding {
	were := fmt.Sprintf("%d messages are", n)
	if n == 1 {
		were = "1 message is"
	}
	return broken(were+" in the dead-letter queue "+name, "each is a copy, an event or a run that is left to a person",
		"look at them: "+lister)
}
