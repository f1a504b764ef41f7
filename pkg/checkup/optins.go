package checkup

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
)

// OptIns are the service opt-ins of an account.
type OptIns interface {
	// OptIns tells of each resource type that AWS Backup knows in a Region whether it is
	// opted in.
	OptIns(ctx context.Context, region string) (map[string]bool, error)
}

// OptedIn checks the opt-ins of an account, in each Region of wanted.
func OptedIn(account string, wanted estate.OptIns, o OptIns) []Check {
	var checks []Check
	for _, region := range slices.Sorted(maps.Keys(wanted)) {
		types := wanted[region]
		checks = append(checks, Check{Name: "opt-ins", Place: Place{Account: account, Region: region}, Right: "backup:DescribeRegionSettings",
			Look: func(ctx context.Context) ([]Finding, error) {
				is, err := o.OptIns(ctx, region)
				if err != nil {
					return nil, err
				}
				return optInFindings(types, region, is), nil
			}})
	}
	return checks
}

func optInFindings(types []string, region string, is map[string]bool) []Finding {
	var found []Finding
	for _, name := range types {
		switch on, known := is[name]; {
		case !known:
			found = append(found, broken(fmt.Sprintf("AWS Backup has no %s in %s", name, region), diagnose.SaysUnsupported,
				fmt.Sprintf("take %s out of the estate's plans, or choose another Region", name))...)
		case !on:
			found = append(found, broken(fmt.Sprintf("%s is not opted in for AWS Backup", name),
				"none: plans pass over tagged resources of this type and say nothing",
				fmt.Sprintf("aws backup update-region-settings --region %s --resource-type-opt-in-preference %s=true", region, name))...)
		}
	}
	return found
}
