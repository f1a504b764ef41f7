package clients_test

import (
	"encoding/json"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func busesByCLI(s shell) {
	const arn = "arn:aws:events:eu-central-1:111111111111:event-bus/"
	s.prints(`{"EventBusArn": "`+arn+`twohop", "Description": "what members forward"}`,
		"events create-event-bus --name twohop --description", "what members forward")
	s.refused("ResourceAlreadyExistsException", "CreateEventBus", "events create-event-bus --name twohop")
	s.pass(time.Hour)

	s.prints("", "events put-permission --event-bus-name twohop --action events:PutEvents --principal * --statement-id organization",
		"--condition", "Type=StringEquals,Key=aws:PrincipalOrgID,Value=o-a1b2c3d4e5")
	s.prints("", "events put-permission --event-bus-name twohop --action events:PutEvents --principal 222222222222 --statement-id backup")
	s.prints("", "events remove-permission --event-bus-name twohop --statement-id backup")
	bus := read[struct {
		Name, Arn, Description, Policy string
		CreationTime, LastModifiedTime time.Time
	}](s, "events describe-event-bus --name twohop")
	assert.Equal(s.t, arn+"twohop", bus.Arn)
	assert.Equal(s.t, "what members forward", bus.Description)
	assert.Equal(s.t, "2026-11-01T03:00:00Z", bus.CreationTime.UTC().Format(time.RFC3339))
	assert.Equal(s.t, "2026-11-01T04:00:00Z", bus.LastModifiedTime.UTC().Format(time.RFC3339))
	assert.JSONEq(s.t, `{"Version": "2012-10-17", "Statement": [{"Sid": "organization", "Effect": "Allow", "Principal": "*",
		"Action": "events:PutEvents", "Resource": "`+arn+`twohop",
		"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}`, bus.Policy)

	buses := read[struct{ EventBuses []struct{ Name, Arn string } }](s, "events list-event-buses").EventBuses
	require.Len(s.t, buses, 2)
	assert.Equal(s.t, arn+"default", buses[0].Arn)
	assert.Equal(s.t, "twohop", buses[1].Name)

	s.prints("", "events delete-event-bus --name twohop")
	s.as("nobody").refused("UnrecognizedClientException", "ListEventBuses", "events list-event-buses")
}

func rulesByCLI(s shell) {
	s.createQueue("copies")
	s.prints("", "sqs set-queue-attributes --queue-url", s.url("copies"), "--attributes",
		`{"Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"events.amazonaws.com\"},\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}"}`)
	const (
		rule    = "arn:aws:events:eu-central-1:111111111111:rule/nightly"
		pattern = `{"source": ["twohop.test"], "detail": {"state": [{"anything-but": "RUNNING"}]}}`
	)
	s.prints(`{"RuleArn": "`+rule+`"}`, "events put-rule --name nightly --description", "ended copies", "--event-pattern", pattern)
	s.prints("", "events disable-rule --name nightly")
	shown, err := json.Marshal(map[string]string{
		"Name": "nightly", "Arn": rule, "EventPattern": pattern, "State": "DISABLED", "Description": "ended copies", "EventBusName": "default",
	})
	require.NoError(s.t, err)
	s.prints(`{"Rules": [`+string(shown)+`]}`, "events list-rules --name-prefix night")
	s.prints("", "events enable-rule --name nightly")
	described := read[map[string]string](s, "events describe-rule --name nightly")
	assert.Equal(s.t, "ENABLED", described["State"])
	assert.Equal(s.t, member, described["CreatedBy"])

	target := `{"Id": "copies", "Arn": "` + queueARN("copies") + `", "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600}}`
	s.prints(`{"FailedEntryCount": 0, "FailedEntries": []}`, "events put-targets --rule nightly --targets", "["+target+"]")
	s.prints(`{"Targets": [`+target+`]}`, "events list-targets-by-rule --rule nightly")

	put := read[struct {
		FailedEntryCount int
		Entries          []struct{ EventID, ErrorCode, ErrorMessage string }
	}](s, "events put-events --entries", `[
		{"Source": "twohop.test", "DetailType": "Copy", "Detail": "{\"state\": \"COMPLETED\"}", "Resources": ["arn:one"], "Time": "2026-11-01T02:00:00Z"},
		{"Source": "twohop.test", "DetailType": "Copy", "Detail": "{\"state\": \"RUNNING\"}"},
		{"Source": "aws.backup", "DetailType": "Copy", "Detail": "{}"}]`)
	require.Len(s.t, put.Entries, 3)
	assert.Equal(s.t, 1, put.FailedEntryCount)
	assert.Empty(s.t, put.Entries[2].EventID)
	assert.Equal(s.t, "NotAuthorizedForSourceException", put.Entries[2].ErrorCode)
	s.pass(time.Minute)
	got := read[cliMessages](s, "sqs receive-message --max-number-of-messages 10 --queue-url", s.url("copies")).Messages
	require.Len(s.t, got, 1, "only the first entry matches")
	assert.JSONEq(s.t, `{"version": "0", "id": "`+put.Entries[0].EventID+`", "source": "twohop.test", "detail-type": "Copy",
		"account": "111111111111", "region": "eu-central-1", "time": "2026-11-01T02:00:00Z", "resources": ["arn:one"],
		"detail": {"state": "COMPLETED"}}`, got[0].Body)

	s.prints(`{"Result": true}`, "events test-event-pattern --event-pattern", pattern, "--event", got[0].Body)
	s.refused("InvalidEventPatternException", "PutRule", "events put-rule --name broken --event-pattern", `{"source": "twohop.test"}`)
	removed := read[struct {
		FailedEntryCount int
		FailedEntries    []struct{ TargetID, ErrorCode string }
	}](s, "events remove-targets --rule nightly --ids copies none")
	assert.Equal(s.t, 1, removed.FailedEntryCount)
	require.Len(s.t, removed.FailedEntries, 1)
	assert.Equal(s.t, "none", removed.FailedEntries[0].TargetID)
	s.prints("", "events delete-rule --name nightly")
	s.refused("ResourceNotFoundException", "DescribeRule", "events describe-rule --name nightly")
}
