package stacks

import (
	"bytes"
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// addSchedules adds what the estate's schedules in this account share: the group, the
// role, and the queue for runs that could not be started.
func (s *stack) addSchedules() {
	e := s.Estate
	s.addDeadLetters(estate.SchedulesDLQ, "scheduled runs that could not be started",
		"Check the role "+e.Called(estate.SchedulesRole)+" and the function that the attribute TARGET_ARN names (drift detection); the next run of the schedule tries again, and the message can be deleted")
	s.schedules = awsscheduler.NewCfnScheduleGroup(s.scope, str("Schedules"), &awsscheduler.CfnScheduleGroupProps{Name: str(e.Name)})
	s.scheduler = s.addRole("SchedulesRole", policy.Schedules(e, s.account))
	s.alarmSchedules()
}

// schedule invokes a function time and again, the first time when it is made.
type schedule struct {
	part        string
	description string
	rate        string // a rate expression
	window      int    // seconds within which Scheduler chooses a time; 0: none
	patience    int    // seconds in which an invocation is tried again
	function    awslambda.CfnFunction
	input       map[string]any // JSON; Scheduler fills its own <aws.scheduler...> in
}

func (s *stack) addSchedule(d schedule) awsscheduler.CfnSchedule {
	window := &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: str("OFF")}
	if d.window > 0 {
		window.Mode, window.MaximumWindowInMinutes = str("FLEXIBLE"), number(d.window/minute)
	}
	return awsscheduler.NewCfnSchedule(s.scope, str(camel(d.part)+"Schedule"), &awsscheduler.CfnScheduleProps{
		Name:               str(s.Estate.Called(d.part)),
		GroupName:          s.schedules.Ref(),
		Description:        str(d.description),
		ScheduleExpression: str(d.rate),
		FlexibleTimeWindow: window,
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:              d.function.AttrArn(),
			RoleArn:          s.scheduler.AttrArn(),
			Input:            str(s.text(d.input)),
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: s.queues[estate.SchedulesDLQ].AttrArn()},
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: number(d.patience), MaximumRetryAttempts: number(10),
			},
		},
	})
}

// text is a value as JSON, in which < and > stay what they are: Scheduler would not
// know its own words by their escapes.
func (s *stack) text(v any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	s.fault(encoder.Encode(v))
	return string(bytes.TrimSpace(text.Bytes()))
}
