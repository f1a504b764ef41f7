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

	"github.com/twohop/twohop/pkg/hop"
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
	Headline  string                `json:"headline"` // what was not read, or is paused; empty: nothing
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
databases: keep it as you keep those. Exit codes are those of status.`,
		Example: `  AWS_PROFILE=backup twohop report --estate my.yaml --out report.html`,
		Args:    cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) error { return r.check() },
		RunE:    acting(r.run),
	}
	r.flags(command)
	r.withoutFlag(command)
	command.Flags().StringVar(&r.to, "out", "", "the `FILE` to write; one that is there is replaced")
	command.Flags().BoolVar(&r.json, "json", false, "print one JSON object about the page (status --json has what is in it)")
	cobra.CheckErr(errors.Join(command.MarkFlagRequired("out"), command.MarkFlagFilename("out", "html")))
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
	messages, err := r.messages(ctx, &p)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	adviser := r.adviser()
	report := page.Report{Estate: e.Name, Account: e.Accounts.Backup, Region: e.Regions.Primary, Picture: p, Objectives: e.RPO, Messages: messages,
		Advice: func(f hop.FailedJob) (cause, fix string) {
			advice := adviser.Of(ctx, f)
			return advice.Cause, advice.Fix
		}}
	if err := report.Write(&text); err != nil {
		return err
	}
	if err := replace(r.to, text.Bytes()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if r.json {
		err = showJSON(out, pageReported{e.Name, e.Accounts.Backup, e.Regions.Primary, r.to, len(p.Resources), p.Waiting, p.Letters, p.Count(), p.Headline()})
	} else {
		if first := p.Headline(); first != "" {
			fmt.Fprintln(out, first)
		}
		fmt.Fprintf(out, "%s: %s\n", r.to, totals(p))
		r.uncounted(out)
	}
	return errors.Join(err, r.verdict(p))
}

// messages are the dead-letter messages for the page; a queue whose messages could not be read
// is noted in the picture.
func (r *pageReport) messages(ctx context.Context, p *picture.Picture) ([]page.Message, error) {
	if p.Letters == 0 {
		return nil, nil
	}
	read, err := r.readDeadLetters(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, u := range read.unread {
		if u.err != nil {
			p.Unseen = append(p.Unseen, picture.Unseen{What: "messages of queue " + u.Queue, Err: u.err})
		}
	}
	for _, name := range read.part {
		p.Unseen = append(p.Unseen, picture.Unseen{What: "messages of queue " + name, Err: errors.New("another reader has some, or there are more than 5,000")})
	}
	var messages []page.Message
	for _, l := range read.letters {
		messages = append(messages, page.Message{Queue: l.Queue, Resource: l.named(), About: l.about(), Since: l.Since(),
			Class: l.cause.Class, Cause: l.cause.Cause, Reason: l.reason, Advice: l.cause.Advice})
	}
	return messages, nil
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
