// Package awsaccount has the settings of AWS accounts and organizations that
// package prerequisite puts in order, each a type of its own on the AWS SDK.
package awsaccount

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/twohop/twohop/pkg/prerequisite"
)

// Settings are those of the account whose credentials config carries: the
// service-linked roles that copies are made with, and the opt-in of resource
// types in each of the Regions.
func Settings(config aws.Config, regions, types []string) []prerequisite.Setting {
	roles := iam.NewFromConfig(config)
	settings := []prerequisite.Setting{
		serviceRole{roles, "backup.amazonaws.com", "AWSServiceRoleForBackup"},
		serviceRole{roles, "rds.amazonaws.com", "AWSServiceRoleForRDS"},
	}
	client := backup.NewFromConfig(config)
	for _, region := range regions {
		settings = append(settings, optIn{client, region, types})
	}
	return settings
}
