package jobs

import (
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/backup/work"
)

// refusal tells why a job must fail when its turn comes, or "" if it may run. s.mu is
// held.
func (s *Jobs) refusal(j *job) string {
	if !s.mayBackUp(j.IamRoleArn, j.BackupVaultArn, j.request.Resource) {
		return insufficient(j.IamRoleArn)
	}
	v, err := s.Vaults.Vault(j.home, j.BackupVaultName)
	if err != nil {
		// [eventbridge: Backup Job State Change, FAILED]
		return fmt.Sprintf("Backup job failed because backup vault %s does not exist.", j.BackupVaultArn)
	}
	if !v.Admits(j.RecoveryPointLifecycle.Days()) {
		// AWS documents this text for copies; that a backup's is alike is UNCONFIRMED A107.
		return "Backup job failed. The retention specified in the job is not within the range specified for the target Backup Vault."
	}
	return ""
}

// mayBackUp tells whether a role may back a resource up into a vault.
func (s *Jobs) mayBackUp(role, vaultARN string, r resources.Resource) bool {
	return s.config.Roles == nil || s.config.Roles.May(role, vaultARN, work.BackUp(r.Type, r.ARN)) == nil
}

// insufficient is AWS's text for a role that lacks a right and for one that does not
// exist. On demand the call is refused with it; that a plan's job fails with it is
// UNCONFIRMED A107.
func insufficient(role string) string {
	return fmt.Sprintf("IAM Role %s does not have sufficient permissions to execute the backup.", role)
}

// messageCategory sorts an ended job. AWS publishes examples only; FAILURE stands
// for all that are not among them.
func messageCategory(j *job) string {
	switch {
	case j.State == Completed:
		return "SUCCESS"
	case strings.Contains(j.StatusMessage, "does not have sufficient permissions"):
		return "AccessDenied"
	default:
		return "FAILURE"
	}
}

// roleIn tells a role's ARN of an account.
func roleIn(account, role string) bool {
	owner, ok := arn.RoleAccount(role)
	return ok && owner == account
}
