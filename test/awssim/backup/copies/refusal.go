package copies

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/crossing"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
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
	if j.refused != "" {
		return j.refused
	}
	source, err := s.source(j)
	if err != nil {
		return sourceGone(j)
	}
	crossed := crossing.Copy{
		From: j.home.Account, To: j.to.Account, Out: j.home.Region, In: j.to.Region, FromVault: j.SourceBackupVaultArn,
		Role: j.IamRoleArn, Type: j.ResourceType, Resource: j.ResourceArn, KeyARN: source.EncryptionKeyArn,
	}
	if reason := s.config.Rules.BetweenAccounts(crossed); reason != "" {
		return reason
	}
	v, err := s.vaults.Vault(j.to, j.toVault)
	if err != nil {
		return crossing.Denied
	}
	if reason := cmp.Or(s.config.Rules.Into(v, crossed), s.config.Rules.Copies(crossed), s.config.Rules.Opens(crossed), s.config.Rules.Encrypts(v, crossed)); reason != "" {
		return reason
	}
	if days := j.lifecycle.Days(); !v.Admits(days) {
		return outsideLock
	}
	return ""
}

// outsideLock is AWS's text [monitoring: reasons for problematic jobs].
const outsideLock = "Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault."

// sourceGone is in our words: AWS documents that such jobs fail, not what they say.
func sourceGone(j *job) string {
	return fmt.Sprintf("Copy job failed. The source recovery point %s does not exist any more.", j.SourceRecoveryPointArn)
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
