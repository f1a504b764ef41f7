package reads

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// DescribePointInput is the input of DescribeRecoveryPoint.
type DescribePointInput struct {
	BackupVaultName      string `path:"backupVaultName"`
	RecoveryPointArn     string `path:"recoveryPointArn"`
	BackupVaultAccountID string `query:"backupVaultAccountId"`
}

type describePointOutput struct {
	vaults.RecoveryPoint
	StorageClass string
}

func (s *Reads) describePoint(r *wire.Request, in DescribePointInput) (describePointOutput, error) {
	if err := listing.CheckPoint(r, in.BackupVaultName, in.BackupVaultAccountID, in.RecoveryPointArn); err != nil {
		return describePointOutput{}, err
	}
	p, err := s.Vaults.Describe(home(r), in.BackupVaultName, in.RecoveryPointArn)
	return describePointOutput{p, "WARM"}, err
}

// ListPointsInput is the input of ListRecoveryPointsByBackupVault.
type ListPointsInput struct {
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
func (in ListPointsInput) matches(p *vaults.RecoveryPoint) bool {
	return listing.Same(in.ByResourceArn, p.ResourceArn) &&
		listing.Same(in.ByResourceType, p.ResourceType) &&
		(in.ByBackupPlanID == "" || p.CreatedBy != nil && p.CreatedBy.BackupPlanID == in.ByBackupPlanID) &&
		listing.Within(p.CreationDate, in.ByCreatedAfter, in.ByCreatedBefore) &&
		in.ByParentRecoveryPointArn == ""
}

type listPointsOutput struct {
	RecoveryPoints []vaults.RecoveryPoint
	NextToken      string `json:",omitempty"`
}

// listPoints lists newest first.
func (s *Reads) listPoints(r *wire.Request, in ListPointsInput) (listPointsOutput, error) {
	var out listPointsOutput
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
	beyond := func(p *vaults.RecoveryPoint) bool { return newestPoint(*p) > last }
	found, err := s.Vaults.List(home(r), in.BackupVaultName, in.matches, beyond, size+1)
	if err != nil {
		return out, err
	}
	out.RecoveryPoints, out.NextToken, err = listing.Page(found, newestPoint, in.NextToken, in.MaxResults)
	return out, err
}

// newestPoint is the key of the order in which points are listed: newest first,
// then by ARN.
func newestPoint(p vaults.RecoveryPoint) string {
	return fmt.Sprintf("%019d %s", math.MaxInt64-p.CreationDate.UnixNano(), p.RecoveryPointArn)
}

type listResourcePointsInput struct {
	ResourceArn            string `path:"resourceArn"`
	NextToken              string `query:"nextToken"`
	MaxResults             string `query:"maxResults"`
	ManagedByAWSBackupOnly string `query:"managedByAWSBackupOnly"`
}

type listResourcePointsOutput struct {
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

// listResourcePoints looks into all vaults of the account and Region.
// Every point here was made by AWS Backup, so managedByAWSBackupOnly changes
// nothing.
func (s *Reads) listResourcePoints(r *wire.Request, in listResourcePointsInput) (listResourcePointsOutput, error) {
	out := listResourcePointsOutput{RecoveryPoints: []resourcePoint{}}
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
	ofResource := func(p *vaults.RecoveryPoint) bool { return p.ResourceArn == in.ResourceArn }
	var all []vaults.RecoveryPoint
	for _, v := range s.Vaults.Vaults(home(r)) {
		held, err := s.Vaults.List(home(r), v.Name, ofResource, nil, math.MaxInt)
		if err != nil {
			return out, err
		}
		all = append(all, held...)
	}
	slices.SortFunc(all, func(a, b vaults.RecoveryPoint) int { return strings.Compare(newestPoint(a), newestPoint(b)) })
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
