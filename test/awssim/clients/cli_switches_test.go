package clients_test

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cliMapping is an event source mapping as the AWS CLI prints it.
type cliMapping struct {
	UUID, EventSourceMappingArn, EventSourceArn, FunctionArn, State, StateTransitionReason string

	LastModified          time.Time
	BatchSize             int
	FunctionResponseTypes []string
	ScalingConfig         struct{ MaximumConcurrency int }
}

func mappingsByCLI(s shell) {
	s.addSwitches()
	s.pass(time.Hour)
	all := read[struct{ EventSourceMappings []cliMapping }](s, "lambda list-event-source-mappings --page-size 1 --function-name copystarter").EventSourceMappings
	require.Len(s.t, all, 2)
	listed := read[struct{ EventSourceMappings []cliMapping }](s, "lambda list-event-source-mappings --event-source-arn", queueARN("first")).EventSourceMappings
	require.Len(s.t, listed, 1)
	m := listed[0]
	assert.Equal(s.t, "arn:aws:lambda:eu-central-1:111111111111:function:copystarter", m.FunctionArn)
	assert.Equal(s.t, "arn:aws:lambda:eu-central-1:111111111111:event-source-mapping:"+m.UUID, m.EventSourceMappingArn)
	assert.Equal(s.t, "USER_INITIATED", m.StateTransitionReason)
	assert.Equal(s.t, []string{"ReportBatchItemFailures"}, m.FunctionResponseTypes)
	assert.Equal(s.t, 2, m.ScalingConfig.MaximumConcurrency)
	assertTime(s.t, "2026-11-01T03:00:00Z", m.LastModified)

	states := func(uuid string, change ...string) []string {
		changed := read[cliMapping](s, "lambda update-event-source-mapping --uuid", append([]string{uuid}, change...)...)
		return []string{changed.State, read[cliMapping](s, "lambda get-event-source-mapping --uuid", uuid).State}
	}
	assert.Equal(s.t, []string{"Disabling", "Disabled"}, states(m.UUID, "--no-enabled"))
	assert.Equal(s.t, []string{"Disabled", "Disabled"}, states(m.UUID, "--no-enabled"))
	off := read[cliMapping](s, "lambda get-event-source-mapping --uuid", m.UUID)
	assertTime(s.t, "2026-11-01T04:00:00Z", off.LastModified)
	assert.Equal(s.t, []string{"Enabling", "Enabled"}, states(m.UUID, "--enabled"))
	assert.Equal(s.t, "Enabled", read[cliMapping](s, "lambda get-event-source-mapping --uuid", all[1].UUID).State)

	s.refused("SerializationException", "UpdateEventSourceMapping", "lambda update-event-source-mapping --batch-size 5 --uuid", m.UUID)
	s.refused("InvalidParameterValueException", "UpdateEventSourceMapping", "lambda update-event-source-mapping --uuid", m.UUID)
	s.refused("ResourceNotFoundException", "GetEventSourceMapping", "lambda get-event-source-mapping --uuid none")
	s.refused("ResourceNotFoundException", "ListEventSourceMappings", "lambda list-event-source-mappings --function-name none")
	s.as(central).refused("ResourceNotFoundException", "UpdateEventSourceMapping", "lambda update-event-source-mapping --no-enabled --uuid", m.UUID)
	s.as(central).prints(`{"EventSourceMappings": []}`, "lambda list-event-source-mappings")
}

func recursionByCLI(s shell) {
	s.addSwitches()
	const name = "--function-name copystarter"
	s.prints(`["arn:aws:iam::111111111111:role/copystarter", "Active"]`, "lambda get-function-configuration "+name+" --query [Role,State]")
	s.refused("ResourceNotFoundException", "GetFunctionConfiguration", "lambda get-function-configuration --function-name none")
	s.prints("", "lambda get-function-concurrency "+name)
	s.refused("ResourceNotFoundException", "GetFunctionConcurrency", "lambda get-function-concurrency --function-name none")
	s.prints("14", "events describe-archive --query RetentionDays --archive-name twohop")
	s.refused("ResourceNotFoundException", "DescribeArchive", "events describe-archive --archive-name none")
	s.prints(`{"RecursiveLoop": "Terminate"}`, "lambda get-function-recursion-config "+name)
	s.prints(`{"RecursiveLoop": "Allow"}`, "lambda put-function-recursion-config --recursive-loop Allow "+name)
	s.prints(`{"RecursiveLoop": "Allow"}`, "lambda get-function-recursion-config --function-name arn:aws:lambda:eu-central-1:111111111111:function:copystarter")
	s.refused("InvalidParameterValueException", "PutFunctionRecursionConfig", "lambda put-function-recursion-config --recursive-loop Deny "+name)
	s.refused("ResourceNotFoundException", "GetFunctionRecursionConfig", "lambda get-function-recursion-config --function-name none")
	s.as(central).refused("ResourceNotFoundException", "PutFunctionRecursionConfig", "lambda put-function-recursion-config --recursive-loop Allow "+name)
}

func schedulesByCLI(s shell) {
	s.addSwitches()
	const get = "scheduler get-schedule --group-name twohop --name recent"
	before := read[map[string]any](s, get)
	assert.Equal(s.t, "arn:aws:scheduler:eu-central-1:111111111111:schedule/twohop/recent", before["Arn"])
	assert.Equal(s.t, map[string]any{"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5.0}, before["FlexibleTimeWindow"])
	assert.Equal(s.t, []any{"ENABLED", "UTC", "NONE", "what events missed"},
		[]any{before["State"], before["ScheduleExpressionTimezone"], before["ActionAfterCompletion"], before["Description"]})

	s.pass(time.Hour)
	const update = "scheduler update-schedule --group-name twohop --name recent --state DISABLED --schedule-expression"
	least := []string{"rate(1 hour)", "--flexible-time-window", "Mode=OFF", "--target",
		`{"Arn": "arn:aws:lambda:eu-central-1:111111111111:function:copystarter", "RoleArn": "` + schedulesRole + `", "Input": "{}"}`}
	s.prints(`{"ScheduleArn": "arn:aws:scheduler:eu-central-1:111111111111:schedule/twohop/recent"}`, update, least...)
	after := read[map[string]any](s, get)
	assert.Equal(s.t, "DISABLED", after["State"])
	assert.NotContains(s.t, after, "Description", "what is left out is gone")
	assert.Equal(s.t, map[string]any{"Mode": "OFF"}, after["FlexibleTimeWindow"])
	assert.NotContains(s.t, after["Target"], "DeadLetterConfig")
	assert.Equal(s.t, map[string]any{"MaximumEventAgeInSeconds": 86400.0, "MaximumRetryAttempts": 185.0}, after["Target"].(map[string]any)["RetryPolicy"])
	assert.Equal(s.t, before["CreationDate"], after["CreationDate"])
	assert.NotEqual(s.t, before["LastModificationDate"], after["LastModificationDate"])

	type list struct {
		Schedules []struct{ Name, GroupName, State string }
	}
	all := read[list](s, "scheduler list-schedules --group-name twohop --page-size 1").Schedules
	require.Len(s.t, all, 2)
	assert.Equal(s.t, "full", all[0].Name)
	off := read[list](s, "scheduler list-schedules --state DISABLED --name-prefix re").Schedules
	require.Len(s.t, off, 1)
	assert.Equal(s.t, "recent", off[0].Name)

	s.refused("ResourceNotFoundException", "GetSchedule", "scheduler get-schedule --name recent")
	s.refused("ResourceNotFoundException", "GetSchedule", "scheduler get-schedule --group-name none --name recent")
	s.refused("ResourceNotFoundException", "ListSchedules", "scheduler list-schedules --group-name none")
	s.refused("ValidationException", "UpdateSchedule", update, append([]string{"rate(0 hours)"}, least[1:]...)...)
	s.refused("ValidationException", "UpdateSchedule", update, append(least, "--action-after-completion", "DELETE")...)
	s.refused("SerializationException", "UpdateSchedule", update, append(least, "--start-date", "2026-12-01T00:00:00Z")...)
	s.as(central).refused("ResourceNotFoundException", "GetSchedule", get)
}
