package settings

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
)

// Redrive is a RedrivePolicy: it says when messages go to which dead-letter queue. The zero
// value: never.
type Redrive struct {
	DeadLetterTarget string // ARN
	MaxReceives      int    // that go before the dead-letter queue
}

// String is the form in which SQS gives the policy back, whatever it was given.
func (p Redrive) String() string {
	if p == (Redrive{}) {
		return ""
	}
	return `{"deadLetterTargetArn":` + strconv.Quote(p.DeadLetterTarget) + `,"maxReceiveCount":` + strconv.Itoa(p.MaxReceives) + `}`
}

// ParseRedrive reads the attribute; an empty text is no policy. The error is a
// *wire.Error.
func ParseRedrive(text string) (Redrive, error) {
	if text == "" {
		return Redrive{}, nil
	}
	refuse := func(reason string) (Redrive, error) {
		return Redrive{}, fault.Invalid("Value %s for parameter RedrivePolicy is invalid. Reason: %s", text, reason)
	}
	var policy struct {
		DeadLetterTargetArn string      `json:"deadLetterTargetArn"`
		MaxReceiveCount     json.Number `json:"maxReceiveCount"` // a number or a text
	}
	if err := strictly(text, &policy); err != nil {
		return refuse("Redrive policy is not a valid JSON map (" + err.Error() + ").")
	}
	if policy.DeadLetterTargetArn == "" {
		return refuse("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
	}
	if policy.MaxReceiveCount == "" {
		return refuse("Redrive policy does not contain mandatory attribute: maxReceiveCount.")
	}
	if !strings.HasPrefix(policy.DeadLetterTargetArn, "arn:aws:sqs:") {
		return refuse("Invalid value for deadLetterTargetArn.")
	}
	n, err := strconv.Atoi(policy.MaxReceiveCount.String())
	if err != nil || n < 1 || n > 1000 {
		return refuse("Invalid value for maxReceiveCount: " + policy.MaxReceiveCount.String() + ", valid values are from 1 to 1000 both inclusive.")
	}
	return Redrive{DeadLetterTarget: policy.DeadLetterTargetArn, MaxReceives: n}, nil
}

// RedriveAllow is a RedriveAllowPolicy: it says which queues may use this one as dead-letter queue.
// The zero value: all.
type RedriveAllow struct {
	RedrivePermission string   `json:"redrivePermission"`
	SourceQueueArns   []string `json:"sourceQueueArns,omitempty"`
}

// Admits tells whether the queue of that ARN may use this one.
func (p RedriveAllow) Admits(source string) bool {
	switch p.RedrivePermission {
	case "denyAll":
		return false
	case "byQueue":
		return slices.Contains(p.SourceQueueArns, source)
	default:
		return true
	}
}

// String is the policy in its normal form.
func (p RedriveAllow) String() string {
	if p.RedrivePermission == "" {
		return ""
	}
	text, err := json.Marshal(p)
	if err != nil {
		return "" // not for two fields of text
	}
	return string(text)
}

// ParseRedriveAllow reads the attribute; an empty text is no policy. The error is
// a *wire.Error.
func ParseRedriveAllow(text string) (RedriveAllow, error) {
	var policy RedriveAllow
	if text == "" {
		return policy, nil
	}
	refuse := func(reason string) (RedriveAllow, error) {
		return RedriveAllow{}, fault.Invalid("Value %s for parameter RedriveAllowPolicy is invalid. Reason: %s", text, reason)
	}
	if err := strictly(text, &policy); err != nil {
		return refuse("RedriveAllowPolicy is not a valid JSON map (" + err.Error() + ").")
	}
	switch sources := len(policy.SourceQueueArns); policy.RedrivePermission {
	case "allowAll", "denyAll":
		if sources > 0 {
			return refuse("sourceQueueArns can be given with redrivePermission byQueue only.")
		}
	case "byQueue":
		if sources < 1 || sources > 10 {
			return refuse("redrivePermission byQueue takes 1 to 10 sourceQueueArns.")
		}
	default:
		return refuse("redrivePermission must be one of allowAll, denyAll, byQueue.")
	}
	return policy, nil
}

// strictly decodes a JSON object that has no fields but those of into.
func strictly(text string, into any) error {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
