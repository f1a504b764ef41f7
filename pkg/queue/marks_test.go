package queue

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatSQSTakesOfAText(t *testing.T) {
	for r, taken := range map[rune]bool{
		'\t': true, '\n': true, '\r': true, 0: false, 8: false, 0x0B: false, 0x0C: false, 0x0E: false, 0x1F: false, ' ': true,
		0xD7FF: true, 0xD800: false, 0xDFFF: false, 0xE000: true, 0xFFFD: true, 0xFFFE: false, 0xFFFF: false, 0x10000: true, utf8.MaxRune: true,
	} {
		assert.Equal(t, taken, allowed(r) == r, "%U", r)
		assert.Contains(t, []rune{r, utf8.RuneError}, allowed(r))
	}
	whole := strings.Repeat("x", 8192)
	assert.Equal(t, whole, *text(whole).StringValue)
	assert.Equal(t, whole+"...", *text(whole + "x").StringValue)
	assert.Equal(t, "-", *text("").StringValue)
	assert.Equal(t, "String", *text("").DataType)
}

func FuzzAttribute(f *testing.F) {
	f.Add("copy job j ended FAILED: Given key ID is not accessible")
	f.Add("")
	f.Add("\x00\xff\ufffe")
	f.Add(strings.Repeat("é", maxText))
	f.Fuzz(func(t *testing.T, s string) {
		value := *text(s).StringValue
		require.NotEmpty(t, value, "SQS takes no empty attribute")
		require.True(t, utf8.ValidString(value))
		for _, r := range value {
			require.Equal(t, r, allowed(r), "SQS does not take %q", r)
		}
		if strings.Map(allowed, s) == s && s != "" && len(s) <= maxText {
			require.Equal(t, s, value, "what SQS takes is kept whole")
		}
	})
}
