package delivery

import "strings"

// The metrics of rules. Each is sent only when it is not zero, and attempts that are
// repeated count once, at their end [EventBridge: monitoring].
const (
	Invocations                    = "Invocations"       // of targets, those that failed included
	FailedInvocations              = "FailedInvocations" // for good, whether or not a dead-letter queue takes the event
	InvocationsSentToDlq           = "InvocationsSentToDlq"
	InvocationsFailedToBeSentToDlq = "InvocationsFailedToBeSentToDlq"
)

// Metrics are all of them.
var Metrics = []string{Invocations, FailedInvocations, InvocationsSentToDlq, InvocationsFailedToBeSentToDlq}

// Rule names a rule. Bus is empty for the default bus.
type Rule struct{ Account, Region, Bus, Name string }

// On is the rule's bus.
func (r Rule) On() Bus {
	b := Bus{Account: r.Account, Region: r.Region, Name: r.Bus}
	if b.Name == "" {
		b.Name = DefaultBus
	}
	return b
}

func (d Delivery) rule() Rule {
	r := Rule{Account: d.Bus.Account, Region: d.Bus.Region, Name: d.RuleARN[strings.LastIndex(d.RuleARN, "/")+1:]}
	if d.Bus.Name != DefaultBus {
		r.Bus = d.Bus.Name
	}
	return r
}

func (c *Courier) count(d Delivery, metric string) {
	if c.Count != nil {
		c.Count(d.rule(), metric)
	}
}
