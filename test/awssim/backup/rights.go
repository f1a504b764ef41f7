package backup

import (
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/wire"
)

// guarded has the actions take their rights [Service Authorization Reference: AWS
// Backup].
func guarded(routes map[string]wire.NamedOp) map[string]wire.NamedOp {
	for pattern, route := range routes {
		switch route.Action {
		case "ListCopyJobs", "DescribeCopyJob", "ListBackupVaults", "ListRecoveryPointsByResource":
			route.Op = route.Op.OnAll()
		case "StartCopyJob":
			route.Op = wire.Takes(route.Op, onCopy)
		case "DescribeRecoveryPoint":
			route.Op = wire.Takes(route.Op, func(_ *wire.Request, action string, in describeRecoveryPointInput) []wire.Need {
				return onPoint(action, in.RecoveryPointArn)
			})
		case "UpdateRecoveryPointLifecycle":
			route.Op = wire.Takes(route.Op, func(_ *wire.Request, action string, in updateRecoveryPointLifecycleInput) []wire.Need {
				return onPoint(action, in.RecoveryPointArn)
			})
		case "DeleteRecoveryPoint":
			route.Op = wire.Takes(route.Op, func(_ *wire.Request, action string, in deleteRecoveryPointInput) []wire.Need {
				return onPoint(action, in.RecoveryPointArn)
			})
		case "DescribeBackupVault":
			route.Op = wire.Takes(route.Op, func(r *wire.Request, action string, in describeBackupVaultInput) []wire.Need {
				return []wire.Need{{Action: "backup:" + action, Resource: arn.Vault(home(r), in.BackupVaultName)}}
			})
		case "PutBackupVaultAccessPolicy":
			route.Op = wire.Takes(route.Op, func(r *wire.Request, action string, in putBackupVaultAccessPolicyInput) []wire.Need {
				return []wire.Need{{Action: "backup:" + action, Resource: arn.Vault(home(r), in.BackupVaultName)}}
			})
		case "GetBackupVaultAccessPolicy":
			route.Op = wire.Takes(route.Op, func(r *wire.Request, action string, in getBackupVaultAccessPolicyInput) []wire.Need {
				return []wire.Need{{Action: "backup:" + action, Resource: arn.Vault(home(r), in.BackupVaultName)}}
			})
		}
		routes[pattern] = route
	}
	return routes
}

func onPoint(action, point string) []wire.Need {
	return []wire.Need{{Action: "backup:" + action, Resource: point}}
}

// onCopy: the point that is copied, the role that is handed to AWS Backup. Whether
// StartCopyJob shows backup:CopyTargets is UNCONFIRMED; it does not here. That AWS
// Backup may copy to the target is asked when the job is under way, of the role.
func onCopy(_ *wire.Request, action string, in StartCopyJobInput) []wire.Need {
	return []wire.Need{
		{Action: "backup:" + action, Resource: in.RecoveryPointArn},
		{Action: "iam:PassRole", Resource: in.IamRoleArn, Context: map[string][]string{"iam:PassedToService": {"backup.amazonaws.com"}}},
	}
}
