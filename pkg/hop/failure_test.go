package hop_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

func TestWhatARefusedCallMeansForTheMessage(t *testing.T) {
	for _, class := range hop.Classes {
		f := &hop.Failure{Class: class, Code: "Code", Message: "AWS's own words"}
		d, ok := hop.AfterFailure(f, now.Add(-15*time.Minute), now)
		switch class {
		case hop.ClassLimit, hop.ClassTransient:
			assert.True(t, ok, class)
			assert.Equal(t, hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonThrottled, Class: class, Detail: "Code: AWS's own words"}, d)
		case hop.ClassRole, hop.ClassUnknown:
			assert.False(t, ok, "%s may pass: the queue delivers the message again", class)
			assert.Zero(t, d)
		default:
			assert.True(t, ok, class)
			assert.Equal(t, hop.Decision{Verdict: hop.Reject, Reason: hop.ReasonPermanent, Class: class, Detail: "Code: AWS's own words"}, d)
		}
	}
	gone := &hop.Failure{Class: hop.ClassGone, Code: "InvalidParameterValueException", Message: "Cannot find recovery point."}
	d, ok := hop.AfterFailure(gone, now.Add(-14*time.Minute), now)
	assert.True(t, ok)
	assert.Equal(t, hop.Wait, d.Verdict, "a recovery point that has just arrived may not be found yet")
	assert.Equal(t, hop.ReasonNotYet, d.Reason)
	assert.Equal(t, hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonPoolFull, Class: hop.ClassLimit, Detail: "Code: words"},
		hop.NoRoom(&hop.Failure{Class: hop.ClassLimit, Code: "Code", Message: "words"}))
}

func TestDecisionsThatNoJobLeadsTo(t *testing.T) {
	cause := errors.New("the cause")
	for sentence, c := range map[string]struct {
		got, want hop.Decision
	}{
		"a message that cannot be read":      {hop.Malformed(cause), hop.Decision{Verdict: hop.Reject, Reason: hop.ReasonMalformed, Class: hop.ClassMalformed, Detail: "the cause"}},
		"a retention that was not shortened": {hop.Untrimmed(hop.ClassRole, cause), hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonTrim, Class: hop.ClassRole}},
		"the last receive":                   {hop.Exhausted(5, hop.ClassUnknown, cause), hop.Decision{Verdict: hop.Reject, Reason: hop.ReasonError, Class: hop.ClassUnknown}},
		"several destinations":               {hop.FanOut(2), hop.Decision{Verdict: hop.Split, Reason: hop.ReasonFanOut}},
		"a duplicate in a batch":             {hop.Twice(), hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonInFlight}},
		"an answer with an earlier job":      {hop.Stale("job"), hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonStale}},
		"a full pool":                        {hop.Full(hop.Request{ResourceType: "RDS", Destination: final}), hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonPoolFull}},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.NotEmpty(t, c.got.Detail)
			if c.want.Detail == "" {
				c.want.Detail = c.got.Detail
			}
			assert.Equal(t, c.want, c.got)
		})
	}
	assert.Contains(t, hop.Untrimmed(hop.ClassRole, cause).Detail, "the cause")
	assert.Contains(t, hop.Exhausted(5, hop.ClassUnknown, cause).Detail, "5 receives, at last: the cause")
}

func TestTheLastFailureIsTheOneThatEndedLast(t *testing.T) {
	at := func(state hop.State, ago time.Duration) hop.CopyJob {
		return hop.CopyJob{State: state, Created: now.Add(-ago - time.Hour), Completed: now.Add(-ago)}
	}
	assert.Zero(t, hop.LastFailure(nil))
	assert.Zero(t, hop.LastFailure([]hop.CopyJob{at(hop.Completed, time.Hour), at(hop.Running, time.Hour)}), "these have not failed")
	jobs := []hop.CopyJob{at(hop.Failed, 3*time.Hour), at(hop.Aborted, time.Hour), at(hop.Failed, 2*time.Hour), at(hop.Completed, 0)}
	assert.Equal(t, now.Add(-time.Hour), hop.LastFailure(jobs))
	undated := hop.CopyJob{State: hop.Partial, Created: now.Add(-time.Minute)}
	assert.Equal(t, undated.Created, hop.LastFailure(append(jobs, undated)), "of a job whose end is not listed the beginning counts")
}
