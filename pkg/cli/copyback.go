package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

type copyBack struct {
	choosing
	from      string
	keep      int
	direct    bool
	unread    bool // the local vault need not be read
	yes, wait bool
	every     time.Duration
	advice    func(hop.FailedJob) string
}

func newCopyBack() *cobra.Command {
	c := &copyBack{every: 30 * time.Second}
	command := &cobra.Command{
		Use:   "copy-back RESOURCE",
		Short: "Copy a backup back to the member's local vault",
		Long: `Copy-back brings a backup, the newest or the one that is chosen, from the backup account to
the local vault of its member account, from the nearest copy that is left. RDS, Aurora,
DocumentDB and Neptune go from another Region to the vault of restore.detourVault first,
and from there to the member; what is in the primary Region already, and all other types,
go straight. Nothing that comes back sets off a second hop.

Without --yes it says what is next. With --yes it starts the next copy, with --wait all of
them until the backup is back. Copies that were started run on whatever happens to the
command: run it again, and it goes on from what AWS Backup's job list says. A copy that
failed is tried again by the next run. In the end it prints the command that restores.

Where the member's local vault cannot be read the plan says so, and --yes needs
--without-local: the backup may be in that vault already, and AWS Backup's job list alone
decides then.`,
		Example: `  twohop restore copy-back --estate my.yaml arn:aws:rds:eu-central-1:111111111111:db:orders          # what is next
  twohop restore copy-back --estate my.yaml arn:aws:rds:eu-central-1:111111111111:db:orders --yes --wait`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			if err := c.check(args[0]); err != nil {
				return err
			}
			return acting(c.run)(command, args)
		},
	}
	c.flags(command)
	flags := command.Flags()
	flags.StringVar(&c.from, "from", "", "take a copy of this `REGION` only")
	c.access.completes(command, "from", cobra.ShellCompDirectiveDefault, copyRegions)
	flags.IntVar(&c.keep, "keep-days", 7, "`DAYS` from now that the copies are kept")
	flags.BoolVar(&c.direct, "direct", false, "take no detour: for where AWS Backup copies across accounts and Regions in one action")
	flags.BoolVar(&c.unread, "without-local", false, "act although the member's local vault cannot be read")
	flags.BoolVar(&c.yes, "yes", false, "do what the plan says")
	flags.BoolVar(&c.wait, "wait", false, "with --yes: go on until the backup is back")
	durationFlag(command, &c.every, "every", "with --wait: `DURATION` from one check of the copies to the next")
	return command
}

func (c *copyBack) check(resource string) error {
	if err := c.parse(resource); err != nil {
		return err
	}
	switch {
	case c.wait && !c.yes:
		return errors.New("--wait has nothing to wait for without --yes")
	case c.keep < 1:
		return fmt.Errorf("--keep-days is %d; it takes 1 or more", c.keep)
	case c.every <= 0:
		return fmt.Errorf("--every is %s; it takes a second, say", c.every)
	}
	return nil
}

func (c *copyBack) run(ctx context.Context, out io.Writer) error {
	if err := c.open(); err != nil {
		return err
	}
	if c.from != "" {
		region, err := oneOf("from", c.from, copyRegions(c.access.estate))
		if err != nil {
			return err
		}
		c.from = region
	}
	found, err := c.locate(ctx)
	if err != nil {
		return err
	}
	backup, err := c.pick(found)
	if err != nil {
		return err
	}
	if found.account == "" {
		return &hinted{fmt.Errorf("nothing tells the account of %s", c.resource), "name it: --to-account ACCOUNT"}
	}
	adviser := c.access.adviser()
	c.advice = func(f hop.FailedJob) string { return adviser.Of(ctx, f).Full() }
	use, err := c.useCase(ctx, found, backup)
	if err != nil {
		return err
	}
	step, err := use.Look(ctx)
	if err != nil {
		return c.explained(use.Way, err)
	}
	p := newProgress(c, out, use)
	defer p.end()
	p.unread = unreadVaults(found.looks)
	p.plan(step)
	local := c.localUnread(use)
	use.LocalRequired = !c.unread
	if c.yes && local == nil {
		step, err = c.act(ctx, use, step, p)
	}
	p.end()
	if err != nil {
		p.left(step)
		return c.explained(use.Way, c.hintedLocal(err))
	}
	return firstError(p.result(step), local, c.verdict(use.Way, step))
}

// localUnread is the error where the local vault could not be read, and need be.
func (c *copyBack) localUnread(use *relay.CopyBack) error {
	if use.LocalErr == nil || c.unread {
		return nil
	}
	return c.hintedLocal(fmt.Errorf("%w: %w", relay.ErrLocalUnread, use.LocalErr))
}

// hintedLocal adds to the error of an unread local vault how to continue.
func (c *copyBack) hintedLocal(err error) error {
	if !errors.Is(err, relay.ErrLocalUnread) {
		return err
	}
	hint := "give access to the member account, such as --profile ACCOUNT=NAME, or add --without-local: AWS Backup's job list alone decides then"
	if !denied(err) {
		err = &findingsError{err}
	}
	return &hinted{err, hint}
}

// act starts the next copy, or with --wait all of them.
func (c *copyBack) act(ctx context.Context, use *relay.CopyBack, step hop.BackStep, p *progress) (hop.BackStep, error) {
	if c.wait {
		return use.Follow(ctx, step, p.tell, p.busy)
	}
	if step.Verdict != hop.BackDue {
		return step, nil
	}
	step, err := use.Start(ctx, step)
	if err == nil {
		p.tell(step)
	}
	return step, err
}

// useCase is the copy-back of a backup in this estate.
func (c *copyBack) useCase(ctx context.Context, found located, backup hop.Backup) (*relay.CopyBack, error) {
	config, err := c.access.backup(ctx)
	if err != nil {
		return nil, err
	}
	way := c.access.estate.WayBack(found.account, backup, c.direct)
	way.KeepDays, way.Begun = c.keep, found.now
	use := &relay.CopyBack{
		Way: way, Jobs: map[string]relay.RegionJobs{}, Copies: awsbackup.New(config), Now: c.access.logins.Now, Every: c.every,
	}
	for _, look := range found.looks {
		if look.Vault.Account != c.access.estate.Accounts.Backup {
			if look.Vault == way.Local {
				use.Looks = append(use.Looks, relay.Look{Vault: look.Vault, Holder: look.Holder, Err: look.Err})
			}
			continue
		}
		primary := look.Vault.Region == way.Local.Region
		if c.from != "" && look.Vault.Region != c.from && (!primary || look.Vault != way.Detour) {
			continue
		}
		use.Looks = append(use.Looks, relay.Look{Vault: look.Vault, Holder: look.Holder, Err: look.Err})
		if use.Jobs[look.Vault.Region] == nil {
			regional := config
			regional.Region = look.Vault.Region
			use.Jobs[look.Vault.Region] = awsbackup.New(regional)
		}
	}
	return use, nil
}

// explained adds to an error what to do next.
func (c *copyBack) explained(way hop.WayBack, err error) error {
	var refused *hop.Failure
	if !errors.As(err, &refused) || refused.Class == hop.ClassRole || refused.Class == hop.ClassTransient {
		return err
	}
	return &hinted{err, c.cure(way, hop.BackStep{Class: refused.Class, To: way.Local}, refused.Message)}
}

// cure is what to do about a copy that AWS Backup did not make.
func (c *copyBack) cure(way hop.WayBack, step hop.BackStep, message string) string {
	switch {
	case step.Class == hop.ClassUnsupported && way.Detour.ARN == "":
		return "AWS Backup does not make this copy in one action: run it without --direct, which takes the detour"
	case step.Class == hop.ClassRetention && message == "":
		return "a locked vault takes no longer retention: give fewer --keep-days, or restore in the backup account: " + c.plan() + " tells how"
	default:
		return c.advice(hop.FailedJob{Kind: hop.CopyBack, Class: step.Class, Message: message, Resource: way.Backup.ResourceARN, ResourceType: way.Backup.ResourceType,
			Point: step.From.ARN, KeyARN: step.From.KeyARN, Source: step.From.Vault, Destination: step.To})
	}
}

// verdict is nil once the backup is back.
func (c *copyBack) verdict(way hop.WayBack, step hop.BackStep) error {
	const goOn = "run the same command again: it goes on from there, or waits with --wait"
	switch step.Verdict {
	case hop.BackDone:
		return nil
	case hop.BackDue:
		return errFindings
	case hop.BackUnderway:
		return &hinted{&findingsError{fmt.Errorf("the copy to %s is under way", step.To.Name)}, goOn}
	case hop.BackFull:
		return &hinted{&findingsError{fmt.Errorf("not started: %s", step.Detail)}, goOn}
	case hop.BackFailed:
		return &hinted{fmt.Errorf("copy to %s: %s", step.To, step.Detail), c.cure(way, step, step.Job.Message)}
	case hop.BackLost:
		if c.from != "" {
			return &hinted{&findingsError{fmt.Errorf("--from: no usable copy of the backup of %s is left in %s", moment(way.Backup.Created), c.from)},
				"run it without --from to take one of another Region; " + c.plan() + " shows what there is"}
		}
		return &hinted{&findingsError{errors.New(step.Detail)}, c.plan() + " shows what there is"}
	default:
		return fmt.Errorf("no rule for the verdict %q", step.Verdict)
	}
}
