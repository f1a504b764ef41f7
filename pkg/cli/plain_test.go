package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNothingReachesTheTerminalButText(t *testing.T) {
	for text, want := range map[string]string{
		"plain, \tÄ 漢 🙂\n":        "plain, \tÄ 漢 🙂\n",
		"red \x1b[31m":            `red \u001b[31m`,
		"over\rwritten":           `over\u000dwritten`,
		"C1 \u009b31m":            `C1 \u009b31m`,
		"deleted \x7f":            `deleted \u007f`,
		"turned \u202e around":    `turned \u202e around`,
		"line \u2028 breaks":      `line \u2028 breaks`,
		"hidden \U000e0041":       `hidden \udb40\udc41`,
		"no UTF-8 \xff\xfe":       `no UTF-8 \ufffd\ufffd`,
		"zero width \u200b space": `zero width \u200b space`,
	} {
		var out bytes.Buffer
		fmt.Fprint(plain{Writer: &out}, text)
		assert.Equal(t, want, out.String())
	}
}

func TestJSONStaysWhatItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.String().Draw(t, "said")
		var out bytes.Buffer
		require.NoError(t, json.NewEncoder(plain{Writer: &out}).Encode(said))
		var read string
		require.NoError(t, json.Unmarshal(out.Bytes(), &read))
		assert.Equal(t, said, read)
	})
}
