package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

// explaining is the command that explains a text of AWS.
type explaining struct{ json bool }

func newExplain() *cobra.Command {
	e := &explaining{}
	command := &cobra.Command{
		Use:   "explain MESSAGE...",
		Short: "Explain a status message of a copy job",
		Long: `Explain tells what a status message of AWS Backup, or an error message of its API, means:
its class, the cause, and what to do. It needs no account and no estate, and asks nobody.

A message that twohop does not know is Unknown and printed whole; nothing is guessed at.
The exit code is 3 then.`,
		Example: `  twohop explain "Given key ID is not accessible"
  twohop explain --json "Access Denied trying to call AWS Backup service."`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			if err := e.run(command.OutOrStdout(), strings.Join(args, " ")); err != nil {
				return &failure{err}
			}
			return nil
		},
	}
	command.Flags().BoolVar(&e.json, "json", false, "print one JSON object")
	return command
}

// explained is the JSON object.
type explained struct {
	Message string    `json:"message"`
	Class   hop.Class `json:"class"`
	Cause   string    `json:"cause"`
	Advice  string    `json:"advice"`
}

func (e *explaining) run(out io.Writer, message string) error {
	found := diagnose.Text(message)
	if e.json {
		if err := showJSON(out, explained{message, found.Class, found.Cause, found.Advice(hop.FailedJob{})}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "message: %s\nclass:   %s\ncause:   %s\nadvice:  %s\n", oneLine(message), found.Class, found.Cause, found.Advice(hop.FailedJob{}))
	}
	if found.Class == hop.ClassUnknown {
		return &hinted{&findingsError{errors.New("the message is not known to twohop")}, "look the message up in AWS's documentation; AWS Support knows its own texts"}
	}
	return nil
}
