package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/trace"
)

// tracing is the command that follows recovery points.
type tracing struct {
	viewing
	what string
	all  bool
	json bool
}

func newTrace() *cobra.Command {
	t := &tracing{}
	command := &cobra.Command{
		Use:   "trace ARN",
		Short: "Follow a recovery point from its backup to the end of its copies, and say where it stops",
		Long: `Trace follows one recovery point across the accounts: the backup job, the first hop, its
event, the decision about the second hop, that hop and its attempts, how the final copy is
found (key, resource, status, retention), how long each copy is kept, and what of it is in
the dead-letter queue. The ARN is that of a recovery point in any of the vaults, or of a
resource, whose newest point is followed; the end of a resource's ARN, such as
cluster:orders, will do where only one ends so.

It looks only. Decisions are worked out anew from what AWS Backup tells now. Dead letters
are hidden for 5 seconds from others who look. Exit code 3 says that the chain stops, or that
an account, a vault or a queue could not be read.`,
		Example: `  AWS_PROFILE=backup twohop trace --estate my.yaml arn:aws:rds:eu-central-1:111111111111:cluster:orders
  AWS_PROFILE=backup twohop trace --estate my.yaml --all --days 3 cluster:orders`,
		Args: cobra.ExactArgs(1),
	}
	command.RunE = func(command *cobra.Command, args []string) error {
		t.what = args[0]
		if err := t.check(); err != nil {
			return err
		}
		return acting(t.run)(command, nil)
	}
	t.flags(command)
	flags := command.Flags()
	flags.BoolVar(&t.all, "all", false, "of a resource: all points of the last --days")
	flags.BoolVar(&t.json, "json", false, "print one JSON object")
	return command
}

func (t *tracing) run(ctx context.Context, out io.Writer) error {
	if err := t.open(); err != nil {
		return err
	}
	reader, err := t.reading(ctx)
	if err != nil {
		return err
	}
	resource, point, err := t.resolve(ctx, reader)
	if err != nil {
		return t.unresolved(err)
	}
	now := t.logins.Now()
	facts, err := reader.Read(ctx, resource, t.owner(ctx, resource.ARN), now)
	if err != nil {
		return err
	}
	reader.Find(ctx, &facts)
	lives := t.chosen(trace.Lives(facts, t.rules(ctx, facts.Member)), point, now)
	if len(lives) == 0 && len(facts.Unseen) > 0 {
		return &hinted{&findingsError{fmt.Errorf("trace %s: nothing is known of a backup of it, and not everything was read: %s: %w", t.what, unreadFacts(facts), facts.Unseen[0].Err)}, t.unreadHint(facts)}
	}
	if len(lives) == 0 {
		return &hinted{fmt.Errorf("trace %s: nothing is known of a backup of it", t.what),
			"is it the whole ARN, and does it carry the tag of a plan? twohop status " + t.given() + " lists what is backed up"}
	}
	if t.json {
		err = showJSON(out, t.reported(facts, lives))
	} else {
		t.tell(out, facts, lives)
	}
	return errors.Join(err, t.verdict(facts, lives))
}

func (t *tracing) reading(ctx context.Context) (trace.Reader, error) {
	e := t.estate
	config, err := t.backup(ctx)
	if err != nil {
		return trace.Reader{}, err
	}
	r := trace.Reader{
		Backup: awsbackup.New(config), Copies: queue.Open(config, e.QueueURL(estate.CopiesQueue)),
		Letters: queue.OpenLetters(config, e.QueueURL(estate.CopiesDLQ)),
		Member: func(ctx context.Context, account string) (trace.Account, []hop.Vault, trace.Queue, error) {
			config, err := t.reader(ctx, account)
			if err != nil {
				return nil, nil, nil, err
			}
			return awsbackup.New(config), e.MemberVaults(account), queue.OpenLetters(config, e.QueueURLIn(account, estate.ForwardDLQ)), nil
		},
	}
	for _, s := range switchesOf(config, e) {
		r.Switches = append(r.Switches, s)
	}
	for _, place := range placesOf(e) {
		if place.Role == picture.Intermediate {
			r.Intermediate = append(r.Intermediate, place.Vault)
		} else {
			r.Finals = append(r.Finals, place.Vault)
		}
	}
	return r, nil
}

func (t *tracing) rules(ctx context.Context, member string) trace.Rules {
	adviser := t.adviser()
	s := t.estate.Starter()
	return trace.Rules{Routes: s.Routes, First: t.estate.FirstHops(member), Retry: hop.Patience(s.Attempts), Pools: s.Pools, Ceiling: s.DailyCeiling,
		Every: t.estate.Reconciling.RecentEvery, Advice: func(f hop.FailedJob) string { return adviser.Of(ctx, f).Full() }}
}

// resolve finds the resource, and the point where it is one that was asked for.
func (t *tracing) resolve(ctx context.Context, reader trace.Reader) (resource hop.Resource, point string, err error) {
	switch {
	case !strings.HasPrefix(t.what, "arn:"):
		resource, err = t.named(ctx)
	case isPoint(t.what):
		point = t.what
		resource, err = reader.Resolve(ctx, point, t.estate.Accounts.Backup)
	default:
		resource.ARN = t.what
	}
	return resource, point, err
}

// isPoint tells a recovery point's ARN from a resource's: AWS Backup's own, or that of a
// snapshot of RDS or EC2.
func isPoint(arn string) bool {
	own := nameOf(arn)
	for _, kind := range []string{"recovery-point:", "snapshot:", "cluster-snapshot:", "snapshot/", "image/"} {
		if strings.HasPrefix(own, kind) {
			return true
		}
	}
	return false
}

// named finds the one resource whose ARN ends so.
func (t *tracing) named(ctx context.Context) (hop.Resource, error) {
	p, err := t.take(ctx)
	if err != nil {
		return hop.Resource{}, err
	}
	var found []hop.Resource
	for _, r := range p.Resources {
		if strings.HasSuffix(r.ARN, ":"+t.what) || strings.HasSuffix(r.ARN, "/"+t.what) {
			found = append(found, hop.Resource{ARN: r.ARN, Type: r.Type})
		}
	}
	switch len(found) {
	case 0:
		if len(p.Unseen) > 0 {
			return hop.Resource{}, &hinted{&findingsError{errors.New("no resource that was read ends so, and not everything was read: " + p.UnseenNames())}, hintOf(p.Unseen[0].Err)}
		}
		return hop.Resource{}, hop.ErrNotFound
	case 1:
		return found[0], nil
	default:
		return hop.Resource{}, fmt.Errorf("%d resources end so, %s among them: give the whole ARN", len(found), found[0].ARN)
	}
}

func (t *tracing) unresolved(err error) error {
	if errors.Is(err, hop.ErrNotFound) {
		err = &hinted{err, "twohop status " + t.given() + " lists what is backed up, with --json by ARN"}
	}
	return fmt.Errorf("trace %s: %w", t.what, err)
}

// owner is the member account of a resource. The ARN of a bucket or a volume's snapshot
// names none: then it is the one of --member, or the only member that is known.
func (t *tracing) owner(ctx context.Context, resource string) string {
	if account := hop.AccountOf(resource); account != "" {
		return account
	}
	if len(t.access.named) == 1 {
		return t.access.named[0]
	}
	if known, err := t.members(ctx); err == nil && len(known) == 1 {
		return known[0]
	}
	return "" // which of several is not known
}

// chosen are the lives that were asked for.
func (t *tracing) chosen(lives []trace.Life, point string, now time.Time) []trace.Life {
	var chosen []trace.Life
	for _, life := range lives {
		switch {
		case point != "" && life.Has(point), point == "" && t.all && now.Sub(life.Created) <= time.Duration(t.days)*24*time.Hour:
			chosen = append(chosen, life)
		case point == "" && !t.all:
			return []trace.Life{life}
		}
	}
	return chosen
}

// verdict says what was not read, where the newest chain that stops stops, and what to run
// next. Dead-letter messages that another reader has at the moment are noted in the output
// alone: copy jobs and vaults tell of the chain.
func (t *tracing) verdict(f trace.Facts, lives []trace.Life) error {
	var found []error
	for _, life := range lives {
		if step, stops := life.Stop(); stops {
			found = append(found, &hinted{&findingsError{fmt.Errorf("the chain stops at: %s", step.Name)}, t.next(f, step)})
			break
		}
	}
	if len(f.Off) > 0 {
		found = append(found, &hinted{&findingsError{errors.New("paused: " + picture.Named(f.Off))}, t.switchOn(f.Off)})
	}
	if len(f.Unseen) > 0 {
		found = append(found, &hinted{&findingsError{errors.New("not everything was read: " + unreadFacts(f))},
			t.unreadHint(f)})
	}
	return errors.Join(found...)
}

// unreadHint says how what was not read is read.
func (t *tracing) unreadHint(f trace.Facts) string {
	if f.Member == "" {
		return fmt.Sprintf("name the member account of the resource: twohop trace %s %s --member ACCOUNT", t.given(), fix.Quoted(t.what))
	}
	return cmp.Or(hintOf(f.Unseen[0].Err), "fix what is named under not looked at, and run it again")
}

// unseenFacts are what of a trace was not read, as of a picture.
func unseenFacts(f trace.Facts) []picture.Unseen {
	var unseen []picture.Unseen
	for _, u := range f.Unseen {
		unseen = append(unseen, picture.Unseen{What: u.What, Err: u.Err})
	}
	return unseen
}

func unreadFacts(f trace.Facts) string {
	return picture.Picture{Unseen: unseenFacts(f)}.UnseenNames()
}

// next is the command to run about a step.
func (t *tracing) next(f trace.Facts, step trace.Step) string {
	replay := fmt.Sprintf("twohop dlq replay %s --resource %s", t.given(), f.Resource)
	switch step.Next {
	case trace.Replay:
		return "mend the cause; then: " + replay
	case trace.Restart:
		return "mend the cause; then start the first hop again: " + replay + "; or wait for the plan's next run"
	case trace.Backup:
		return fmt.Sprintf("mend the cause in account %s; the plan backs up again at its next run", f.Member)
	case trace.Protect:
		return "move the resource to a customer managed key; a replay does not change this copy"
	case trace.Recopy:
		return fmt.Sprintf("none: the reconciler requests the copy again, at once for points of the last %d days, else daily; to delete the backup for good, delete %s too",
			t.estate.Reconciling.RecentDays, step.Source)
	case trace.Nothing:
		return "none, if the deletion was meant; else find who deleted it in AWS CloudTrail, and see that the next backup arrives"
	case trace.Look:
		return fmt.Sprintf("twohop resume %s --yes, if it is paused; else look at the log of the function reconciler", t.given())
	default:
		return ""
	}
}
