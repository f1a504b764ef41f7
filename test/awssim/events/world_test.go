package events_test

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	member  = "111111111111"
	backup  = "222222222222"
	primary = "eu-central-1"
	other   = "eu-north-1"

	forwardRole = "arn:aws:iam::111111111111:role/twohop-forward"
	everything  = `{"account": [{"exists": true}]}`
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// world is an EventBridge on the wire with queues in memory. Every call is allowed.
type world struct {
	t        *testing.T
	clock    *clock.Clock
	sts      *sts.Service
	queues   *queues
	service  *events.Service
	endpoint string

	forwards []events.Forwarding // that were judged
	refuse   error               // the verdict on all of them
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c, source, q := clock.New(start), ids.New(1), &queues{}
	w := &world{t: t, clock: c, sts: sts.New(source), queues: q, service: events.New(c, source, q)}
	w.service.MayForward = func(f events.Forwarding) error {
		w.forwards = append(w.forwards, f)
		return w.refuse
	}
	server := httptest.NewServer(&wire.Server{
		Clock: c, Identify: w.sts.Identify, Authorize: func(wire.Caller, wire.Need) *wire.Error { return nil }, Services: map[string]wire.Handler{"events": w.service.Handler()},
	})
	t.Cleanup(server.Close)
	w.endpoint = server.URL
	return w
}

// client calls with an access key in a Region.
func (w *world) client(accessKey, region string) *eventbridge.Client {
	return eventbridge.New(eventbridge.Options{
		Region: region, BaseEndpoint: aws.String(w.endpoint), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, "any", ""),
	})
}

// session is an access key of a role.
func (w *world) session(role string) string {
	w.t.Helper()
	session, err := w.sts.Session(role, "test", time.Hour)
	require.NoError(w.t, err)
	return session.AccessKeyID
}

// settle runs the clock until nothing is due.
func (w *world) settle() {
	w.t.Helper()
	require.ErrorIs(w.t, w.clock.RunUntil(w.t.Context(), func() bool { return false }), clock.ErrIdle)
}

// rule makes a rule with one target.
func (w *world) rule(client *eventbridge.Client, busName, name, pattern string, target types.Target) {
	w.t.Helper()
	_, err := client.PutRule(w.t.Context(), &eventbridge.PutRuleInput{
		Name: &name, EventBusName: &busName, EventPattern: &pattern,
	})
	require.NoError(w.t, err)
	if target.Id == nil {
		target.Id = aws.String("target")
	}
	out, err := client.PutTargets(w.t.Context(), &eventbridge.PutTargetsInput{
		Rule: &name, EventBusName: &busName, Targets: []types.Target{target},
	})
	require.NoError(w.t, err)
	require.Zero(w.t, out.FailedEntryCount)
}

// bus makes a bus and answers its ARN.
func (w *world) bus(client *eventbridge.Client, name string) string {
	w.t.Helper()
	out, err := client.CreateEventBus(w.t.Context(), &eventbridge.CreateEventBusInput{Name: &name})
	require.NoError(w.t, err)
	return *out.EventBusArn
}

// put puts one custom event on the caller's bus.
func (w *world) put(client *eventbridge.Client, busName, detail string) string {
	w.t.Helper()
	out, err := client.PutEvents(w.t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &busName, Source: aws.String("test"), DetailType: aws.String("Tested"), Detail: &detail,
	}}})
	require.NoError(w.t, err)
	require.Zero(w.t, out.FailedEntryCount, "%+v", out.Entries)
	return *out.Entries[0].EventId
}

// requireCode wants an error of the API.
func requireCode(t *testing.T, err error, code, part string) {
	t.Helper()
	var api smithy.APIError
	require.ErrorAs(t, err, &api)
	assert.Equal(t, code, api.ErrorCode())
	assert.Contains(t, api.ErrorMessage(), part)
}

func queueARN(account, name string) string {
	return "arn:aws:sqs:" + primary + ":" + account + ":" + name
}

func toQueue(account, name string) types.Target {
	return types.Target{Arn: aws.String(queueARN(account, name))}
}

// message is what a queue received.
type message struct {
	body, rule string
	attributes map[string]string
	at         time.Time
}

// queues keeps messages by queue. It fails as its test says.
type queues struct {
	now  func() time.Time
	fail func(queueARN string) error // nil never fails

	mu       sync.Mutex
	messages map[string][]message
	attempts int
}

func (q *queues) Deliver(queueARN, body string, attributes map[string]string, ruleARN string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.attempts++
	if q.fail != nil {
		if err := q.fail(queueARN); err != nil {
			return err
		}
	}
	if q.messages == nil {
		q.messages = map[string][]message{}
	}
	m := message{body: body, rule: ruleARN, attributes: attributes}
	if q.now != nil {
		m.at = q.now()
	}
	q.messages[queueARN] = append(q.messages[queueARN], m)
	return nil
}

// in lists what the queue holds.
func (q *queues) in(queueARN string) []message {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.messages[queueARN]
}

// detail is the event's detail, as it was put.
func (m message) detail(t *testing.T) string {
	t.Helper()
	var event struct{ Detail json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(m.body), &event))
	return string(event.Detail)
}

var (
	errBusy = errors.New("the queue is busy")
	noQueue = &events.Refusal{Code: "NO_RESOURCE", Message: "The specified queue does not exist."}
)
