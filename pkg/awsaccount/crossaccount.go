package awsaccount

import (
	"context"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// crossAccount is that AWS Backup copies between the accounts of the organization.
type crossAccount struct{ client *backup.Client }

// crossAccountOption among the global settings [API: UpdateGlobalSettings].
const crossAccountOption = "isCrossAccountBackupEnabled"

func (crossAccount) String() string { return "cross-account backup" }

// Ensure sends the other options along as they were described: whether AWS keeps
// those that are left out is UNCONFIRMED A90.
func (c crossAccount) Ensure(ctx context.Context) (changed bool, err error) {
	described, err := c.client.DescribeGlobalSettings(ctx, &backup.DescribeGlobalSettingsInput{})
	if err != nil {
		return false, fmt.Errorf("describe global settings: %w", explained(err, managementOnly("backup:DescribeGlobalSettings")))
	}
	if described.GlobalSettings[crossAccountOption] == "true" {
		return false, nil
	}
	wanted := maps.Clone(described.GlobalSettings)
	if wanted == nil {
		wanted = map[string]string{}
	}
	wanted[crossAccountOption] = "true"
	if _, err = c.client.UpdateGlobalSettings(ctx, &backup.UpdateGlobalSettingsInput{GlobalSettings: wanted}); err != nil {
		return false, fmt.Errorf("update global settings: %w", explained(err, managementOnly("backup:UpdateGlobalSettings")))
	}
	return true, nil
}

// stackSets is that CloudFormation may deploy StackSets to the organization.
type stackSets struct{ client *cloudformation.Client }

func (stackSets) String() string { return "trusted access of StackSets" }

// Ensure uses CloudFormation's own call, which also makes the role that
// CloudFormation works with [CloudFormation: activate trusted access].
func (s stackSets) Ensure(ctx context.Context) (changed bool, err error) {
	described, err := s.client.DescribeOrganizationsAccess(ctx, &cloudformation.DescribeOrganizationsAccessInput{})
	if err != nil {
		return false, fmt.Errorf("describe it: %w", explained(err, managementOnly("cloudformation:DescribeOrganizationsAccess")))
	}
	if described.Status == types.OrganizationStatusEnabled {
		return false, nil
	}
	if _, err = s.client.ActivateOrganizationsAccess(ctx, &cloudformation.ActivateOrganizationsAccessInput{}); err != nil {
		return false, fmt.Errorf("activate it: %w", explained(err, managementOnly("cloudformation:ActivateOrganizationsAccess")))
	}
	return true, nil
}
