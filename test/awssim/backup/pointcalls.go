package backup

import (
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

func checkPoint(r *wire.Request, vaultName, account, pointARN string) error {
	if !strings.HasPrefix(pointARN, "arn:") {
		return fault.InvalidValue("Invalid recovery point ARN: %q", pointARN)
	}
	return listing.CheckVault(r, vaultName, account)
}

type describeRecoveryPointInput struct {
	BackupVaultName      string `path:"backupVaultName"`
	RecoveryPointArn     string `path:"recoveryPointArn"`
	BackupVaultAccountID string `query:"backupVaultAccountId"`
}

type describeRecoveryPointOutput struct {
	RecoveryPoint
	StorageClass string
}

func (s *Service) describeRecoveryPoint(r *wire.Request, in describeRecoveryPointInput) (describeRecoveryPointOutput, error) {
	if err := checkPoint(r, in.BackupVaultName, in.BackupVaultAccountID, in.RecoveryPointArn); err != nil {
		return describeRecoveryPointOutput{}, err
	}
	p, err := s.vaults.Point(home(r), in.BackupVaultName, in.RecoveryPointArn)
	return describeRecoveryPointOutput{p, "WARM"}, err
}

type updateRecoveryPointLifecycleInput struct {
	BackupVaultName  string `path:"backupVaultName" json:"-"`
	RecoveryPointArn string `path:"recoveryPointArn" json:"-"`
	Lifecycle        Lifecycle
}

type updateRecoveryPointLifecycleOutput struct {
	BackupVaultArn      string
	RecoveryPointArn    string
	Lifecycle           Lifecycle                  `json:",omitzero"`
	CalculatedLifecycle vaults.CalculatedLifecycle `json:",omitzero"`
}

func (s *Service) updateRecoveryPointLifecycle(r *wire.Request, in updateRecoveryPointLifecycleInput) (updateRecoveryPointLifecycleOutput, error) {
	var out updateRecoveryPointLifecycleOutput
	if err := checkPoint(r, in.BackupVaultName, "", in.RecoveryPointArn); err != nil {
		return out, err
	}
	p, err := s.vaults.Retain(home(r), in.BackupVaultName, in.RecoveryPointArn, in.Lifecycle)
	if err != nil {
		return out, err
	}
	s.copies.SourceChanged(home(r), p)
	return updateRecoveryPointLifecycleOutput{p.BackupVaultArn, p.RecoveryPointArn, p.Lifecycle, p.CalculatedLifecycle}, nil
}

type deleteRecoveryPointInput struct {
	BackupVaultName  string `path:"backupVaultName"`
	RecoveryPointArn string `path:"recoveryPointArn"`
}

func (s *Service) deleteRecoveryPoint(r *wire.Request, in deleteRecoveryPointInput) (struct{}, error) {
	if err := checkPoint(r, in.BackupVaultName, "", in.RecoveryPointArn); err != nil {
		return struct{}{}, err
	}
	p, err := s.vaults.Delete(home(r), in.BackupVaultName, in.RecoveryPointArn)
	if err != nil {
		return struct{}{}, err
	}
	s.copies.SourceChanged(home(r), p)
	return struct{}{}, nil
}
