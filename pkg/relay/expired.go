package relay

import (
	"context"
	"fmt"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Expired is how findings of recovery points are filed that are past their retention, or
// were deleted, and are still stored: AWS Backup could not delete them with the role that
// made them, and they cost as before [API: DeleteRecoveryPoint].
const Expired hop.Standing = "expired"

// expired notes a point that AWS Backup could not delete.
func (report *Report) expired(vault hop.Vault, point hop.RecoveryPoint) {
	if point.Status != hop.PointExpired {
		return
	}
	since := point.Created
	if due := point.DeleteAt; !due.IsZero() && !due.After(report.Now) {
		since = due
	}
	report.Expired++
	report.Findings[Expired] = append(report.Findings[Expired], Finding{
		Point: point.ARN, Destination: vault, Since: since,
		Detail: fmt.Sprintf("is EXPIRED: a backup of %s of %s that AWS Backup could not delete", point.ResourceARN, point.Created.Format(time.RFC3339)),
		Advice: hop.DeletionAdvice(point.RoleARN, vault),
	})
}

// expired lists the points of the final vaults that are older than any route keeps them
// there, of which a vault in order has none. Those of the source vaults are found while
// they are compared.
func (r *Reconciler) expired(ctx context.Context, report *Report) error {
	for _, vault := range r.finals() {
		kept := r.leastKept(vault)
		if err := r.Inventory.Made(ctx, vault, hop.BackupLaunch, report.Now.AddDate(0, 0, -kept), func(page []hop.RecoveryPoint) error {
			for _, point := range page {
				report.expired(vault, point)
			}
			return nil
		}); err != nil {
			return fmt.Errorf("list expired recovery points of %s: %w", vault.ARN, err)
		}
	}
	return nil
}

// leastKept is the shortest retention, in days, that a route gives copies in a vault.
func (r *Reconciler) leastKept(vault hop.Vault) int {
	least := 0
	for _, route := range r.Routes {
		for _, destination := range route.Destinations {
			if days := int(destination.DeleteAfterDays); destination.Vault.ARN == vault.ARN && (least == 0 || days < least) {
				least = days
			}
		}
	}
	return least
}
