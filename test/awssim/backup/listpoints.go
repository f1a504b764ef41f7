package backup

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/wire"
)

type listRecoveryPointsByBackupVaultInput struct {
	BackupVaultName          string     `path:"backupVaultName"`
	BackupVaultAccountID     string     `query:"backupVaultAccountId"`
	NextToken                string     `query:"nextToken"`
	MaxResults               string     `query:"maxResults"`
	ByResourceArn            string     `query:"resourceArn"`
	ByResourceType           string     `query:"resourceType"`
	ByBackupPlanID           string     `query:"backupPlanId"`
	ByCreatedBefore          wire.Epoch `query:"createdBefore"`
	ByCreatedAfter           wire.Epoch `query:"createdAfter"`
	ByParentRecoveryPointArn string     `query:"parentRecoveryPointArn"`
}

// matches applies the filters that are given. No point here is part of a
// composite one, so none has a parent.
func (in listRecoveryPointsByBackupVaultInput) matches(p *RecoveryPoint) bool {
	return listing.Same(in.ByResourceArn, p.ResourceArn) &&
		listing.Same(in.ByResourceType, p.ResourceType) &&
		(in.ByBackupPlanID == "" || p.CreatedBy != nil && p.CreatedBy.BackupPlanID == in.ByBackupPlanID) &&
		listing.Within(p.CreationDate, in.ByCreatedAfter, in.ByCreatedBefore) &&
		in.ByParentRecoveryPointArn == ""
}

type listRecoveryPointsByBackupVaultOutput struct {
	RecoveryPoints []RecoveryPoint
	NextToken      string `json:",omitempty"`
}

// listRecoveryPointsByBackupVault lists newest first.
func (s *Service) listRecoveryPointsByBackupVault(r *wire.Request, in listRecoveryPointsByBackupVaultInput) (listRecoveryPointsByBackupVaultOutput, error) {
	var out listRecoveryPointsByBackupVaultOutput
	if err := listing.CheckVault(r, in.BackupVaultName, in.BackupVaultAccountID); err != nil {
		return out, err
	}
	if err := listing.CheckType(in.ByResourceType); err != nil {
		return out, err
	}
	last, size, err := listing.Cursor(in.NextToken, in.MaxResults)
	if err != nil {
		return out, err
	}
	beyond := func(p *RecoveryPoint) bool { return newestPoint(*p) > last }
	found, err := s.vaults.Next(home(r), in.BackupVaultName, in.matches, beyond, size+1)
	if err != nil {
		return out, err
	}
	out.RecoveryPoints, out.NextToken, err = listing.Page(found, newestPoint, in.NextToken, in.MaxResults)
	return out, err
}

// newestPoint is the key of the order in which points are listed: newest first,
// then by ARN.
func newestPoint(p RecoveryPoint) string {
	return fmt.Sprintf("%019d %s", math.MaxInt64-p.CreationDate.UnixNano(), p.RecoveryPointArn)
}

type listRecoveryPointsByResourceInput struct {
	ResourceArn            string `path:"resourceArn"`
	NextToken              string `query:"nextToken"`
	MaxResults             string `query:"maxResults"`
	ManagedByAWSBackupOnly string `query:"managedByAWSBackupOnly"`
}

type listRecoveryPointsByResourceOutput struct {
	RecoveryPoints []resourcePoint
	NextToken      string `json:",omitempty"`
}

// resourcePoint is the shorter form that this list has.
type resourcePoint struct {
	RecoveryPointArn string
	CreationDate     wire.Epoch
	Status           string
	StatusMessage    string `json:",omitempty"`
	EncryptionKeyArn string `json:",omitempty"`
	BackupSizeBytes  int64
	BackupVaultName  string
	ResourceName     string `json:",omitempty"`
	VaultType        string
}

// listRecoveryPointsByResource looks into all vaults of the account and Region.
// Every point here was made by AWS Backup, so managedByAWSBackupOnly changes
// nothing.
func (s *Service) listRecoveryPointsByResource(r *wire.Request, in listRecoveryPointsByResourceInput) (listRecoveryPointsByResourceOutput, error) {
	out := listRecoveryPointsByResourceOutput{RecoveryPoints: []resourcePoint{}}
	if !strings.HasPrefix(in.ResourceArn, "arn:") {
		return out, fault.InvalidValue("Invalid resource ARN: %q", in.ResourceArn)
	}
	if _, err := listing.Flag("managedByAWSBackupOnly", in.ManagedByAWSBackupOnly); err != nil {
		return out, err
	}
	// "Amazon RDS requires a value of at least 20." [API]
	if size, err := listing.PageLimit(in.MaxResults); err == nil && size < 20 && strings.HasPrefix(in.ResourceArn, "arn:aws:rds:") {
		return out, fault.InvalidValue("MaxResults must be at least 20 for Amazon RDS, not %d", size)
	}
	ofResource := func(p *RecoveryPoint) bool { return p.ResourceArn == in.ResourceArn }
	var all []RecoveryPoint
	for _, v := range s.vaults.Vaults(home(r)) {
		held, err := s.vaults.Points(home(r), v.Name, ofResource)
		if err != nil {
			return out, err
		}
		all = append(all, held...)
	}
	slices.SortFunc(all, func(a, b RecoveryPoint) int { return strings.Compare(newestPoint(a), newestPoint(b)) })
	found, next, err := listing.Page(all, newestPoint, in.NextToken, in.MaxResults)
	for _, p := range found {
		out.RecoveryPoints = append(out.RecoveryPoints, resourcePoint{
			RecoveryPointArn: p.RecoveryPointArn, CreationDate: p.CreationDate,
			Status: p.Status, StatusMessage: p.StatusMessage, EncryptionKeyArn: p.EncryptionKeyArn,
			BackupSizeBytes: p.BackupSizeInBytes, BackupVaultName: p.BackupVaultName,
			ResourceName: p.ResourceName, VaultType: p.VaultType,
		})
	}
	out.NextToken = next
	return out, err
}
