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

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

type restorePlan struct{ choosing }

func newRestorePlan() *cobra.Command {
	p := &restorePlan{}
	command := &cobra.Command{
		Use:   "plan RESOURCE",
		Short: "Show where a resource's backups are, and the ways of restoring one",
		Long: `Plan shows which vault holds what of a backup, the newest or the one that is chosen, and
the four ways of restoring it with what each needs. It changes nothing. A vault that
cannot be read, in an account that is lost for one, keeps no other from being shown: the exit
code is 3 then, or 4 if AWS denies it, since a newer backup may be in that vault. With
nothing left to restore the exit code is 3 too.

RESOURCE is an ARN, or the name of a resource that the backup account has copies of, such as
db:orders or orders.`,
		Example: `  twohop restore plan --estate my.yaml arn:aws:rds:eu-central-1:111111111111:db:orders
  twohop restore plan --estate my.yaml --at 2026-11-01T03:00 arn:aws:s3:::invoices`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			if err := p.parse(args[0]); err != nil {
				return err
			}
			return acting(p.run)(command, args)
		},
	}
	p.flags(command)
	return command
}

func (p *restorePlan) run(ctx context.Context, out io.Writer) error {
	if err := p.open(); err != nil {
		return err
	}
	found, err := p.locate(ctx)
	if err != nil {
		return err
	}
	backup, err := p.pick(found)
	if err != nil {
		if !p.json {
			p.showUnseen(out, found)
			useless(out, found)
		}
		return err
	}
	way := p.way(found, backup)
	ways := way.Ways()
	if p.json {
		err = showJSON(out, p.reported(found, way, ways))
	} else {
		p.show(out, found, way, ways)
	}
	return errors.Join(err, p.verdict(found, backup, ways))
}

// unseenHint is what to do about vaults that could not be read.
const unseenHint = "the plan holds for the vaults that were read; a newer backup may be in another: give access, such as --profile ACCOUNT=NAME, and run it again"

// way is what the ways of restoring a backup are told by.
func (p *restorePlan) way(found located, backup hop.Backup) hop.WayBack {
	way := p.access.estate.WayBack(found.account, backup, false)
	way.Now = found.now
	for _, look := range found.looks {
		if look.Vault == way.Local {
			way.LocalUnseen = look.Err != nil
		}
	}
	return way
}

// verdict is nil where a way is possible and every vault was read: another may hold a newer
// backup, or a nearer copy.
func (p *restorePlan) verdict(found located, backup hop.Backup, ways []hop.RestoreWay) error {
	unseen := relay.Unseen(found.looks)
	for _, way := range ways {
		switch {
		case !way.Possible():
		case unseen == nil:
			return nil
		case denied(unseen):
			return &hinted{unseen, unseenHint}
		default:
			return &hinted{&findingsError{unseen}, unseenHint}
		}
	}
	if unseen != nil {
		return fmt.Errorf("no copy that is known of the backup of %s can be used: %w", moment(backup.Created), unseen)
	}
	return &hinted{&findingsError{fmt.Errorf("no copy of the backup of %s can be used", moment(backup.Created))}, p.plan() + " shows the newest that can"}
}

// moment is a time as the tables show it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

func (p *restorePlan) show(out io.Writer, found located, way hop.WayBack, ways []hop.RestoreWay) {
	backup := way.Backup
	fmt.Fprintf(out, "%s %s\nbackup of %s UTC, %s\n\n", backup.ResourceType, backup.ResourceARN, moment(backup.Created), rank(backup, usable(found)))
	var rows [][]cell
	for _, look := range found.looks {
		rows = append(rows, rowsOf(look, backup, found.now)...)
	}
	showTable(out, []string{"VAULT", "REGION", "CREATED", "EXPIRES", "STATUS", "KEY", "RECOVERY POINT"}, rows)
	if hop.IsMultiAZCluster(backup.ResourceType, backup.ResourceARN) {
		fmt.Fprintln(out, "\na Multi-AZ DB cluster: AWS Backup does not copy it, so what its local vault has is all there is")
	}
	others(out, backup, found)
	useless(out, found)
	fmt.Fprintln(out)
	for _, w := range ways {
		p.showWay(out, way, w)
	}
}

// rank says how new a backup is among those that can be restored.
func rank(backup hop.Backup, all []hop.Backup) string {
	for i, other := range all {
		switch {
		case !other.Same(backup):
		case i == 0:
			return fmt.Sprintf("the newest of %d", len(all))
		default:
			return fmt.Sprintf("with %s of %d", counted(i, "newer one"), len(all))
		}
	}
	return "of which no copy can be restored"
}

// rowsOf are a vault's copies of a backup, or a row that says that there is none.
func rowsOf(look relay.Look, backup hop.Backup, now time.Time) [][]cell {
	vault := []cell{{text: look.Vault.Name}, {text: look.Vault.Region}}
	if look.Err != nil {
		return [][]cell{append(vault, cell{text: "-"}, cell{text: "-"}, cell{"not looked at", bad}, cell{text: "-"}, cell{text: look.Err.Error()})}
	}
	var rows [][]cell
	for _, h := range backup.Held {
		if h.Vault != look.Vault {
			continue
		}
		rows = append(rows, rowOf(h, now))
	}
	if len(rows) == 0 {
		rows = append(rows, append(vault, cell{text: "-"}, cell{text: "-"}, cell{"none", toneOf("")}, cell{text: "-"}, cell{text: "-"}))
	}
	return rows
}

// rowOf is one recovery point.
func rowOf(h hop.Held, now time.Time) []cell {
	status := cell{string(h.Status), good}
	if !h.Usable(now) {
		status.tone = toneOf(h.Status)
	}
	expires := "never"
	if !h.DeleteAt.IsZero() {
		expires = moment(h.DeleteAt)
	}
	return []cell{{text: h.Vault.Name}, {text: h.Vault.Region}, {text: moment(h.Created)}, {text: expires}, status, {text: keyName(h.RecoveryPoint)}, {text: h.ARN}}
}

func toneOf(status hop.PointStatus) tone {
	if status == hop.PointCreating || status == "" {
		return look
	}
	return bad
}

// keyName is the part of the ARN of a recovery point's key that names it, or which kind of
// key the point is under.
func keyName(p hop.RecoveryPoint) string {
	switch {
	case p.UnderAWSOwnedKey():
		return "AWS owned"
	case p.KeyARN == "":
		return "none reported"
	default:
		return p.KeyARN[strings.LastIndex(p.KeyARN, ":")+1:]
	}
}

// shown is how many other backups are told of.
const shown = 5

// others tells what other backups there are.
func others(out io.Writer, backup hop.Backup, found located) {
	n := 0
	for _, other := range usable(found) {
		if other.Same(backup) {
			continue
		}
		if n++; n > shown {
			continue
		}
		in := placesIn(other, func(h hop.Held) bool { return h.Usable(found.now) })
		if n == 1 {
			fmt.Fprint(out, "\nother backups (choose one with --at or --point):\n")
		}
		fmt.Fprintf(out, "  %s in %s\n", moment(other.Created), in)
	}
	if n > shown {
		fmt.Fprintf(out, "  and %d more\n", n-shown)
	}
}

// usable are the backups of which a copy can be restored.
func usable(found located) []hop.Backup {
	return slices.DeleteFunc(slices.Clone(found.backups), func(b hop.Backup) bool {
		return !slices.ContainsFunc(b.Held, func(h hop.Held) bool { return h.Usable(found.now) })
	})
}

// placesIn are the vaults of those of a backup's recovery points that count, with the status of
// what is no backup.
func placesIn(b hop.Backup, counts func(hop.Held) bool) string {
	var in []string
	for _, h := range b.Held {
		if !counts(h) {
			continue
		}
		place := h.Vault.Name + " " + h.Vault.Region
		if hop.CopyStateOf(h.Status) == hop.CopyGone {
			place += " (" + string(h.Status) + ")"
		}
		in = append(in, place)
	}
	return strings.Join(in, ", ")
}

// useless tells of recovery points that are EXPIRED or DELETING.
func useless(out io.Writer, found located) {
	n := 0
	for _, b := range found.backups {
		in := placesIn(b, func(h hop.Held) bool { return hop.CopyStateOf(h.Status) == hop.CopyGone })
		if in == "" {
			continue
		}
		if n++; n > shown {
			continue
		}
		if n == 1 {
			fmt.Fprint(out, "\nno backups, since AWS Backup deletes them, or could not:\n")
		}
		fmt.Fprintf(out, "  %s in %s\n", moment(b.Created), in)
	}
	if n > shown {
		fmt.Fprintf(out, "  and %d more\n", n-shown)
	}
}

// showUnseen tells which vaults could not be looked at.
func (p *restorePlan) showUnseen(out io.Writer, found located) {
	for _, look := range found.looks {
		if look.Err != nil {
			fmt.Fprintf(out, "%s, %s: not looked at: %s\n", look.Vault.Name, look.Vault.Region, oneLine(look.Err.Error()))
		}
	}
}
