package awssim

import (
	"fmt"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/crossing"
	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/backup/restores"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/awssim/kms/keys"
)

// judgeBackups has backup and copy jobs keep the rules of roles, vaults, keys and
// organizations.
func (w *World) judgeBackups() {
	w.Backup.Configure(func(c *backup.Config) {
		c.Backups = jobs.Config{Plan: c.Backups.Plan, Roles: w.IAM}
		c.Rules = crossing.Rules{Organizations: w.Backup.Settings, Admission: vaultPolicies{w}, Keys: keyPolicies{w}}
		c.ManagedKeys = keyPolicies{w}
		c.Restores = restores.Config{Plan: c.Restores.Plan, Roles: w.IAM, Keys: keyPolicies{w}}
		c.Deletes = func(role string) bool { return role == "" || w.IAM.Exists(role) }
	})
}

// vaultPolicies judge by the access policies of vaults.
type vaultPolicies struct{ *World }

// MayCopyInto asks the vault's policy and the role's own, as across accounts both
// must allow.
func (v vaultPolicies) MayCopyInto(vaultARN, role string) error {
	identity, ok := v.IAM.Policies(role)
	if !ok {
		return fmt.Errorf("the role %s does not exist", role)
	}
	policies := authz.Policies{Identity: identity, ResourceAccount: accountOf(vaultARN, ""), Kind: policy.Resource}
	if text, ok := v.Backup.VaultPolicy(vaultARN); ok {
		own, err := policy.Parse(policy.Resource, "the vault's policy", []byte(text))
		if err != nil {
			return fmt.Errorf("read the policy of %s: %w", vaultARN, err)
		}
		policies.Resource = &own
	}
	if denied := v.judge(authz.Request{
		Action: "backup:CopyIntoBackupVault", Resource: vaultARN, Principal: v.principal(authz.RoleSession(role, "AWSBackup")),
	}, policies); denied != nil {
		return denied
	}
	return nil
}

// keyPolicies judge by the policies and states of keys.
type keyPolicies struct{ *World }

// MayOpen asks for AWSServiceRoleForBackup of an account, the one that opens the
// source of a copy into it.
func (k keyPolicies) MayOpen(keyARN, account string) error {
	role := "arn:aws:iam::" + account + ":role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
	identity, ok := k.IAM.Policies(role)
	if !ok {
		return fmt.Errorf("the role %s does not exist", role)
	}
	return k.KMS.MayOpen(kms.Opening{KeyARN: keyARN, Principal: k.principal(authz.RoleSession(role, "AWSBackup")), Identity: identity})
}

// MayRestore asks for the role given to a restore job: AWS Backup reads the objects of
// a bucket with it, and has RDS and EC2 make their own grants [AWS managed policy
// reference].
func (k keyPolicies) MayRestore(keyARN, role, resourceType string) error {
	identity, ok := k.IAM.Policies(role)
	if !ok {
		return fmt.Errorf("the role %s does not exist", role)
	}
	actions := []string{"kms:DescribeKey", "kms:CreateGrant"}
	if resourceType == "S3" {
		actions = []string{"kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey"}
	}
	return k.KMS.MayOpen(kms.Opening{KeyARN: keyARN, Principal: k.principal(authz.RoleSession(role, "AWSBackup")), Identity: identity, Actions: actions})
}

func (k keyPolicies) IsManaged(keyARN string) bool {
	described, err := k.KMS.Describe(keyARN)
	return err == nil && described.Manager == keys.AWS
}

// ManagedKey makes the key at its first use; for an alias that AWS does not have it
// is empty.
func (k keyPolicies) ManagedKey(account, region, alias string) string {
	arn, err := k.KMS.AWSManagedKey(account, region, alias)
	if err != nil {
		return ""
	}
	return arn
}
