package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// cell is one field of a table; bad ones are red on a terminal, worth a look yellow.
type cell struct {
	text string
	tone tone
}

type tone int

const (
	usual tone = iota
	good
	look
	bad
)

var colours = map[tone]text.Colors{good: {text.FgGreen}, look: {text.FgYellow}, bad: {text.FgRed, text.Bold}}

// gap lies between two columns.
const gap = "  "

// showTable writes rows below a header, in columns. Where they are wider than the terminal,
// some columns become lines below each row. A text of AWS in a cell is text only.
func showTable(out io.Writer, header []string, rows [][]cell) {
	to, ok := out.(plain)
	if !ok {
		to = plain{Writer: out}
	}
	for _, row := range rows {
		for i := range row {
			row[i].text = escaped(oneLine(row[i].text))
		}
	}
	room := to.room()
	below := folded(widths(header, rows), room)
	lines := make([]string, 1+len(rows)) // the header, and one for each row
	if !below[0] {
		lines = strings.Split(columns(header, rows, below, to), "\n")
	}
	for i, line := range lines {
		if line != "" {
			fmt.Fprintln(to.screen(), line) // its cells are escaped already
		}
		if i > 0 {
			showBelow(to, room, header, rows[i-1], below)
		}
	}
}

// columns are the header and the rows, without the columns that are below them.
func columns(header []string, rows [][]cell, below []bool, to plain) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	t.Style().Box.PaddingLeft = ""
	t.Style().Box.PaddingRight = gap
	fields := func(cells []cell) table.Row {
		var row table.Row
		for i, c := range cells {
			if !below[i] {
				row = append(row, to.toned(c.text, c.tone))
			}
		}
		return row
	}
	var titles []cell
	for _, title := range header {
		titles = append(titles, cell{text: title})
	}
	t.AppendHeader(fields(titles))
	for _, cells := range rows {
		t.AppendRow(fields(cells))
	}
	t.SuppressTrailingSpaces()
	return t.Render()
}

// toned colours a text where a person reads it.
func (p plain) toned(text string, t tone) string {
	if !p.terminal {
		return text
	}
	return colours[t].Sprint(text)
}

// showJSONLine writes one value for machines on a line, as one of many.
func showJSONLine(out io.Writer, value any) error {
	if err := json.NewEncoder(out).Encode(value); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}

// showJSON writes one value for machines.
func showJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}
