package backup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/organizations/policies"
)

const (
	managedVaultText = "Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. " +
		"The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied."
	closedSnapshotText = "The source snapshot KMS key [" + dataKey + "] does not exist, is not enabled or you do not have permissions to access it."
	permissionsText    = "IAM Role " + nightRole + " does not have sufficient permissions to execute the backup."
	directText         = "Copy job from eu-central-1 to eu-north-1 cannot be initiated for Aurora resources. Feature is not supported for provided resource type."
)

// outcome is how a resource's backup and its copy ended: empty for well, "-" for not
// at all.
type outcome struct{ backup, copy string }

func (n *night) outcomes() map[string]outcome {
	got := map[string]outcome{}
	for _, j := range n.service.BackupJobs(member, primary) {
		got[j.ResourceArn] = outcome{j.StatusMessage, "-"}
	}
	for _, j := range n.service.CopyJobs(member, primary) {
		got[j.ResourceArn] = outcome{got[j.ResourceArn].backup, j.StatusMessage}
	}
	return got
}

// all is one outcome for the copies of every type, apart from those that are given.
func all(same outcome, others map[string]outcome) map[string]outcome {
	want := map[string]outcome{simpleARN: {same.backup, "-"}}
	for _, resource := range []string{bucketARN, volumeARN, orders, auroraARN, docARN, graphARN} {
		want[resource] = same
	}
	for resource, other := range others {
		want[resource] = other
	}
	return want
}

func TestANightWithOneThingBroken(t *testing.T) {
	const none = "-"
	missingVault := "Backup job failed because backup vault arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-elsewhere does not exist."
	for name, c := range map[string]struct {
		change func(*night)
		want   map[string]outcome
	}{
		"nothing":                  {func(*night) {}, all(outcome{}, nil)},
		"cross-account copies off": {func(n *night) { n.crossAccount("false") }, all(outcome{"", "Copy job failed. Cross-account copy feature is not enabled for the current organization."}, nil)},
		"the backup account in another organization": {func(n *night) {
			n.configure(func(config *backup.Config) { config.Rules.Organizations = strangers{} })
		}, all(outcome{"", "Copy job failed. Both source and destination account must be a member of the same organization."}, nil)},
		"the role is not there": {func(n *night) { require.NoError(n.t, n.iam.RemoveRole(nightRole)) }, all(outcome{permissionsText, none}, nil)},
		"the role lacks the policies for S3": {func(n *night) { n.managed(backupPolicy) },
			all(outcome{}, map[string]outcome{bucketARN: {permissionsText, none}})},
		"the role has those for S3 alone": {func(n *night) { n.managed(s3Policy) },
			all(outcome{permissionsText, none}, map[string]outcome{bucketARN: {}})},
		"the intermediate vault admits nobody": {func(n *night) { n.roles.closed = n.intermediate },
			all(outcome{"", "Access Denied trying to call AWS Backup service."}, map[string]outcome{bucketARN: {}, volumeARN: {}})},
		"the key opens to nobody": {func(n *night) { n.keys.closed[dataKey] = central },
			all(outcome{"", closedSnapshotText}, map[string]outcome{bucketARN: {}, volumeARN: {"", "Given key ID is not accessible"}})},
		"the local vault's key opens to nobody": {func(n *night) { n.keys.closed[localKey] = central },
			all(outcome{}, map[string]outcome{bucketARN: {"", "KMS key is either disabled or pending deletion or access to KMS key is denied"}})},
		"the key opens at home only": {func(n *night) { n.keys.closed[dataKey] = member }, all(outcome{}, nil)},
		"the intermediate vault's key encrypts nothing": {func(n *night) { n.keys.blunt = intermediateKey },
			all(outcome{"", "KMS key is either disabled or pending deletion or access to KMS key is denied"}, map[string]outcome{bucketARN: {}, volumeARN: {}})},
		"the key is AWS's": {func(n *night) { n.keys.managed[dataKey] = true },
			all(outcome{"", "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot."},
				map[string]outcome{bucketARN: {}, volumeARN: {"", "Encrypted snapshots with Amazon EBS default key cannot be shared"}})},
		"the local vault's key is AWS's": {func(n *night) { n.keys.managed[localKey] = true }, all(outcome{}, nil)},
		"the local vault is not there": {func(n *night) { n.rename("twohop-simple", `"twohop-local"`, `"twohop-elsewhere"`) },
			all(outcome{}, map[string]outcome{simpleARN: {missingVault, none}})},
		"a destination on the default key": {func(n *night) {
			open := n.vault(backup.Vault{Account: central, Region: secondary, Name: "default-key"})
			n.rename("twohop-cross-region", n.final, open)
		}, all(outcome{}, map[string]outcome{volumeARN: {"", managedVaultText}})},
		"a direct copy of databases": {func(n *night) {
			n.rename("twohop-cross-region", `"cross-region"`, `"nothing"`) // the tag
			n.rename("twohop-cross-region-special", n.intermediate, n.final)
			require.NoError(n.t, n.service.Resources.SetTags(simpleARN, nil))
			for _, resource := range []string{orders, docARN, graphARN} {
				require.NoError(n.t, n.service.Resources.SetTags(resource, nil))
			}
		}, map[string]outcome{auroraARN: {"", directText}}},
		"a copy into an own vault that is not there": {func(n *night) {
			n.rename("twohop-cross-region", n.final, "arn:aws:backup:eu-central-1:111111111111:backup-vault:nowhere")
		}, all(outcome{}, map[string]outcome{bucketARN: {"", "Backup vault nowhere cannot be found"}, volumeARN: {"", "Backup vault nowhere cannot be found"}})},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNight(t)
			n.addResources()
			n.attachGolden()
			c.change(n)
			n.advance(8 * time.Hour)
			assert.Equal(t, c.want, n.outcomes())
		})
	}
}

// strangers are accounts of which each has its own organization.
type strangers struct{}

func (strangers) CopiesAcross(account string) (string, bool) { return "o-" + account, true }

// managed replaces the policies of the role.
func (n *night) managed(policy string) {
	n.t.Helper()
	require.NoError(n.t, n.iam.ChangeRole(nightRole, func(r *iam.Role) { r.Managed = []string{policy} }))
}

// rename changes a text in a policy of the golden template.
func (n *night) rename(policy, from, to string) {
	n.t.Helper()
	p := n.golden(policy)
	require.Contains(n.t, p.Content, from)
	p.Content = strings.ReplaceAll(p.Content, from, to)
	require.NoError(n.t, n.policies.Put(p))
	require.NoError(n.t, n.service.Plans.Refresh())
}

func TestASingleActionCopiesDatabasesWhereItExists(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	n.rename("twohop-cross-region-special", n.intermediate, n.final)
	n.configure(func(c *backup.Config) { c.SingleAction = copies.SinceOctober2025 })
	n.advance(8 * time.Hour)
	assert.Equal(t, all(outcome{}, nil), n.outcomes())
	assert.Equal(t, finalKey, n.only(n.final, auroraARN).EncryptionKeyArn)
}

func TestAnUnencryptedDatabaseAsksForNoKey(t *testing.T) {
	n := newNight(t)
	require.NoError(t, n.service.Resources.Add(backup.Resource{ARN: orders, Type: "RDS", Account: member, Region: primary, Unencrypted: true,
		Tags: map[string]string{"backup": "cross-region-special"}}))
	n.attachGolden()
	n.keys.closed[""] = central
	n.advance(8 * time.Hour)
	assert.False(t, n.only(n.local, orders).IsEncrypted)
	assert.Equal(t, intermediateKey, n.only(n.intermediate, orders).EncryptionKeyArn, "encrypted on the way")
}

func TestWithoutABackupPolicyTypeNothingIsBackedUp(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.policies = policies.New(organizations.New(n.clock))
	require.Error(t, n.policies.Put(policies.Policy{Management: management, Name: "p", Content: `{}`, Targets: []string{unit}}))
	n.configure(func(c *backup.Config) { c.Plans.Policies = n.policies })
	require.NoError(t, n.service.Plans.Refresh())
	n.advance(8 * time.Hour)
	assert.Empty(t, n.service.BackupJobs(member, primary))
}
