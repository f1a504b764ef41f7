package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// plain writes text that a terminal only shows: control and format characters, with
// which a text could move the cursor or turn its direction, become escapes that are
// valid within JSON too. Each Write must be whole characters.
type plain struct {
	io.Writer
	terminal bool // colours and bars are for a person
}

// plainOf is where a command writes to.
func plainOf(out io.Writer) plain {
	file, ok := out.(*os.File)
	if !ok {
		return plain{Writer: out}
	}
	info, err := file.Stat()
	return plain{file, err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""}
}

func (p plain) Write(text []byte) (int, error) {
	if _, err := io.WriteString(p.Writer, escaped(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

func escaped(text string) string {
	var out strings.Builder
	for _, r := range text { // a byte that is no UTF-8 is utf8.RuneError
		switch {
		case r == '\n' || r == '\t' || r != utf8.RuneError && unicode.IsGraphic(r) && !unicode.Is(unicode.Zl, r) && !unicode.Is(unicode.Zp, r):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}
