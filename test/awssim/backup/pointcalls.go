package backup

import (
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

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
	if err := listing.CheckPoint(r, in.BackupVaultName, "", in.RecoveryPointArn); err != nil {
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
	if err := listing.CheckPoint(r, in.BackupVaultName, "", in.RecoveryPointArn); err != nil {
		return struct{}{}, err
	}
	p, err := s.vaults.Delete(home(r), in.BackupVaultName, in.RecoveryPointArn)
	if err != nil {
		return struct{}{}, err
	}
	s.copies.SourceChanged(home(r), p)
	return struct{}{}, nil
}
