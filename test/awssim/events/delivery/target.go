package delivery

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

const (
	// maxRetries and maxAge are both the default and the most that a target's
	// RetryPolicy may ask for [API: RetryPolicy].
	maxRetries    = 185
	maxAgeSeconds = 86400
	minAgeSeconds = 60
)

// Target is a rule's target as the API shows it.
type Target struct {
	Id, Arn          string
	RoleArn          string            `json:",omitempty"`
	DeadLetterConfig *DeadLetterConfig `json:",omitempty"`
	RetryPolicy      *RetryPolicy      `json:",omitempty"`

	Input            json.RawMessage `json:",omitempty"` // these three are refused by Check
	InputPath        json.RawMessage `json:",omitempty"`
	InputTransformer json.RawMessage `json:",omitempty"`
}

// DeadLetterConfig names a queue for what cannot be delivered.
type DeadLetterConfig struct {
	Arn string `json:",omitempty"`
}

// RetryPolicy bounds the retries; nil is the default.
type RetryPolicy struct {
	MaximumRetryAttempts     *int `json:",omitempty"` // 0 to 185
	MaximumEventAgeInSeconds *int `json:",omitempty"` // 60 to 86400
}

// deadLetterQueue is the queue's ARN, or empty.
func (t Target) deadLetterQueue() string {
	if t.DeadLetterConfig == nil {
		return ""
	}
	return t.DeadLetterConfig.Arn
}

// patience is how often, and for how long after the event came in, the target
// is tried again.
func (t Target) patience() (retries int, age time.Duration) {
	retries, age = maxRetries, maxAgeSeconds*time.Second
	if p := t.RetryPolicy; p != nil && p.MaximumRetryAttempts != nil {
		retries = *p.MaximumRetryAttempts
	}
	if p := t.RetryPolicy; p != nil && p.MaximumEventAgeInSeconds != nil {
		age = time.Duration(*p.MaximumEventAgeInSeconds) * time.Second
	}
	return retries, age
}

// Check refuses a target of a rule on this bus that EventBridge would refuse or
// that cannot be delivered to here. Roles must be the rule's account's own, but
// neither their trust nor their rights are looked at.
func (t Target) Check(b Bus) error {
	if len(t.Input)+len(t.InputPath)+len(t.InputTransformer) > 0 {
		return fmt.Errorf("awssim sends targets the whole event: target %s cannot have Input, InputPath or InputTransformer", t.Id)
	}
	if m := roleARN.FindStringSubmatch(t.RoleArn); t.RoleArn != "" && (m == nil || m[1] != b.Account) {
		return fmt.Errorf("Parameter RoleArn is not valid. Reason: %s is not a role of account %s", t.RoleArn, b.Account)
	}
	if err := t.checkARN(b); err != nil {
		return err
	}
	if dlq := t.DeadLetterConfig; dlq != nil {
		if err := checkQueue("DeadLetterConfig.Arn", dlq.Arn, b); err != nil {
			return err
		}
	}
	if p := t.RetryPolicy; p != nil {
		if err := between(p.MaximumRetryAttempts, 0, maxRetries, "retryPolicy.maximumRetryAttempts"); err != nil {
			return err
		}
		return between(p.MaximumEventAgeInSeconds, minAgeSeconds, maxAgeSeconds, "retryPolicy.maximumEventAgeInSeconds")
	}
	return nil
}

func (t Target) checkARN(b Bus) error {
	switch {
	case strings.HasPrefix(t.Arn, "arn:aws:sqs:"):
		return checkQueue("Arn", t.Arn, b)
	case strings.HasPrefix(t.Arn, "arn:aws:events:"):
		other, ok := ParseBus(t.Arn)
		if !ok {
			return fmt.Errorf("Parameter %s is not valid. Reason: Provided Arn is not in correct format.", t.Arn)
		}
		if other == b {
			return fmt.Errorf("Parameter %s is not valid. Reason: a bus cannot be the target of its own rule", t.Arn)
		}
		if t.RoleArn == "" {
			return fmt.Errorf("RoleArn is required for target %s.", t.Arn)
		}
		return nil
	default:
		return fmt.Errorf("Parameter %s is not valid. Reason: awssim delivers to SQS queues and event buses only", t.Arn)
	}
}

// checkQueue wants a standard queue of the rule's own account and Region.
func checkQueue(parameter, arn string, b Bus) error {
	m := queueARN.FindStringSubmatch(arn)
	switch {
	case m == nil:
		return fmt.Errorf("Parameter %s is not valid. Reason: %q is not the ARN of an SQS queue", parameter, arn)
	case m[3] != "":
		return fmt.Errorf("Parameter %s is not valid. Reason: %s is a FIFO queue; awssim delivers to standard queues", parameter, arn)
	case m[1] != b.Region || m[2] != b.Account:
		return fmt.Errorf("Parameter %s is not valid. Reason: %s is not in the rule's account %s and Region %s", parameter, arn, b.Account, b.Region)
	}
	return nil
}

func between(value *int, low, high int, member string) error {
	if value == nil || low <= *value && *value <= high {
		return nil
	}
	return fmt.Errorf("1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must have value between %d and %d",
		*value, member, low, high)
}
