package relay

import (
	"context"
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// Into lists copy jobs by where they go.
type Into interface {
	// Into lists the backup account's own jobs of a Region into a vault, whatever
	// their state. *hop.Failure when AWS refuses.
	Into(ctx context.Context, region string, vault hop.Vault) ([]hop.CopyJob, error)
}

// Returned are the points of a source vault, by ARN, that came there from the backup
// account's own vaults, which are in the Regions of the given ones: restores on their way
// back. The point's description need not say so, since AWS leaves the source out for copies
// within an account or a Region (UNCONFIRMED A51); the job that brought it does. A first
// hop is a job of the member account; should this one list it too (UNCONFIRMED A47), its
// source's account tells.
func Returned(ctx context.Context, jobs Into, from []hop.Vault, source hop.Vault) (map[string]bool, error) {
	own := map[string]bool{}
	regions := map[string]bool{}
	for _, vault := range append(from, source) {
		if regions[vault.Region] {
			continue
		}
		regions[vault.Region] = true
		found, err := jobs.Into(ctx, vault.Region, source)
		if err != nil {
			return nil, err
		}
		for _, job := range found {
			if from := job.SourceAccount(); from == "" || from == source.Account {
				own[job.Copy] = true
			}
		}
	}
	return own, nil
}

// Arrived leaves out, of points in a source vault, those that are Returned.
func Arrived(ctx context.Context, jobs Into, from []hop.Vault, source hop.Vault, points []hop.RecoveryPoint) ([]hop.RecoveryPoint, error) {
	if len(points) == 0 {
		return nil, nil
	}
	own, err := Returned(ctx, jobs, from, source)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(points, func(p hop.RecoveryPoint) bool { return own[p.ARN] }), nil
}
