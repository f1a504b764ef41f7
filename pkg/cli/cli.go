// Package cli has the operator's commands of twohop, one file each. A command that
// changes something prints its plan and acts with --yes only; one that was interrupted
// is run again and goes on where it stopped.
package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

const long = `twohop looks after the second hop of AWS Backup copies in one estate.

It works in the estate's backup account, with the credentials that the AWS CLI would
use (AWS_PROFILE, for one). The estate's file is that of --estate, else of the variable
TWOHOP_ESTATE, else estate.yaml in the working directory. A command that changes something
prints what it would do, and does it with --yes.

` + exitCodes

// Run runs one command and returns its exit code. Nothing that it writes has control
// characters but line feeds and tabs, whatever AWS says.
func Run(ctx context.Context, args []string, out, errOut io.Writer) int {
	to, errTo := plainOf(out), plainOf(errOut)
	errTo.reading = readingOn(errTo)
	to.reading = errTo.reading
	root := newRoot() //nolint:contextcheck // cobra hands the context to the command that runs
	root.SetArgs(args)
	root.SetOut(to)
	root.SetErr(errTo)
	command, err := root.ExecuteContextC(ctx)
	errTo.reading.end()
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil {
		err = interruption(err)
	}
	report := reportOf(err, command.CommandPath())
	if wantsJSON(command, args) {
		report.line(errTo)
	} else {
		report.text(errTo)
	}
	return report.Code
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "twohop",
		Short: "Look after the second hop of AWS Backup copies",
		Long:  long,
		Example: `  twohop status --estate my.yaml
  twohop restore plan --estate my.yaml arn:aws:rds:eu-central-1:111111111111:db:orders
  source <(twohop completion bash)`,
		Version:       thisBuild().String(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp) // no argument is a file where nothing says so
	root.AddCommand(newAdvise(), newCheck(), newDLQ(), newDoctor(), newExplain(), newPause(), newResume(), newReport(), newRestore(), newStatus(), newTrace(), newVersion())
	return root
}

// group is a command that has others below it and does nothing by itself. Cobra would
// take a name that is none of theirs for a call for help, and end with 0.
func group(command *cobra.Command, below ...*cobra.Command) *cobra.Command {
	command.Args = cobra.NoArgs
	command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
	command.AddCommand(below...)
	return command
}

// acting makes a command of its work, with errors that are told apart from those of
// its usage.
func acting(work func(context.Context, io.Writer) error) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, _ []string) error {
		if err := work(command.Context(), command.OutOrStdout()); err != nil {
			return &failure{err}
		}
		return nil
	}
}
