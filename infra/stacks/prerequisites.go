package stacks

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
	"github.com/twohop/twohop/pkg/prerequisite"
)

// addPrerequisites adds the function prerequisites, which does what CloudFormation
// has no resource for, and its daily schedule.
func (s *stack) addPrerequisites(config estate.Prerequisites, role policy.Role, daily ...prerequisite.Duty) awslambda.CfnFunction {
	e := s.Estate
	environment, err := config.Environment()
	s.fault(err)
	s.addDeadLetters(estate.DutyDLQ, "runs of the function "+e.Called(estate.PrerequisiteDuty)+" that failed three times",
		"Read the log group "+e.LogGroup(estate.PrerequisiteDuty)+", fix what it names; the next daily run tries again, and the message can be deleted")
	f := s.addFunction(function{
		part:        estate.PrerequisiteDuty,
		description: "Switches on what copies need and CloudFormation cannot: once at deployment, then daily",
		role:        role,
		environment: environment,
		timeout:     estate.DutyTimeout,
		memory:      usualMemory,
		deadLetters: estate.DutyDLQ,
		errors:      "Each line of level ERROR names an account and what to do; the next daily run tries again",
	})
	s.addDaily(f, daily)
	return f
}

// addDaily invokes the function once a day, at a time that Scheduler chooses
// within the hour.
func (s *stack) addDaily(f awslambda.CfnFunction, duties []prerequisite.Duty) {
	s.addSchedule(schedule{
		part:        estate.DailyDuty,
		description: "Prerequisites of accounts that have joined, and of what was switched off",
		rate:        "rate(1 day)",
		window:      hour,
		patience:    hour,
		function:    f,
		input:       map[string]any{"duties": duties},
	})
}

// addDuties has the function do duties while the stack is deployed. A change of
// config, or of anything else that revises holds, has it do them again.
func (s *stack) addDuties(id string, f awslambda.CfnFunction, config estate.Prerequisites, revises string, duties ...prerequisite.Duty) awscdk.CfnResource {
	text, err := json.Marshal(config)
	s.fault(err)
	revision := sha256.Sum256(append(text, revises...))
	return awscdk.NewCfnResource(s.scope, str(id), &awscdk.CfnResourceProps{
		Type: str("Custom::TwohopPrerequisites"),
		Properties: &map[string]any{
			"ServiceToken": f.AttrArn(),
			// CloudFormation would wait for an hour.
			"ServiceTimeout": seconds(estate.DutyTimeout) + minute,
			"Duties":         duties,
			"Revision":       hex.EncodeToString(revision[:8]),
		},
	})
}
