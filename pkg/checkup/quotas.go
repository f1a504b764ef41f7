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

// Names of quotas [RDS user guide: quotas]. Aurora's, DocumentDB's and Neptune's
// snapshots are those of clusters.
const (
	instanceSnapshots = "Manual DB instance snapshots"
	clusterSnapshots  = "Manual DB cluster snapshots"
)

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
// That Service Quotas lists them, and under which names, is UNCONFIRMED: those that speak
// of copies of snapshots count, for clusters where they say so.
func pooled(e estate.Estate, region string, listed map[string]int) []Finding {
	var found []Finding
	for _, pool := range e.Pools {
		name, size, ok := copies(listed, !slices.Contains(pool.Types, "RDS"))
		types := strings.Join(pool.Types, ", ")
		switch {
		case !ok:
			found = append(found, Finding{Kind: Unconfirmed,
				Problem: fmt.Sprintf("AWS does not tell how many snapshots of %s may be copied to %s at the same time; the estate takes it to be %d", types, region, pool.Size),
				Causes:  diagnose.SaysSnapshotQuota + " where it is less; such copies wait and are started again",
				Mend:    "none; AWS Support tells the account's quota, which is pools in the estate's file"})
		case size < pool.Size:
			found = append(found, broken(fmt.Sprintf("the quota %q in %s is %d, and the estate's pool of %s is %d", name, region, size, types, pool.Size),
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

// kept compares the snapshots that the vaults of a Region will hold at a time with the
// quotas of manual snapshots, which the copies of AWS Backup count against. A plan is
// taken to run once a day.
func kept(ctx context.Context, e estate.Estate, at Place, listed map[string]int, members []Databases) []Finding {
	wanted := map[string]int{}
	for _, databases := range members {
		tagged, err := databases.Tagged(ctx, e.TagKey)
		if err != nil {
			continue // told by the check of the tagged resources
		}
		for _, resource := range tagged {
			if quota := counted(resource.ARN); quota != "" {
				wanted[quota] += days(e, at.Region, resource.Value)
			}
		}
	}
	var found []Finding
	for _, quota := range []string{instanceSnapshots, clusterSnapshots} {
		if size, ok := listed[quota]; ok && wanted[quota] > size {
			found = append(found, broken(fmt.Sprintf("the vaults in %s will hold %d snapshots at a time, and the quota %q is %d", at.Region, wanted[quota], quota, size),
				diagnose.SaysManualSnapshots, fmt.Sprintf("have it raised: aws service-quotas list-service-quotas --service-code rds --region %s tells its code, then aws service-quotas request-service-quota-increase", at.Region))...)
		}
	}
	return found
}

// counted is the quota that snapshots of a database count against; empty for others.
func counted(arn string) string {
	switch _, resource := serviceOf(arn); {
	case !isDatabase(arn):
		return ""
	case strings.HasPrefix(resource, "cluster:"):
		return clusterSnapshots
	default:
		return instanceSnapshots
	}
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
