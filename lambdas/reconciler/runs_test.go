package main

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/relay"
)

// noting notes what was run; it fails with err.
func noting(ran *[]any, err error) *runs {
	return &runs{
		look: func(_ context.Context, now time.Time) (relay.Report, error) {
			*ran = append(*ran, now)
			return relay.Report{}, err
		},
		sweep: func(_ context.Context, s relay.Sweep) (relay.Report, error) {
			*ran = append(*ran, s)
			return relay.Report{}, err
		},
	}
}

func TestARunIsOfTheSchedulesTime(t *testing.T) {
	at := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	part := relay.Sweep{Now: at, Source: "v", Before: at.Add(-time.Hour), Points: 4}
	body, err := json.Marshal(part)
	require.NoError(t, err)
	message, err := json.Marshal(map[string]any{"Records": []any{map[string]any{"messageId": "m", "body": string(body)}}})
	require.NoError(t, err)
	for sentence, test := range map[string]struct {
		event string
		want  any
	}{
		"a recent run":                   {`{"run":"recent","scheduled":"2026-11-01T03:00:00Z"}`, at},
		"a full run":                     {`{"run":"full","scheduled":"2026-11-01T03:00:00Z"}`, relay.NewSweep(at)},
		"a full run that goes on by SQS": {string(message), part},
	} {
		t.Run(sentence, func(t *testing.T) {
			var ran []any
			require.NoError(t, noting(&ran, nil).Handle(t.Context(), json.RawMessage(test.event)))
			assert.Equal(t, []any{test.want}, ran)
			require.ErrorContains(t, noting(&ran, errors.New("away")).Handle(t.Context(), json.RawMessage(test.event)), "away", "so that Lambda or the queue tries again")
		})
	}
}

func TestAnInputThatIsNoRunIsAnError(t *testing.T) {
	for input, want := range map[string]string{
		`{"run":"weekly","scheduled":"2026-11-01T03:00:00Z"}`:           `run "weekly" is not known; recent and full are`,
		`{"run":"recent","scheduled":"<aws.scheduler.scheduled-time>"}`: "read input: ",
		`{"run":"recent","at":"2026-11-01T03:00:00Z"}`:                  `unknown field "at"`,
		`{"run":"recent"}`: "no time scheduled",
		`{"run":"full","scheduled":"0001-01-01T00:00:00Z"}`: "no time scheduled",
		`"recent"`: "it would look like",
		`{"Records":[{"messageId":"m","body":"{}"}]}`:                                 "read message m: it has no time",
		`{"Records":[{"messageId":"m","body":"{\"now\":\"2026-11-01T03:00:00Z\"}"}]}`: "read message m: it has no time",
		`{"Records":[{"messageId":"m","body":"{\"now\":1}"}]}`:                        "read message m: ",
		`{"Records":[{"messageId":"m","body":"{\"nau\":\"\"}"}]}`:                     `unknown field "nau"`,
	} {
		var ran []any
		require.ErrorContains(t, noting(&ran, nil).Handle(t.Context(), json.RawMessage(input)), want, input)
		assert.Empty(t, ran)
	}
}
