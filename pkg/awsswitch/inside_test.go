package awsswitch

import (
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

// TestEveryFieldIsSentBack: a field that the SDK learns of must not be forgotten.
func TestEveryFieldIsSentBack(t *testing.T) {
	shown := &scheduler.GetScheduleOutput{
		ActionAfterCompletion: types.ActionAfterCompletionDelete, Description: aws.String("d"), EndDate: aws.Time(time.Unix(2, 0)),
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff}, GroupName: aws.String("g"), KmsKeyArn: aws.String("k"),
		Name: aws.String("n"), ScheduleExpression: aws.String("e"), ScheduleExpressionTimezone: aws.String("z"), StartDate: aws.Time(time.Unix(1, 0)),
		State: types.ScheduleStateEnabled, Target: &types.Target{Input: aws.String("i")},
	}
	sent := reflect.ValueOf(same(shown, types.ScheduleStateDisabled)).Elem()
	for i := range sent.NumField() {
		field := sent.Type().Field(i)
		switch {
		case !field.IsExported():
		case field.Name == "ClientToken":
			assert.Nil(t, sent.Field(i).Interface(), "the SDK makes one for each call")
		case field.Name == "State":
			assert.Equal(t, types.ScheduleStateDisabled, sent.Field(i).Interface())
		default:
			was := reflect.ValueOf(shown).Elem().FieldByName(field.Name)
			if assert.True(t, was.IsValid(), "GetSchedule does not show %s", field.Name) {
				assert.False(t, was.IsZero(), "this test gives %s no value", field.Name)
				assert.Equal(t, was.Interface(), sent.Field(i).Interface(), field.Name)
			}
		}
	}
}

func TestAMappingOnItsWayCountsAsThere(t *testing.T) {
	for state, want := range map[string]bool{"Enabled": true, "Enabling": true, "Disabled": false, "Disabling": false} {
		on, err := isOn(state)
		require.NoError(t, err, state)
		assert.Equal(t, want, on, state)
	}
	for _, state := range []string{"Creating", "Updating", "Deleting", ""} {
		_, err := isOn(state)
		var passing *hop.Failure
		require.ErrorAs(t, err, &passing, state)
		assert.Equal(t, hop.ClassTransient, passing.Class)
	}
}
