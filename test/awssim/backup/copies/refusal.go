package copies

import (
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/vaults"
)

// Messages that AWS documents for failed copy jobs.
const (
	destinationDenied     = "Access Denied trying to call AWS Backup service."
	destinationManagedKey = "Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. " +
		"The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied."
)

// source is the point that a job copies, or an error once it cannot be copied
// any more.
func (s *Jobs) source(j *job) (vaults.RecoveryPoint, error) {
	p, err := s.vaults.Point(j.home, j.sourceVault, j.SourceRecoveryPointArn)
	if err == nil && !p.Usable() {
		err = fmt.Errorf("the recovery point is %s", p.Status)
	}
	return p, err
}

// refusal tells why a job must fail when its turn comes, or "" if it may run.
func (s *Jobs) refusal(j *job) string {
	if _, err := s.source(j); err != nil {
		return sourceGone(j)
	}
	v, err := s.vaults.Vault(j.to, j.toVault)
	if err != nil {
		return destinationDenied
	}
	// The key aws/backup cannot be shared with other accounts; within one it does
	// [create-cross-account-backup].
	if v.HasManagedKey() && j.home.Account != j.to.Account {
		return destinationManagedKey
	}
	if days := j.lifecycle.Days(); !v.Admits(days) {
		return lockMessage(v, days)
	}
	return ""
}

// sourceGone and lockMessage are in our words: AWS documents that such jobs
// fail, not what they say.

func sourceGone(j *job) string {
	return fmt.Sprintf("Copy job failed. The source recovery point %s does not exist any more.", j.SourceRecoveryPointArn)
}

func lockMessage(v vaults.Vault, days int64) string {
	asked := fmt.Sprintf("of %d days", days)
	if days == 0 {
		asked = "without end"
	}
	limits := []string{}
	if v.MinRetentionDays > 0 {
		limits = append(limits, fmt.Sprintf("at least %d days", v.MinRetentionDays))
	}
	if v.MaxRetentionDays > 0 {
		limits = append(limits, fmt.Sprintf("at most %d days", v.MaxRetentionDays))
	}
	return fmt.Sprintf("Copy job failed. The retention %s is outside what the Vault Lock of %s allows: %s.",
		asked, v.ARN, strings.Join(limits, " and "))
}

// messageCategory sorts an ended job. AWS publishes examples only, of which
// SUCCESS and AccessDenied are used here; FAILURE stands for all others.
func messageCategory(j *job) string {
	switch {
	case j.State == Completed:
		return "SUCCESS"
	case strings.Contains(strings.ToLower(j.StatusMessage), "access denied"):
		return "AccessDenied"
	default:
		return "FAILURE"
	}
}
