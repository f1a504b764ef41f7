// Package settings holds the attributes of a queue that can be set: their ranges,
// defaults and normal forms, and the two redrive policies.
package settings

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
)

// span is the range of a number attribute, with what it is when nobody sets it.
type span struct{ initial, low, high int }

// numbers are the attributes that are numbers: seconds, and bytes for the
// message size. Values are those of the API reference of CreateQueue.
var numbers = map[string]span{
	"DelaySeconds":                  {0, 0, 900},
	"MaximumMessageSize":            {MaxMessage, 1024, MaxMessage},
	"MessageRetentionPeriod":        {4 * 24 * 3600, 60, 14 * 24 * 3600},
	"ReceiveMessageWaitTimeSeconds": {0, 0, 20},
	"VisibilityTimeout":             {30, 0, MaxVisibility},
	keyReuse:                        {300, 60, 24 * 3600},
}

// Bounds of SQS.
const (
	MaxMessage    = 1 << 20   // bytes of a message or a batch
	MaxVisibility = 12 * 3600 // seconds

	keyReuse   = "KmsDataKeyReusePeriodSeconds"
	queueKey   = "KmsMasterKeyId"
	managedSSE = "SqsManagedSseEnabled"
)

// Readable tells whether a queue can be asked for the attribute: those that can
// be set, those that SQS writes, and those of FIFO queues, which a standard
// queue knows but never has.
func Readable(name string) bool {
	_, number := numbers[name]
	return number || slices.Contains(others, name)
}

var others = []string{
	"QueueArn", "CreatedTimestamp", "LastModifiedTimestamp",
	"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed",
	"Policy", "RedrivePolicy", "RedriveAllowPolicy", queueKey, managedSSE,
	"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
}

// Initial are the attributes of a queue for which nothing is set.
func Initial() map[string]string {
	initial := map[string]string{managedSSE: "true"}
	for name, number := range numbers {
		if name != keyReuse {
			initial[name] = strconv.Itoa(number.initial)
		}
	}
	return initial
}

// Changed returns current with the changes of a request, each in its normal
// form. An empty text takes a policy or a key away. The error is a *wire.Error.
func Changed(current, changes map[string]string) (map[string]string, error) {
	if changes[queueKey] != "" && changes[managedSSE] == "true" {
		return nil, fault.Modeled("InvalidAttributeName", "You can use one type of server-side encryption (SSE) at one time. "+
			"You can either enable KMS SSE or SQS SSE.")
	}
	next := maps.Clone(current)
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		value, err := normal(name, changes[name])
		if err != nil {
			return nil, err
		}
		if value == "" {
			delete(next, name)
			continue
		}
		next[name] = value
		switch {
		case name == queueKey:
			next[managedSSE] = "false"
			if next[keyReuse] == "" {
				next[keyReuse] = strconv.Itoa(numbers[keyReuse].initial)
			}
		case name == managedSSE && value == "true":
			delete(next, queueKey)
			delete(next, keyReuse)
		}
	}
	return next, nil
}

// normal checks one attribute of a request and returns it the way it is kept.
func normal(name, value string) (string, error) {
	invalid := fault.Modeled("InvalidAttributeValue", "Invalid value for the parameter %s.", name)
	if number, ok := numbers[name]; ok {
		n, err := strconv.Atoi(value)
		if err != nil || n < number.low || n > number.high {
			return "", invalid
		}
		return strconv.Itoa(n), nil
	}
	switch name {
	case "Policy":
		if value != "" && !json.Valid([]byte(value)) {
			return "", invalid
		}
		return value, nil
	case "RedrivePolicy":
		policy, err := ParseRedrive(value)
		return policy.String(), err
	case "RedriveAllowPolicy":
		policy, err := ParseRedriveAllow(value)
		return policy.String(), err
	case queueKey:
		return value, nil
	case managedSSE:
		if value != "true" && value != "false" {
			return "", invalid
		}
		return value, nil
	default: // those of FIFO queues and those that only SQS writes, too
		return "", fault.UnknownAttribute(name)
	}
}
