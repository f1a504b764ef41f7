package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/advise"
	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awscheck"
	"github.com/twohop/twohop/pkg/hop"
)

type advising struct {
	access access
	json   bool
}

func newAdvise() *cobra.Command {
	a := &advising{}
	command := &cobra.Command{
		Use:   "advise",
		Short: "Say which resources need two hops, and what their copies store and transfer",
		Long: `Advise goes through what AWS Backup has backups of in each member account, and says of each
resource which way its backups need into the other account and Region: a single action of
a plan, two hops, or none that there is; why; which tag it has, and which it needs for that.
What plans store and transfer is counted for the resources that are in them by the tags they
have. Sizes are those of the newest points, as AWS Backup tells them. It changes nothing.

A resource that was never backed up is not in it, whatever its tags.`,
		Args:    cobra.NoArgs,
		Example: `  twohop advise --estate my.yaml`,
		RunE:    acting(a.run),
	}
	a.access.flags(command)
	a.access.memberFlag(command)
	command.Flags().BoolVar(&a.json, "json", false, "print one JSON object")
	return command
}

func (a *advising) run(ctx context.Context, out io.Writer) error {
	if err := a.access.open(); err != nil {
		return err
	}
	members, unread := a.access.members(ctx)
	if unread != nil && len(members) == 0 {
		return unread
	}
	copies, err := a.copies(ctx)
	if err != nil {
		return err
	}
	var all []advise.Resource
	var errs []error
	var seen []string
	for _, account := range members {
		resources, err := a.member(ctx, account)
		if err != nil {
			errs = append(errs, unreadMember(err)) // the others are advised on all the same
		} else {
			seen = append(seen, account)
		}
		all = append(all, resources...)
	}
	for i := range all {
		all[i].In = copies[all[i].ARN]
		all[i].Advice = advise.For(a.access.estate, all[i].Type, all[i].ARN)
	}
	if a.json {
		err = showJSON(out, a.reported(all))
	} else {
		a.show(out, seen, all)
	}
	if unread != nil {
		errs = append(errs, unread)
	}
	if len(members) == 0 {
		err = &hinted{errors.New("no member account is known"), "name one: --member ACCOUNT"}
	}
	return errors.Join(append(errs, err)...)
}

// unreadMember is the error of a member that was not read: what was advised is a part of it all.
func unreadMember(err error) error {
	if denied(err) {
		return err
	}
	return &hinted{&findingsError{err}, hintOf(err)}
}

// copies are the backup account's vaults that hold points of a resource, by its ARN.
func (a *advising) copies(ctx context.Context) (map[string][]hop.Vault, error) {
	config, err := a.access.backup(ctx)
	if err != nil {
		return nil, err
	}
	in := map[string][]hop.Vault{}
	for _, vault := range a.access.estate.BackupVaults() {
		resources, err := awsbackup.New(config).Resources(ctx, vault)
		if err != nil {
			return nil, err
		}
		for _, r := range resources {
			in[r.ARN] = append(in[r.ARN], vault)
		}
	}
	return in, nil
}

// member is what a member account has backups of. The newest point's size is asked for
// where it is in a vault of the estate, since no other can be looked at.
func (a *advising) member(ctx context.Context, account string) ([]advise.Resource, error) {
	config, err := a.access.reader(ctx, account)
	if err != nil {
		return nil, err
	}
	e := a.access.estate
	member, vaults := awsbackup.New(config), e.MemberVaults(account)
	tagged, err := awscheck.NewDatabases(config).Tagged(ctx, e.TagKey)
	if err != nil {
		return nil, fmt.Errorf("look at member account %s: %w", account, err)
	}
	values := map[string]string{}
	for _, t := range tagged {
		values[t.ARN] = t.Value
	}
	protected, err := member.Protected(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at member account %s: %w", account, err)
	}
	var found []advise.Resource
	for _, p := range protected {
		r := advise.Resource{Protected: p, Account: account}
		if value, has := values[p.ARN]; has {
			r.Tag, r.Plan = e.TagKey+"="+value, advise.PlanOf(e, value, p.Type)
		}
		if owner := hop.AccountOf(p.ARN); owner != "" && owner != account {
			continue // a copy that came back
		}
		if slices.Contains(vaults, p.Vault) {
			r.Bytes, err = member.Size(ctx, p.Vault, p.Point)
			if err != nil && !errors.Is(err, hop.ErrNotFound) { // it may have expired meanwhile
				return nil, fmt.Errorf("look at member account %s: %w", account, err)
			}
		}
		found = append(found, r)
	}
	return found, nil
}

func (a *advising) show(out io.Writer, seen []string, all []advise.Resource) {
	for _, account := range seen {
		var rows [][]cell
		for _, r := range all {
			if r.Account == account {
				rows = append(rows, a.row(r))
			}
		}
		fmt.Fprintf(out, "member account %s: %d with backups\n", account, len(rows))
		if len(rows) > 0 {
			showTable(out, []string{"RESOURCE", "TYPE", "NEEDS", "TAG", "ADVISED TAG", "NEWEST BACKUP", "GB", "COPIES IN"}, rows)
		}
		fmt.Fprintln(out)
	}
	a.reasons(out, all)
	a.others(out, all)
	for _, sum := range advise.Sums(a.access.estate, all) {
		a.showSum(out, sum)
	}
	fmt.Fprint(out, `A resource that was never backed up is not listed, whatever its tags. GB are of 2^30 bytes.
GB-MONTHS are what a vault stores in a month if each point is kept whole: where backups
and copies are incremental it is less, and the first copy to a Region is whole.
`)
}

func (a *advising) row(r advise.Resource) []cell {
	need := cell{string(r.Advice.Way), usual}
	if r.Advice.Way == advise.NoCopy {
		need.tone = bad
	}
	tag, advised := cell{r.Tag, usual}, cell{r.Advice.Tag, usual}
	switch {
	case r.Tag == "":
		tag = cell{"none", look}
	case r.Plan == "":
		tag = cell{r.Tag + " (no plan)", bad}
	case r.Plan != r.Advice.Plan:
		tag.tone = look
	}
	if r.Advice.Tag == "" {
		advised = cell{"no plan", look}
	}
	var in []string
	for _, vault := range r.In {
		in = append(in, vault.Name+" "+vault.Region)
	}
	copies := cell{strings.Join(in, ", "), good}
	if len(in) == 0 {
		copies = cell{"none", look}
	}
	return []cell{{text: r.ARN}, {text: r.Type}, need, tag, advised, {text: moment(r.Newest)}, {text: gigabytes(r.Bytes)}, copies}
}

// gigabytes is a size as the tables show it.
func gigabytes(bytes int64) string {
	if bytes == 0 {
		return "not told"
	}
	return fmt.Sprintf("%.1f", advise.Gigabytes(bytes))
}

// others says how many resources are in another plan than the advised one, or in none.
func (a *advising) others(out io.Writer, all []advise.Resource) {
	other, none := 0, 0
	for _, r := range all {
		switch {
		case r.Plan == "":
			none++
		case r.Plan != r.Advice.Plan:
			other++
		}
	}
	if other+none > 0 {
		fmt.Fprintf(out, "%d by their tags in another plan than the advised one, %d in none, which no plan below counts\n\n", other, none)
	}
}

// reasons says why, once for the types that share it.
func (a *advising) reasons(out io.Writer, all []advise.Resource) {
	var texts []string
	types := map[string][]string{}
	for _, r := range all {
		text := string(r.Advice.Way) + ": " + r.Advice.Why
		if r.Advice.Lack != "" {
			text += "; " + r.Advice.Lack
		}
		if types[text] == nil {
			texts = append(texts, text)
		}
		if !slices.Contains(types[text], r.Type) {
			types[text] = append(types[text], r.Type)
		}
	}
	for _, text := range texts {
		fmt.Fprintf(out, "%s: %s\n", strings.Join(types[text], ", "), text)
	}
	if len(texts) > 0 {
		fmt.Fprintln(out)
	}
}

func (a *advising) showSum(out io.Writer, sum advise.Sum) {
	plan := a.access.estate.Plans[sum.Plan]
	often := "a night"
	if !sum.Load.EveryDay {
		often = "a run, not every day, so that the points are the most there can be"
	} else if sum.Load.Runs > 1 {
		often = fmt.Sprintf("a run, %d runs a day", sum.Load.Runs)
	}
	fmt.Fprintf(out, "plan %s (%s=%s): %s, %s GB%s\n", sum.Plan, a.access.estate.TagKey, plan.Tag, counted(sum.Resources, "resource"), gigabytes(sum.Bytes), unsized(sum))
	fmt.Fprintf(out, "transfers %s: %s across accounts in %s; %s across Regions\n", often,
		transfers(sum, sum.Load.Account), a.access.estate.Regions.Primary, transfers(sum, sum.Load.Region))
	var rows [][]cell
	for _, kept := range sum.Load.Kept {
		days := fmt.Sprint(kept.Days)
		if kept.TrimmedTo > 0 {
			days = fmt.Sprintf("%d, %d once copied on", kept.Days, kept.TrimmedTo)
		}
		months := "not told"
		if sum.Bytes > 0 {
			months = fmt.Sprintf("%.1f", sum.GigabyteMonths(kept))
		}
		rows = append(rows, []cell{{text: kept.Vault}, {text: kept.Region}, {text: days}, {text: fmt.Sprint(kept.Points)}, {text: fmt.Sprint(kept.Points * sum.Resources)}, {text: months}})
	}
	showTable(out, []string{"VAULT", "REGION", "DAYS", "POINTS EACH", "POINTS", "GB-MONTHS"}, rows)
	fmt.Fprintln(out)
}

func unsized(sum advise.Sum) string {
	if sum.Unsized == 0 {
		return ""
	}
	return fmt.Sprintf(", without %d whose size is not told", sum.Unsized)
}

// transfers is how many points are transferred at each run, and how much.
func transfers(sum advise.Sum, each int) string {
	if each == 0 {
		return "none"
	}
	return fmt.Sprintf("%s, %s GB", counted(each*sum.Resources, "point"), gigabytes(sum.Bytes*int64(each)))
}
