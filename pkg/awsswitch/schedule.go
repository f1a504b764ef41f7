package awsswitch

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/twohop/twohop/pkg/relay"
)

// schedule is a schedule of EventBridge Scheduler. What it misses while it is off is
// not made up for.
type schedule struct {
	client *scheduler.Client
	group  string
	name   string
}

var _ relay.Switch = schedule{}

func (s schedule) String() string { return "schedule " + s.name }

func (s schedule) On(ctx context.Context) (bool, error) {
	found, err := s.get(ctx)
	if err != nil {
		return false, err
	}
	return found.State == types.ScheduleStateEnabled, nil
}

func (s schedule) Set(ctx context.Context, on bool) error {
	found, err := s.get(ctx)
	if err != nil {
		return err
	}
	state := types.ScheduleStateDisabled
	if on {
		state = types.ScheduleStateEnabled
	}
	out, err := s.client.UpdateSchedule(ctx, same(found, state))
	switch {
	case err != nil:
		return fmt.Errorf("update schedule: %w", classify(err))
	case aws.ToString(out.ScheduleArn) == "":
		return fmt.Errorf("update schedule: %w", incomplete("UpdateSchedule", "ScheduleArn"))
	}
	return nil
}

func (s schedule) get(ctx context.Context) (*scheduler.GetScheduleOutput, error) {
	found, err := s.client.GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: &s.group, Name: &s.name})
	if err != nil {
		return nil, fmt.Errorf("get schedule: %w", classify(err))
	}
	if found.State == "" || found.Target == nil || found.ScheduleExpression == nil {
		return nil, fmt.Errorf("get schedule: %w", incomplete("GetSchedule", "its state, target or expression"))
	}
	return found, nil
}

// same is a schedule as it was shown, but for its state: an update replaces the whole
// schedule, and what it leaves out falls back to its default [API: UpdateSchedule].
func same(s *scheduler.GetScheduleOutput, state types.ScheduleState) *scheduler.UpdateScheduleInput {
	return &scheduler.UpdateScheduleInput{
		ActionAfterCompletion:      s.ActionAfterCompletion,
		Description:                s.Description,
		EndDate:                    s.EndDate,
		FlexibleTimeWindow:         s.FlexibleTimeWindow,
		GroupName:                  s.GroupName,
		KmsKeyArn:                  s.KmsKeyArn,
		Name:                       s.Name,
		ScheduleExpression:         s.ScheduleExpression,
		ScheduleExpressionTimezone: s.ScheduleExpressionTimezone,
		StartDate:                  s.StartDate,
		State:                      state,
		Target:                     s.Target,
	}
}
