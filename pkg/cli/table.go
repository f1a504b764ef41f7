package cli

import (
	"encoding/json"
	"fmt"
	"io"

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

// showTable writes rows below a header, in columns. A text of AWS in a cell is text only.
func showTable(out io.Writer, header []string, rows [][]cell) {
	to, ok := out.(plain)
	if !ok {
		to = plain{Writer: out}
	}
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	t.Style().Box.PaddingLeft = ""
	t.Style().Box.PaddingRight = "  "
	row := func(cells []cell) table.Row {
		var fields table.Row
		for _, c := range cells {
			field := escaped(oneLine(c.text))
			if to.terminal {
				field = colours[c.tone].Sprint(field)
			}
			fields = append(fields, field)
		}
		return fields
	}
	var titles []cell
	for _, title := range header {
		titles = append(titles, cell{text: title})
	}
	t.AppendHeader(row(titles))
	for _, cells := range rows {
		t.AppendRow(row(cells))
	}
	t.SuppressTrailingSpaces()
	fmt.Fprintln(to.Writer, t.Render()) // its cells are escaped already
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
