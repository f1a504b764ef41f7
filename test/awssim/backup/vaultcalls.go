package backup

import (
	"slices"

	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

type createBackupVaultInput struct {
	BackupVaultName  string `path:"backupVaultName" json:"-"`
	BackupVaultTags  map[string]string
	EncryptionKeyArn string
	CreatorRequestID string `json:"CreatorRequestId"`
}

type createBackupVaultOutput struct {
	BackupVaultName string
	BackupVaultArn  string
	CreationDate    wire.Epoch
}

func (s *Service) createBackupVault(r *wire.Request, in createBackupVaultInput) (createBackupVaultOutput, error) {
	v, err := s.vaults.Add(Vault{
		Account: r.Account, Region: r.Region, Name: in.BackupVaultName, Tags: in.BackupVaultTags,
		EncryptionKeyArn: in.EncryptionKeyArn, CreatorRequestID: in.CreatorRequestID,
	})
	return createBackupVaultOutput{v.Name, v.ARN, v.CreationDate}, err
}

type describeBackupVaultInput struct {
	BackupVaultName      string `path:"backupVaultName"`
	BackupVaultAccountID string `query:"backupVaultAccountId"`
}

func (s *Service) describeBackupVault(r *wire.Request, in describeBackupVaultInput) (Vault, error) {
	if err := listing.CheckVault(r, in.BackupVaultName, in.BackupVaultAccountID); err != nil {
		return Vault{}, err
	}
	return s.vaults.Vault(home(r), in.BackupVaultName)
}

type listBackupVaultsInput struct {
	ByVaultType string `query:"vaultType"`
	ByShared    string `query:"shared"`
	NextToken   string `query:"nextToken"`
	MaxResults  string `query:"maxResults"`
}

type listBackupVaultsOutput struct {
	BackupVaultList []Vault
	NextToken       string `json:",omitempty"`
}

var vaultTypes = []string{"", vaults.TypePlain, "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "RESTORE_ACCESS_BACKUP_VAULT"}

// listBackupVaults lists by name. Every vault here is a plain one of the
// caller's own: the filters for other types and for shared ones find nothing.
func (s *Service) listBackupVaults(r *wire.Request, in listBackupVaultsInput) (listBackupVaultsOutput, error) {
	if !slices.Contains(vaultTypes, in.ByVaultType) {
		return listBackupVaultsOutput{}, fault.InvalidValue("Invalid vault type: %q", in.ByVaultType)
	}
	shared, err := listing.Flag("shared", in.ByShared)
	if err != nil {
		return listBackupVaultsOutput{}, err
	}
	found := s.vaults.Vaults(home(r))
	if shared || !listing.Same(in.ByVaultType, vaults.TypePlain) {
		found = []Vault{}
	}
	found, next, err := listing.Page(found, func(v Vault) string { return v.Name }, in.NextToken, in.MaxResults)
	return listBackupVaultsOutput{found, next}, err
}

type putBackupVaultLockConfigurationInput struct {
	BackupVaultName   string `path:"backupVaultName" json:"-"`
	MinRetentionDays  *int64
	MaxRetentionDays  *int64
	ChangeableForDays *int64
}

func (s *Service) putBackupVaultLockConfiguration(r *wire.Request, in putBackupVaultLockConfigurationInput) (struct{}, error) {
	if err := listing.CheckVault(r, in.BackupVaultName, ""); err != nil {
		return struct{}{}, err
	}
	var lock vaults.Lock
	for _, limit := range []struct {
		name  string
		given *int64
		into  *int64
	}{
		{"MinRetentionDays", in.MinRetentionDays, &lock.MinRetentionDays},
		{"MaxRetentionDays", in.MaxRetentionDays, &lock.MaxRetentionDays},
		{"ChangeableForDays", in.ChangeableForDays, &lock.ChangeableForDays},
	} {
		if limit.given == nil {
			continue
		}
		if *limit.given < 1 {
			return struct{}{}, fault.InvalidValue("%s must be at least 1, not %d", limit.name, *limit.given)
		}
		*limit.into = *limit.given
	}
	return struct{}{}, s.vaults.PutLock(home(r), in.BackupVaultName, lock)
}
