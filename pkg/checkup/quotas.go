package checkup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
)

// Quotas are those of RDS in an account's Regions, as Service Quotas lists them.
type Quotas interface {
	// Quotas are the values by the quotas' names.
	Quotas(ctx context.Context, region string) (map[string]int, error)
}

// clusterSnapshots is the name of the quota that DocumentDB's and Neptune's manual
// snapshots count toward [RDS user guide: quotas].
const clusterSnapshots = "Manual DB cluster snapshots"

// Limited checks the quotas of the backup account, in every Region with a vault of the
// estate. members are where the tagged databases are.
func Limited(e estate.Estate, quotas Quotas, members []Databases) []Check {
	var checks []Check
	for _, region := range append([]string{e.Regions.Primary}, e.Regions.Secondary...) {
		at := Place{Account: e.Accounts.Backup, Region: region}
		checks = append(checks, Check{Name: "quotas of RDS", Place: at, Right: "servicequotas:ListServiceQuotas", Look: func(ctx context.Context) ([]Finding, error) {
			listed, err := quotas.Quotas(ctx, region)
			if err != nil {
				return nil, err
			}
			found := kept(ctx, e, at, listed, members)
			if region != e.Regions.Primary {
				found = append(found, pooled(e, region, listed)...)
			}
			return found, nil
		}})
	}
	return checks
}

// pooled compares the estate's pools with the quotas of concurrent copies to a Region.
// Service Quotas lists none of them by default; whether it lists one that AWS Support has
// changed, and under which name, is UNCONFIRMED A96. A listed quota whose name mentions copies
// of snapshots counts, for clusters where it mentions them. One that is not listed is not
// a finding: it would be reported by every run, and a pool that is too large only makes
// copies wait.
func pooled(e estate.Estate, region string, listed map[string]int) []Finding {
	var found []Finding
	for _, pool := range e.Pools {
		name, size, ok := copies(listed, !slices.Contains(pool.Types, "RDS"))
		if ok && size < pool.Size {
			found = append(found, broken(fmt.Sprintf("the quota %q in %s is %d, and the estate's pool of %s is %d", name, region, size, strings.Join(pool.Types, ", "), pool.Size),
				diagnose.SaysSnapshotQuota, fmt.Sprintf("set the pool's size to %d in the estate's file, or have the quota raised: aws service-quotas list-service-quotas --service-code rds --region %s tells its code", size, region))...)
		}
	}
	return found
}

// copies is the quota of concurrent copies of snapshots, of clusters or of instances.
func copies(listed map[string]int, ofClusters bool) (name string, size int, ok bool) {
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		words := strings.ToLower(name)
		if strings.Contains(words, "snapshot") && strings.Contains(words, "cop") && strings.Contains(words, "cluster") == ofClusters {
			return name, listed[name], true
		}
	}
	return "", 0, false
}

// kept compares the DocumentDB and Neptune snapshots that the vaults of a Region will hold
// at a time with the quota of manual cluster snapshots. Whether those made by AWS Backup
// count toward it is UNCONFIRMED A97. RDS's and Aurora's do not [RDS and Aurora user guides:
// automated backups with AWS Backup]. A plan is taken to run once a day.
func kept(ctx context.Context, e estate.Estate, at Place, listed map[string]int, members []Databases) []Finding {
	wanted := 0
	for _, databases := range members {
		tagged, err := databases.Tagged(ctx, e.TagKey)
		if err != nil {
			continue // told by the check of the tagged resources
		}
		for _, resource := range tagged {
			if stored := days(e, at.Region, resource.Value); stored > 0 && mayCount(ctx, databases, resource.ARN) {
				wanted += stored
			}
		}
	}
	size, ok := listed[clusterSnapshots]
	if !ok || wanted <= size {
		return nil
	}
	return []Finding{{
		Kind:    Unconfirmed,
		Problem: fmt.Sprintf("the vaults in %s will hold %d snapshots of DocumentDB and Neptune at a time, and the quota %q is %d; AWS does not document whether snapshots made by AWS Backup count toward it", at.Region, wanted, clusterSnapshots, size),
		Causes:  "if they count: " + diagnose.SaysManualSnapshots,
		Mend:    fmt.Sprintf("none until a copy fails with this text; then have the quota raised: aws service-quotas list-service-quotas --service-code rds --region %s tells its code, then aws service-quotas request-service-quota-increase", at.Region),
	}}
}

// mayCount reports whether AWS Backup's snapshots of a resource may count toward the quota
// of manual cluster snapshots: those of DocumentDB and Neptune. A cluster that cannot be
// described is reported by the check of the tagged resources.
func mayCount(ctx context.Context, databases Databases, arn string) bool {
	if _, resource := serviceOf(arn); !isDatabase(arn) || !strings.HasPrefix(resource, "cluster:") {
		return false
	}
	d, err := databases.Database(ctx, arn)
	kind := typeOf(arn, d)
	return err == nil && (kind == "DocumentDB" || kind == "Neptune")
}

// days is how long points of a tag's plan are kept in a Region of the backup account, in
// all of its vaults there together.
func days(e estate.Estate, region, tag string) int {
	total := 0
	for _, plan := range e.EnabledPlans() {
		p := e.Plans[plan]
		if p.Tag != tag {
			continue
		}
		for vault, days := range p.Retention {
			if e.Vaults[vault].Account != estate.BackupAccount || !slices.Contains(e.VaultRegions(vault), region) {
				continue
			}
			if region == e.Regions.Primary && e.IntermediateRetentionDays > 0 {
				days = min(days, e.IntermediateRetentionDays)
			}
			total += days
		}
	}
	return total
}
