package awssim

import (
	"fmt"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/crossing"
	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/backup/restores"
	"github.com/twohop/twohop/test/awssim/backup/work"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/awssim/kms/keys"
	"github.com/twohop/twohop/test/awssim/wire"
)

// backups is AWS Backup as policies name it.
const backups = "backup.amazonaws.com"

// judgeBackups has backup and copy jobs keep the rules of roles, vaults, keys and
// organizations.
func (w *World) judgeBackups() {
	w.Backup.Configure(func(c *backup.Config) {
		c.Backups = jobs.Config{Plan: c.Backups.Plan, Roles: jobRoles{w}}
		c.Rules = crossing.Rules{Organizations: w.Backup.Settings, Roles: jobRoles{w}, Keys: keyPolicies{w}, Databases: w.RDS}
		c.ManagedKeys = keyPolicies{w}
		c.Restores = restores.Config{Plan: c.Restores.Plan, Roles: jobRoles{w}, Keys: keyPolicies{w}}
		c.Deletes = jobRoles{w}.mayDelete
	})
}

// jobRoles judge by the policies of the roles that jobs are given, and of the vaults.
type jobRoles struct{ *World }

// May has AWS Backup take the role on and asks for each right. That it names the vault
// when it does is UNCONFIRMED A107.
func (r jobRoles) May(role, vaultARN string, needs []wire.Need) error {
	if len(needs) == 0 {
		return r.trusts(backups, role, behalf(vaultARN))
	}
	for _, need := range needs {
		need.Context = contextOf(regionOf(vaultARN), need.Context)
		if err := r.takeOn(backups, role, vaultARN, need); err != nil {
			return err
		}
	}
	return nil
}

// mayDelete tells whether AWS Backup may delete a point, by hand or when it expires: as
// the role that made it, or as AWSServiceRoleForBackup where that is of another
// account, which no snapshot can be deleted from. Which role AWS takes for such a copy is
// UNCONFIRMED A70; the service-linked role's policy has the rights. Points that were put
// into the vault in Go have no role and go.
func (r jobRoles) mayDelete(p backup.RecoveryPoint) bool {
	account, role := accountOf(p.BackupVaultArn, ""), p.IamRoleArn
	if role != "" && accountOf(role, "") != account {
		role = serviceRole(account)
	}
	return role == "" || r.May(role, p.BackupVaultArn, work.Delete(p.ResourceType, p.RecoveryPointArn)) == nil
}

// keyPolicies judge by the policies and states of keys.
type keyPolicies struct{ *World }

// MayOpen asks for AWSServiceRoleForBackup of an account, the one that opens the
// source of a copy into it.
func (k keyPolicies) MayOpen(keyARN, account, resourceType string) error {
	return k.may(serviceRole(account), kms.Opening{KeyARN: keyARN, Via: work.Via(resourceType)})
}

// MayEncrypt asks for the same role, with what RDS and EC2 need of the key of a copy
// [RDS: copying a snapshot; EBS: CopySnapshot]. AWS says who opens the source; that the
// same principal encrypts the copy is UNCONFIRMED A53.
func (k keyPolicies) MayEncrypt(keyARN, account, resourceType string) error {
	return k.may(serviceRole(account), kms.Opening{
		KeyARN: keyARN, Via: work.Via(resourceType), Actions: []string{"kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext"},
	})
}

// MayRestore asks for the role given to a restore job: AWS Backup reads the objects of
// a bucket with it, and has RDS and EC2 make their own grants [AWS managed policy
// reference].
func (k keyPolicies) MayRestore(keyARN, role, resourceType string) error {
	o := kms.Opening{KeyARN: keyARN, Via: work.Via(resourceType), Actions: []string{"kms:DescribeKey", "kms:CreateGrant"}}
	if resourceType == "S3" {
		o.Via, o.Actions = "s3", []string{"kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey"}
	}
	return k.may(role, o)
}

// may asks for a role with its own policies.
func (k keyPolicies) may(role string, o kms.Opening) error {
	identity, ok := k.IAM.Policies(role)
	if !ok {
		return fmt.Errorf("the role %s does not exist", role)
	}
	o.Principal, o.Identity = k.principal(authz.RoleSession(role, "AWSBackup")), identity
	return k.KMS.MayOpen(o)
}

// serviceRole is AWSServiceRoleForBackup of an account.
func serviceRole(account string) string {
	return "arn:aws:iam::" + account + ":role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
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
