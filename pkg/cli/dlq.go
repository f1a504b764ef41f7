package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/ages"
)

func newDLQ() *cobra.Command {
	return group(&cobra.Command{
		Use:   "dlq",
		Short: "Inspect, replay and discard dead-letter messages",
		Long: `A dead letter is a message that a person has to see to: a copy that failed for good, a
first hop that failed in a member account, an event or a run that AWS could not deliver.
These commands read every dead-letter queue of the estate: six in the backup account, in
each member account that of the events that it could not forward, and with a profile of
the management account its two.

To look takes nothing away: SQS hides what is read, and it is shown again as soon as all is
read. A second reader at the same moment is told that he sees a part.`,
		Example: `  twohop dlq list --estate my.yaml
  twohop dlq explain --estate my.yaml
  twohop dlq replay --estate my.yaml --yes --wait`,
	}, newDLQList(), newDLQShow(), newDLQExplain(), newDLQReplay(), newDLQDiscard())
}

// letterFlags say which letters a command is about.
type letterFlags struct {
	access   access
	only     []string
	resource string
	since    string
	json     bool

	after  time.Time     // of since, where it is a time
	within time.Duration // or an age
}

func (f *letterFlags) flags(command *cobra.Command) {
	f.access.flags(command)
	f.access.memberFlag(command)
	flags := command.Flags()
	flags.StringSliceVar(&f.only, "only", nil, "letters of this `CLASS` only, such as Key")
	completes(command, "only", classNames())
	flags.StringVar(&f.resource, "resource", "", "letters of this `RESOURCE` only, by its ARN or name")
	flags.StringVar(&f.since, "since", "", "letters since a `TIME` only: an age such as 6h or 1d, a day such as 2026-11-01,\nor a moment such as 2026-11-01T03:00:00Z")
	flags.BoolVar(&f.json, "json", false, "print one JSON object")
}

// running makes a command of its work; a flag that cannot be read is an error of usage.
func (f *letterFlags) running(work func(context.Context, io.Writer, []string) error) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, args []string) error {
		if err := f.parse(); err != nil {
			return err
		}
		return acting(func(ctx context.Context, out io.Writer) error {
			if err := f.access.open(); err != nil {
				return err
			}
			return work(ctx, out, args)
		})(command, args)
	}
}

func (f *letterFlags) parse() error {
	for i, name := range f.only {
		class, err := oneOf("only", name, classNames())
		if err != nil {
			return err
		}
		f.only[i] = class
	}
	if f.since == "" {
		return nil
	}
	var err error
	if f.within, err = ages.Parse(f.since); err == nil && f.within > 0 {
		return nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if f.after, err = time.Parse(form, f.since); err == nil {
			return nil
		}
	}
	return fmt.Errorf("--since: %q is neither an age such as 6h nor a time such as 2026-11-01T03:00:00Z", f.since)
}

// chosen are the letters that the flags leave.
func (f *letterFlags) chosen(all []deadLetter, now time.Time) []deadLetter {
	after := f.after
	if f.within > 0 {
		after = now.Add(-f.within)
	}
	return slices.DeleteFunc(slices.Clone(all), func(l deadLetter) bool {
		return len(f.only) > 0 && !slices.Contains(f.only, string(l.cause.Class)) ||
			f.resource != "" && !isNamed(l.resource, f.resource) ||
			l.Since().Before(after)
	})
}

// found is an error where the flags can leave no letter: a time to come, or a resource by a name
// that no letter has. An ARN is not likely to be mistyped, and may be of a resource that has no
// letter any more. now is AWS's time.
func (f *letterFlags) found(all []deadLetter, now time.Time) error {
	if f.after.After(now) {
		return &badValue{fmt.Errorf("--since: %s is to come; by AWS's clock it is %s", f.since, now.Format(time.RFC3339))}
	}
	var others []string
	for _, l := range all {
		if isNamed(l.resource, f.resource) {
			return nil
		}
		if l.resource != "" {
			others = append(others, l.resource)
		}
	}
	if f.resource == "" || strings.HasPrefix(f.resource, "arn:") || len(all) == 0 {
		return nil
	}
	text := "no resource is known of any"
	if len(others) > 0 {
		text = "there are some of " + someNames(others)
	}
	return fmt.Errorf("--resource: no dead-letter message is of %q; %s", f.resource, text)
}

// lastPart is the last part of an ARN.
func lastPart(arn string) string { return arn[strings.LastIndexAny(arn, ":/")+1:] }
