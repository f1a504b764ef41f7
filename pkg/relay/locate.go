package relay

import (
	"context"
	"fmt"
	"sync"

	"github.com/twohop/twohop/pkg/hop"
)

// Holder lists recovery points by their resource.
type Holder interface {
	// PointsOf lists the recovery points of a resource in a vault. hop.ErrNotFound when the
	// vault does not exist; *hop.Failure when AWS refuses.
	PointsOf(ctx context.Context, vault hop.Vault, resource string) ([]hop.Held, error)
}

// Look is a vault to look into, or what was found in it.
type Look struct {
	Vault  hop.Vault
	Holder Holder // nil: Err says why nobody can look
	Held   []hop.Held
	Err    error // nothing is known of the vault
}

// Locate looks for a resource's recovery points in every vault at once. One that cannot
// be looked at keeps no other from it: an account or a Region may be lost.
func Locate(ctx context.Context, resource string, looks []Look) []Look {
	found := make([]Look, len(looks))
	var all sync.WaitGroup
	for i, look := range looks {
		found[i] = look
		if look.Holder == nil {
			continue
		}
		all.Go(func() {
			found[i].Err = guarded(func() (err error) {
				found[i].Held, err = look.Holder.PointsOf(ctx, look.Vault, resource)
				return err
			})()
		})
	}
	all.Wait()
	return found
}

// HeldIn is everything that was found, in the order of the vaults.
func HeldIn(looks []Look) []hop.Held {
	var held []hop.Held
	for _, look := range looks {
		held = append(held, look.Held...)
	}
	return held
}

// Unseen says why vaults could not be looked at, with the first cause; nil where all were.
func Unseen(looks []Look) error {
	var first error
	n := 0
	for _, look := range looks {
		if look.Err == nil {
			continue
		}
		if n++; first == nil {
			first = look.Err
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d vaults could not be looked at: %w", n, len(looks), first)
}
