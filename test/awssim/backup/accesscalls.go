package backup

import (
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/wire"
)

type putBackupVaultAccessPolicyInput struct {
	BackupVaultName string `path:"backupVaultName" json:"-"`
	Policy          string
}

func (s *Service) putBackupVaultAccessPolicy(r *wire.Request, in putBackupVaultAccessPolicyInput) (struct{}, error) {
	if err := listing.CheckVault(r, in.BackupVaultName, ""); err != nil {
		return struct{}{}, err
	}
	if in.Policy == "" {
		return struct{}{}, fault.MissingValue("Policy")
	}
	return struct{}{}, s.vaults.PutPolicy(home(r), in.BackupVaultName, in.Policy)
}

type getBackupVaultAccessPolicyInput struct {
	BackupVaultName string `path:"backupVaultName"`
}

type getBackupVaultAccessPolicyOutput struct {
	BackupVaultArn  string
	BackupVaultName string
	Policy          string
}

func (s *Service) getBackupVaultAccessPolicy(r *wire.Request, in getBackupVaultAccessPolicyInput) (getBackupVaultAccessPolicyOutput, error) {
	if err := listing.CheckVault(r, in.BackupVaultName, ""); err != nil {
		return getBackupVaultAccessPolicyOutput{}, err
	}
	text, err := s.vaults.Policy(home(r), in.BackupVaultName)
	return getBackupVaultAccessPolicyOutput{arn.Vault(home(r), in.BackupVaultName), in.BackupVaultName, text}, err
}
