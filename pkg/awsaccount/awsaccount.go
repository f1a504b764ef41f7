// Package awsaccount has the settings of AWS accounts and organizations that
// package prerequisite puts in order, each a type of its own on the AWS SDK.
package awsaccount

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/twohop/twohop/pkg/prerequisite"
)

// Settings are those of the account whose credentials config carries: the
// service-linked roles that copies are made with, and in each Region of optIns the
// opt-in of the resource types that it names.
func Settings(config aws.Config, optIns map[string][]string) []prerequisite.Setting {
	roles := iam.NewFromConfig(config)
	settings := []prerequisite.Setting{
		serviceRole{roles, "backup.amazonaws.com", "AWSServiceRoleForBackup"},
		serviceRole{roles, "rds.amazonaws.com", "AWSServiceRoleForRDS"},
	}
	client := backup.NewFromConfig(config)
	for _, region := range slices.Sorted(maps.Keys(optIns)) {
		settings = append(settings, optIn{client, region, optIns[region]})
	}
	return settings
}
