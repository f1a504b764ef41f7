package reads

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// ListResourcesInput is the input of ListProtectedResourcesByBackupVault.
type ListResourcesInput struct {
	BackupVaultName      string `path:"backupVaultName"`
	BackupVaultAccountID string `query:"backupVaultAccountId"`
	NextToken            string `query:"nextToken"`
	MaxResults           string `query:"maxResults"`
}

type listResourcesOutput struct {
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

// listResources lists by the resources' ARNs. A copy's time is
// that of the backup it was made from; whether AWS shows that time or the copy's own is
// UNCONFIRMED A108.
func (s *Reads) listResources(r *wire.Request, in ListResourcesInput) (listResourcesOutput, error) {
	var out listResourcesOutput
	if err := listing.CheckVault(r, in.BackupVaultName, in.BackupVaultAccountID); err != nil {
		return out, err
	}
	points, err := s.Vaults.List(home(r), in.BackupVaultName, all, nil, math.MaxInt)
	if err != nil {
		return out, err
	}
	out.Results, out.NextToken, err = listing.Page(newestOf(points), resourceARN, in.NextToken, in.MaxResults)
	return out, err
}

func all(*vaults.RecoveryPoint) bool { return true }

func resourceARN(p protectedResource) string { return p.ResourceArn }

// newestOf are the resources of points, which are newest first, by ARN.
func newestOf(points []vaults.RecoveryPoint) []protectedResource {
	newest := map[string]protectedResource{}
	for _, p := range points {
		if _, ok := newest[p.ResourceArn]; !ok {
			newest[p.ResourceArn] = protectedResource{p.ResourceArn, p.ResourceType, p.ResourceName, p.CreationDate, p.BackupVaultArn, p.RecoveryPointArn}
		}
	}
	return slices.SortedFunc(maps.Values(newest), func(a, b protectedResource) int { return strings.Compare(a.ResourceArn, b.ResourceArn) })
}

type listProtectedResourcesInput struct {
	NextToken  string `query:"nextToken"`
	MaxResults string `query:"maxResults"`
}

// listProtectedResources looks into all vaults of the account and Region. That copies
// that came from another account count there too is UNCONFIRMED A108.
func (s *Reads) listProtectedResources(r *wire.Request, in listProtectedResourcesInput) (out listResourcesOutput, err error) {
	var points []vaults.RecoveryPoint
	for _, v := range s.Vaults.Vaults(home(r)) {
		held, err := s.Vaults.List(home(r), v.Name, all, nil, math.MaxInt)
		if err != nil {
			return out, err
		}
		points = append(points, held...)
	}
	slices.SortFunc(points, func(a, b vaults.RecoveryPoint) int { return strings.Compare(newestPoint(a), newestPoint(b)) })
	out.Results, out.NextToken, err = listing.Page(newestOf(points), resourceARN, in.NextToken, in.MaxResults)
	return out, err
}
