// Package work has what AWS Backup does as the roles that its jobs are given: by
// resource type, the rights that it takes. Who judges roles is asked through Roles.
//
// Of all that a job does, each list has the one or two actions without which nothing
// comes of it, out of AWS's managed policies for such roles [AWS managed policy
// reference]. That a job fails without them is documented in general alone
// [monitoring: reasons for problematic jobs]; that it fails for each of them, and
// before anything is made, is UNCONFIRMED A107.
package work

import "github.com/twohop/twohop/test/awssim/wire"

// Roles judges what AWS Backup does as a role. It must not call what asks it.
type Roles interface {
	// May tells whether AWS Backup may take a role on, for a vault's sake, and has with
	// it all rights that are needed; its error says what is missing.
	May(role, vaultARN string, needs []wire.Need) error
}

// actions on resources and snapshots of one type, and the service that they are of.
type actions struct{ backUp, restore, delete, service string }

var cluster = actions{"rds:CreateDBClusterSnapshot", "rds:RestoreDBClusterFromSnapshot", "rds:DeleteDBClusterSnapshot", "rds"}

// types are those whose recovery points are snapshots of their own service. Those of
// S3 are AWS Backup's.
var types = map[string]actions{
	"Aurora": cluster, "DocumentDB": cluster, "Neptune": cluster,
	"RDS": {"rds:CreateDBSnapshot", "rds:RestoreDBInstanceFromDBSnapshot", "rds:DeleteDBSnapshot", "rds"},
	"EBS": {"ec2:CreateSnapshot", "ec2:CreateVolume", "ec2:DeleteSnapshot", "ec2"},
}

// BackUp is what a backup of a resource takes. Whether the role may use the key of a
// bucket is not asked: without it "the job is successful but the objects are not backed
// up" [encryption].
func BackUp(resourceType, resourceARN string) []wire.Need {
	if a, ok := types[resourceType]; ok {
		return []wire.Need{{Action: a.backUp, Resource: resourceARN}}
	}
	return []wire.Need{{Action: "s3:ListBucketVersions", Resource: resourceARN}, {Action: "s3:GetObjectVersion", Resource: resourceARN + "/*"}}
}

// Restore is what a restore of a snapshot takes.
func Restore(resourceType, pointARN string) []wire.Need {
	return []wire.Need{{Action: types[resourceType].restore, Resource: pointARN}}
}

// RestoreBucket is what a restore into a bucket takes, which is made if it is new.
func RestoreBucket(bucketARN string, isNew bool) []wire.Need {
	needs := []wire.Need{{Action: "s3:PutObject", Resource: bucketARN + "/*"}}
	if isNew {
		needs = append(needs, wire.Need{Action: "s3:CreateBucket", Resource: bucketARN})
	}
	return needs
}

// Delete is what the deletion of a recovery point takes: nothing for AWS Backup's own.
func Delete(resourceType, pointARN string) []wire.Need {
	a, ok := types[resourceType]
	if !ok {
		return nil
	}
	return []wire.Need{{Action: a.delete, Resource: pointARN}}
}

// Copy is what a copy from vault to vault takes, within an account too. The two
// actions have no resource types [Service Authorization Reference: AWS Backup]; since
// AWS's managed policy limits the second to vaults, and policies of vaults name both,
// they are asked of the vaults here (UNCONFIRMED A30). Whether the role or
// AWSServiceRoleForBackup calls CopyDBSnapshot and its like is UNCONFIRMED A107 too; it is
// not asked.
func Copy(fromVault, toVault string) []wire.Need {
	return []wire.Need{
		{Action: "backup:CopyFromBackupVault", Resource: fromVault, Context: Targets(toVault)},
		{Action: "backup:CopyIntoBackupVault", Resource: toVault},
	}
}

// Targets is what policies see of where a copy goes.
func Targets(vaultARN string) map[string][]string {
	return map[string][]string{"backup:CopyTargets": {vaultARN}}
}

// Via is the service that calls KMS for copies of a type's recovery points, as
// kms:ViaService begins: that of the snapshots, and AWS Backup for its own points
// (UNCONFIRMED A107).
func Via(resourceType string) string {
	if a, ok := types[resourceType]; ok {
		return a.service
	}
	return "backup"
}
