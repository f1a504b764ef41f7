package awsaccount

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/backup"
)

// optIn is the service opt-in of resource types in a Region. Plans that select by
// tag pass over types that are not opted in, and say nothing.
type optIn struct {
	client *backup.Client
	region string
	types  []string
}

func (o optIn) String() string { return "opt-in of " + strings.Join(o.types, ", ") + " in " + o.region }

// Ensure never switches a type off: the settings that were described are sent
// along, since whether AWS keeps those that are left out is UNCONFIRMED A90. How
// backups are managed is another setting, and left alone.
func (o optIn) Ensure(ctx context.Context) (changed bool, err error) {
	in := func(options *backup.Options) { options.Region = o.region }
	described, err := o.client.DescribeRegionSettings(ctx, &backup.DescribeRegionSettingsInput{}, in)
	if err != nil {
		return false, fmt.Errorf("describe opt-ins: %w", explained(err, "allow backup:DescribeRegionSettings"))
	}
	if described.ResourceTypeOptInPreference == nil {
		return false, fmt.Errorf("describe opt-ins: %w", incomplete("DescribeRegionSettings", "ResourceTypeOptInPreference"))
	}
	wanted, unsupported := maps.Clone(described.ResourceTypeOptInPreference), []string(nil)
	for _, name := range o.types {
		on, known := wanted[name]
		switch {
		case !known:
			// AWS refuses the whole update for one type that the Region lacks
			// [API: UpdateRegionSettings].
			unsupported = append(unsupported, name)
		case !on:
			wanted[name], changed = true, true
		}
	}
	if changed {
		_, err := o.client.UpdateRegionSettings(ctx, &backup.UpdateRegionSettingsInput{ResourceTypeOptInPreference: wanted}, in)
		if err != nil {
			return false, fmt.Errorf("opt in: %w", explained(err, "allow backup:UpdateRegionSettings"))
		}
	}
	if len(unsupported) > 0 {
		return changed, fmt.Errorf("AWS Backup has no %s in %s; take them out of the estate's plans, or choose another Region; it has %s",
			strings.Join(unsupported, ", "), o.region, strings.Join(slices.Sorted(maps.Keys(wanted)), ", "))
	}
	return changed, nil
}
