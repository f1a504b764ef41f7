package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

func TestAQueueAdmitsTheRulesThatTargetIt(t *testing.T) {
	e := estateWith(t)
	onBus := "arn:aws:events:eu-central-1:222222222222:rule/twohop/twohop-hop1-completed"
	own := "arn:aws:events:eu-central-1:222222222222:rule/twohop-hop1-completed"
	failed := "arn:aws:events:eu-central-1:222222222222:rule/twohop/twohop-hop1-failed"
	ended := "arn:aws:events:eu-central-1:222222222222:rule/twohop-hop2-ended"
	forward := "arn:aws:events:eu-central-1:111111111111:rule/twohop-forward"
	for part, test := range map[string]struct {
		account string
		rules   []string // that may send
	}{
		estate.CopiesQueue:   {backup, []string{onBus, own}},
		estate.OutcomesQueue: {backup, []string{failed, ended}},
		estate.EventsDLQ:     {backup, []string{onBus, own, failed, ended}},
		estate.OutcomesDLQ:   {backup, nil},
		estate.SweepsQueue:   {backup, nil},
		estate.ReconcilerDLQ: {backup, nil},
		estate.ForwardDLQ:    {member, []string{forward}},
		estate.CopiesDLQ:     {backup, nil},
		estate.DutyDLQ:       {management, nil},
		estate.SchedulesDLQ:  {management, nil},
	} {
		t.Run(part, func(t *testing.T) {
			d, err := policy.Queue(e, test.account, part)
			require.NoError(t, err)
			for _, rule := range []string{onBus, own, failed, ended, forward, own + "-2"} {
				want := silent
				for _, admitted := range test.rules {
					if rule == admitted {
						want = allowed
					}
				}
				r := request{action: "sqs:SendMessage", resource: e.QueueARN(test.account, part), service: "events.amazonaws.com",
					context: map[string][]string{"aws:SourceArn": {rule}}}
				assert.Equal(t, want, decide(t, d, r), rule)
				r.context["aws:SourceAccount"] = []string{test.account}
				assert.Equal(t, want, decide(t, d, r), rule)
				r.context["aws:SecureTransport"] = []string{"false"}
				assert.Equal(t, denied, decide(t, d, r), "in clear text")
			}
		})
	}
}

func TestAnUnknownQueueIsAnError(t *testing.T) {
	_, err := policy.Queue(estateWith(t), backup, "copys")
	require.EqualError(t, err, `write queue policy: "copys" is no queue of the estate; [copies copies-dlq outcomes outcomes-dlq sweeps reconciler-dlq events-dlq forward-dlq prerequisites-dlq schedules-dlq] are`)
	for _, part := range policy.Queues() {
		_, err := policy.Queue(estateWith(t), backup, part)
		require.NoError(t, err)
	}
}
