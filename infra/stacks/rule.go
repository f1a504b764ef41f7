package stacks

import "github.com/aws/aws-cdk-go/awscdk/v2/awsevents"

// rule is an event rule with one target.
type rule struct {
	id          string
	part        string
	bus         string // empty: the default bus
	description string
	target      *string // ARN
	role        *string // ARN, where the target wants one
	deadLetters string  // part of the queue in this account
	alarms      string  // what its alarms' names begin with
	again       string  // how events in the dead-letter queue are sent again
	remedy      string  // what to do about events that are lost
}

// addRule adds a rule. Its target is tried for a day, which is what AWS does
// unless it is told otherwise; what is left then goes to the dead-letter queue.
func (s *stack) addRule(r rule) {
	target := &awsevents.CfnRule_TargetProperty{
		Id: str("target"), Arn: r.target, RoleArn: r.role,
		DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: s.queues[r.deadLetters].AttrArn()},
		RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
			MaximumEventAgeInSeconds: number(day), MaximumRetryAttempts: number(185),
		},
	}
	name := s.Estate.Called(r.part)
	properties := &awsevents.CfnRuleProps{
		Name: str(name), Description: str(r.description), EventPattern: s.Estate.RulePattern(r.part), State: str("ENABLED"),
	}
	if r.bus != "" {
		properties.EventBusName = str(r.bus)
	}
	properties.Targets = []any{target}
	awsevents.NewCfnRule(s.scope, str(r.id), properties)
	s.alarmRule(r)
}
