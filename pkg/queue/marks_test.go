package queue

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

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
