package awssim_test

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdklambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	sdktypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	sdkscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/scheduler"
)

const (
	copystarter = "arn:aws:lambda:eu-central-1:222222222222:function:copystarter"
	schedules   = "arn:aws:iam::222222222222:role/schedules"
)

// switches makes a mapping, whose UUID it returns, and the schedule recent.
func switches(t *testing.T, world *awssim.World) string {
	t.Helper()
	executable, err := os.Executable() // it is never invoked
	require.NoError(t, err)
	_, err = world.Lambda.CreateFunction(lambda.Function{Name: "copystarter", Account: central, Region: region, RoleARN: "arn:aws:iam::222222222222:role/copystarter", Bootstrap: executable})
	require.NoError(t, err)
	queue, err := world.SQS.Create(central, region, "copies", nil, nil)
	require.NoError(t, err)
	uuid, err := world.Lambda.CreateMapping(lambda.Mapping{QueueARN: queue, Function: copystarter, Enabled: true})
	require.NoError(t, err)
	_, err = world.Scheduler.Add(scheduler.Schedule{Account: central, Region: region, Name: "recent", Expression: "cron(0 12 1 1 ? *)",
		Target: scheduler.Target{ARN: copystarter, RoleARN: schedules, Input: "{}"}})
	require.NoError(t, err)
	return uuid
}

// update is the schedule recent as it is.
func update() *sdkscheduler.UpdateScheduleInput {
	return &sdkscheduler.UpdateScheduleInput{
		Name: aws.String("recent"), ScheduleExpression: aws.String("cron(0 12 1 1 ? *)"), State: types.ScheduleStateDisabled,
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		Target:             &types.Target{Arn: aws.String(copystarter), RoleArn: aws.String(schedules), Input: aws.String("{}")},
	}
}

func TestEveryActionOfLambdaAndSchedulerTakesARight(t *testing.T) {
	world := permissions(t)
	uuid := switches(t, world)
	nobody := session(t, world, central, "nobody", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`)
	functions, plans := sdklambda.NewFromConfig(nobody), sdkscheduler.NewFromConfig(nobody)
	const mappings, schedule = "arn:aws:lambda:eu-central-1:222222222222:event-source-mapping:", "arn:aws:scheduler:eu-central-1:222222222222:schedule/default/recent"
	refused := map[string]error{}
	_, refused["lambda:ListEventSourceMappings on resource: *"] = functions.ListEventSourceMappings(t.Context(), &sdklambda.ListEventSourceMappingsInput{})
	_, refused["lambda:GetEventSourceMapping on resource: "+mappings+uuid] = functions.GetEventSourceMapping(t.Context(), &sdklambda.GetEventSourceMappingInput{UUID: &uuid})
	_, refused["lambda:UpdateEventSourceMapping on resource: "+mappings+uuid] = functions.UpdateEventSourceMapping(t.Context(), &sdklambda.UpdateEventSourceMappingInput{UUID: &uuid, Enabled: aws.Bool(false)})
	_, refused["lambda:GetEventSourceMapping on resource: "+mappings+"none"] = functions.GetEventSourceMapping(t.Context(), &sdklambda.GetEventSourceMappingInput{UUID: aws.String("none")})
	_, refused["lambda:GetFunctionRecursionConfig on resource: "+copystarter] = functions.GetFunctionRecursionConfig(t.Context(), &sdklambda.GetFunctionRecursionConfigInput{FunctionName: aws.String("copystarter")})
	_, refused["lambda:PutFunctionRecursionConfig on resource: "+copystarter] = functions.PutFunctionRecursionConfig(t.Context(), &sdklambda.PutFunctionRecursionConfigInput{FunctionName: aws.String(copystarter), RecursiveLoop: sdktypes.RecursiveLoopAllow})
	_, refused["scheduler:ListSchedules on resource: *"] = plans.ListSchedules(t.Context(), &sdkscheduler.ListSchedulesInput{})
	_, refused["scheduler:GetSchedule on resource: "+schedule] = plans.GetSchedule(t.Context(), &sdkscheduler.GetScheduleInput{Name: aws.String("recent")})
	_, refused["scheduler:UpdateSchedule on resource: "+schedule] = plans.UpdateSchedule(t.Context(), update())
	for right, err := range refused {
		assert.Contains(t, refusal(t, err), "not authorized to perform: "+right)
	}
}

func TestAMappingIsChangedByWhoMayTouchItsFunction(t *testing.T) {
	world := permissions(t)
	uuid := switches(t, world)
	change := func(name, function string) error {
		_, err := sdklambda.NewFromConfig(session(t, world, central, name, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
			"Action":"lambda:UpdateEventSourceMapping","Resource":"*","Condition":{"ArnEquals":{"lambda:FunctionArn":"`+function+`"}}}]}`)).
			UpdateEventSourceMapping(t.Context(), &sdklambda.UpdateEventSourceMappingInput{UUID: &uuid, Enabled: aws.Bool(false)})
		return err
	}
	refusal(t, change("theirs", copystarter+"s"))
	require.NoError(t, change("ours", copystarter))
	state, err := world.Lambda.Mapping(uuid)
	require.NoError(t, err)
	assert.False(t, state.Enabled)
}

func TestAScheduleIsUpdatedByWhoMayPassItsRoleOn(t *testing.T) {
	world := permissions(t)
	switches(t, world)
	change := func(name, role string) error {
		_, err := sdkscheduler.NewFromConfig(session(t, world, central, name, `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":"scheduler:UpdateSchedule","Resource":"arn:aws:scheduler:eu-central-1:222222222222:schedule/default/recent"},
			{"Effect":"Allow","Action":"iam:PassRole","Resource":"`+role+`","Condition":{"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}}]}`)).
			UpdateSchedule(t.Context(), update())
		return err
	}
	assert.Contains(t, refusal(t, change("without", "arn:aws:iam::222222222222:role/other")), "not authorized to perform: iam:PassRole on resource: "+schedules)
	require.NoError(t, change("with", schedules))
}
