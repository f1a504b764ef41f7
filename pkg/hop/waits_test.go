package hop_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

func TestEveryWaitIsBounded(t *testing.T) {
	for reason, least := range map[hop.Reason]time.Duration{
		hop.ReasonBackoff: 24 * time.Hour, hop.ReasonNotYet: 12 * time.Hour, hop.ReasonStale: 24 * time.Hour,
		hop.ReasonStrange: 24 * time.Hour, hop.ReasonThrottled: 24 * time.Hour, hop.ReasonTrim: 5 * time.Minute,
	} {
		d := hop.Decision{Verdict: hop.Wait, Reason: reason, Detail: "AWS's own words"}
		most := int(least / time.Minute)
		assert.Equal(t, d, hop.Waits{reason: most - 1}.Bound(d), reason)
		assert.Equal(t, d, hop.Waits{hop.ReasonDue: most}.Bound(d), "each reason has a count of its own")
		ended := hop.Waits{reason: most}.Bound(d)
		assert.Equal(t, hop.Reject, ended.Verdict, reason)
		assert.Equal(t, hop.ReasonWaitLimit, ended.Reason)
		assert.Equal(t, hop.ClassUnknown, ended.Class)
		assert.Contains(t, ended.Detail, string(reason))
		assert.Contains(t, ended.Detail, "AWS's own words")
	}
	unknown := hop.Decision{Verdict: hop.Wait, Reason: "a reason without a bound"}
	assert.Equal(t, hop.Reject, hop.Waits{}.Bound(unknown).Verdict, "what has no bound is not waited for")
}

func TestOnlyWaitsAreBounded(t *testing.T) {
	for _, verdict := range []hop.Verdict{hop.Start, hop.Skip, hop.Reject, hop.Split, hop.Again} {
		d := hop.Decision{Verdict: verdict, Reason: hop.ReasonNotYet}
		assert.Equal(t, d, hop.Waits{hop.ReasonNotYet: 1 << 20}.Bound(d), verdict)
	}
}

// Only StartCopyJob tells of a full pool by a limit; of another call it is a fault like any.
func TestALimitOfAnotherCallIsBoundedToo(t *testing.T) {
	f := &hop.Failure{Class: hop.ClassLimit, Code: "LimitExceededException", Message: "A limit in the request has been exceeded"}
	d, ok := hop.AfterFailure(f, now, now)
	require.True(t, ok)
	assert.Equal(t, hop.Reject, hop.Waits{hop.ReasonThrottled: 1440}.Bound(d).Verdict)
	assert.Equal(t, hop.ReasonPoolFull, hop.NoRoom(f).Reason)
}

func TestAWaitForAFailureKeepsItsClass(t *testing.T) {
	d, ok := hop.AfterFailure(&hop.Failure{Class: hop.ClassTransient, Code: "ThrottlingException", Message: "Rate exceeded"}, now, now)
	require.True(t, ok)
	ended := hop.Waits{hop.ReasonThrottled: 1440}.Bound(d)
	assert.Equal(t, hop.ClassTransient, ended.Class)
	assert.Contains(t, ended.Detail, "Rate exceeded")
}

// A night of any length: the point's expiry ends the wait, and no count does.
func TestAWaitForRoomEndsWithThePoint(t *testing.T) {
	for _, reason := range []hop.Reason{hop.ReasonPoolFull, hop.ReasonCeiling} {
		c := due()
		c.Room, c.Waits = false, hop.Waits{reason: 1 << 20}
		assert.Equal(t, hop.ReasonPoolFull, hop.Decide(c).Reason, "it expires one day")
		assert.Equal(t, hop.Wait, c.Waits.Bound(hop.Decide(c)).Verdict)

		c.Point.DeleteAt = c.Now.Add(time.Minute)
		assert.Equal(t, hop.ReasonGone, hop.Decide(c).Reason, "it expires now")

		c.Point.DeleteAt = time.Time{}
		assert.Equal(t, hop.ReasonWaitLimit, hop.Decide(c).Reason, "it never expires")
		c.Waits = hop.Waits{reason: 14*24*60 - 1}
		assert.Equal(t, hop.ReasonPoolFull, hop.Decide(c).Reason, "fourteen days, at a minute each")
		c.Waits = hop.Waits{reason: 14 * 24 * 60}
		ended := hop.Decide(c)
		assert.Equal(t, hop.ReasonWaitLimit, ended.Reason)
		assert.Equal(t, hop.ClassQuota, ended.Class)
	}
}

// A full quota that fails the jobs is no attempt: it is bounded as any wait for room is.
func TestJobsThatFailForAFullQuotaAreBoundedToo(t *testing.T) {
	c := due()
	for i := range 30 * 24 * 4 { // as long as AWS Backup lists jobs, four an hour
		c.Jobs = append(c.Jobs, failed(fmt.Sprint(i), hop.ClassLimit, now.Add(-time.Duration(i+1)*15*time.Minute)))
	}
	assert.Equal(t, hop.Start, hop.Decide(c).Verdict, "the point expires one day")
	c.Point.DeleteAt = time.Time{}
	got := hop.Decide(c)
	assert.Equal(t, hop.ReasonWaitLimit, got.Reason, got.Detail)
	assert.Equal(t, hop.ClassQuota, got.Class)
	c.RejectedAt = now.Add(-13 * 24 * time.Hour)
	assert.Equal(t, hop.Start, hop.Decide(c).Verdict, "a replay may wait as long again")
}

func TestOnlyAFullQuotaOfTwoWeeksEndsTheWait(t *testing.T) {
	const fortnight = 14 * 24 * time.Hour
	for sentence, c := range map[string]struct {
		state   hop.State
		class   hop.Class
		ago     time.Duration
		verdict hop.Verdict
	}{
		"a quota's refusal of two weeks ago":           {hop.Failed, hop.ClassLimit, fortnight, hop.Reject},
		"one of not quite as long ago":                 {hop.Failed, hop.ClassLimit, fortnight - time.Nanosecond, hop.Start},
		"another failure of two weeks ago":             {hop.Failed, hop.ClassUnknown, fortnight, hop.Start},
		"a copy that was made, and has gone":           {hop.Completed, hop.ClassLimit, fortnight, hop.Start},
		"a copy that was made, and has gone, no class": {hop.Completed, "", fortnight, hop.Start},
	} {
		t.Run(sentence, func(t *testing.T) {
			job := failed("x", c.class, now.Add(-c.ago))
			job.State, job.CopyState = c.state, hop.CopyGone
			due := due()
			due.Point.DeleteAt, due.Jobs = time.Time{}, []hop.CopyJob{job}
			d := hop.Decide(due)
			assert.Equal(t, c.verdict, d.Verdict, d.Detail)
		})
	}
}

func TestWaitsAsText(t *testing.T) {
	var none hop.Waits
	one := none.After(hop.ReasonThrottled)
	assert.Equal(t, hop.Waits{hop.ReasonThrottled: 1}, one)
	assert.Equal(t, hop.Waits{hop.ReasonThrottled: 2}, one.After(hop.ReasonThrottled))
	assert.Equal(t, hop.Waits{hop.ReasonThrottled: 1}, one, "it stays as it was")

	text, err := one.After(hop.ReasonNotYet).MarshalText()
	require.NoError(t, err)
	assert.Equal(t, "not_yet=1,throttled=1", string(text))
	var read hop.Waits
	require.NoError(t, read.UnmarshalText(text))
	assert.Equal(t, one.After(hop.ReasonNotYet), read)
	for _, odd := range []string{"", "=", "not_yet", "not_yet=", "=3", "not_yet=-1", "not_yet=1,", "not_yet=99999999999", "not_yet=2147483648", "not_yet=a", "not_yet=1 "} {
		require.Error(t, read.UnmarshalText([]byte(odd)), odd)
	}
}
