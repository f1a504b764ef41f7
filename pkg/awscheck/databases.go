package awscheck

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tags "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/checkup"
)

// Databases are what an account's Region has to back up. The API of RDS describes
// DocumentDB's and Neptune's clusters too [RDS API: DescribeDBClusters].
type Databases struct {
	rds  *rds.Client
	tags *tagging.Client
}

var _ checkup.Databases = Databases{}

// NewDatabases returns the databases of config's account and Region.
func NewDatabases(config aws.Config) Databases {
	return Databases{rds.NewFromConfig(config), tagging.NewFromConfig(config)}
}

// Tagged are the resources that carry a tag.
func (d Databases) Tagged(ctx context.Context, key string) ([]checkup.Tagged, error) {
	var found []checkup.Tagged
	pages := tagging.NewGetResourcesPaginator(d.tags, &tagging.GetResourcesInput{TagFilters: []tags.TagFilter{{Key: &key}}})
	for page, err := range awscall.Pages(ctx, pages, func(page *tagging.GetResourcesOutput) *string { return page.PaginationToken }) {
		if err != nil {
			return nil, refused("tag:GetResources", err)
		}
		for _, resource := range page.ResourceTagMappingList {
			for _, tag := range resource.Tags {
				if aws.ToString(tag.Key) == key {
					found = append(found, checkup.Tagged{ARN: aws.ToString(resource.ResourceARN), Value: aws.ToString(tag.Value)})
				}
			}
		}
	}
	return found, nil
}

// Tags are the tags of every instance and cluster that has any. DocumentDB's and Neptune's
// clusters have ARNs of RDS [Service Authorization Reference: Amazon DocumentDB, Neptune].
func (d Databases) Tags(ctx context.Context) ([]checkup.ResourceTags, error) {
	var found []checkup.ResourceTags
	pages := tagging.NewGetResourcesPaginator(d.tags, &tagging.GetResourcesInput{ResourceTypeFilters: []string{"rds:db", "rds:cluster"}})
	for page, err := range awscall.Pages(ctx, pages, func(page *tagging.GetResourcesOutput) *string { return page.PaginationToken }) {
		if err != nil {
			return nil, refused("tag:GetResources", err)
		}
		for _, resource := range page.ResourceTagMappingList {
			tagged := checkup.ResourceTags{ARN: aws.ToString(resource.ResourceARN), Tags: map[string]string{}}
			for _, tag := range resource.Tags {
				tagged.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
			found = append(found, tagged)
		}
	}
	return found, nil
}

// Database describes an instance or a cluster.
func (d Databases) Database(ctx context.Context, arn string) (checkup.Database, error) {
	if strings.Contains(arn, ":cluster:") {
		return d.cluster(ctx, arn)
	}
	out, err := d.rds.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &arn})
	if err != nil {
		return checkup.Database{}, refused("rds:DescribeDBInstances", err)
	}
	if len(out.DBInstances) == 0 {
		return checkup.Database{}, fmt.Errorf("%w: %s", checkup.ErrNotFound, arn)
	}
	found := out.DBInstances[0]
	database := checkup.Database{
		Engine: aws.ToString(found.Engine), Cluster: aws.ToString(found.DBClusterIdentifier),
		Encryption: encryption(found.StorageEncryptionType, found.StorageEncrypted), KeyARN: aws.ToString(found.KmsKeyId),
	}
	for _, group := range found.OptionGroupMemberships {
		database.OptionGroups = append(database.OptionGroups, aws.ToString(group.OptionGroupName))
	}
	return database, nil
}

func (d Databases) cluster(ctx context.Context, arn string) (checkup.Database, error) {
	out, err := d.rds.DescribeDBClusters(ctx, &rds.DescribeDBClustersInput{DBClusterIdentifier: &arn})
	if err != nil {
		return checkup.Database{}, refused("rds:DescribeDBClusters", err)
	}
	for _, found := range out.DBClusters {
		return checkup.Database{
			Engine: aws.ToString(found.Engine), Encryption: encryption(found.StorageEncryptionType, found.StorageEncrypted), KeyARN: aws.ToString(found.KmsKeyId),
		}, nil
	}
	return checkup.Database{}, fmt.Errorf("%w: %s", checkup.ErrNotFound, arn)
}

// encryption is how a database is encrypted. Where RDS does not report the type, as it may
// not for DocumentDB and Neptune (UNCONFIRMED A62), StorageEncrypted counts: it is false for a
// key that AWS owns, which only Aurora has.
func encryption(reported types.StorageEncryptionType, encrypted *bool) checkup.Encryption {
	switch {
	case reported != "":
		return checkup.Encryption(reported)
	case aws.ToBool(encrypted):
		return checkup.KMSKey
	default:
		return checkup.NotEncrypted
	}
}

// PersistentOptions are the names of a group's options that cannot be taken off while a
// database uses it; permanent ones are persistent [RDS user guide: option groups].
func (d Databases) PersistentOptions(ctx context.Context, group string) ([]string, error) {
	out, err := d.rds.DescribeOptionGroups(ctx, &rds.DescribeOptionGroupsInput{OptionGroupName: &group})
	if err != nil {
		return nil, refused("rds:DescribeOptionGroups", err)
	}
	var names []string
	for _, found := range out.OptionGroupsList {
		for _, option := range found.Options {
			if aws.ToBool(option.Persistent) || aws.ToBool(option.Permanent) {
				names = append(names, aws.ToString(option.OptionName))
			}
		}
	}
	return names, nil
}
