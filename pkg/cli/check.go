package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/estate"
)

// checking is the command that validates an estate's file.
type checking struct {
	file string
	json bool
}

func newCheck() *cobra.Command {
	c := &checking{}
	command := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Validate an estate's file",
		Long: `Check validates the file of an estate and lists every fault with its line and the value that
would be right. It needs no account and calls nobody. Settings that are valid but not
recommended are listed as warnings. Without FILE it checks the file that other commands use.
The exit code is 1 if the file has faults.`,
		Example: `  twohop check my.yaml
  TWOHOP_ESTATE=my.yaml twohop check --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				if c.file != "" {
					return errors.New("--estate and FILE both name a file; give one of them")
				}
				c.file = args[0]
			}
			return acting(c.run)(command, args)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return []cobra.Completion{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	estateFlag(command, &c.file)
	command.Flags().BoolVar(&c.json, "json", false, "print one JSON object")
	return command
}

// checked is the JSON object. Faults are lines of the form FILE:LINE: KEY: FAULT.
type checked struct {
	File     string   `json:"file"`
	Valid    bool     `json:"valid"`
	Faults   []string `json:"faults"`
	Warnings []string `json:"warnings"` // KEY: WARNING; none where there are faults
}

func (c *checking) run(_ context.Context, out io.Writer) error {
	file, err := estateFile(c.file)
	if err != nil {
		return err
	}
	e, err := estate.Load(file)
	var faults estate.Faults
	if err != nil && !errors.As(err, &faults) {
		return err
	}
	if c.json {
		report := checked{File: file, Valid: err == nil, Faults: append([]string{}, faults...), Warnings: []string{}}
		if err == nil {
			report.Warnings = append(report.Warnings, e.Warnings()...)
		}
		return errors.Join(showJSON(out, report), err)
	}
	if err != nil {
		return err
	}
	for _, warning := range e.Warnings() {
		fmt.Fprintf(out, "warning: %s: %s\n", file, warning)
	}
	fmt.Fprintf(out, "%s: valid, estate %s\n", file, e.Name)
	return nil
}
