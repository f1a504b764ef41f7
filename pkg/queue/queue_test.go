package queue_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim"
	simulated "github.com/twohop/twohop/test/awssim/sqs"
	"github.com/twohop/twohop/test/awssim/wire"
)

// bench is a queue and its dead-letter queue on the wire.
type bench struct {
	world  *awssim.World
	copies queue.Copies
	dead   queue.DeadLetters
}

const account, region = "222222222222", "eu-central-1"

func begin(t *testing.T, intercept func(wire.Call) wire.Fault) bench {
	t.Helper()
	w, err := awssim.Start(awssim.Config{Intercept: intercept})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	client := sqs.NewFromConfig(aws.Config{ // two attempts: once in hundreds of calls Go's transport closes a connection while it is read
		Region: region, BaseEndpoint: aws.String(w.Endpoint()), RetryMaxAttempts: 2,
		Credentials: credentials.NewStaticCredentialsProvider(account, "local", ""),
	})
	url := func(name string) string {
		_, err := w.SQS.Create(account, region, name, nil, nil)
		require.NoError(t, err)
		return w.Endpoint() + "/" + account + "/" + name
	}
	return bench{world: w, copies: queue.Copies{Client: client, URL: url("copies")}, dead: queue.DeadLetters{Client: client, URL: url("dead")}}
}

func (b bench) in(name string) []simulated.Message {
	return b.world.SQS.Peek("arn:aws:sqs:" + region + ":" + account + ":" + name)
}

var sent = time.Date(2026, 11, 1, 2, 0, 0, 123e6, time.UTC)

func texts(m simulated.Message) map[string]string {
	values := map[string]string{}
	for name, attribute := range m.Attributes {
		values[name] = attribute.StringValue
	}
	return values
}

func TestResendKeepsBodyAndMarks(t *testing.T) {
	b := begin(t, nil)
	rejected := sent.Add(time.Hour)
	m := relay.Message{ID: "m", Body: `{"any":"body"}`, Sent: sent, RejectedAt: rejected, Waits: hop.Waits{hop.ReasonPoolFull: 3, hop.ReasonNotYet: 1}}
	require.NoError(t, b.copies.Resend(t.Context(), m, 90*time.Second+time.Millisecond))

	again := b.in("copies")
	require.Len(t, again, 1)
	assert.Equal(t, m.Body, again[0].Body)
	assert.Equal(t, 91*time.Second, again[0].Available.Sub(again[0].Sent), "whole seconds, rounded up")
	marks, err := queue.ReadMarks(texts(again[0]), rejected)
	require.NoError(t, err)
	assert.Equal(t, queue.Marks{FirstSeen: sent, RejectedAt: rejected, Waits: m.Waits}, marks, "first seen when the first message was sent, for there was none before it")

	m.FirstSeen, m.Waits = sent.Add(-time.Hour), hop.Waits{hop.ReasonPoolFull: 1}
	require.NoError(t, b.copies.Resend(t.Context(), m, time.Minute))
	marks, err = queue.ReadMarks(texts(b.in("copies")[1]), rejected)
	require.NoError(t, err)
	assert.Equal(t, queue.Marks{FirstSeen: m.FirstSeen, RejectedAt: rejected, Waits: m.Waits}, marks)
}

func TestSplitSendsOneMessagePerRequest(t *testing.T) {
	b := begin(t, nil)
	source := vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate")
	var want []hop.Request
	for i := range 12 { // more than a batch takes
		want = append(want, hop.Request{Point: "p", ResourceType: "RDS", Source: source,
			Destination: vault(t, fmt.Sprintf("arn:aws:backup:eu-north-1:222222222222:backup-vault:final-%d", i))})
	}
	require.NoError(t, b.copies.Split(t.Context(), relay.Message{ID: "m", Sent: sent}, want))
	var got []hop.Request
	for _, m := range b.in("copies") {
		notice, err := awsevent.Decode([]byte(m.Body))
		require.NoError(t, err)
		got = append(got, *notice.Request)
		assert.Contains(t, m.Attributes, "first_seen")
	}
	assert.ElementsMatch(t, want, got)
	waiting, err := b.copies.Waiting(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 12, waiting)
}

func vault(t *testing.T, arn string) hop.Vault {
	t.Helper()
	v, err := hop.ParseVault(arn)
	require.NoError(t, err)
	return v
}

func TestAPartlyFailedSplitIsAnError(t *testing.T) {
	b := begin(t, nil)
	require.NoError(t, b.world.SQS.SetAttributes("arn:aws:sqs:"+region+":"+account+":copies", map[string]string{"MaximumMessageSize": "1024"}))
	source := vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate")
	err := b.copies.Split(t.Context(), relay.Message{ID: "m", Sent: sent}, []hop.Request{
		{Point: "p", Source: source}, {Point: strings.Repeat("p", 2000), Source: source},
	})
	require.ErrorContains(t, err, "of 2 not sent", "the message must not be acknowledged")
}

func TestWaitingCountsDelayedMessagesButNotThoseInFlight(t *testing.T) {
	b := begin(t, nil)
	for _, delay := range []time.Duration{0, 0, time.Minute} {
		require.NoError(t, b.copies.Resend(t.Context(), relay.Message{Body: "b", Sent: sent}, delay))
	}
	_, err := b.world.SQS.Receive("arn:aws:sqs:"+region+":"+account+":copies", 1)
	require.NoError(t, err)
	waiting, err := b.copies.Waiting(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, waiting)
}

func TestARejectionCarriesWhatAPersonNeeds(t *testing.T) {
	b := begin(t, nil)
	r := relay.Rejection{
		Message:  relay.Message{ID: "m", Body: "{", Sent: sent},
		Decision: hop.Decision{Verdict: hop.Reject, Reason: hop.ReasonPermanent, Class: hop.ClassKey, Detail: "copy job j ended FAILED: text"},
		Advice:   "mend the key",
		At:       sent.Add(time.Minute),
	}
	require.NoError(t, b.dead.Reject(t.Context(), r))
	dead := b.in("dead")
	require.Len(t, dead, 1)
	assert.Equal(t, "{", dead[0].Body)
	assert.Equal(t, map[string]string{
		"reason": "permanent: copy job j ended FAILED: text", "class": "Key", "advice": "mend the key",
		"first_seen": "2026-11-01T02:00:00.123Z", "rejected_at": "2026-11-01T02:01:00.123Z",
	}, texts(dead[0]))
}

func TestAnyTextOfAWSFitsIntoAnAttribute(t *testing.T) {
	b := begin(t, nil)
	for name, detail := range map[string]string{
		"control characters": "a\x00b\x1b[31mc",
		"broken UTF-8":       "a\xffb",
		"a novel":            strings.Repeat("é", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			r := relay.Rejection{Message: relay.Message{Body: "b", Sent: sent}, At: sent,
				Decision: hop.Decision{Reason: hop.ReasonPermanent, Class: hop.ClassUnknown, Detail: detail}}
			require.NoError(t, b.dead.Reject(t.Context(), r), "an empty advice fits too")
		})
	}
}

func TestARefusalOfSQSIsAnError(t *testing.T) {
	b := begin(t, func(wire.Call) wire.Fault {
		return wire.Fault{Err: &wire.Error{Code: "AccessDeniedException", Message: "no"}}
	})
	m := relay.Message{ID: "m", Body: "b", Sent: sent}
	require.ErrorContains(t, b.copies.Resend(t.Context(), m, time.Minute), "send message m again")
	require.ErrorContains(t, b.copies.Split(t.Context(), m, []hop.Request{{Point: "p"}}), "split message m")
	require.ErrorContains(t, b.dead.Reject(t.Context(), relay.Rejection{Message: m}), "reject message m")
	_, err := b.copies.Waiting(t.Context())
	require.ErrorContains(t, err, "count waiting messages")
}

func TestReadMarks(t *testing.T) {
	none, err := queue.ReadMarks(map[string]string{"other": "x"}, sent)
	require.NoError(t, err)
	assert.Zero(t, none, "a message of an earlier version has waited for nothing")
	_, err = queue.ReadMarks(map[string]string{"first_seen": "yesterday", "rejected_at": "today", "waits": "long"}, sent)
	require.ErrorContains(t, err, `message attribute first_seen is "yesterday"; a time like`)
	require.ErrorContains(t, err, `message attribute rejected_at is "today"`)
	require.ErrorContains(t, err, `message attribute waits: "long" is no count of waits; expected, e.g. pool_full=31`)
}

func TestAMarkOfTheFutureIsRefused(t *testing.T) {
	in := func(d time.Duration) map[string]string {
		at := sent.Add(d).Format(time.RFC3339)
		return map[string]string{"first_seen": at, "rejected_at": at}
	}
	_, err := queue.ReadMarks(in(14*time.Minute), sent)
	require.NoError(t, err, "clocks differ")
	_, err = queue.ReadMarks(in(16*time.Minute), sent)
	require.ErrorContains(t, err, "message attribute first_seen is "+sent.Add(16*time.Minute).Format(time.RFC3339)+", after the message was sent")
	require.ErrorContains(t, err, "message attribute rejected_at is")
}

func TestDeadLettersAreReadAndLeftThere(t *testing.T) {
	b := begin(t, nil)
	none, err := b.dead.Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, relay.Rejected{Whole: true}, none)
	put := b.world.Clock.Now()

	want := hop.Request{Point: "p", Source: vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"),
		Destination: vault(t, "arn:aws:backup:eu-north-1:222222222222:backup-vault:final"), ResourceType: "RDS"}
	const event = `{"source":"aws.backup","detail-type":"Copy Job State Change","resources":["s"],"detail":{"state":"COMPLETED",
		"sourceBackupVaultArn":"arn:aws:backup:eu-central-1:111111111111:backup-vault:local",
		"destinationBackupVaultArn":"arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate","destinationRecoveryPointArn":"q"}}`
	for _, r := range []relay.Rejection{
		{Message: relay.Message{ID: "1", Body: "an event", Sent: sent}, Request: &want},
		{Message: relay.Message{ID: "2", Body: event, Sent: sent}},
		{Message: relay.Message{ID: "3", Body: "no JSON", Sent: sent}},
	} {
		require.NoError(t, b.dead.Reject(t.Context(), r))
	}
	for i := range 20 { // more than one receive gives
		other := want
		other.Point = fmt.Sprint("p", i)
		require.NoError(t, b.dead.Reject(t.Context(), relay.Rejection{Message: relay.Message{Sent: sent}, Request: &other}))
	}
	found, err := b.dead.Read(t.Context())
	require.NoError(t, err)
	assert.True(t, found.Whole)
	assert.Equal(t, put, found.Oldest)
	assert.Len(t, found.Requests, 22)
	assert.Contains(t, found.Requests, want, "the request in the message's place")
	assert.Contains(t, found.Requests, hop.Request{Point: "q", Source: want.Source}, "an event asks for every copy of its point")
	assert.Len(t, b.in("dead"), 23, "nothing was taken away")
	_, err = b.dead.Client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &b.dead.URL, VisibilityTimeout: 30})
	require.NoError(t, err)
	found, err = b.dead.Read(t.Context())
	require.NoError(t, err)
	assert.False(t, found.Whole, "a second reader sees that there is more")
	require.NoError(t, b.world.Clock.Advance(t.Context(), time.Minute))
	for range 2 {
		found, err = b.dead.Read(t.Context())
		require.NoError(t, err)
		assert.True(t, found.Whole, "what was read is shown again at once")
	}
	found, err = b.dead.Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, put, found.Oldest)
	assert.Len(t, found.Requests, 22, "and it is seen again")
}

func TestTheRestOfASweepIsSent(t *testing.T) {
	b := begin(t, nil)
	s := relay.Sweep{Now: sent, Source: "v", Before: sent.AddDate(0, 0, -3), Quiet: true, Points: 5, Asked: 2, Looked: 1, Expired: 3,
		Weak: []relay.WeakCopy{{Resource: "r", Vault: hop.Vault{ARN: "a"}, Copy: "c", Made: sent, Detail: "d"}}}
	require.NoError(t, queue.Sweeps{Client: b.copies.Client, URL: b.copies.URL}.Continue(t.Context(), s))
	assert.JSONEq(t, `{"now":"2026-11-01T02:00:00.123Z","source":"v","before":"2026-10-29T02:00:00.123Z","quiet":true,"points":5,"asked":2,"looked":1,"expired":3,
		"weak":[{"resource":"r","vault":"a","copy":"c","made":"2026-11-01T02:00:00.123Z","detail":"d"}]}`, b.in("copies")[0].Body)
}
