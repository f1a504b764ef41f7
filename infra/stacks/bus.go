package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// addBus adds the bus to which members forward, its archive, and the rules that
// feed the queues copies and outcomes.
func (s *stack) addBus() {
	e := s.Estate
	bus := awsevents.NewCfnEventBus(s.scope, str("Bus"), &awsevents.CfnEventBusProps{
		Name: str(e.Name), Description: str("Copy events of the members of the estate " + e.Name), Policy: policy.Bus(e).Map(),
	})
	awsevents.NewCfnArchive(s.scope, str("Archive"), &awsevents.CfnArchiveProps{
		ArchiveName:   str(e.Name),
		Description:   str("Copy events, to be replayed after trouble"),
		SourceArn:     bus.AttrArn(),
		EventPattern:  estate.CopyEvents(),
		RetentionDays: number(e.Logs.ArchiveDays),
	})
	s.addDeadLetters(estate.EventsDLQ, "events that rules could not deliver to the queue "+e.Called(estate.CopiesQueue)+" or "+e.Called(estate.OutcomesQueue),
		"Mend the queue that the attribute TARGET_ARN names, or its policy, then send it the bodies of the messages")
	onBus := rule{
		id: "HopRule", part: estate.HopRule, bus: *bus.Ref(), alarms: "bus-rule",
		description: "Completed first hops, which members forward",
		target:      s.queues[estate.CopiesQueue].AttrArn(), deadLetters: estate.EventsDLQ,
		again:  "send the bodies of the messages to the queue " + e.Called(estate.CopiesQueue),
		remedy: "Then replay the archive " + e.Name + " over the time of this alarm",
	}
	s.addRule(onBus)
	// The first hop's event most likely fires in the source account only (A3). If
	// AWS emits it in the destination account too, the request comes twice, which does no harm.
	own := onBus
	own.id, own.bus, own.alarms = "OwnHopRule", "", "own-rule"
	own.remedy = "The same events come by the bus " + e.Name + "; look at the alarm " + e.Called("bus-rule-lost")
	own.description = "Completed first hops, where AWS reports them to the backup account itself"
	s.addRule(own)
	s.addOutcomes(*bus.Ref())
}

// addOutcomes adds the rules that feed the queue outcomes. Failed first hops are taken
// from the members only: were the same failure told here too, it would be a second
// dead letter.
func (s *stack) addOutcomes(bus string) {
	e := s.Estate
	again := "send the bodies of the messages to the queue " + e.Called(estate.OutcomesQueue)
	s.addRule(rule{
		id: "FailedRule", part: estate.FailedRule, bus: bus, alarms: "failed-rule",
		description: "First hops that failed, which members forward",
		target:      s.queues[estate.OutcomesQueue].AttrArn(), deadLetters: estate.EventsDLQ,
		again: again, remedy: "Then replay the archive " + e.Name + " over the time of this alarm",
	})
	s.addRule(rule{
		id: "OutcomeRule", part: estate.OutcomeRule, alarms: "outcome-rule",
		description: "Second hops that ended",
		target:      s.queues[estate.OutcomesQueue].AttrArn(), deadLetters: estate.EventsDLQ,
		again: again, remedy: "The function " + e.Called(estate.VaultReconciler) + " finds failed copies at its recent runs, and looks at all copies at its full ones",
	})
}
