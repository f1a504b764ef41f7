package queue_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
)

// reads are the three ways in which a dead-letter queue is read.
var reads = map[string]struct {
	read   func(context.Context, *testing.T, *scripted) (found int, whole bool, err error)
	hidden int32 // for how many seconds a message is hidden while it is read
	keeps  bool  // what is read stays hidden
}{
	"its requests": {func(ctx context.Context, t *testing.T, s *scripted) (int, bool, error) {
		found, err := s.box(t).Read(ctx)
		return len(found.Requests), found.Whole, err
	}, 30, false},
	"its messages": {func(ctx context.Context, t *testing.T, s *scripted) (int, bool, error) {
		letters, whole, err := s.box(t).Letters(ctx, 0)
		return len(letters), whole, err
	}, 30, true},
	"its messages about a recovery point": {func(ctx context.Context, t *testing.T, s *scripted) (int, bool, error) {
		letters, whole, err := s.box(t).About(ctx, map[string]bool{"p": true})
		return len(letters), whole, err
	}, 5, false},
}

func TestAReadThatFailsMidwayIsAnErrorAndReleasesWhatItHasRead(t *testing.T) {
	for sentence, c := range reads {
		t.Run(sentence, func(t *testing.T) {
			s := &scripted{answers: map[string][]string{
				"GetQueueAttributes": {holding(2)}, "ReceiveMessage": {given("m"), refusal("Odd")},
			}}
			found, whole, err := c.read(t.Context(), t, s)
			require.ErrorContains(t, err, "AWS's own words")
			assert.False(t, whole)
			assert.Zero(t, found)
			s.released(t, "m")
		})
	}
}

func TestAReadThatCannotBeginIsAnError(t *testing.T) {
	for sentence, c := range reads {
		t.Run(sentence, func(t *testing.T) {
			for name, count := range map[string]string{
				"refused": refusal("Odd"), "without numbers": `{"Attributes":{}}`, "with an odd one": `{"Attributes":{"ApproximateNumberOfMessages":"many"}}`,
			} {
				_, whole, err := c.read(t.Context(), t, &scripted{answers: map[string][]string{"GetQueueAttributes": {count}}})
				require.Error(t, err, name)
				assert.False(t, whole, name)
			}
		})
	}
}

func TestAReadThatIsStoppedIsAnError(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	for sentence, c := range reads {
		_, _, err := c.read(ended, t, &scripted{})
		require.ErrorIs(t, err, context.Canceled, "%s: that is none of SQS's errors", sentence)
	}
}

func TestAQueueIsReceivedFromUntilItGivesNoMore(t *testing.T) {
	for sentence, c := range reads {
		t.Run(sentence, func(t *testing.T) {
			s := &scripted{answers: map[string][]string{"GetQueueAttributes": {holding(0)}}}
			_, whole, err := c.read(t.Context(), t, s)
			require.NoError(t, err)
			assert.True(t, whole)
			assert.Empty(t, s.of("ReceiveMessage"), "there is nothing to receive")

			s = &scripted{answers: map[string][]string{
				"GetQueueAttributes": {holding(3)}, "ReceiveMessage": {`{}`, given("m"), `{}`, given("m"), given("n"), `{}`, given("o")},
			}}
			_, whole, err = c.read(t.Context(), t, s)
			require.NoError(t, err)
			assert.False(t, whole, "one of three is missing")
			received := s.of("ReceiveMessage")
			assert.Len(t, received, 4, "three receives that give nothing new are enough, in a row or not")
			for _, call := range received {
				assert.Equal(t, c.hidden, call.VisibilityTimeout)
			}
			if c.keeps {
				assert.Empty(t, s.of("ChangeMessageVisibilityBatch"))
			} else {
				s.released(t, "m")
			}
		})
	}
}

func TestForHowLongMessagesAreHidden(t *testing.T) {
	for hold, want := range map[time.Duration]int32{0: 30, time.Second: 33, 5 * time.Minute: 15 * 60, 4 * time.Minute: 12*60 + 30} {
		s := &scripted{answers: map[string][]string{"GetQueueAttributes": {holding(3)}, "ReceiveMessage": {given("m"), given("n"), given("o")}}}
		box := s.box(t)
		letters, whole, err := box.Letters(t.Context(), hold)
		require.NoError(t, err)
		assert.True(t, whole)
		assert.Len(t, s.of("ReceiveMessage"), 3, "with the last message the queue is read whole")
		for _, call := range s.of("ReceiveMessage") {
			assert.Equal(t, want, call.VisibilityTimeout, hold)
		}
		s.calls = nil
		box.Keep(t.Context(), letters)
		kept := s.of("ChangeMessageVisibilityBatch")
		require.Len(t, kept, 1)
		require.Len(t, kept[0].Entries, 3)
		assert.EqualValues(t, 15*60, kept[0].Entries[0].VisibilityTimeout)
		require.NoError(t, box.Hold(t.Context(), letters[0]))
		held := s.of("ChangeMessageVisibility")
		require.Len(t, held, 1)
		assert.EqualValues(t, 120, held[0].VisibilityTimeout)
	}
}

func TestADelayIsOfWholeSecondsRoundedUp(t *testing.T) {
	for delay, want := range map[time.Duration]int32{time.Minute: 60, time.Minute + time.Nanosecond: 61, 2*time.Minute - time.Nanosecond: 120} {
		s := &scripted{answers: map[string][]string{"SendMessage": {`{"MessageId":"m"}`}}}
		require.NoError(t, saying(t, s.ServeHTTP).Resend(t.Context(), relay.Message{Body: "b", Sent: sent}, delay))
		require.Len(t, s.of("SendMessage"), 1)
		assert.Equal(t, want, s.of("SendMessage")[0].DelaySeconds, delay)
	}
}

// refused are the errors of the calls that an operator makes.
func refused(t *testing.T, answer http.HandlerFunc) map[string]error {
	t.Helper()
	q := saying(t, answer)
	box := queue.Mailbox{DeadLetters: queue.DeadLetters(q), Name: "dead"}
	_, count := box.Count(t.Context())
	_, _, letters := box.Letters(t.Context(), 0)
	return map[string]error{
		"count": count, "letters": letters, "hold": box.Hold(t.Context(), relay.Letter{}), "delete": box.Delete(t.Context(), relay.Letter{}),
		"split": q.Split(t.Context(), relay.Message{}, []hop.Request{{Point: "p"}}), "sweep": queue.Sweeps(q).Continue(t.Context(), relay.NewSweep(sent)),
	}
}

func TestRequestsAreSentTenAtATime(t *testing.T) {
	for n, calls := range map[int]int{0: 0, 1: 1, 10: 1, 11: 2, 20: 2} {
		sends := 0
		q := saying(t, func(w http.ResponseWriter, r *http.Request) {
			sends++
			confirmAll(t)(w, r)
		})
		require.NoError(t, q.Split(t.Context(), relay.Message{}, make([]hop.Request, n)))
		assert.Equal(t, calls, sends, "%d requests", n)
	}
}

func TestEveryCodeOfSQSHasItsClass(t *testing.T) {
	for code, want := range map[string]hop.Class{
		"AccessDenied": hop.ClassRole, "AccessDeniedException": hop.ClassRole, "ExpiredToken": hop.ClassRole,
		"InvalidClientTokenId": hop.ClassRole, "UnrecognizedClientException": hop.ClassRole,
		"RequestThrottled": hop.ClassTransient, "ServiceUnavailable": hop.ClassTransient, "ThrottlingException": hop.ClassTransient,
		"Odd": hop.ClassUnknown,
	} {
		s := &scripted{answers: map[string][]string{}}
		for _, action := range []string{"GetQueueAttributes", "ChangeMessageVisibility", "DeleteMessage", "SendMessage", "SendMessageBatch"} {
			s.answers[action] = []string{refusal(code)}
		}
		for call, err := range refused(t, s.ServeHTTP) {
			var failure *hop.Failure
			require.ErrorAs(t, err, &failure, "%s, %s", code, call)
			assert.Equal(t, hop.Failure{Class: want, Code: code, Message: "AWS's own words"}, *failure, call)
		}
	}
	for call, err := range refused(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, refusal("Odd"))
	}) {
		var failure *hop.Failure
		require.ErrorAs(t, err, &failure, call)
		assert.Equal(t, hop.ClassTransient, failure.Class, "%s: a fault of SQS passes", call)
	}
	for _, code := range []string{"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"} {
		s := &scripted{answers: map[string][]string{"GetQueueAttributes": {refusal(code)}}}
		_, err := s.box(t).Count(t.Context())
		require.ErrorIs(t, err, hop.ErrNotFound, code)
	}
}

func TestAReceiptThatIsNotTheLastIsTaken(t *testing.T) {
	for code, taken := range map[string]bool{
		"MessageNotInflight": true, "AWS.SimpleQueueService.MessageNotInflight": true, "InvalidParameterValue": true, "InvalidParameterValueException": true,
		"AccessDenied": false, "Odd": false,
	} {
		s := &scripted{answers: map[string][]string{"ChangeMessageVisibility": {refusal(code)}}}
		err := s.box(t).Hold(t.Context(), relay.Letter{})
		require.Error(t, err, code)
		if taken {
			require.ErrorIs(t, err, relay.ErrTaken, code)
		} else {
			require.NotErrorIs(t, err, relay.ErrTaken, code)
		}
	}
}

func TestARunThatJSONCannotTellIsNotSent(t *testing.T) {
	s := &scripted{answers: map[string][]string{"SendMessage": {`{"MessageId":"m"}`}}}
	late := relay.NewSweep(time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)) // a year of more than four digits
	err := queue.Sweeps(saying(t, s.ServeHTTP)).Continue(t.Context(), late)
	require.ErrorContains(t, err, "continue the full run")
	assert.Empty(t, s.of("SendMessage"))
}
