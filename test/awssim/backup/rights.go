package backup

import (
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/reads"
	"github.com/twohop/twohop/test/awssim/backup/work"
	"github.com/twohop/twohop/test/awssim/wire"
)

// guarded has the actions take their rights [Service Authorization Reference: AWS
// Backup].
func (s *Service) guarded(routes map[string]wire.NamedOp) map[string]wire.NamedOp {
	for pattern, route := range routes {
		switch route.Action {
		case "ListCopyJobs", "DescribeCopyJob", "ListBackupVaults", "ListRecoveryPointsByResource", "ListProtectedResources":
			route.Op = route.Op.OnAll()
		case "StartCopyJob":
			route.Op = wire.Takes(route.Op, s.onCopy)
		case "DescribeRecoveryPoint":
			route.Op = onPoint(route.Op, func(in reads.DescribePointInput) string { return in.RecoveryPointArn })
		case "UpdateRecoveryPointLifecycle":
			route.Op = onPoint(route.Op, func(in updateRecoveryPointLifecycleInput) string { return in.RecoveryPointArn })
		case "DeleteRecoveryPoint":
			route.Op = onPoint(route.Op, func(in deleteRecoveryPointInput) string { return in.RecoveryPointArn })
		case "ListTags":
			route.Op = onPoint(route.Op, func(in listTagsInput) string { return in.ResourceArn })
		case "CreateBackupVault":
			route.Op = onVault(route.Op, func(in createBackupVaultInput) string { return in.BackupVaultName })
		case "DescribeBackupVault":
			route.Op = onVault(route.Op, func(in describeBackupVaultInput) string { return in.BackupVaultName })
		case "PutBackupVaultLockConfiguration":
			route.Op = onVault(route.Op, func(in putBackupVaultLockConfigurationInput) string { return in.BackupVaultName })
		case "PutBackupVaultAccessPolicy":
			route.Op = onVault(route.Op, func(in putBackupVaultAccessPolicyInput) string { return in.BackupVaultName })
		case "GetBackupVaultAccessPolicy":
			route.Op = onVault(route.Op, func(in getBackupVaultAccessPolicyInput) string { return in.BackupVaultName })
		case "ListRecoveryPointsByBackupVault":
			route.Op = onVault(route.Op, func(in reads.ListPointsInput) string { return in.BackupVaultName })
		case "ListProtectedResourcesByBackupVault":
			route.Op = onVault(route.Op, func(in reads.ListResourcesInput) string { return in.BackupVaultName })
		}
		routes[pattern] = route
	}
	return routes
}

// onPoint has an action take the right to itself on a recovery point, or another
// resource that its input names by ARN.
func onPoint[In any](op wire.Op, point func(In) string) wire.Op {
	return wire.Takes(op, func(_ *wire.Request, action string, in In) []wire.Need {
		return []wire.Need{{Action: "backup:" + action, Resource: point(in)}}
	})
}

// onVault has an action take the right to itself on a vault of where it is called.
func onVault[In any](op wire.Op, name func(In) string) wire.Op {
	return wire.Takes(op, func(r *wire.Request, action string, in In) []wire.Need {
		return []wire.Need{{Action: "backup:" + action, Resource: arn.Vault(home(r), name(in))}}
	})
}

// onCopy: the point that is copied, the role that is handed to AWS Backup. What the two
// vaults take is asked when the job is under way, of the role [package work]. That the
// caller needs no right to backup:CopyFromBackupVault follows from AWS's policy
// AWSBackupOperatorAccess, which starts copies without it.
func (s *Service) onCopy(_ *wire.Request, action string, in StartCopyJobInput) []wire.Need {
	s.mu.Lock()
	defer s.mu.Unlock()
	var targets map[string][]string
	if s.config.ShowCopyTargets && in.DestinationBackupVaultArn != "" {
		targets = work.Targets(in.DestinationBackupVaultArn)
	}
	return []wire.Need{
		{Action: "backup:" + action, Resource: in.RecoveryPointArn, Context: targets},
		{Action: "iam:PassRole", Resource: in.IamRoleArn, Context: map[string][]string{"iam:PassedToService": {"backup.amazonaws.com"}}},
	}
}
