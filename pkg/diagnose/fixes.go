package diagnose

import (
	"fmt"

	"github.com/twohop/twohop/pkg/hop"
)

// Increase is the command that asks for more of a quota, in the account and Region of the
// command's credentials.
func (q Quota) Increase() string {
	return fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --desired-value %d", q.Service, q.Code, q.Raised)
}

// byClass is the fix where no text of AWS is behind the class.
var byClass = map[hop.Class]string{
	hop.ClassMalformed:   "the message is kept whole: if it is an event of AWS Backup, correct its body and send it to the queue `copies` again; otherwise discard it: twohop dlq discard",
	hop.ClassGone:        "",
	hop.ClassRole:        "compare the permissions of the role that the text names with those that twohop deploys: twohop doctor",
	hop.ClassUnsupported: "AWS Backup does not copy a recovery point of this kind; make a new backup of the resource",
	hop.ClassUntold: "check whether the final vault has a copy of the resource made at that time (aws backup list-recovery-points-by-backup-vault); " +
		"if it has, delete this message; if not, replay it, which makes the copy",
	hop.ClassWrong: "find out what made or changed the copy that the text names; then delete the copy (aws backup delete-recovery-point; a locked vault keeps it to its end) " +
		"and replay, which makes it again: a replay leaves it alone while it exists",
	hop.ClassKey: "compare the policies of the source's key and of the destination vault's key with those that twohop deploys: twohop doctor",
	hop.ClassUnderprotected: "the copy exists and can be restored, but the vault's key does not guard it. Where it has no key or one that AWS owns: move the cluster to a customer " +
		"managed key (restore a snapshot of it with aws rds restore-db-cluster-from-snapshot --kms-key-id KEY, tag the new cluster). Where it has another key: check whether the vault was created again " +
		"(aws backup describe-backup-vault); the copy cannot be read once its key is gone. Delete a copy that must not be kept as it is (aws backup delete-recovery-point)",
	hop.ClassOptIn: "opt in to the service in the account and Region: aws backup update-region-settings --resource-type-opt-in-preference TYPE=true " +
		"(the function prerequisites does so daily: read its log)",
	hop.ClassVaultPolicy:  "compare the destination vault's access policy with the one that twohop deploys: twohop doctor",
	hop.ClassRetention:    "compare the bounds of the destination vault's lock with the retention of the vault in the plan",
	hop.ClassOrganization: "check whether cross-account backup is on (aws backup describe-global-settings) and both accounts are in one organization",
	hop.ClassOptionGroup:  "create an option group with the options that the text names in the account and Region of the destination vault",
	hop.ClassQuota: "raise the quota that the text names, in the account and Region of the destination vault: aws service-quotas list-service-quotas --service-code rds " +
		"(or ec2, ebs, backup, kms) lists the quotas with their codes, aws service-quotas request-service-quota-increase asks for more",
	hop.ClassLimit:     tooManyCopies.Fix,
	hop.ClassTransient: "",
}
