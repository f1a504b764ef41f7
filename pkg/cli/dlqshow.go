package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// showing is the command dlq show.
type showing struct{ letterFlags }

func newDLQShow() *cobra.Command {
	s := &showing{}
	command := &cobra.Command{
		Use: "show LETTER...", Short: "Show dead letters whole", Args: cobra.MinimumNArgs(1),
		Long: `Show prints letters as they are: every attribute and the whole body, whatever it is. A
letter is named by its id, or as much of its beginning as tells it apart.`,
		Example: `  AWS_PROFILE=backup twohop dlq show 1f3e9a02 --estate my.yaml`,
		RunE:    s.running(s.run),
	}
	s.access.flags(command)
	s.access.memberFlag(command)
	command.Flags().BoolVar(&s.json, "json", false, "print one JSON object")
	return command
}

// reportedWhole is one letter of the JSON object.
type reportedWhole struct {
	ID         string            `json:"id"`
	Queue      string            `json:"queue"`
	Sent       time.Time         `json:"sent"`
	Attributes map[string]string `json:"attributes"`
	Body       string            `json:"body"`
}

func (s *showing) run(ctx context.Context, out io.Writer, ids []string) error {
	p, err := s.access.readDeadLetters(ctx, 0)
	if err != nil {
		return err
	}
	letters, err := p.pick(ids)
	if err != nil {
		if !s.json {
			p.remarks(out)
		}
		return firstError(p.trouble(), err)
	}
	if s.json {
		said := struct {
			Letters []reportedWhole `json:"letters"`
		}{}
		for _, l := range letters {
			said.Letters = append(said.Letters, reportedWhole{l.ID, l.Queue, l.Sent, l.Attributes, l.Body})
		}
		return showJSON(out, said)
	}
	for i, l := range letters {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "letter:      %s\nqueue:       %s\nsent:        %s\nclass:       %s\ncause:       %s\nresource:    %s\n",
			l.ID, l.Queue, letterTime(l.Sent), l.cause.Class, oneLine(l.cause.Cause), l.named())
		for _, name := range slices.Sorted(maps.Keys(l.Attributes)) {
			fmt.Fprintf(out, "%-12s %s\n", name+":", oneLine(l.Attributes[name]))
		}
		fmt.Fprintf(out, "body:\n%s\n", strings.TrimRight(l.Body, "\n"))
	}
	return nil
}
