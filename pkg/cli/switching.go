package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awsswitch"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// switching is a command that switches the second hop of an estate off or on.
type switching struct {
	use, short, long string
	already, done    string // how the second hop is, before and after
	on               bool

	access    access
	yes, json bool
}

func (s *switching) command() *cobra.Command {
	command := &cobra.Command{
		Use: s.use, Short: s.short, Long: s.long, Args: cobra.NoArgs,
		Example: fmt.Sprintf(`  AWS_PROFILE=backup twohop %[1]s --estate my.yaml          # what would be done
  AWS_PROFILE=backup twohop %[1]s --estate my.yaml --yes`, s.use),
		RunE: acting(s.run),
	}
	s.access.flags(command)
	flags := command.Flags()
	flags.BoolVar(&s.yes, "yes", false, "do what the plan says")
	flags.BoolVar(&s.json, "json", false, "print one JSON object")
	return command
}

func (s *switching) run(ctx context.Context, out io.Writer) error {
	if err := s.access.open(); err != nil {
		return err
	}
	e := s.access.estate
	config, err := s.access.backup(ctx)
	if err != nil {
		return err
	}
	steps := relay.PlanSteps(ctx, awsswitch.SecondHop(config, namesOf(e)), s.on)
	r := s.report(out, e)
	r.plan(steps)
	if s.yes {
		s.take(ctx, steps, r)
	}
	return errors.Join(r.end(steps), s.verdict(e, steps))
}

func (s *switching) take(ctx context.Context, steps []relay.Step, r report) {
	for i, step := range steps {
		steps[i] = step.Take(ctx)
		if step.Progress == relay.StepDue {
			r.taken(steps[i])
		}
	}
}

// namesOf are the names of what an estate's second hop is switched by.
func namesOf(e estate.Estate) awsswitch.Names {
	return awsswitch.Names{
		Schedules: []string{e.Called(estate.RecentRuns), e.Called(estate.FullRuns)}, Group: e.Name,
		Function: e.Called(estate.CopyStarter), QueueARN: e.QueueARN(e.Accounts.Backup, estate.CopiesQueue),
	}
}

// verdict is nil if everything is as wanted. Of several failures the first counts, but
// for a denial, which is told by its exit code.
func (s *switching) verdict(e estate.Estate, steps []relay.Step) error {
	var worst error
	failed, due := 0, false
	for _, step := range steps {
		due = due || step.Progress == relay.StepDue
		if step.Err == nil {
			continue
		}
		failed++
		if worst == nil || denied(step.Err) && !denied(worst) {
			worst = step.Err
		}
	}
	switch {
	case worst != nil:
		return s.hinted(e, fmt.Errorf("%s: %d of %d failed: %w", s.use, failed, len(steps), worst))
	case due:
		return errFindings
	default:
		return nil
	}
}

// hinted adds, where something does not exist, which command makes it.
func (s *switching) hinted(e estate.Estate, err error) error {
	if !errors.Is(err, hop.ErrNotFound) {
		return err
	}
	stack := e.StackName("BackupPrimary")
	return &hinted{err, fmt.Sprintf("the stack %s, as it is deployed, lacks it; deploy it, in account %s: make deploy ESTATE=%s STACKS=%s",
		stack, e.Accounts.Backup, s.access.file, stack)}
}

// outcome is how the second hop is, in words; empty unless everything is as wanted.
func (s *switching) outcome(steps []relay.Step) string {
	wanted := func(step relay.Step) bool {
		return step.Progress == relay.StepAlready || step.Progress == relay.StepDone
	}
	if slices.ContainsFunc(steps, func(step relay.Step) bool { return !wanted(step) }) {
		return ""
	}
	if slices.ContainsFunc(steps, func(step relay.Step) bool { return step.Progress == relay.StepDone }) {
		return s.done
	}
	return s.already
}
