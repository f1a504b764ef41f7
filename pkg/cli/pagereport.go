package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/page"
	"github.com/twohop/twohop/pkg/picture"
)

// pageReport is the command that writes a page.
type pageReport struct {
	viewing
	to   string
	json bool
}

// pageReported is the JSON object: what was written, and what it tells.
type pageReported struct {
	Estate    string                `json:"estate"`
	Account   string                `json:"account"`
	Region    string                `json:"region"`
	File      string                `json:"file"`
	Resources int                   `json:"resources"`
	Waiting   int                   `json:"messagesWaiting"`
	Letters   int                   `json:"deadLetters"`
	Totals    map[picture.State]int `json:"totals"`
}

func newReport() *cobra.Command {
	r := &pageReport{}
	command := &cobra.Command{
		Use:   "report",
		Short: "Write one HTML page about the estate: coverage, failures, the last night",
		Long: `Report writes what status shows as one HTML page, for the morning and for auditors: the
newest recovery point of each resource in each vault, failures with what to do, the
objectives, and the copies of the last night over time. The page is whole in itself, loads
nothing, runs no script, fits a phone and can be printed. It holds the names and ARNs of
databases: keep it as you keep those.`,
		Example: `  AWS_PROFILE=backup twohop report --estate my.yaml --out report.html`,
		Args:    cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) error { return r.check() },
		RunE:    acting(r.run),
	}
	r.flags(command)
	command.Flags().StringVar(&r.to, "out", "", "the `file` to write; one that is there is replaced")
	command.Flags().BoolVar(&r.json, "json", false, "print one JSON object about the page (status --json has what is in it)")
	cobra.CheckErr(command.MarkFlagRequired("out"))
	return command
}

func (r *pageReport) run(ctx context.Context, out io.Writer) error {
	if err := r.open(); err != nil {
		return err
	}
	p, err := r.take(ctx)
	if err != nil {
		return err
	}
	e := r.estate
	var text bytes.Buffer
	report := page.Report{Estate: e.Name, Account: e.Accounts.Backup, Region: e.Regions.Primary, Picture: p, Objectives: e.RPO, Advice: diagnose.Advice}
	if err := report.Write(&text); err != nil {
		return err
	}
	if err := replace(r.to, text.Bytes()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if r.json {
		err = showJSON(out, pageReported{e.Name, e.Accounts.Backup, e.Regions.Primary, r.to, len(p.Resources), p.Waiting, p.Letters, p.Count()})
	} else {
		fmt.Fprintf(out, "%s: %s\n", r.to, totals(p))
	}
	return errors.Join(err, r.verdict(p))
}

// replace writes a file as a whole: whoever opens it meanwhile has the old one.
func replace(name string, text []byte) error {
	file, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it has its new name, or is of no use
	if _, err := file.Write(text); err != nil {
		file.Close() // the first error counts
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}
