package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/pkg/hop"
)

// explaining is the command that explains a text of AWS.
type explaining struct {
	json bool
	file string // of the estate; empty: none
	hop  string
}

func newExplain() *cobra.Command {
	e := &explaining{}
	command := &cobra.Command{
		Use:   "explain MESSAGE...",
		Short: "Explain a status message of a copy job",
		Long: `Explain tells what a status message of AWS Backup, or an error message of its API, means:
its class, the cause, and what to do. It needs no account and no estate, and does not ask
AWS. With --estate it prints the commands and the statements with the estate's own ids, with
--hop those for a first hop (1), a second hop (2) or a backup job (backup).

A message that twohop does not know is Unknown and printed whole; nothing is guessed at.
The exit code is 3 then.`,
		Example: `  twohop explain "Given key ID is not accessible"
  twohop explain --estate my.yaml --hop 1 "Access Denied trying to call AWS Backup service."
  twohop explain --json "Access Denied trying to call AWS Backup service."`,
		Args: cobra.MinimumNArgs(1),
		PreRunE: func(*cobra.Command, []string) error {
			if _, known := jobKinds[e.hop]; !known {
				return fmt.Errorf("--hop is %q; it takes 1, 2 or backup", e.hop)
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			if err := e.run(command.Context(), command.OutOrStdout(), strings.Join(args, " ")); err != nil {
				return &failure{err}
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.BoolVar(&e.json, "json", false, "print one JSON object")
	flags.StringVar(&e.file, "estate", "", "the estate's `FILE`, for advice with its ids")
	flags.StringVar(&e.hop, "hop", "", "the job that failed: `1, 2 or backup`; default: not known")
	cobra.CheckErr(command.MarkFlagFilename("estate", "yaml", "yml"))
	return command
}

// explained is the JSON object.
type explained struct {
	Message string    `json:"message"`
	Class   hop.Class `json:"class"`
	Cause   string    `json:"cause"`
	Advice  string    `json:"advice"`
}

// jobKinds are the jobs by the values of --hop.
var jobKinds = map[string]hop.JobKind{"": "", "1": hop.FirstHop, "2": hop.SecondHop, "backup": hop.BackupJobKind}

// advice is what to do about a message, with the estate's ids where there is one.
func (e *explaining) advice(ctx context.Context, found diagnose.Diagnosis, message string) (cause, advice string, err error) {
	f := hop.FailedJob{Kind: jobKinds[e.hop], Class: found.Class, Message: message}
	if e.file == "" {
		return found.Cause, found.Advice(f), nil
	}
	loaded, err := estate.Load(e.file)
	if err != nil {
		return "", "", err
	}
	if routes := loaded.Routes(); f.Kind == hop.FirstHop && len(routes) > 0 {
		f.Destination = routes[0].Source
	} else if f.Kind == hop.SecondHop && len(routes) > 0 {
		f.Source, f.Destination = routes[0].Source, routes[0].Destinations[0].Vault
	}
	known := (&fix.Adviser{Estate: loaded, File: e.file}).Of(ctx, f)
	return known.Cause, known.String(), nil
}

func (e *explaining) run(ctx context.Context, out io.Writer, message string) error {
	found := diagnose.Text(message)
	cause, advice, err := e.advice(ctx, found, message)
	if err != nil {
		return err
	}
	if e.json {
		if err := showJSON(out, explained{message, found.Class, cause, advice}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "message: %s\nclass:   %s\ncause:   %s\nadvice:  %s\n", oneLine(message), found.Class, cause, advice)
	}
	if found.Class == hop.ClassUnknown {
		return &hinted{&findingsError{errors.New("the message is not known to twohop")}, "look the message up in AWS's documentation; AWS Support knows its own texts"}
	}
	return nil
}
