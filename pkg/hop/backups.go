package hop

import (
	"slices"
	"strings"
	"time"
)

// Held is a recovery point in the vault that holds it.
type Held struct {
	Vault Vault
	RecoveryPoint
}

// Usable reports whether the point can be restored or copied now: it is whole, and
// lasts for longer than a copy takes to begin.
func (p RecoveryPoint) Usable(now time.Time) bool {
	whole := p.Status == PointCompleted || p.Status == PointAvailable
	return whole && (p.DeleteAt.IsZero() || p.DeleteAt.After(now.Add(expiring)))
}

// Backup is one backup of a resource, wherever copies of it are.
type Backup struct {
	ResourceARN  string
	ResourceType string
	Created      time.Time
	Held         []Held // in the order in which they were given
}

// sameBackup is how far the creation times of one backup's copies may differ. Copies keep
// the original's, to the millisecond in published samples (A58). A minute allows
// for more, since two backups of a resource never run at once.
const sameBackup = time.Minute

// Backups sorts the points of one resource by the backups that they are of, the newest
// first.
func Backups(held []Held) []Backup {
	sorted := slices.Clone(held)
	slices.SortStableFunc(sorted, func(a, b Held) int { return b.Created.Compare(a.Created) })
	var all []Backup
	for _, h := range sorted {
		if n := len(all); n > 0 && all[n-1].Created.Sub(h.Created) < sameBackup {
			all[n-1].Held = append(all[n-1].Held, h)
			continue
		}
		all = append(all, Backup{ResourceARN: h.ResourceARN, ResourceType: h.ResourceType, Created: h.Created, Held: []Held{h}})
	}
	for i := range all {
		order := func(h Held) int {
			return slices.IndexFunc(held, func(other Held) bool { return other.Vault == h.Vault && other.ARN == h.ARN })
		}
		slices.SortStableFunc(all[i].Held, func(a, b Held) int { return order(a) - order(b) })
	}
	return all
}

// Wanted says which backup somebody wants back. Its zero value is the newest.
type Wanted struct {
	Point string    // ARN of any of its copies; empty: told by At
	At    time.Time // the newest made by then; zero: the newest there is
}

// Pick finds the wanted backup among backups that are sorted newest first; false where
// there is none. Unless a point names it, it is one that can be used now.
func Pick(backups []Backup, wanted Wanted, now time.Time) (Backup, bool) {
	for _, b := range backups {
		switch {
		case wanted.Point != "":
			if slices.ContainsFunc(b.Held, func(h Held) bool { return h.ARN == wanted.Point }) {
				return b, true
			}
		case !wanted.At.IsZero() && b.Created.After(wanted.At):
		case slices.ContainsFunc(b.Held, func(h Held) bool { return h.Usable(now) }):
			return b, true
		}
	}
	return Backup{}, false
}

// Owner is the member account that the backup came from: that of its resource, or
// where its ARN names none, as a bucket's, that of the vault it was copied from; ""
// where nothing tells. backup is the backup account.
func (b Backup) Owner(backup string) string {
	if account := AccountOf(b.ResourceARN); account != "" {
		return account
	}
	for _, h := range b.Held {
		for _, account := range []string{h.Vault.Account, h.SourceVault.Account} {
			if account != "" && account != backup {
				return account
			}
		}
	}
	return ""
}

// IsMultiAZCluster reports whether a resource is an RDS Multi-AZ DB cluster, which AWS
// Backup does not copy [AWS Backup: feature availability by resource]: RDS by type, a
// cluster by its ARN.
func IsMultiAZCluster(resourceType, arn string) bool {
	return resourceType == "RDS" && strings.Contains(arn, ":cluster:")
}

// Same reports whether two are the same backup of a resource.
func (b Backup) Same(other Backup) bool {
	return b.ResourceARN == other.ResourceARN && b.Created.Sub(other.Created).Abs() < sameBackup
}
