package events_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/events"
)

func entry(source, detailType, detail string) types.PutEventsRequestEntry {
	e := types.PutEventsRequestEntry{}
	for field, value := range map[**string]string{&e.Source: source, &e.DetailType: detailType, &e.Detail: detail} {
		if value != "" {
			*field = aws.String(value)
		}
	}
	return e
}

func TestAQueueReceivesTheWholeEvent(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.rule(client, "default", "all", `{"detail": {"state": ["FAILED"]}}`, toQueue(member, "copies"))
	e := entry("my.app", "Copied <b> & more", `{ "state" : "FAILED", "size": 1.50 }`)
	e.Resources = []string{"arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-1"}
	e.Time = aws.Time(time.Date(2026, 10, 31, 23, 59, 59, 0, time.FixedZone("", 3600)))
	out, err := client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		e, entry("my.app", "Copied", `{"state": "RUNNING"}`),
	}})
	require.NoError(t, err)
	assert.Empty(t, w.queues.in(queueARN(member, "copies")), "nothing is delivered before time moves")

	w.settle()
	got := w.queues.in(queueARN(member, "copies"))
	require.Len(t, got, 1)
	assert.Equal(t, `{"version":"0","id":"`+*out.Entries[0].EventId+`","detail-type":"Copied <b> & more","source":"my.app",`+
		`"account":"111111111111","time":"2026-10-31T22:59:59Z","region":"eu-central-1",`+
		`"resources":["arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-1"],"detail":{"state":"FAILED","size":1.50}}`, got[0].body)
	assert.Contains(t, got[0].rule, "arn:aws:events:", "on behalf of the rule")
	assert.Empty(t, got[0].attributes)
	assert.Equal(t, start, w.clock.Now())
}

func TestEachEntryIsJudgedByItself(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.rule(client, "default", "all", everything, toQueue(member, "copies"))
	cases := []struct {
		name       string
		entry      types.PutEventsRequestEntry
		code, text string
	}{
		{"good", entry("test", "Tested", `{"n": 1}`), "", ""},
		{"no source", entry("", "Tested", `{}`), "InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."},
		{"no type", entry("test", "", `{}`), "InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument."},
		{"no detail", entry("test", "Tested", ""), "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."},
		{"detail that is not JSON", entry("test", "Tested", `{`), "MalformedDetail", "Detail is malformed."},
		{"detail that is no object", entry("test", "Tested", `[1]`), "MalformedDetail", "Detail is malformed."},
		{"null for a detail", entry("test", "Tested", `null`), "MalformedDetail", "Detail is malformed."},
		{"a forged event of AWS Backup", entry("aws.backup", "Copy Job State Change", `{}`), "NotAuthorizedForSourceException", "Not authorized for the source."},
		{"a source that only looks like AWS", entry("awsome", "Tested", `{"n": 2}`), "", ""},
	}
	var in eventbridge.PutEventsInput
	failed := 0
	for _, c := range cases {
		in.Entries = append(in.Entries, c.entry)
		if c.code != "" {
			failed++
		}
	}
	out, err := client.PutEvents(t.Context(), &in)
	require.NoError(t, err)
	assert.EqualValues(t, failed, out.FailedEntryCount)
	require.Len(t, out.Entries, len(cases))
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.code, aws.ToString(out.Entries[i].ErrorCode))
			assert.Equal(t, c.text, aws.ToString(out.Entries[i].ErrorMessage))
			assert.Equal(t, c.code == "", out.Entries[i].EventId != nil)
		})
	}
	w.settle()
	assert.Len(t, w.queues.in(queueARN(member, "copies")), 2)
}

func TestRequestsThatFailWhole(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	good := entry("test", "Tested", `{}`)
	onBus := func(name string) types.PutEventsRequestEntry {
		e := good
		e.EventBusName = &name
		return e
	}
	big := func(n int) types.PutEventsRequestEntry {
		const around = len("test") + len("Tested") + len(`{"x":""}`)
		return entry("test", "Tested", `{"x":"`+strings.Repeat("x", n-around)+`"}`)
	}
	cases := []struct {
		name       string
		entries    []types.PutEventsRequestEntry
		code, part string
	}{
		{"no entries", []types.PutEventsRequestEntry{}, "ValidationException", "'entries'"},
		{"eleven entries", slices.Repeat([]types.PutEventsRequestEntry{good}, 11), "ValidationException", "'entries'"},
		{"a byte more than a mebibyte", []types.PutEventsRequestEntry{big(1 << 19), big(1<<19 + 1)}, "ValidationException", "Total size of the entries in the request is over the limit."},
		{"a bus in another Region", []types.PutEventsRequestEntry{onBus("arn:aws:events:eu-north-1:111111111111:event-bus/default")}, "ValidationException", "not in Region eu-central-1"},
		{"a malformed ARN", []types.PutEventsRequestEntry{onBus("arn:aws:events:x")}, "ValidationException", "not in correct format"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: c.entries})
			requireCode(t, err, c.code, c.part)
		})
	}
	_, err := client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{big(1 << 19), big(1 << 19)}})
	assert.NoError(t, err, "a mebibyte is not too much")
}

func TestAnEventForAMissingBusIsAcceptedAndLost(t *testing.T) {
	w := newWorld(t)
	id := w.put(w.client(member, primary), "none", `{}`)
	dropped := w.service.Dropped()
	require.Len(t, dropped, 1)
	assert.Equal(t, id, dropped[0].Event.ID)
	assert.Equal(t, "NO_RESOURCE", dropped[0].Code)
	assert.Empty(t, dropped[0].RuleARN)
	assert.Equal(t, "arn:aws:events:eu-central-1:111111111111:event-bus/none", dropped[0].TargetARN)
}

func TestServicesEmitOnTheDefaultBus(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.bus(client, "twohop")
	w.rule(client, "default", "backup", `{"source": ["aws.backup"]}`, toQueue(member, "copies"))
	w.rule(client, "twohop", "backup", `{"source": ["aws.backup"]}`, toQueue(member, "wrong"))
	w.service.Emit(member, primary, events.Event{Source: "aws.backup", DetailType: "Copy Job State Change"})
	w.service.Emit(member, other, events.Event{Source: "aws.backup", DetailType: "Elsewhere"})
	w.service.Emit(member, primary, events.Event{Source: "aws.backup", Detail: json.RawMessage(`"no object"`)})
	given := events.Event{ID: "given", Source: "aws.backup", Account: backup, Region: other, Time: start.Add(-time.Hour), Detail: json.RawMessage(`{}`)}
	w.service.Emit(member, primary, given)
	w.settle()

	got := w.queues.in(queueARN(member, "copies"))
	require.Len(t, got, 2)
	var first map[string]any
	require.NoError(t, json.Unmarshal([]byte(got[0].body), &first))
	assert.Len(t, first["id"], 36)
	delete(first, "id")
	assert.Equal(t, map[string]any{"version": "0", "source": "aws.backup", "detail-type": "Copy Job State Change", "account": member,
		"region": primary, "time": "2026-11-01T03:00:00Z", "resources": []any{}, "detail": map[string]any{}}, first)
	assert.JSONEq(t, `{"version": "0", "id": "given", "source": "aws.backup", "detail-type": "", "account": "222222222222",
		"region": "eu-north-1", "time": "2026-11-01T02:00:00Z", "resources": [], "detail": {}}`, got[1].body)
	assert.Empty(t, w.queues.in(queueARN(member, "wrong")))

	dropped := w.service.Dropped()
	require.Len(t, dropped, 1)
	assert.Equal(t, "INVALID_JSON", dropped[0].Code)
}

func TestDetailsTooDeepForEventBridgeAreDropped(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.rule(client, "default", "all", everything, toQueue(member, "copies"))
	w.put(client, "default", `{"a": `+strings.Repeat("[", 2000)+strings.Repeat("]", 2000)+`}`)
	w.settle()
	assert.Empty(t, w.queues.in(queueARN(member, "copies")))
	dropped := w.service.Dropped()
	require.Len(t, dropped, 1)
	assert.Equal(t, "INVALID_JSON", dropped[0].Code)
	assert.Contains(t, dropped[0].Message, "1000 levels")
}

func TestOperationsThatDoNotExist(t *testing.T) {
	w := newWorld(t)
	_, err := w.client(member, primary).ListArchives(t.Context(), &eventbridge.ListArchivesInput{})
	requireCode(t, err, "UnknownOperationException", "AWSEvents.ListArchives")
}
