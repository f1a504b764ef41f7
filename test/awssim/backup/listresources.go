package backup

import (
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/wire"
)

type listProtectedResourcesByBackupVaultInput struct {
	BackupVaultName      string `path:"backupVaultName"`
	BackupVaultAccountID string `query:"backupVaultAccountId"`
	NextToken            string `query:"nextToken"`
	MaxResults           string `query:"maxResults"`
}

type listProtectedResourcesByBackupVaultOutput struct {
	Results   []protectedResource
	NextToken string `json:",omitempty"`
}

// protectedResource is a resource with its newest backup in the vault.
type protectedResource struct {
	ResourceArn          string
	ResourceType         string
	ResourceName         string `json:",omitempty"`
	LastBackupTime       wire.Epoch
	LastBackupVaultArn   string
	LastRecoveryPointArn string
}

// listProtectedResourcesByBackupVault lists by the resources' ARNs. A copy's time is
// that of the backup it was made from; whether AWS shows that time or the copy's own is
// UNCONFIRMED.
func (s *Service) listProtectedResourcesByBackupVault(r *wire.Request, in listProtectedResourcesByBackupVaultInput) (listProtectedResourcesByBackupVaultOutput, error) {
	var out listProtectedResourcesByBackupVaultOutput
	if err := checkVault(r, in.BackupVaultName, in.BackupVaultAccountID); err != nil {
		return out, err
	}
	points, err := s.vaults.Points(home(r), in.BackupVaultName, func(*RecoveryPoint) bool { return true })
	if err != nil {
		return out, err
	}
	newest := map[string]protectedResource{}
	for _, p := range points { // newest first
		if _, ok := newest[p.ResourceArn]; !ok {
			newest[p.ResourceArn] = protectedResource{p.ResourceArn, p.ResourceType, p.ResourceName, p.CreationDate, p.BackupVaultArn, p.RecoveryPointArn}
		}
	}
	found := make([]protectedResource, 0, len(newest))
	for _, resource := range newest {
		found = append(found, resource)
	}
	slices.SortFunc(found, func(a, b protectedResource) int { return strings.Compare(a.ResourceArn, b.ResourceArn) })
	out.Results, out.NextToken, err = listing.Page(found, func(p protectedResource) string { return p.ResourceArn }, in.NextToken, in.MaxResults)
	return out, err
}
