package ages_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/ages"
)

func TestSpan(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"-": 20 * time.Second, "1m": 50 * time.Second, "59m": 59 * time.Minute, "1h": time.Hour, "26h": 26 * time.Hour,
		"3h4m": 3*time.Hour + 4*time.Minute, "47h59m": 48*time.Hour - time.Minute, "2d": 48 * time.Hour, "3d5h": 77 * time.Hour, "100d": 2410 * time.Hour,
	} {
		assert.Equal(t, want, ages.Span(d))
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "1d": 24 * time.Hour, "1d12h": 36 * time.Hour, "26h": 26 * time.Hour, "0d": 0, "2d1h30m": 49*time.Hour + 30*time.Minute, "-5m": -5 * time.Minute,
	} {
		got, err := ages.Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "d", "1", "1.5d", "1d-2h", "1h1d", "1d1", "999999d", "-1d", "a day"} {
		_, err := ages.Parse(text)
		assert.EqualError(t, err, `"`+text+`" is not a length of time, such as 30s, 15m, 6h or 1d`)
	}
}
