package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const pointARN = "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"

// tableOf prints a table of texts in a width.
func tableOf(width int, header []string, rows ...[]string) string {
	var out bytes.Buffer
	var cells [][]cell
	for _, row := range rows {
		var of []cell
		for _, field := range row {
			of = append(of, cell{text: field})
		}
		cells = append(cells, of)
	}
	showTable(plain{Writer: &out, width: width}, header, cells)
	return out.String()
}

func TestATableThatIsTooWideHasItsWidestColumnsBelowTheRows(t *testing.T) {
	for sentence, c := range map[string]struct {
		width  int
		header []string
		rows   [][]string
		want   string
	}{
		"it fits": {30, []string{"STATE", "WHY"}, [][]string{{"ok", ""}, {"failed", "hop 1 failed"}}, `
STATE   WHY
ok
failed  hop 1 failed
`},
		"without a width it is as wide as it comes": {0, []string{"STATE", "WHY"}, [][]string{{"failed", strings.Repeat("long ", 30)}}, `
STATE   WHY
failed  ` + strings.TrimSpace(strings.Repeat("long ", 30)) + "\n"},
		"the widest is below": {28, []string{"STATE", "RESOURCE", "WHY", "RPO"}, [][]string{
			{"failed", "db:orders", "hop 1 failed: Key; and some more", "26h"}, {"ok", "db:books", "", "1d"}, {"late", "db:x", "-", "2d"}}, `
STATE   RESOURCE   RPO
failed  db:orders  26h
    WHY: hop 1 failed: Key;
      and some more
ok      db:books   1d
late    db:x       2d
`},
		"of two that are as wide, the later": {25, []string{"N", "M", "LEFT", "TAIL"}, [][]string{{"1", "2", "abcdefghi", "jklmnopqr"}}, `
N  M  LEFT
1  2  abcdefghi
    TAIL: jklmnopqr
`},
		"a name stays longer than what is less wide": {40, []string{"STATE", "RESOURCE", "ACCOUNT", "LOCAL", "INTERMEDIATE"}, [][]string{
			{"ok", "volume/vol-075219e2e8f", "111111111111", "3h", "4h"}}, `
STATE  RESOURCE                LOCAL
ok     volume/vol-075219e2e8f  3h
    ACCOUNT: 111111111111
    INTERMEDIATE: 4h
`},
		"what fits is on one line below": {40, []string{"A", "B", "C", "D", "E", "F", "G", "H"}, [][]string{
			{"aaaaaa", "bbbbbb", "cccccc", "dddddd", "eeeeee", "ffffff", "gggggg", "hhhhhh"}, {"a", "b", "c", "d", "e", "", "g", "-"}}, `
A       B       C       D       E
aaaaaa  bbbbbb  cccccc  dddddd  eeeeee
    F: ffffff  G: gggggg  H: hhhhhh
a       b       c       d       e
    G: g
`},
		"what does not is on several": {45, []string{"VAULT", "REGION", "CREATED", "EXPIRES", "KEY", "POINT"}, [][]string{
			{"final", "eu-north-1", "2026-11-01 03:18", "2026-12-06 03:18", "key/1", "a point of view"}, {"local", "eu-central-1", "-", "-", "-", "-"}}, `
VAULT  REGION        KEY    POINT
final  eu-north-1    key/1  a point of view
    CREATED: 2026-11-01 03:18
    EXPIRES: 2026-12-06 03:18
local  eu-central-1  -      -
`},
		"an ARN is broken behind a colon, and whole": {60, []string{"VAULT", "RECOVERY POINT"}, [][]string{{"final", pointARN}}, `
VAULT
final
    RECOVERY POINT: arn:aws:rds:eu-north-1:222222222222:
      snapshot:awsbackup:
      copyjob-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f
`},
		"a wide first column leaves records": {20, []string{"RESOURCE", "TYPE"}, [][]string{{"cluster:a-longer-name", "Aurora"}, {"db:b", "RDS"}}, `
RESOURCE: cluster:
  a-longer-name
    TYPE: Aurora
RESOURCE: db:b
    TYPE: RDS
`},
		"wide characters count twice": {22, []string{"NAME", "WHY"}, [][]string{{"db", "漢字漢字漢字 漢字漢字"}}, `
NAME
db
    WHY: 漢字漢字漢字
      漢字漢字
`},
		"what AWS says stays within its cell": {40, []string{"NAME", "WHY"}, [][]string{{"db", "a\nb \x1b[31mred"}}, `
NAME  WHY
db    a b \u001b[31mred
`},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Equal(t, strings.TrimPrefix(c.want, "\n"), tableOf(c.width, c.header, c.rows...))
		})
	}
}

func TestNoTableIsWiderThanItsTerminalAndNothingIsLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(narrowest, 120).Draw(t, "width")
		n := rapid.IntRange(1, 7).Draw(t, "columns")
		word := rapid.StringMatching(`[a-z:/漢é]{1,90}`)
		var header []string
		for range n {
			header = append(header, rapid.StringMatching(`[A-Z]{2,12}`).Draw(t, "title"))
		}
		rows := make([][]string, rapid.IntRange(1, 4).Draw(t, "rows"))
		for i := range rows {
			for range n {
				rows[i] = append(rows[i], strings.Join(rapid.SliceOfN(word, 1, 5).Draw(t, "words"), " "))
			}
		}
		table := tableOf(width, header, rows...)
		for line := range strings.Lines(table) {
			assert.LessOrEqual(t, text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")), width, table)
		}
		bare := strings.Join(strings.Fields(table), "")
		for _, row := range rows {
			for _, field := range row {
				assert.Contains(t, bare, strings.ReplaceAll(field, " ", ""))
			}
		}
	})
}

func TestAColouredLineIsNoWider(t *testing.T) {
	var out bytes.Buffer
	showTable(plain{Writer: &out, terminal: true, width: 24}, []string{"STATE", "WHY"}, [][]cell{{{"failed", bad}, {"a reason that goes on and on", bad}}})
	for line := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")), 24)
	}
	assert.Equal(t, 3, strings.Count(out.String(), "\x1b[31"), "each line by itself")
}

func TestTheWidthIsThatOfCOLUMNSAndWithoutATerminalNone(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer file.Close()
	for columns, want := range map[string]int{"": 0, "80": 80, "3": narrowest, "0": 0, "-1": 0, "wide": 0} {
		t.Setenv("COLUMNS", columns)
		assert.Equal(t, want, plainOf(file).room(), columns)
		assert.Equal(t, want, plainOf(new(bytes.Buffer)).room(), columns)
	}
}
