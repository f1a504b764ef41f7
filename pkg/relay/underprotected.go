package relay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Underprotected is how findings of resources are filed that have copies which are not
// under the key of their vault.
const Underprotected hop.Standing = "underprotected"

// WeakCopy is the newest copy of a resource in a vault that is not under the vault's key.
type WeakCopy struct {
	Resource string    `json:"resource"`
	Vault    hop.Vault `json:"vault"`
	Copy     string    `json:"copy"`
	Made     time.Time `json:"made"`
	Detail   string    `json:"detail"`
}

// mostWeak is how many resources with such copies a full run lists. The list travels with
// the run from part to part in a message of SQS, which takes 1 MiB.
const mostWeak = 1000

// weak lists a copy, unless a newer one of its resource is listed: a run goes from the
// newest copies to the oldest.
func (report *Report) weak(w WeakCopy) {
	for _, known := range report.Weak {
		if known.Resource == w.Resource && known.Vault.ARN == w.Vault.ARN {
			return
		}
	}
	if len(report.Weak) < mostWeak {
		report.Weak = append(report.Weak, w)
	}
}

// replaced takes the copies off the list whose resource has a newer one in the vault that
// is under the vault's key: nothing is left to do about the resource. The run has read the
// newer ones in a part before this one, or not at all where their points have left the
// source vault. Vaults without listed copies are not read.
func (r *Reconciler) replaced(ctx context.Context, report *Report) error {
	for _, vault := range r.finals() {
		from, newest := report.Now, map[string]hop.RecoveryPoint{}
		for _, w := range report.Weak {
			if w.Vault.ARN == vault.ARN {
				newest[w.Resource] = hop.RecoveryPoint{}
				if w.Made.Before(from) {
					from = w.Made
				}
			}
		}
		if len(newest) == 0 {
			continue
		}
		if err := r.Inventory.Made(ctx, vault, from.Add(-edge), report.Now.Add(margin), func(page []hop.RecoveryPoint) error {
			for _, p := range page {
				known, listed := newest[p.ResourceARN]
				if listed && (p.Status == hop.PointCompleted || p.Status == hop.PointAvailable) && p.Created.After(known.Created) {
					newest[p.ResourceARN] = p
				}
			}
			return nil
		}); err != nil {
			return fmt.Errorf("list the newest copies in %s: %w", vault.ARN, err)
		}
		key, err := r.Vaults.Key(ctx, vault)
		if err != nil {
			return fmt.Errorf("describe %s: %w", vault.ARN, err)
		}
		report.Weak = slices.DeleteFunc(report.Weak, func(w WeakCopy) bool {
			p := newest[w.Resource]
			return w.Vault.ARN == vault.ARN && p.ARN != "" && p.Underprotected(key) == ""
		})
	}
	return nil
}

// WeakResources is how many resources have copies that are not under their vault's key; a
// full run counts no more than 1,000.
func (report *Report) WeakResources() int {
	seen := map[string]bool{}
	for _, w := range report.Weak {
		seen[w.Resource] = true
	}
	return len(seen)
}

// findWeak makes a finding of each listed copy.
func (report *Report) findWeak(advice func(hop.FailedJob) string) {
	for _, w := range report.Weak {
		report.Findings[Underprotected] = append(report.Findings[Underprotected], Finding{
			Point: w.Resource, Destination: w.Vault, Since: w.Made, Detail: w.Detail, Advice: advice(hop.UnderprotectedCopy(w.Resource, w.Vault, w.Detail)),
		})
	}
}
