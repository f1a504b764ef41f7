package ages_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

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
