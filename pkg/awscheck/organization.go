package awscheck

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/checkup"
)

// Organization is the organization of a management account.
type Organization struct{ client *organizations.Client }

var _ checkup.Organization = Organization{}

// NewOrganization returns the organization of config's account.
func NewOrganization(config aws.Config) Organization {
	return Organization{organizations.NewFromConfig(config)}
}

// BackupPolicies tells whether the policy type is enabled in the root, of which there is
// one.
func (o Organization) BackupPolicies(ctx context.Context) (enabled bool, err error) {
	pages := organizations.NewListRootsPaginator(o.client, &organizations.ListRootsInput{})
	for page, err := range awscall.Pages(ctx, pages, func(page *organizations.ListRootsOutput) *string { return page.NextToken }) {
		if err != nil {
			return false, refused("organizations:ListRoots", err)
		}
		for _, root := range page.Roots {
			for _, policy := range root.PolicyTypes {
				enabled = enabled || policy.Type == types.PolicyTypeBackupPolicy && policy.Status == types.PolicyTypeStatusEnabled
			}
		}
	}
	return enabled, nil
}

// TrustedServices are the principals of the services that the organization trusts.
func (o Organization) TrustedServices(ctx context.Context) ([]string, error) {
	var principals []string
	pages := organizations.NewListAWSServiceAccessForOrganizationPaginator(o.client, &organizations.ListAWSServiceAccessForOrganizationInput{})
	for page, err := range awscall.Pages(ctx, pages, func(page *organizations.ListAWSServiceAccessForOrganizationOutput) *string { return page.NextToken }) {
		if err != nil {
			return nil, refused("organizations:ListAWSServiceAccessForOrganization", err)
		}
		for _, service := range page.EnabledServicePrincipals {
			principals = append(principals, aws.ToString(service.ServicePrincipal))
		}
	}
	return principals, nil
}
