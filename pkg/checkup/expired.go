package checkup

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// Expired checks that the vaults of an owner in one of its accounts and a Region store no
// recovery points that AWS Backup could not delete, whatever their age: one that somebody
// deleted is EXPIRED before its retention is over. Full runs of the reconciler count those in
// the source and final vaults of routes; only this check reads the members' vaults, and the
// vaults of direct plans alone.
func Expired(e estate.Estate, account, region string, owner estate.Owner, now time.Time, vaults Vaults, copies Copies) []Check {
	var checks []Check
	for _, name := range e.VaultsIn(owner, region) {
		v := hop.Vault{ARN: e.VaultARNIn(account, name, region), Account: account, Region: region, Name: e.Vaults[name].Name}
		checks = append(checks, Check{
			Name: "expired recovery points in vault " + v.Name, Place: Place{Account: account, Region: region, Resource: v.ARN},
			Right: "backup:ListRecoveryPointsByBackupVault",
			Look:  func(ctx context.Context) ([]Finding, error) { return stillStored(ctx, v, now, vaults, copies) },
		})
	}
	return checks
}

// stillStored has a finding for each role whose recovery points of a vault are EXPIRED.
func stillStored(ctx context.Context, v hop.Vault, now time.Time, vaults Vaults, copies Copies) ([]Finding, error) {
	_, err := vaults.Vault(ctx, v.Region, v.Name)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // reported by the check of the vault
	}
	if err != nil {
		return nil, err
	}
	left := map[string][]hop.RecoveryPoint{}
	if err := copies.Made(ctx, v, hop.BackupLaunch, now.Add(time.Hour), func(page []hop.RecoveryPoint) error {
		for _, p := range page {
			if p.Status == hop.PointExpired {
				left[p.RoleARN] = append(left[p.RoleARN], p)
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var found []Finding
	for _, role := range slices.Sorted(maps.Keys(left)) {
		oldest := slices.MinFunc(left[role], func(a, b hop.RecoveryPoint) int { return a.Created.Compare(b.Created) })
		found = append(found, broken(
			fmt.Sprintf("%d recovery points in vault %s are EXPIRED: they are no backup, and still stored, since AWS Backup could not delete them; the oldest is %s of %s, made at %s",
				len(left[role]), v.Name, oldest.ARN, oldest.ResourceARN, oldest.Created.Format(time.RFC3339)),
			"none: they cost as before", hop.DeletionAdvice(role, v))...)
	}
	return found, nil
}
