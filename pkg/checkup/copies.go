package checkup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// Copies are the recovery points that an account's vaults hold.
type Copies interface {
	// Made calls visit with the recovery points of a vault that were made from after
	// until before, page by page.
	Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error
}

// copiesWithin is how far back copies are looked at: a resource without a newer one is
// late, or gone.
const copiesWithin = 14 * 24 * time.Hour

// Copied checks the newest copy of each resource in every vault that plans copy into for
// good, by the second hop or by themselves: it must be under the key of the vault.
func Copied(e estate.Estate, now time.Time, vaults Vaults, copies Copies) []Check {
	var checks []Check
	for _, v := range e.BackupVaults() {
		types := e.CopiedTypes(v)
		if len(types) == 0 || e.Routes().From(v.ARN) {
			continue
		}
		at := Place{Account: v.Account, Region: v.Region, Resource: v.ARN}
		checks = append(checks, Check{Name: "copies in vault " + v.Name, Place: at, Right: "backup:ListRecoveryPointsByBackupVault",
			Look: func(ctx context.Context) ([]Finding, error) {
				return underprotected(ctx, types, now, v, vaults, copies)
			}})
	}
	return checks
}

func underprotected(ctx context.Context, types []string, now time.Time, v hop.Vault, vaults Vaults, copies Copies) ([]Finding, error) {
	live, err := vaults.Vault(ctx, v.Region, v.Name)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // reported by the check of the vault
	}
	if err != nil {
		return nil, err
	}
	newest := map[string]hop.RecoveryPoint{}
	if err := copies.Made(ctx, v, now.Add(-copiesWithin), now, func(page []hop.RecoveryPoint) error {
		for _, p := range page {
			usable := p.Status == hop.PointCompleted || p.Status == hop.PointAvailable
			if usable && slices.Contains(types, p.ResourceType) && p.Created.After(newest[p.ResourceARN].Created) {
				newest[p.ResourceARN] = p
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var found []Finding
	for _, p := range newest {
		if detail := p.Underprotected(live.KeyARN); detail != "" {
			found = append(found, Finding{Kind: Broken, Place: Place{Account: v.Account, Region: v.Region, Resource: p.ARN},
				Problem: fmt.Sprintf("the newest copy of %s in vault %s is protected less than asked: %s", p.ResourceARN, v.Name, detail),
				Causes:  "none: it can be restored, by every principal that may restore from the vault, whatever the policy of the vault's key says",
				Mend:    diagnose.Advice(hop.FailedJob{Class: hop.ClassUnderprotected, Message: detail})})
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.Problem, b.Problem) })
	return found, nil
}
