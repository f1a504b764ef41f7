package awscheck

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/twohop/twohop/pkg/checkup"
)

// Schedules are the schedules of an account's Region.
type Schedules struct{ client *scheduler.Client }

var _ checkup.Schedules = Schedules{}

// NewSchedules returns the schedules of config's account and Region.
func NewSchedules(config aws.Config) Schedules { return Schedules{scheduler.NewFromConfig(config)} }

// Schedule describes a schedule.
func (s Schedules) Schedule(ctx context.Context, group, name string) (checkup.Schedule, error) {
	out, err := s.client.GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: &group, Name: &name})
	if err != nil {
		return checkup.Schedule{}, refused("scheduler:GetSchedule", err)
	}
	if out.Target == nil || out.ScheduleExpression == nil {
		return checkup.Schedule{}, incomplete("scheduler:GetSchedule", "target or expression")
	}
	schedule := checkup.Schedule{Expression: *out.ScheduleExpression, Target: aws.ToString(out.Target.Arn), Role: aws.ToString(out.Target.RoleArn)}
	if out.Target.DeadLetterConfig != nil {
		schedule.DeadLetters = aws.ToString(out.Target.DeadLetterConfig.Arn)
	}
	return schedule, nil
}
