package checkup

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
)

// Triggers are the Lambda functions of an account's Region and what invokes them.
type Triggers interface {
	// Function is a function's configuration; ErrNotFound without the function.
	Function(ctx context.Context, name string) (Function, error)
	// Mapping is the event source mapping from a queue to a function; ErrNotFound without it.
	Mapping(ctx context.Context, function, queueARN string) (Mapping, error)
}

// Function is the configuration of a Lambda function.
type Function struct {
	Timeout     time.Duration
	Environment map[string]string
	Role        string // ARN
	DeadLetters string // ARN of the queue for asynchronous runs that failed; empty for none
	Throttled   bool   // its reserved concurrency is 0: Lambda does not invoke it
}

// Mapping is an event source mapping's configuration.
type Mapping struct {
	UUID           string
	BatchSize      int
	PerMessage     bool // ReportBatchItemFailures
	MaxConcurrency int  // 0: no maximum
	Filtered       bool // it has filter criteria: other messages are deleted unread
}

// Fed checks each queue that triggers a function: its visibility timeout, its redrive policy
// and the mapping's settings, against the function as it is deployed and the estate. What does
// not exist is reported by the checks of queues, mappings and functions.
func Fed(e estate.Estate, deploy Deploys, queues Queues, triggers Triggers) []Check {
	var checks []Check
	for _, feed := range e.Feeds() {
		f := fed{e, feed, deploy}
		at := Place{Account: e.Accounts.Backup, Region: e.Regions.Primary, Resource: e.QueueARN(e.Accounts.Backup, feed.Queue)}
		checks = append(checks, Check{Name: "queue " + e.Called(feed.Queue) + " and its function", Place: at, Right: "sqs:GetQueueAttributes",
			Look: func(ctx context.Context) ([]Finding, error) { return f.look(ctx, queues, triggers) }})
	}
	return checks
}

type fed struct {
	e estate.Estate
	estate.Feed
	deploy Deploys
}

func (f fed) look(ctx context.Context, queues Queues, triggers Triggers) ([]Finding, error) {
	queue, first := queues.Queue(ctx, f.e.Called(f.Queue))
	function, second := triggers.Function(ctx, f.e.Called(f.Function))
	var found []Finding
	dead, fourth := queues.Queue(ctx, f.e.Called(f.DeadLetters))
	if first == nil {
		found = f.redriven(queue)
	}
	if source := f.e.QueueARN(f.e.Accounts.Backup, f.Queue); fourth == nil && !dead.Allows.admits(source) {
		found = append(found, f.refused(source)...)
	}
	if first == nil && second == nil {
		found = append(found, f.visible(queue.Visibility, function.Timeout)...)
	}
	mapping, third := triggers.Mapping(ctx, f.e.Called(f.Function), f.e.QueueARN(f.e.Accounts.Backup, f.Queue))
	if third == nil {
		found = append(found, f.mapped(mapping)...)
	}
	return found, errors.Join(unexpected(first), unexpected(second), unexpected(third), unexpected(fourth))
}

// unexpected is an error but for ErrNotFound, which another check reports.
func unexpected(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// visible compares the queue's visibility timeout with the function's timeout [Lambda: SQS].
func (f fed) visible(visibility, timeout time.Duration) []Finding {
	recommended := f.Visibility()
	if live := estate.VisibilityFactor * timeout; live > recommended {
		recommended = live
	}
	finding := Finding{Kind: Broken,
		Problem: fmt.Sprintf("the visibility timeout of the queue %s is %s, less than the timeout of its function %s (%s)", f.e.Called(f.Queue), visibility, f.e.Called(f.Function), timeout),
		Causes: fmt.Sprintf("none: a message is received again while the function still handles it, and after %d receives it is in %s without a reason",
			f.Receives, f.e.Called(f.DeadLetters)),
		Mend: f.set(fmt.Sprintf("VisibilityTimeout=%d", int(recommended.Seconds())))}
	switch {
	case visibility < timeout:
		return []Finding{finding}
	case visibility < estate.VisibilityFactor*timeout:
		finding.Kind = Warning
		finding.Problem = fmt.Sprintf("the visibility timeout of the queue %s is %s; AWS recommends %d times the timeout of its function %s (%s)",
			f.e.Called(f.Queue), visibility, estate.VisibilityFactor, f.e.Called(f.Function), timeout)
		finding.Causes = "none: messages that Lambda holds back while the function is throttled count as received, and may be in " + f.e.Called(f.DeadLetters) + " without a reason"
		return []Finding{finding}
	default:
		return nil
	}
}

// redriven compares the queue's redrive policy with the estate's.
func (f fed) redriven(queue Queue) []Finding {
	name, wanted := f.e.Called(f.Queue), f.e.QueueARN(f.e.Accounts.Backup, f.DeadLetters)
	mend := f.set(fmt.Sprintf(`'{"RedrivePolicy":"{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":\"%d\"}"}'`, wanted, f.Receives))
	switch {
	case queue.DeadLetters == "":
		return broken("the queue "+name+" has no redrive policy",
			"none: a message that the function cannot handle is received again and again until SQS deletes it, and no dead-letter message reports it", mend)
	case queue.DeadLetters != wanted:
		return broken(fmt.Sprintf("the redrive policy of the queue %s names %s, not %s", name, queue.DeadLetters, wanted),
			"none: messages that the function cannot handle go where neither alarms nor twohop dlq read", mend)
	case queue.Receives != f.Receives:
		return broken(fmt.Sprintf("the redrive policy of the queue %s has a maxReceiveCount of %d, and the estate %d", name, queue.Receives, f.Receives),
			"none: the function rejects a message with its reason at receive "+fmt.Sprint(f.Receives)+"; with fewer the message is moved without one, with more it is handled on after that", mend)
	default:
		return nil
	}
}

// refused is the finding that the dead-letter queue takes no messages of the queue. Whether SQS
// moves them all the same AWS does not document.
func (f fed) refused(source string) []Finding {
	name := f.e.Called(f.DeadLetters)
	return broken(fmt.Sprintf("the redrive allow policy of the queue %s does not allow the queue %s", name, f.e.Called(f.Queue)),
		"none: a message that the function cannot handle may stay in its queue until SQS deletes it, and no dead-letter message reports it",
		setQueue(f.e, f.e.Accounts.Backup, f.DeadLetters, fmt.Sprintf(`'{"RedriveAllowPolicy":"{\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[\"%s\"]}"}'`, source)))
}

// mapped compares the settings of the mapping with the estate's.
func (f fed) mapped(m Mapping) []Finding {
	name := "the event source mapping of " + f.e.Called(f.Function)
	update := fmt.Sprintf("aws lambda update-event-source-mapping --region %s --uuid %s ", f.e.Regions.Primary, m.UUID)
	var found []Finding
	if f.PerMessage && !m.PerMessage {
		found = append(found, broken(name+" does not report batch item failures",
			"none: one message that fails has the messages beside it handled again, and moved to "+f.e.Called(f.DeadLetters)+" with it",
			update+"--function-response-types ReportBatchItemFailures")...)
	}
	if m.Filtered {
		found = append(found, broken(name+" has filter criteria", "none: Lambda deletes the messages that they do not match, unread",
			update+"--filter-criteria '{}'")...)
	}
	if m.MaxConcurrency == 0 || m.MaxConcurrency > estate.MappingConcurrency {
		allowed := fmt.Sprintf("a maximum concurrency of %d", m.MaxConcurrency)
		if m.MaxConcurrency == 0 {
			allowed = "no maximum concurrency"
		}
		finding := Finding{Kind: Warning, Problem: fmt.Sprintf("%s has %s, and the estate %d", name, allowed, estate.MappingConcurrency),
			Causes: "none: more calls of AWS Backup at a time, which it may throttle", Mend: update + fmt.Sprintf("--scaling-config MaximumConcurrency=%d", estate.MappingConcurrency)}
		if f.Function == estate.CopyStarter {
			finding.Kind, finding.Causes = Broken, "more copies are started at a time than the quota allows: "+diagnose.SaysSnapshotQuota
		}
		found = append(found, finding)
	}
	if m.BatchSize > f.BatchSize {
		found = append(found, Finding{Kind: Warning, Problem: fmt.Sprintf("%s has batches of %d messages, and the estate %d", name, m.BatchSize, f.BatchSize),
			Causes: "none: a batch may take longer than the function's timeout", Mend: update + fmt.Sprintf("--batch-size %d", f.BatchSize)})
	}
	return found
}

// set is the command that sets attributes of the queue.
func (f fed) set(attributes string) string {
	return setQueue(f.e, f.e.Accounts.Backup, f.Queue, attributes)
}

// setQueue is the command that sets attributes of one of the estate's queues.
func setQueue(e estate.Estate, account, part, attributes string) string {
	return fmt.Sprintf("aws sqs set-queue-attributes --region %s --queue-url %s --attributes %s", e.Regions.Primary, e.QueueURLIn(account, part), attributes)
}

// Configured checks the functions of the backup account: that Lambda may invoke them, and that
// their environment is what the estate's file says.
func Configured(e estate.Estate, deploy Deploys, triggers Triggers) []Check {
	var checks []Check
	for _, f := range []deployedFunction{
		{estate.CopyStarter, "", e.Starter().Environment}, {estate.OutcomeTracker, "", e.Tracker().Environment},
		{estate.VaultReconciler, estate.ReconcilerDLQ, e.Reconciler().Environment}, {estate.PrerequisiteDuty, estate.DutyDLQ, e.BackupPrerequisites().Environment},
	} {
		name := e.Called(f.part)
		at := Place{Account: e.Accounts.Backup, Region: e.Regions.Primary, Resource: e.FunctionARN(e.Accounts.Backup, f.part)}
		checks = append(checks, Check{Name: "configuration of the function " + name, Place: at, Right: "lambda:GetFunctionConfiguration",
			Look: func(ctx context.Context) ([]Finding, error) {
				live, err := triggers.Function(ctx, name)
				switch {
				case errors.Is(err, ErrNotFound) && f.part == estate.PrerequisiteDuty:
					return broken("there is no function "+name, "none: what the function does is not done", deploy.String()), nil
				case err != nil:
					return nil, unexpected(err) // that of another function is reported by the check of its loops
				}
				wanted, err := f.environment()
				if err != nil {
					return nil, err
				}
				return slices.Concat(throttled(e, name, live), f.tied(e, live), configured(name, wanted, live, deploy)), nil
			}})
	}
	return checks
}

// deployedFunction is a function of the backup account as the estate deploys it.
type deployedFunction struct {
	part        string
	dead        string // part of the queue for asynchronous runs that failed; empty where none are asynchronous
	environment func() (map[string]string, error)
}

// tied compares a function's role and dead-letter queue with the estate's.
func (f deployedFunction) tied(e estate.Estate, live Function) []Finding {
	name, role := e.Called(f.part), e.RoleARN(e.Accounts.Backup, f.part)
	var found []Finding
	if live.Role != role {
		found = broken(fmt.Sprintf("the function %s works as the role %s, and the estate's as %s", name, live.Role, role),
			"AccessDeniedException, where that role lacks a right", fmt.Sprintf("aws lambda update-function-configuration --region %s --function-name %s --role %s", e.Regions.Primary, name, role))
	}
	if f.dead == "" {
		return found
	}
	if dead := e.QueueARN(e.Accounts.Backup, f.dead); live.DeadLetters != dead {
		found = append(found, broken(fmt.Sprintf("the function %s has the dead-letter queue %q, and the estate's %s", name, live.DeadLetters, dead),
			"none: runs that failed three times are lost, and no dead-letter message reports them",
			fmt.Sprintf("aws lambda update-function-configuration --region %s --function-name %s --dead-letter-config TargetArn=%s", e.Regions.Primary, name, dead))...)
	}
	return found
}

func throttled(e estate.Estate, name string, live Function) []Finding {
	if !live.Throttled {
		return nil
	}
	return broken("the reserved concurrency of the function "+name+" is 0", "none: Lambda does not invoke it, so what the function does is not done",
		"aws lambda delete-function-concurrency --region "+e.Regions.Primary+" --function-name "+name)
}

// configured compares a function's environment with that of the estate's file.
func configured(name string, wanted map[string]string, live Function, deploy Deploys) []Finding {
	var differ []string
	for _, variable := range slices.Sorted(maps.Keys(wanted)) {
		if live.Environment[variable] != wanted[variable] {
			differ = append(differ, variable)
		}
	}
	if len(differ) == 0 {
		return nil
	}
	return broken(fmt.Sprintf("the environment of the function %s is not that of the estate's file: %s", name, strings.Join(differ, ", ")),
		"the function works by other routes, queues or limits than the file says, or does not start; AWS documents no text for it", deploy.String())
}
