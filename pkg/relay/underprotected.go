package relay

import (
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
func (report *Report) findWeak(advice func(hop.Class, string) string) {
	for _, w := range report.Weak {
		report.Findings[Underprotected] = append(report.Findings[Underprotected], Finding{
			Point: w.Resource, Destination: w.Vault, Since: w.Made, Detail: w.Detail, Advice: advice(hop.ClassUnderprotected, w.Detail),
		})
	}
}
