package async_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/lambda/async"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

func TestHowOftenAFunctionRuns(t *testing.T) {
	for sentence, test := range map[string]struct {
		fails   int64 // attempts that do
		broken  error
		refused error
		runs    int64
		letters int
		lost    string
	}{
		"once where it succeeds":                               {runs: 1},
		"twice where the first attempt fails":                  {fails: 1, runs: 2},
		"three times, and the event is kept":                   {fails: 3, runs: 3, letters: 1},
		"what cannot be kept is shown":                         {fails: 3, runs: 3, refused: errors.New("no such queue"), lost: "no such queue"},
		"what Lambda itself refuses is shown and not repeated": {broken: errors.New("no such function"), runs: 1, lost: "no such function"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := clock.New(start)
			var runs atomic.Int64
			var at []time.Duration
			var letters []async.Letter
			r := async.New(async.Config{
				Clock: c,
				Invoke: func(context.Context, string, []byte) (async.Run, error) {
					at = append(at, c.Now().Sub(start))
					if runs.Add(1) <= test.fails {
						return async.Run{RequestID: "r", Failure: "boom"}, test.broken
					}
					return async.Run{RequestID: "r"}, test.broken
				},
				Send: func(l async.Letter) error {
					if test.refused == nil {
						letters = append(letters, l)
					}
					return test.refused
				},
			})
			r.Start("f", `{"a":1}`)
			require.NoError(t, c.Advance(t.Context(), time.Hour))
			assert.Equal(t, test.runs, runs.Load())
			assert.Equal(t, []time.Duration{0, time.Minute, 3 * time.Minute}[:test.runs], at)
			assert.Len(t, letters, test.letters)
			for _, l := range letters {
				assert.Equal(t, async.Letter{Function: "f", Event: `{"a":1}`, RequestID: "r", Failure: "boom"}, l)
			}
			if test.lost == "" {
				assert.Empty(t, r.Lost())
				return
			}
			require.Len(t, r.Lost(), 1)
			assert.Equal(t, test.lost, r.Lost()[0].Reason)
		})
	}
}
