package queue_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
	simulated "github.com/twohop/twohop/test/awssim/sqs"
	"github.com/twohop/twohop/test/awssim/wire"
)

func (b bench) leave(t *testing.T, body string, attributes map[string]string) {
	t.Helper()
	given := map[string]simulated.Attribute{}
	for name, value := range attributes {
		given[name] = simulated.Attribute{DataType: "String", StringValue: value}
	}
	require.NoError(t, b.world.SQS.Deliver("arn:aws:sqs:"+region+":"+account+":dead", body, given, "somebody"))
}

func TestLettersOfEveryShapeAreReadWhole(t *testing.T) {
	const aRun, aSweep = `{"run":"recent","scheduled":"2026-11-01T02:00:00Z"}`, `{"now":"2026-11-01T02:00:00Z","source":"","before":"2026-11-01T02:00:00Z","points":0,"asked":0,"looked":0}`
	for sentence, c := range map[string]struct {
		body       string
		attributes map[string]string
		is         func(*testing.T, relay.Letter)
	}{
		"what twohop rejected": {`{"source":"twohop","detail-type":"Copy Request","detail":{"recoveryPointArn":"p","sourceBackupVaultArn":"arn:aws:backup:eu-central-1:222222222222:backup-vault:v1"}}`,
			map[string]string{"reason": "r", "class": "Key", "advice": "a", "rejected_at": "2026-11-01T02:00:00Z", "first_seen": "2026-11-01T01:00:00Z"},
			func(t *testing.T, l relay.Letter) {
				assert.Equal(t, []any{"r", hop.ClassKey, "a"}, []any{l.Reason, l.Class, l.Advice})
				assert.Equal(t, "2026-11-01 02:00:00 +0000 UTC", l.Since().String())
				assert.Equal(t, "p", l.Notice.Request.Point)
				require.NoError(t, l.Malformed)
			}},
		"what an earlier version rejected as unencrypted": {`{"source":"s","detail-type":"d"}`, map[string]string{"reason": "r", "class": "Unencrypted", "advice": "nobody needs a key"},
			func(t *testing.T, l relay.Letter) {
				assert.Equal(t, []any{"r", hop.ClassUnderprotected, ""}, []any{l.Reason, l.Class, l.Advice})
			}},
		"what a rule could not deliver": {`{"source":"aws.ec2","detail-type":"x"}`, map[string]string{"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "m", "RULE_ARN": "rule"},
			func(t *testing.T, l relay.Letter) {
				assert.Equal(t, []string{"NO_PERMISSIONS", "m", "rule"}, []string{l.ErrorCode, l.ErrorMessage, l.Attributes["RULE_ARN"]})
				assert.Equal(t, "aws.ec2 x", l.Notice.Foreign)
				assert.False(t, l.Run)
			}},
		"a run that Lambda gave up": {aRun, map[string]string{"ErrorCode": "200", "ErrorMessage": "m"}, func(t *testing.T, l relay.Letter) {
			assert.True(t, l.Run)
			assert.Equal(t, []string{"200", "m"}, []string{l.ErrorCode, l.ErrorMessage})
		}},
		"the rest of a run":         {aSweep, nil, func(t *testing.T, l relay.Letter) { assert.True(t, l.Run) }},
		"the rest of no run":        {`{"source":"","before":"2026-11-01T02:00:00Z","points":0,"asked":0,"looked":0}`, nil, func(t *testing.T, l relay.Letter) { assert.False(t, l.Run) }},
		"a full run":                {`{"run":"full","scheduled":"2026-11-01T02:00:00Z"}`, nil, func(t *testing.T, l relay.Letter) { assert.True(t, l.Run) }},
		"an event with a time":      {`{"now":"2026-11-01T02:00:00Z","detail-type":"x"}`, nil, func(t *testing.T, l relay.Letter) { assert.False(t, l.Run) }},
		"a run with something more": {`{"run":"full","detail-type":"x"}`, nil, func(t *testing.T, l relay.Letter) { assert.False(t, l.Run) }},
		"the rest of a run, broken": {`{"now":"2026-11-01T02:00:00Z","source":5}`, nil, func(t *testing.T, l relay.Letter) { assert.False(t, l.Run) }},
		"a run, cut off":            {`{"run":"full"`, nil, func(t *testing.T, l relay.Letter) { assert.False(t, l.Run) }},
		"a run of something else":   {`{"run":"away"}`, nil, func(t *testing.T, l relay.Letter) { assert.False(t, l.Run) }},
		"poison":                    {"{", nil, func(t *testing.T, l relay.Letter) { require.Error(t, l.Malformed) }},
		"times that are none":       {`{"source":"s","detail-type":"d"}`, map[string]string{"rejected_at": "today"}, func(t *testing.T, l relay.Letter) { require.ErrorContains(t, l.Malformed, "rejected_at") }},
		"a body as long as it may":  {strings.Repeat("x", 200_000), nil, func(t *testing.T, l relay.Letter) { assert.Len(t, l.Body, 200_000) }},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := begin(t, nil)
			b.leave(t, c.body, c.attributes)
			letters, whole, err := queue.Mailbox{DeadLetters: b.dead, Name: "dead"}.Letters(t.Context(), 0)
			require.NoError(t, err)
			assert.True(t, whole)
			require.Len(t, letters, 1)
			assert.Equal(t, "dead", letters[0].Queue)
			assert.Equal(t, c.body, letters[0].Body)
			assert.Len(t, letters[0].Attributes, len(c.attributes))
			c.is(t, letters[0])
		})
	}
}

func TestLettersComeInTheOrderOfTheirRejection(t *testing.T) {
	b := begin(t, nil)
	for _, minute := range []string{"02", "00", "01"} {
		b.leave(t, "x", map[string]string{"rejected_at": "2026-11-01T02:" + minute + ":00Z"})
	}
	letters, _, err := queue.Mailbox{DeadLetters: b.dead}.Letters(t.Context(), 0)
	require.NoError(t, err)
	var minutes []int
	for _, letter := range letters {
		minutes = append(minutes, letter.Since().Minute())
	}
	assert.Equal(t, []int{0, 1, 2}, minutes)
}

func TestALetterIsHeldReleasedAndDeleted(t *testing.T) {
	b := begin(t, nil)
	box := queue.Mailbox{DeadLetters: b.dead, Name: "dead"}
	for range 25 {
		b.leave(t, "x", nil)
	}
	letters, whole, err := box.Letters(t.Context(), time.Minute)
	require.NoError(t, err)
	assert.True(t, whole)
	require.Len(t, letters, 25)
	require.NoError(t, b.world.Clock.Advance(t.Context(), 14*time.Minute))
	box.Keep(t.Context(), letters)
	require.NoError(t, b.world.Clock.Advance(t.Context(), 14*time.Minute))
	others, whole, err := box.Letters(t.Context(), 0)
	require.NoError(t, err)
	assert.Empty(t, others, "they are held anew")
	assert.False(t, whole)

	box.Release(t.Context(), letters)
	others, whole, err = box.Letters(t.Context(), 0)
	require.NoError(t, err)
	assert.True(t, whole)
	require.Len(t, others, 25)
	require.ErrorIs(t, box.Hold(t.Context(), letters[0]), relay.ErrTaken, "another has received it since")
	require.NoError(t, box.Delete(t.Context(), letters[0]), "which deletes nothing")
	require.Len(t, b.in("dead"), 25)
	require.NoError(t, box.Hold(t.Context(), others[0]))
	require.NoError(t, box.Delete(t.Context(), others[0]))
	require.Len(t, b.in("dead"), 24)
	require.ErrorIs(t, box.Hold(t.Context(), others[0]), relay.ErrTaken, "it is deleted")
}

func TestWhatSQSRefusesIsClassified(t *testing.T) {
	b := begin(t, func(wire.Call) wire.Fault {
		return wire.Fault{Err: &wire.Error{Code: "AccessDeniedException", Message: "no"}}
	})
	box := queue.Mailbox{DeadLetters: b.dead, Name: "dead"}
	_, _, err := box.Letters(t.Context(), 0)
	var failure *hop.Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, hop.ClassRole, failure.Class)
	box.Release(t.Context(), []relay.Letter{{}}) // no error: it shows itself in time

	b = begin(t, nil)
	b.dead.URL += "-none"
	_, _, err = queue.Mailbox{DeadLetters: b.dead}.Letters(t.Context(), 0)
	require.ErrorIs(t, err, hop.ErrNotFound)
	assert.NotErrorIs(t, err, relay.ErrTaken)
}

func TestALetterThatWasWaitedForIsReadAgain(t *testing.T) {
	b := begin(t, nil)
	for range 3 {
		b.leave(t, "{}", nil)
	}
	box := queue.Mailbox{DeadLetters: b.dead, Name: "dead"}
	letters, _, err := box.Letters(t.Context(), 0)
	require.NoError(t, err)
	same, err := box.Reread(t.Context(), letters[0])
	require.NoError(t, err)
	assert.Equal(t, letters[0].Receipt, same.Receipt, "nobody has received it since")

	box.Release(t.Context(), letters)
	others, _, err := box.Letters(t.Context(), 0)
	require.NoError(t, err)
	_, err = box.Reread(t.Context(), letters[0])
	require.ErrorIs(t, err, relay.ErrTaken, "another reader has it")
	box.Release(t.Context(), others)
	again, err := box.Reread(t.Context(), letters[0])
	require.NoError(t, err)
	assert.Equal(t, letters[0].ID, again.ID)
	require.NoError(t, box.Delete(t.Context(), again))
	require.Len(t, b.in("dead"), 2)
	rest, whole, err := box.Letters(t.Context(), 0)
	require.NoError(t, err)
	assert.Len(t, rest, 2, "the others are shown again")
	assert.True(t, whole)
}
