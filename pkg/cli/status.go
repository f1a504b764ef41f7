package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/picture"
)

// status is the command that shows how the estate is.
type status struct {
	viewing
	filter filter
	json   bool
	watch  bool
	every  time.Duration
}

// filter chooses resources.
type filter struct {
	resource, kind string
	late           bool
}

func newStatus() *cobra.Command {
	s := &status{every: time.Minute}
	command := &cobra.Command{
		Use:   "status",
		Short: "Show where the newest recovery points are, and what stands in their way",
		Long: `Status shows each resource's newest recovery point in its local, intermediate and final
vault by age, the worst first: what is beyond the estate's rpo, copies that failed with
their class, that wait, that are under way with the time since they began, copies that were
deleted, points that no route takes or that are EXPIRED, and newest final copies that are not
under the key of their vault. It looks only. Ages are by AWS's clock.

An age is - where the vault has no point of the resource, and ? where it could not be
looked into. Exit code 3 says that a resource needs action, that there are dead-letter
messages, that second hops are paused, or that an account, a vault or a queue could not be
read; the first line names what could not. --without-members reads the backup account only,
which the first line says too.`,
		Example: `  AWS_PROFILE=backup twohop status --estate my.yaml
  AWS_PROFILE=backup twohop status --estate my.yaml --late --type Aurora
  AWS_PROFILE=backup twohop status --estate my.yaml --watch --every 1m`,
		Args: cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) error {
			if s.every < 5*time.Second {
				return errors.New("--every: 5s or more, since each refresh reads whole vaults")
			}
			return s.check()
		},
		RunE: acting(s.run),
	}
	s.flags(command)
	s.withoutFlag(command)
	flags := command.Flags()
	flags.StringVar(&s.filter.resource, "resource", "", "only the `RESOURCE`, by its ARN or name")
	flags.StringVar(&s.filter.kind, "type", "", "only resources of a `TYPE`, such as Aurora")
	completes(command, "type", estate.ResourceTypes)
	flags.BoolVar(&s.filter.late, "late", false, "only what is beyond its rpo")
	flags.BoolVar(&s.json, "json", false, "print one JSON object (with --watch, one a line)")
	flags.BoolVar(&s.watch, "watch", false, "refresh until interrupted")
	durationFlag(command, &s.every, "every", "with --watch: `DURATION` from one refresh to the next; 5s or more")
	return command
}

func (s *status) run(ctx context.Context, out io.Writer) error {
	if err := s.open(); err != nil {
		return err
	}
	if err := s.filter.check(); err != nil {
		return err
	}
	look := func(ctx context.Context) (picture.Picture, error) {
		p, err := s.take(ctx)
		if err == nil {
			err = s.filter.found(p)
		}
		p.Resources = s.filter.of(p.Resources)
		return p, err
	}
	show := func(out io.Writer, p picture.Picture) error { return s.show(ctx, out, p) }
	if s.watch {
		return watching{look: look, show: show, verdict: s.verdict, failed: s.retrying(out), lines: s.json, interval: s.every}.run(ctx, out)
	}
	p, err := look(ctx)
	if err != nil {
		return err
	}
	return errors.Join(show(out, p), s.verdict(p))
}

// retrying tells of a refresh that failed: on stderr where stdout has a JSON object a line.
func (s *status) retrying(out io.Writer) func(error) {
	return func(err error) {
		if s.json {
			reportOf(&failure{fmt.Errorf("refresh failed; retrying: %w", err)}, s.command.CommandPath()).line(s.command.ErrOrStderr())
			return
		}
		fmt.Fprintf(out, "refresh failed; retrying: %s\n", oneLine(err.Error()))
	}
}

// check finds a type that there is not.
func (f *filter) check() error {
	if f.kind == "" {
		return nil
	}
	kind, err := oneOf("type", f.kind, estate.ResourceTypes)
	f.kind = kind
	return err
}

// found is an error where a picture does not have the resource that was asked for.
func (f filter) found(p picture.Picture) error {
	var all []string
	for _, r := range p.Resources {
		if f.resource == "" || isNamed(r.ARN, f.resource) {
			return nil
		}
		all = append(all, r.ARN)
	}
	switch {
	case f.resource == "":
		return nil
	case len(p.Unseen) > 0:
		return &hinted{&findingsError{fmt.Errorf("--resource: no backup of %q was found, and %s could not be read", f.resource, counted(len(p.Unseen), "account or vault"))},
			"run it without --resource to see which, and why"}
	case len(all) == 0:
		return fmt.Errorf("--resource: there is no backup of %q, nor of any other resource", f.resource)
	default:
		return fmt.Errorf("--resource: there is no backup of %q; there are backups of %s", f.resource, someNames(all))
	}
}

// of are the resources that the filter lets pass.
func (f filter) of(all []picture.Resource) []picture.Resource {
	return slices.DeleteFunc(all, func(r picture.Resource) bool {
		return f.resource != "" && !isNamed(r.ARN, f.resource) ||
			f.kind != "" && r.Type != f.kind ||
			f.late && r.State != picture.Late
	})
}

// show prints a picture: on a terminal in a watch and without one as a table.
func (s *status) show(ctx context.Context, out io.Writer, p picture.Picture) error {
	switch {
	case s.json && s.watch:
		return showJSONLine(out, s.reported(ctx, p))
	case s.json:
		return showJSON(out, s.reported(ctx, p))
	case s.watch && !isTerminal(out):
		fmt.Fprintf(out, "%s %s\n", p.Now.Format(time.RFC3339), strings.TrimPrefix(p.Headline()+"; "+totals(p), "; "))
	default:
		s.table(out, p)
	}
	return nil
}
