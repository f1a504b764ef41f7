package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// telling is the command dlq explain.
type telling struct{ letterFlags }

func newDLQExplain() *cobra.Command {
	t := &telling{}
	command := &cobra.Command{
		Use: "explain [LETTER...]", Short: "Tell why the dead letters are there, and the fix", Args: cobra.ArbitraryArgs,
		Long: `Explain tells the cause of each letter and what to change, letters of one cause together.
Reasons are AWS's own words. The exit code is 0 where all letters could be read: that there
are any is a finding of list.`,
		Example: `  AWS_PROFILE=backup twohop dlq explain --estate my.yaml
  AWS_PROFILE=backup twohop dlq explain 1f3e9a02 --estate my.yaml`,
		RunE: t.running(t.run),
	}
	t.flags(command)
	return command
}

func (t *telling) run(ctx context.Context, out io.Writer, ids []string) error {
	p, err := t.access.readDeadLetters(ctx, 0)
	if err != nil {
		return err
	}
	letters := p.letters
	if len(ids) > 0 {
		if letters, err = p.pick(ids); err != nil {
			return firstError(p.trouble(), err)
		}
	}
	if err := t.found(letters, p.now); err != nil {
		return firstError(p.trouble(), err)
	}
	letters = t.chosen(letters, p.now)
	if t.json {
		return firstError(showJSON(out, t.reported(p, letters)), p.trouble(), p.partly())
	}
	for i, g := range grouped(letters) {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s\ncause:   %s\n", g.Class, counted(len(g.letters), "letter"), oneLine(g.Cause))
		for _, l := range g.letters[:min(lettersShown, len(g.letters))] {
			fmt.Fprintf(out, "letter:  %s  %s  %s\n", short(l.ID), l.about(), l.named())
			if l.reason != "" {
				fmt.Fprintf(out, "reason:  %s\n", oneLine(l.reason))
			}
		}
		if n := len(g.letters) - lettersShown; n > 0 {
			fmt.Fprintf(out, "and %d more; --json has all\n", n)
		}
		fmt.Fprintf(out, "fix:     %s\n", g.Advice)
		if n := g.others(); n > 0 {
			fmt.Fprintf(out, "The commands are for the first letter; twohop dlq explain LETTER %s prints those of another one.\n", t.access.given())
		}
	}
	if len(letters) == 0 {
		fmt.Fprintln(out, "no dead letters")
	}
	p.remarks(out)
	return firstError(p.trouble(), p.partly())
}
