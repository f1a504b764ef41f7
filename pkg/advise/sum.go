package advise

import (
	"maps"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// Resource is a resource with backups, and the advice on it.
type Resource struct {
	hop.Protected
	Account string      // that owns it
	Bytes   int64       // of the newest point; 0: AWS Backup tells none
	In      []hop.Vault // of the backup account, that hold points of it
	Tag     string      // that it has, "backup=simple"; empty where it has none of the estate's key
	Plan    string      // that the tag selects for it; empty: no enabled one does
	Advice  Advice
}

// Sum is what a plan stores and transfers for the resources that are in it by their tags.
type Sum struct {
	Plan      string
	Load      Load
	Resources int
	Bytes     int64 // of one point of each resource
	Unsized   int   // resources that Bytes leaves out
}

// Sums are those of all plans that resources are in, by name.
func Sums(e estate.Estate, resources []Resource) []Sum {
	sums := map[string]*Sum{}
	for _, r := range resources {
		if r.Plan == "" {
			continue
		}
		s := sums[r.Plan]
		if s == nil {
			s = &Sum{Plan: r.Plan, Load: Of(e, r.Plan)}
			sums[r.Plan] = s
		}
		s.Resources++
		s.Bytes += r.Bytes
		if r.Bytes == 0 {
			s.Unsized++
		}
	}
	var sorted []Sum
	for _, plan := range slices.Sorted(maps.Keys(sums)) {
		sorted = append(sorted, *sums[plan])
	}
	return sorted
}

// gigabyte is the one that AWS charges storage and transfer by: 2^30 bytes.
const gigabyte = 1 << 30

// Gigabytes of 2^30 bytes.
func Gigabytes(bytes int64) float64 { return float64(bytes) / gigabyte }

// GigabyteMonths is what a vault holds, and so stores in each month, if every point were
// kept whole: types with incremental backups store less.
func (s Sum) GigabyteMonths(k Kept) float64 { return Gigabytes(s.Bytes) * float64(k.Points) }
