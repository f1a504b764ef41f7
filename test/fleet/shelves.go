package fleet

import (
	"context"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Made implements relay.Inventory.
func (d *desk) Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	points := 0
	err := d.backup.Made(ctx, vault, after, before, func(page []hop.RecoveryPoint) error {
		points += len(page)
		return visit(page)
	})
	d.took("ListRecoveryPoints", points)
	return err
}

// Older implements relay.Inventory.
func (d *desk) Older(ctx context.Context, vault hop.Vault, t time.Time) (bool, error) {
	d.took("ListRecoveryPoints")
	return d.backup.Older(ctx, vault, t)
}

// Resources implements relay.Inventory.
func (d *desk) Resources(ctx context.Context, vault hop.Vault) ([]hop.Resource, error) {
	resources, err := d.backup.Resources(ctx, vault)
	d.took("ListProtectedResources", len(resources))
	return resources, err
}

// Key implements relay.Vaults; the adapter asks for a vault's key once, which no
// figure shows.
func (d *desk) Key(ctx context.Context, vault hop.Vault) (string, error) {
	return d.backup.Key(ctx, vault)
}

// Keep implements relay.Retention.
func (d *desk) Keep(ctx context.Context, vault hop.Vault, point string, days int64) error {
	d.took("UpdateRecoveryPointLifecycle")
	return d.backup.Keep(ctx, vault, point, days)
}
