package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func newRestore() *cobra.Command {
	return group(&cobra.Command{
		Use:   "restore",
		Short: "Find a resource's backups, and bring one back",
		Long: `Restore finds where the copies of a resource's backups are, says in which of the four ways
one can be restored, and copies one back into the member account. It restores nothing by
itself: it ends with the command that does.`,
		Example: `  twohop restore plan --estate my.yaml arn:aws:rds:eu-central-1:111111111111:db:orders
  twohop restore copy-back --estate my.yaml arn:aws:rds:eu-central-1:111111111111:db:orders --yes`,
	}, newRestorePlan(), newCopyBack())
}

// choosing is what the commands below restore have in common: which backup of which
// resource, and the accounts that it may be in.
type choosing struct {
	access   access
	resource string
	point    string
	at       string
	account  string // of the member; empty: the resource's
	wanted   hop.Wanted
	json     bool
}

func (c *choosing) flags(command *cobra.Command) {
	c.access.flags(command)
	flags := command.Flags()
	flags.StringVar(&c.point, "point", "", "`ARN` of a recovery point: the backup that it is of")
	flags.StringVar(&c.at, "at", "", "the newest backup made by this `TIME`, as 2026-11-01, 2026-11-01T03:00 (UTC) or with an offset\n(default: the newest)")
	flags.StringVar(&c.account, "to-account", "", "member `ACCOUNT` (default: the resource's)")
	flags.BoolVar(&c.json, "json", false, "print one JSON object")
	command.MarkFlagsMutuallyExclusive("point", "at")
	c.access.completes(command, "to-account", cobra.ShellCompDirectiveDefault, memberAccounts)
}

// open reads the estate's file, and checks the flags that only it can tell about.
func (c *choosing) open() error {
	if err := c.access.open(); err != nil || c.account == "" {
		return err
	}
	return memberID("to-account", c.account, c.access.estate)
}

// times are the forms of --at. A day stands for all of it.
var times = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04"}

func (c *choosing) parse(resource string) error {
	c.resource, c.wanted = resource, hop.Wanted{Point: c.point}
	if isPoint(resource) {
		return fmt.Errorf("%s is a recovery point; give the ARN of its resource, and --point with this one", resource)
	}
	if c.point != "" && !strings.HasPrefix(c.point, "arn:") {
		return fmt.Errorf("--point: %q is not the ARN of a recovery point; twohop restore plan lists them", c.point)
	}
	if c.at == "" {
		return nil
	}
	for _, form := range times {
		if at, err := time.Parse(form, c.at); err == nil {
			c.wanted.At = at
			return nil
		}
	}
	day, err := time.Parse(time.DateOnly, c.at)
	if err != nil {
		return fmt.Errorf("--at %q is no time; it would look like 2026-11-01T03:00", c.at)
	}
	c.wanted.At = day.AddDate(0, 0, 1).Add(-time.Second)
	return nil
}

// located is what is known of a resource's backups.
type located struct {
	now     time.Time
	account string // of the member; empty: nothing tells
	looks   []relay.Look
	backups []hop.Backup
}

// locate looks for the resource's points in the backup account's vaults, and in those of
// the member account, which the former may have to name: a bucket's ARN does not.
func (c *choosing) locate(ctx context.Context) (located, error) {
	e := c.access.estate
	config, err := c.access.backup(ctx)
	if err != nil {
		return located{}, err
	}
	if err := c.resolve(ctx, config); err != nil {
		return located{}, err
	}
	var looks []relay.Look
	for _, vault := range e.BackupVaults() {
		looks = append(looks, relay.Look{Vault: vault, Holder: awsbackup.New(config)})
	}
	slices.SortStableFunc(looks, func(a, b relay.Look) int { return c.away(a.Vault) - c.away(b.Vault) })
	found := located{now: c.access.logins.Now(), account: c.account}
	central := relay.Locate(ctx, c.resource, looks)
	for _, b := range hop.Backups(relay.HeldIn(central)) {
		if found.account == "" {
			found.account = b.Owner(e.Accounts.Backup)
		}
	}
	if found.account == "" {
		found.account = hop.AccountOf(c.resource)
	}
	found.looks = append(c.local(ctx, found.account), central...)
	found.backups = hop.Backups(relay.HeldIn(found.looks))
	return found, nil
}

// local looks into the vaults of a member account.
func (c *choosing) local(ctx context.Context, account string) []relay.Look {
	if account == "" {
		return nil
	}
	config, err := c.access.reader(ctx, account)
	var looks []relay.Look
	for _, vault := range c.access.estate.MemberVaults(account) {
		look := relay.Look{Vault: vault, Err: err}
		if err == nil {
			look.Holder = awsbackup.New(config)
		}
		looks = append(looks, look)
	}
	return relay.Locate(ctx, c.resource, looks)
}

// away sorts vaults by how far they are: the primary Region, then the secondary ones in
// the estate's order.
func (c *choosing) away(vault hop.Vault) int {
	return 1 + slices.Index(c.access.estate.Regions.Secondary, vault.Region)
}

// pick is the wanted backup. Without one the error says what is known.
func (c *choosing) pick(found located) (hop.Backup, error) {
	if backup, ok := hop.Pick(found.backups, c.wanted, found.now); ok {
		return backup, nil
	}
	unseen := relay.Unseen(found.looks)
	switch {
	case unseen != nil:
		return hop.Backup{}, fmt.Errorf("find a backup of %s: %w", c.resource, unseen)
	case c.point != "":
		return hop.Backup{}, &hinted{&findingsError{fmt.Errorf("no vault of the estate holds %s of %s", c.point, c.resource)},
			c.plan() + " shows what there is"}
	case len(found.backups) > 0:
		return hop.Backup{}, &hinted{&findingsError{fmt.Errorf("%s of %s left, none that can be used%s", counted(len(found.backups), "backup"), c.resource, c.until())},
			"a backup that is under way, about to expire, EXPIRED or DELETING cannot be restored; without --at the newest counts"}
	default:
		return hop.Backup{}, &hinted{&findingsError{fmt.Errorf("nothing is left of %s: none of the estate's %d vaults that it may be in holds a recovery point of it", c.resource, len(found.looks))},
			"look whether the ARN is the one that AWS Backup knows (a cluster's, not its instances'), and for snapshots made outside AWS Backup"}
	}
}

// plan is the command that shows what there is of the resource.
func (c *choosing) plan() string {
	command := fmt.Sprintf("twohop restore plan %s %s", c.access.given(), c.resource)
	if c.account != "" {
		command += " --to-account " + c.account
	}
	return command
}

func (c *choosing) until() string {
	if c.at == "" {
		return ""
	}
	return " and was made by " + c.wanted.At.Format(time.RFC3339)
}

// unreadVault is a vault that could not be read.
type unreadVault struct {
	Vault  string `json:"vault"`
	Region string `json:"region"`
	Error  string `json:"error"`
}

func unreadVaults(looks []relay.Look) []unreadVault {
	unread := []unreadVault{}
	for _, look := range looks {
		if look.Err != nil {
			unread = append(unread, unreadVault{look.Vault.Name, look.Vault.Region, look.Err.Error()})
		}
	}
	return unread
}
