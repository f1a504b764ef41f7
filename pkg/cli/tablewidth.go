package cli

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// widths are those of the columns, in columns of a terminal.
func widths(header []string, rows [][]cell) []int {
	of := make([]int, len(header))
	for i, title := range header {
		of[i] = text.StringWidthWithoutEscSequences(title)
	}
	for _, row := range rows {
		for i, c := range row {
			of[i] = max(of[i], text.StringWidthWithoutEscSequences(c.text))
		}
	}
	return of
}

// found is how many columns a reader finds a row by, such as a state and a name.
const found = 2

// folded says which columns are below the rows, so that what is left is no wider than width
// (0: as wide as it comes): the widest first, the later of two. Those by which a row is found
// come last, the first of them at the very end.
func folded(widths []int, width int) []bool {
	below := make([]bool, len(widths))
	total := 0
	for _, w := range widths {
		total += w + len(gap)
	}
	for width > 0 && total-len(gap) > width {
		next := -1
		for i, w := range widths {
			if i >= found && !below[i] && (next < 0 || w >= widths[next]) {
				next = i
			}
		}
		for i := found - 1; next < 0; i-- {
			if i < len(below) && !below[i] {
				next = i
			}
		}
		below[next] = true
		total -= widths[next] + len(gap)
	}
	return below
}

// showBelow writes the cells of a row that are below it into the room of a terminal, several
// on a line where they fit. Nothing is left out, so that ARNs can be copied.
func showBelow(to plain, room int, header []string, row []cell, below []bool) {
	indent := "    "
	if below[0] { // there is no row above
		indent = ""
	}
	line, used := "", 0
	end := func() {
		if line != "" {
			fmt.Fprintln(to.screen(), indent+line)
			line, used, indent = "", 0, "    "
		}
	}
	for i, c := range row {
		if !below[i] || c.text == "" || c.text == "-" {
			continue
		}
		words := c.text
		if header[i] != "" {
			words = header[i] + ": " + words
		}
		width := text.StringWidthWithoutEscSequences(words)
		switch {
		case line != "" && used+len(gap)+width <= room-len(indent):
			line, used = line+gap+to.toned(words, c.tone), used+len(gap)+width
		case width <= room-len("    "):
			end()
			line, used = to.toned(words, c.tone), width
		default:
			end()
			for n, part := range wrapped(words, room-len(indent), room-len(indent)-len(gap)) {
				if n > 0 {
					part = gap + part
				}
				fmt.Fprintln(to.screen(), indent+to.toned(part, c.tone))
			}
			indent = "    "
		}
	}
	end()
}

// wrapped breaks a text at blanks into lines no wider than first, and rest after the first.
// A word that is wider is broken behind a colon or a slash, if there is one, as ARNs have.
func wrapped(words string, first, rest int) []string {
	var lines []string
	line, width := "", first
	end := func() {
		lines, line, width = append(lines, line), "", rest
	}
	for _, word := range strings.Fields(words) {
		for word != "" {
			free := width
			if line != "" {
				free -= text.StringWidthWithoutEscSequences(line) + 1
			}
			switch {
			case text.StringWidthWithoutEscSequences(word) <= free:
				line, word = strings.TrimPrefix(line+" "+word, " "), ""
			case line != "" && (text.StringWidthWithoutEscSequences(word) <= rest || free < rest/2):
				end()
			default:
				head := broken(word, free)
				line, word = strings.TrimPrefix(line+" "+head, " "), word[len(head):]
				end()
			}
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// broken is the beginning of a word that is as wide as there is room, up to its last colon or
// slash.
func broken(word string, width int) string {
	head := text.Trim(word, width)
	if at := strings.LastIndexAny(head, ":/"); at > 0 {
		return head[:at+1]
	}
	return head
}
