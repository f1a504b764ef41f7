package policy

import "slices"

// copying lets a caller start copies of recovery points in some vaults to some
// other vaults, and to no others. Without targets there is nothing to permit.
//
// StartCopyJob is authorized on the recovery point and knows no condition on the
// destination; that is backup:CopyTargets, on the permission-only action
// backup:CopyFromBackupVault [Service Authorization Reference: AWS Backup]. AWS
// Backup makes the copy with the role that the job is given, which is bound as
// well. Whether it checks the two permission-only actions for the caller too is
// UNCONFIRMED A30: the caller has them. The key is documented on the first action
// only (A31); the denial applies wherever the key is present.
func copying(points, vaults, targets []string) []Statement {
	if len(targets) == 0 {
		return nil
	}
	return []Statement{{
		Sid: "StartCopies", Effect: Allow,
		Action:   []string{"backup:StartCopyJob", "backup:CopyFromBackupVault"},
		Resource: slices.Concat(points, vaults),
		Reason:   "Copies of these recovery points, in these vaults, are what it starts.",
	}, {
		Sid: "CopyInto", Effect: Allow, Action: []string{"backup:CopyIntoBackupVault"}, Resource: targets,
		Reason: "These vaults are where the copies go.",
	}, {
		Sid: "NoOtherTargets", Effect: Deny,
		Action: []string{"backup:StartCopyJob", "backup:CopyFromBackupVault"}, Resource: []string{"*"},
		Condition: when("ForAnyValue:ArnNotLike", copyTargets, targets...),
		Reason:    "A copy to any other vault would carry the data away.",
	}}
}

// copyTargets holds the ARNs of the vaults that a copy goes to.
const copyTargets = "backup:CopyTargets"
