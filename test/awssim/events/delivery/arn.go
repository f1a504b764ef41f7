package delivery

import (
	"fmt"
	"regexp"
)

// DefaultBus is the bus that every account has in every Region.
const DefaultBus = "default"

// Bus is where an event bus lives and its name.
type Bus struct{ Account, Region, Name string }

// ARN is the bus's own.
func (b Bus) ARN() string {
	return fmt.Sprintf("arn:aws:events:%s:%s:event-bus/%s", b.Region, b.Account, b.Name)
}

// RuleARN is the ARN of a rule of the bus. The default bus leaves its name out.
func (b Bus) RuleARN(rule string) string {
	path := rule
	if b.Name != DefaultBus {
		path = b.Name + "/" + rule
	}
	return fmt.Sprintf("arn:aws:events:%s:%s:rule/%s", b.Region, b.Account, path)
}

var (
	busARN   = regexp.MustCompile(`^arn:aws:events:([a-z0-9-]+):(\d{12}):event-bus/([.\-_A-Za-z0-9]+)$`)
	queueARN = regexp.MustCompile(`^arn:aws:sqs:([a-z0-9-]+):(\d{12}):[A-Za-z0-9_-]{1,80}(\.fifo)?$`)
	roleARN  = regexp.MustCompile(`^arn:aws:iam::(\d{12}):role/[\w+=,.@/-]+$`)
)

// ParseBus reads the ARN of a bus; false for anything else.
func ParseBus(arn string) (Bus, bool) {
	m := busARN.FindStringSubmatch(arn)
	if m == nil {
		return Bus{}, false
	}
	return Bus{Account: m[2], Region: m[1], Name: m[3]}, true
}
