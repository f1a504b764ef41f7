package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awslogin"
)

// resolve replaces the name of a resource by its ARN, which has to be the only one of that name
// in the backup account's vaults. A vault that cannot be read keeps no other from being asked.
func (c *choosing) resolve(ctx context.Context, config awslogin.Config) error {
	if strings.HasPrefix(c.resource, "arn:") {
		return nil
	}
	var all []string
	var unread error
	for _, vault := range c.access.estate.BackupVaults() {
		resources, err := awsbackup.New(config).Resources(ctx, vault)
		unread = errors.Join(unread, err)
		for _, r := range resources {
			all = append(all, r.ARN)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	named := slices.DeleteFunc(slices.Clone(all), func(arn string) bool { return !isNamed(arn, c.resource) })
	const example = "give its ARN, which looks like arn:aws:rds:eu-central-1:111111111111:db:orders"
	switch {
	case len(named) == 1:
		c.resource = named[0]
		return nil
	case len(named) > 1:
		return &hinted{fmt.Errorf("%d resources are called %q: %s", len(named), c.resource, strings.Join(named, ", ")), "give the ARN of one of them"}
	case unread != nil:
		return &hinted{fmt.Errorf("find %q: %w", c.resource, unread), example}
	case len(all) == 0:
		return &hinted{fmt.Errorf("the backup account has no copies of %q, nor of any other resource", c.resource), example}
	default:
		return &hinted{fmt.Errorf("the backup account has no copies of %q; it has copies of %s", c.resource, someNames(all)), example}
	}
}
