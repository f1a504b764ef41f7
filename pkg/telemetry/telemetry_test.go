package telemetry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/pkg/telemetry"
)

func line(t *testing.T, out *bytes.Buffer) map[string]any {
	t.Helper()
	var members map[string]any
	raw, err := out.ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &members))
	return members
}

func TestOneLinePerDecisionWithFixedKeys(t *testing.T) {
	for name, test := range map[string]struct {
		outcome relay.Outcome
		want    map[string]any
	}{
		"a start": {
			relay.Outcome{MessageID: "m", CopyJob: "j", Point: "p", Hop: 2, Route: "databases",
				Decision: hop.Decision{Verdict: hop.Start, Reason: hop.ReasonDue}},
			map[string]any{"level": "INFO", "recovery_point": "p", "route": "databases", "hop": 2.0, "copy_job": "j",
				"decision": "start", "reason": "due", "message_id": "m"},
		},
		"a wait": {
			relay.Outcome{Decision: hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonPoolFull}, Delay: 90 * time.Second},
			map[string]any{"level": "INFO", "decision": "wait", "reason": "pool_full", "delay_seconds": 90.0},
		},
		"a rejection": {
			relay.Outcome{Decision: hop.Decision{Verdict: hop.Reject, Reason: hop.ReasonPermanent, Class: hop.ClassKey, Detail: "text"}},
			map[string]any{"level": "ERROR", "decision": "reject", "class": "Key", "detail": "text"},
		},
		"an unrouted type": {
			relay.Outcome{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonUnrouted}},
			map[string]any{"level": "WARN", "decision": "skip", "reason": "unrouted"},
		},
		"trouble on the side": {
			relay.Outcome{Decision: hop.Decision{Verdict: hop.Wait}, Trouble: errors.New("no count")},
			map[string]any{"level": "WARN", "decision": "wait", "trouble": "no count"},
		},
		"a shortened retention": {
			relay.Outcome{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonVerified}, Shortened: 3},
			map[string]any{"level": "INFO", "reason": "verified", "kept_days": 3.0},
		},
		"an unsettled message": {
			relay.Outcome{MessageID: "m", Err: errors.New("denied")},
			map[string]any{"level": "ERROR", "error": "denied", "message_id": "m"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			telemetry.New("main", telemetry.OfStarter, &out).Observe(test.outcome)
			got := line(t, &out)
			for key, value := range test.want {
				assert.Equal(t, value, got[key], key)
			}
			assert.Zero(t, out.Len(), "one line")
		})
	}
}

func TestFlushWritesEveryMetricOnce(t *testing.T) {
	var out bytes.Buffer
	recorder := telemetry.New("main", telemetry.OfStarter, &out)
	for _, o := range []relay.Outcome{
		{Decision: hop.Decision{Verdict: hop.Start}},
		{Decision: hop.Decision{Verdict: hop.Start}},
		{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonUnrouted}},
		{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonForeign}},
		{Decision: hop.Decision{Verdict: hop.Wait, Reason: hop.ReasonCeiling}},
		{Decision: hop.Decision{Verdict: hop.Reject}},
		{Decision: hop.Decision{Verdict: hop.Split}},
		{Decision: hop.Decision{Verdict: hop.Start}, Err: errors.New("not settled")},
	} {
		recorder.Observe(o)
	}
	out.Reset()
	at := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	require.NoError(t, recorder.Flush(at))

	got := line(t, &out)
	for metric, n := range map[string]float64{"Started": 2, "Skipped": 2, "Unrouted": 1, "Foreign": 1,
		"Waited": 1, "Ceiling": 1, "Rejected": 1, "Split": 1, "Unsettled": 1} {
		assert.InDelta(t, n, got[metric], 0, metric)
	}
	assert.Equal(t, "main", got["Estate"])
	directive := got["_aws"].(map[string]any)
	assert.InDelta(t, float64(at.UnixMilli()), directive["Timestamp"], 0)
	set := directive["CloudWatchMetrics"].([]any)[0].(map[string]any)
	assert.Equal(t, "twohop", set["Namespace"])
	assert.Equal(t, []any{[]any{"Estate"}}, set["Dimensions"])
	for _, metric := range set["Metrics"].([]any) {
		assert.Contains(t, got, metric.(map[string]any)["Name"], "every metric of the directive has its value")
	}

	require.NoError(t, recorder.Flush(at))
	assert.InDelta(t, 0, line(t, &out)["Started"], 0, "a flush begins anew, zeros included")
}

func TestTheTrackerCountsOutcomesOfItsOwn(t *testing.T) {
	var out bytes.Buffer
	recorder := telemetry.New("main", telemetry.OfTracker, &out)
	for _, o := range []relay.Outcome{
		{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonVerified}},
		{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonUnderprotected}},
		{Decision: hop.Decision{Verdict: hop.Skip, Reason: hop.ReasonInFlight}},
		{Decision: hop.Decision{Verdict: hop.Again}},
		{Decision: hop.Decision{Verdict: hop.Wait}},
		{Decision: hop.Decision{Verdict: hop.Reject}},
		{Err: errors.New("not settled")},
	} {
		recorder.Observe(o)
	}
	out.Reset()
	require.NoError(t, recorder.Flush(time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)))
	got := line(t, &out)
	for metric, n := range map[string]float64{"Verified": 1, "UnderprotectedCopies": 1, "OutcomesSkipped": 3, "Retried": 1, "OutcomesWaited": 1, "OutcomesRejected": 1, "OutcomesUnsettled": 1} {
		assert.InDelta(t, n, got[metric], 0, metric)
	}
	assert.NotContains(t, got, "Skipped", "the starter's")
}
