package checkup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/policy"
)

// What makes the copy of a database fail, or worthless.

const saysUnsupported = diagnose.SaysUnsupported

// multiAZFinding [AWS Backup: feature availability by resource]. The text of such
// a failed copy is UNCONFIRMED A66.
func multiAZFinding(tagKey string) []Finding {
	return broken("it is a Multi-AZ DB cluster, which AWS Backup copies neither to another account nor to another Region", diagnose.SaysUnsupported,
		"use Aurora or a Multi-AZ DB instance; until then let it be backed up in its account only, by a plan without copies (tag "+tagKey+")")
}

// customFinding [RDS user guide: RDS Custom, copying a snapshot]. AWS documents no text.
func customFinding(engine, tagKey string) []Finding {
	return broken("it is RDS Custom (engine "+engine+"), whose snapshots cannot be copied to another account", "the copy fails; AWS documents no text for it",
		"let it be backed up in its account only, by a plan without copies (tag "+tagKey+")")
}

// encrypted checks the key of a database that is to be copied into the backup account.
//
// A copy is encrypted with its vault's key even where the database is not, except for
// clusters of Aurora, DocumentDB and Neptune [AWS Backup: encryption for backups]. A
// cluster gets another key by a restore: a copy of an unencrypted snapshot cannot be
// encrypted in each of these services [Aurora guide: Overview.Encryption; Neptune API:
// CopyDBClusterSnapshot]. What becomes of copies of a cluster under an AWS owned key is
// UNCONFIRMED A61.
func (m member) encrypted(ctx context.Context, arn string, d Database) ([]Finding, error) {
	const move = "restore a snapshot of it under a customer managed key (aws rds restore-db-cluster-from-snapshot --kms-key-id KEY), and tag the new cluster"
	switch {
	case d.Encryption == AWSOwnedKey:
		return []Finding{{Kind: Unconfirmed,
			Problem: "it is under a key that AWS owns; AWS does not document whether its copies are made, and whether they are then under the keys of their vaults",
			Causes:  "if its copies fail, a dead-letter message; if they are not under the vaults' keys, the alarm underprotected", Mend: move}}, nil
	case d.Encryption == NotEncrypted && typeOf(arn, d) == "RDS":
		return nil, nil
	case d.Encryption == NotEncrypted:
		return broken("it is not encrypted", "none: its copies are not encrypted either, whatever the keys of their vaults", move), nil
	}
	if owner := hop.AccountOf(d.KeyARN); owner != m.account {
		return m.foreign(owner, d.KeyARN), nil
	}
	key, err := m.keys.Key(ctx, d.KeyARN)
	switch {
	case errors.Is(err, ErrNotFound):
		return broken("its key "+d.KeyARN+" does not exist", diagnose.SaysClosedKey, "restore it from a snapshot under a customer managed key"), nil
	case err != nil:
		return nil, err
	case key.Managed:
		return broken("it is under the key aws/rds, which admits no other account", diagnose.SaysManagedKey,
			"a database's key cannot be changed: copy a snapshot of it under a customer managed key that has the statements below, restore from that, and tag the new database\n"+Statements(policy.DatabaseKey(m.e))), nil
	case key.State != "Enabled":
		return broken(fmt.Sprintf("its key %s is %s", key.ARN, key.State), diagnose.SaysClosedKey, enable(key)), nil
	}
	live, err := m.keys.KeyPolicy(ctx, key.ARN)
	if err != nil {
		return nil, err
	}
	admission, err := policy.Admits(m.e, live)
	if err != nil {
		return nil, fmt.Errorf("the policy of the key %s: %w", key.ARN, err)
	}
	return admitted(key, admission), nil
}

// foreign is the finding about a key of another account, whose policy AWS shows to that
// account only.
func (m member) foreign(owner, arn string) []Finding {
	return []Finding{{Kind: NotChecked, Problem: "its key " + arn + " is another account's, and only that account sees its policy",
		Causes: "if it lacks the statements below: " + diagnose.SaysClosedKey,
		Mend:   "in account " + owner + ", see that the policy of the key has them:\n" + Statements(policy.DatabaseKey(m.e))}}
}

func admitted(key Key, admission policy.Admission) []Finding {
	if len(admission.Missing) > 0 {
		return broken("its key "+key.ARN+" does not admit the backup account", diagnose.SaysClosedKey,
			fmt.Sprintf("add the statements below to the policy of the key: aws kms get-key-policy --key-id %[1]s --policy-name default --query Policy --output text --region %[2]s > key-policy.json, "+
				"then aws kms put-key-policy --key-id %[1]s --policy-name default --policy file://key-policy.json --region %[2]s\n", key.ARN, regionOf(key.ARN))+Statements(admission.Missing))
	}
	if len(admission.Doubtful) > 0 {
		return []Finding{{Kind: NotChecked,
			Problem: "its key " + key.ARN + " admits the backup account on conditions that only AWS can judge", Causes: "if they do not hold: " + diagnose.SaysClosedKey,
			Mend: "see that they hold for AWSServiceRoleForBackup of the backup account:\n" + strings.Join(admission.Doubtful, "\n")}}
	}
	return nil
}

// Statements are statements of a policy as they stand in it, one below the other.
func Statements(all []policy.Statement) string {
	var texts []string
	for _, s := range all {
		texts = append(texts, s.JSON())
	}
	return strings.Join(texts, ",\n")
}

// shareable are the persistent options with which RDS shares a snapshot; the other
// account's copy of it needs an option group that has them, in the same Region too [RDS
// user guide: sharing a DB snapshot].
var shareable = []string{"Timezone", "OLS"}

// options checks the option groups of an instance whose copies leave its account. Oracle
// and SQL Server are the engines with persistent options that matter here, MySQL and
// MariaDB have none by default.
//
// AWS Backup passes no option group, and the copy fails where the destination has none with
// these options [AWS Backup: cross-Region backup]. RDS copies option groups across Regions
// since November 2026 [RDS SDK v1.132.0]; whether AWS Backup has it do so is UNCONFIRMED A63.
func (m member) options(ctx context.Context, d Database) ([]Finding, error) {
	var found []Finding
	for _, group := range d.OptionGroups {
		persistent, err := m.databases.PersistentOptions(ctx, group)
		if err != nil {
			return found, err
		}
		text := strings.Replace(diagnose.SaysOptionGroup, "...", strings.Join(persistent, ", "), 1)
		switch {
		case len(persistent) == 0:
		case diagnose.Text(text).Class == hop.ClassUnsupported: // Transparent Data Encryption
			found = append(found, broken(fmt.Sprintf("its option group %s has options of Transparent Data Encryption among its persistent ones (%s), and RDS does not share such snapshots with other accounts",
				group, strings.Join(persistent, ", ")), text, diagnose.Text(text).Fix)...)
		case slices.ContainsFunc(persistent, func(option string) bool { return !slices.Contains(shareable, option) }):
			found = append(found, broken(fmt.Sprintf("its option group %s has persistent options (%s), and RDS shares snapshots with other accounts with %s alone",
				group, strings.Join(persistent, ", "), strings.Join(shareable, " and ")), text,
				"take the other options off the group, or let the database be backed up in its account only, by a plan without copies (tag "+m.e.TagKey+")")...)
		default:
			found = append(found, Finding{
				Kind:    Unconfirmed,
				Problem: fmt.Sprintf("its option group %s has persistent options: %s; AWS Backup's guide says that it copies no option groups, and AWS does not document whether it does since RDS can (November 2026)", group, strings.Join(persistent, ", ")),
				Causes:  "if it does not, and the backup account has no group with these options in the Region of the copy: " + text,
				Mend: fmt.Sprintf("create an option group with the same options, for the same engine, in account %s, in the Region of the copy (%s): aws rds create-option-group, then aws rds add-option-to-option-group; where copies arrive without one, none is needed",
					m.e.Accounts.Backup, strings.Join(append([]string{m.e.Regions.Primary}, m.e.Regions.Secondary...), ", ")),
			})
		}
	}
	return found, nil
}

// leavesRegion tells whether points of a plan come to be in another Region.
func (m member) leavesRegion(plan string) bool {
	elsewhere := func(arn string) bool { return strings.Split(arn, ":")[3] != m.e.Regions.Primary }
	return m.e.Plans[plan].Strategy == estate.TwoHop || slices.ContainsFunc(m.e.CopyTargets(plan), elsewhere)
}
