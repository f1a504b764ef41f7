package awsbackup

import (
	"context"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

var _ interface {
	relay.Holder
	relay.RegionJobs
} = (*Account)(nil)

// PointsOf lists the recovery points of a resource in a vault
// (ListRecoveryPointsByBackupVault). hop.ErrNotFound when the vault does not exist.
func (a *Account) PointsOf(ctx context.Context, vault hop.Vault, resource string) ([]hop.Held, error) {
	points, err := a.Held(ctx, vault, resource)
	held := make([]hop.Held, len(points))
	for i, point := range points {
		held[i] = hop.Held{Vault: vault, RecoveryPoint: point}
	}
	return held, err
}
