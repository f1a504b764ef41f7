package events_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/events/delivery"
)

func TestTheMetricsOfRules(t *testing.T) {
	for sentence, c := range map[string]struct {
		target types.Target
		fail   func(queueARN string) error
		want   map[string]int
	}{
		"a delivery": {toQueue(member, "copies"), nil, map[string]int{"Invocations": 1}},
		"one that its target refuses": {toQueue(member, "copies"), func(string) error { return noQueue },
			map[string]int{"Invocations": 1, "FailedInvocations": 1}},
		"one that was repeated until its end, and is kept": {withDeadLetters(toQueue(member, "copies"), &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(5)}),
			func(arn string) error {
				if arn == queueARN(member, "copies") {
					return errBusy
				}
				return nil
			}, map[string]int{"Invocations": 1, "FailedInvocations": 1, "InvocationsSentToDlq": 1}},
		"one that is lost": {withDeadLetters(toQueue(member, "copies"), nil), func(string) error { return noQueue },
			map[string]int{"Invocations": 1, "FailedInvocations": 1, "InvocationsFailedToBeSentToDlq": 1}},
	} {
		t.Run(sentence, func(t *testing.T) {
			for bus, named := range map[string]string{"default": "", "twohop": "twohop"} {
				w, counted := newWorld(t), map[string]int{}
				rule := events.Rule{Account: member, Region: primary, Bus: named, Name: "all"}
				w.service.Count(func(r events.Rule, metric string) {
					assert.Equal(t, rule, r)
					assert.Contains(t, delivery.Metrics, metric)
					counted[metric]++
				})
				w.queues.fail = c.fail
				client := w.client(member, primary)
				if named != "" {
					w.bus(client, named)
				}
				w.rule(client, bus, "all", everything, c.target)
				w.put(client, bus, `{}`)
				w.settle()
				assert.Equal(t, c.want, counted)
				assert.True(t, w.service.HasRule(rule))
				rule.Name = "none"
				assert.False(t, w.service.HasRule(rule))
				rule.Bus = "none"
				assert.False(t, w.service.HasRule(rule))
			}
		})
	}
}
