package api

import (
	"time"

	"github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/awssim/wire"
)

type window struct {
	Mode                   string
	MaximumWindowInMinutes int `json:",omitempty"`
}

type deadLetters struct {
	Arn string `json:",omitempty"`
}

type retryPolicy struct {
	MaximumEventAgeInSeconds *int
	MaximumRetryAttempts     *int
}

type target struct {
	Arn              string
	RoleArn          string       `json:",omitempty"`
	Input            string       `json:",omitempty"`
	DeadLetterConfig *deadLetters `json:",omitempty"`
	RetryPolicy      *retryPolicy `json:",omitempty"`
}

// rest is what a schedule is besides its name.
type rest struct {
	Description                string `json:",omitempty"`
	GroupName                  string
	ScheduleExpression         string
	ScheduleExpressionTimezone string
	State                      string
	FlexibleTimeWindow         window
	Target                     target
	ActionAfterCompletion      string
}

type scheduleOutput struct {
	Arn  string
	Name string
	rest
	CreationDate         wire.Epoch
	LastModificationDate wire.Epoch
}

// noAction: schedules that have no next time stay, which is the default [API:
// GetSchedule].
const noAction = "NONE"

// output is a schedule with the defaults that AWS shows.
func output(kept scheduler.Kept) scheduleOutput {
	seconds := int(kept.Target.MaximumEventAge / time.Second)
	out := scheduleOutput{
		Arn: kept.ARN(), Name: kept.Name, CreationDate: wire.Epoch{Time: kept.Made}, LastModificationDate: wire.Epoch{Time: kept.Changed},
		rest: rest{
			Description: kept.Description, GroupName: kept.Group, State: kept.State,
			ScheduleExpression: kept.Expression, ScheduleExpressionTimezone: kept.Timezone,
			FlexibleTimeWindow: window{Mode: "OFF"}, ActionAfterCompletion: noAction,
			Target: target{
				Arn: kept.Target.ARN, RoleArn: kept.Target.RoleARN, Input: kept.Target.Input,
				RetryPolicy: &retryPolicy{MaximumEventAgeInSeconds: &seconds, MaximumRetryAttempts: kept.Target.MaximumRetryAttempts},
			},
		},
	}
	if kept.FlexibleMinutes > 0 {
		out.FlexibleTimeWindow = window{Mode: "FLEXIBLE", MaximumWindowInMinutes: kept.FlexibleMinutes}
	}
	if kept.Target.DeadLetterARN != "" {
		out.Target.DeadLetterConfig = &deadLetters{kept.Target.DeadLetterARN}
	}
	return out
}

// updateInput is the whole schedule: what is left out has its default afterwards.
type updateInput struct {
	Name string `path:"Name"`
	rest
	// ClientToken tells repetitions of a call. It is not looked at: to say twice what a
	// schedule is, is to say it once.
	ClientToken string
}

// schedule is what the caller wants; start, end and key are unknown members.
func (in updateInput) schedule(r *wire.Request) (scheduler.Schedule, error) {
	wanted := at(r, in.GroupName, in.Name)
	wanted.Description, wanted.State = in.Description, in.State
	wanted.Expression, wanted.Timezone = in.ScheduleExpression, in.ScheduleExpressionTimezone
	wanted.Target = scheduler.Target{ARN: in.Target.Arn, RoleARN: in.Target.RoleArn, Input: in.Target.Input}
	switch minutes := in.FlexibleTimeWindow.MaximumWindowInMinutes; {
	case in.FlexibleTimeWindow.Mode == "FLEXIBLE" && minutes > 0:
		wanted.FlexibleMinutes = minutes
	case in.FlexibleTimeWindow.Mode != "OFF" || minutes != 0:
		return scheduler.Schedule{}, invalid("the flexible time window is OFF, or FLEXIBLE with 1 to 1440 minutes, not %q with %d", in.FlexibleTimeWindow.Mode, minutes)
	}
	if in.ActionAfterCompletion != "" && in.ActionAfterCompletion != noAction {
		return scheduler.Schedule{}, invalid("awssim keeps schedules after their last time: ActionAfterCompletion is %s, not %q", noAction, in.ActionAfterCompletion)
	}
	if letters := in.Target.DeadLetterConfig; letters != nil {
		wanted.Target.DeadLetterARN = letters.Arn
	}
	if policy := in.Target.RetryPolicy; policy != nil {
		wanted.Target.MaximumRetryAttempts = policy.MaximumRetryAttempts
		if policy.MaximumEventAgeInSeconds != nil {
			if *policy.MaximumEventAgeInSeconds == 0 {
				return scheduler.Schedule{}, invalid("the maximum event age is 60 to 86400 seconds, not 0")
			}
			wanted.Target.MaximumEventAge = time.Duration(*policy.MaximumEventAgeInSeconds) * time.Second
		}
	}
	return wanted, nil
}

// summary is a schedule in a list.
type summary struct {
	Arn, GroupName, Name, State        string
	CreationDate, LastModificationDate wire.Epoch
	Target                             target
}

func summarized(kept scheduler.Kept) summary {
	return summary{
		Arn: kept.ARN(), GroupName: kept.Group, Name: kept.Name, State: kept.State, Target: target{Arn: kept.Target.ARN},
		CreationDate: wire.Epoch{Time: kept.Made}, LastModificationDate: wire.Epoch{Time: kept.Changed},
	}
}
