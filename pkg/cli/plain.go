package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
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
	width    int  // of tables, in columns of a terminal, as COLUMNS says; 0: as the terminal says
	reading  *reading
}

// screen is where text is written that is escaped already.
func (p plain) screen() io.Writer {
	p.reading.end()
	return p.Writer
}

// narrowest is the least width that tables are fitted into: a word and its indent need some.
const narrowest = 20

// plainOf is where a command writes to. Without a terminal tables keep full lines, which
// scripts read, unless COLUMNS is set.
func plainOf(out io.Writer) plain {
	to := plain{Writer: out}
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		to.width = columns
	}
	file, ok := out.(*os.File)
	if !ok {
		return to
	}
	info, err := file.Stat()
	to.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
	return to
}

// room is how many columns a table may have; 0: as many as it comes with. A terminal is asked
// each time, since its window may have changed.
func (p plain) room() int {
	columns := p.width
	if file, ok := p.Writer.(*os.File); ok && columns <= 0 {
		columns = terminalWidth(file)
	}
	if columns <= 0 {
		return 0
	}
	return max(columns, narrowest)
}

func (p plain) Write(text []byte) (int, error) {
	if _, err := io.WriteString(p.screen(), escaped(string(text))); err != nil {
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
