package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// listing is the command dlq list.
type listing struct{ letterFlags }

func newDLQList() *cobra.Command {
	l := &listing{}
	command := &cobra.Command{
		Use: "list", Short: "List the dead letters, by cause", Args: cobra.NoArgs,
		Long: `List reads every dead-letter queue of the estate and puts letters of one cause together.
The exit code is 3 where there are any.`,
		Example: `  AWS_PROFILE=backup twohop dlq list --estate my.yaml
  AWS_PROFILE=backup twohop dlq list --estate my.yaml --only Key --since 12h`,
		RunE: l.running(l.run),
	}
	l.flags(command)
	return command
}

func (l *listing) run(ctx context.Context, out io.Writer, _ []string) error {
	p, err := l.access.readDeadLetters(ctx, 0)
	if err != nil {
		return err
	}
	if err := l.found(p.letters, p.now); err != nil {
		return firstError(p.trouble(), err)
	}
	letters := l.chosen(p.letters, p.now)
	if l.json {
		err = showJSON(out, l.reported(p, letters))
	} else {
		l.print(out, p, letters)
	}
	switch trouble := p.trouble(); {
	case err != nil || trouble != nil:
		return firstError(err, trouble)
	case len(letters) > 0:
		return &hinted{&findingsError{errors.New(counted(len(letters), "dead letter"))}, fmt.Sprintf("twohop dlq explain %[1]s says what to mend, twohop dlq replay %[1]s what can be replayed", l.access.given())}
	default:
		return p.partly()
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// lettersShown is how many letters of a cause are printed.
const lettersShown = 20

func (l *listing) print(out io.Writer, p *deadLetters, letters []deadLetter) {
	e := l.access.estate
	fmt.Fprintf(out, "dead letters of %s, account %s, %s: %d\n", e.Name, e.Accounts.Backup, e.Regions.Primary, len(letters))
	for _, g := range grouped(letters) {
		fmt.Fprintf(out, "\n%s: %s: %s\n", g.Class, counted(len(g.letters), "letter"), oneLine(g.Cause))
		var rows [][]cell
		for _, letter := range g.letters[:min(lettersShown, len(g.letters))] {
			rows = append(rows, []cell{{text: short(letter.ID)}, {text: letter.Queue}, {text: letterTime(letter.Since())}, {text: letter.about()}, {text: letter.named(), tone: bad}})
		}
		showTable(out, []string{"LETTER", "QUEUE", "SINCE", "ABOUT", "RESOURCE"}, rows)
		if n := len(g.letters) - lettersShown; n > 0 {
			fmt.Fprintf(out, "and %d more; --json has all\n", n)
		}
	}
	if len(letters) > 0 && len(p.unread)+len(p.part) > 0 {
		fmt.Fprintln(out)
	}
	p.remarks(out)
	l.access.uncounted(out)
}

// about is what a letter is about, in a few words.
func (d deadLetter) about() string {
	point, hop := d.Notice.About()
	switch {
	case d.Run:
		return "run of the reconciler"
	case point == "" && d.Attributes["SCHEDULE_ARN"] != "":
		return "schedule " + lastPart(d.Attributes["SCHEDULE_ARN"])
	case point == "":
		return "-"
	case d.Notice.Request != nil && d.Notice.Request.Destination.ARN != "":
		return fmt.Sprintf("hop %d to %s", hop, d.Notice.Request.Destination.Region)
	default:
		return fmt.Sprintf("hop %d", hop)
	}
}

// named is the letter's resource, or else its recovery point.
func (d deadLetter) named() string {
	point, _ := d.Notice.About()
	switch {
	case d.resource != "":
		return d.resource
	case point != "":
		return point
	default:
		return "-"
	}
}

// reportedLetters is the JSON object of list and explain.
type reportedLetters struct {
	Estate  string           `json:"estate"`
	Account string           `json:"account"`
	Region  string           `json:"region"`
	Letters []reportedLetter `json:"letters"`
	Part    []string         `json:"readInPart"`
	Unread  []unreadQueue    `json:"notRead"`
}

type reportedLetter struct {
	ID       string    `json:"id"`
	Queue    string    `json:"queue"`
	Since    time.Time `json:"since"`
	About    string    `json:"about"`
	Point    string    `json:"recoveryPoint"`
	Resource string    `json:"resource"`
	Reason   string    `json:"reason"`
	letterCause
}

func (f *letterFlags) reported(p *deadLetters, letters []deadLetter) reportedLetters {
	e := f.access.estate
	said := reportedLetters{Estate: e.Name, Account: e.Accounts.Backup, Region: e.Regions.Primary, Letters: []reportedLetter{}, Part: p.part, Unread: p.unread}
	for _, l := range letters {
		point, _ := l.Notice.About()
		said.Letters = append(said.Letters, reportedLetter{
			ID: l.ID, Queue: l.Queue, Since: l.Since(), About: l.about(), Point: point, Resource: l.resource, Reason: l.reason, letterCause: l.cause,
		})
	}
	return said
}

// short is the beginning of an id, as commands take it.
func short(id string) string {
	head, _, _ := strings.Cut(id, "-")
	return head
}

// letterTime is a time for a table.
func letterTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
