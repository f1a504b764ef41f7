package awsaccount

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/prerequisite"
)

// backupPrincipal is AWS Backup as a service that an organization trusts.
const backupPrincipal = "backup.amazonaws.com"

// Organization is the organization that must have the given id, and what must be
// so in it: AWS Backup trusted, backup policies enabled, copies between accounts
// allowed, StackSets trusted. account is the management account, whose
// credentials config carries. pause is the time between two looks at a policy
// type that AWS is enabling.
func Organization(config aws.Config, id, account string, pause time.Duration) *prerequisite.Organization {
	client := organizations.NewFromConfig(config)
	return &prerequisite.Organization{
		Identity: identity{client, id, account},
		Settings: []prerequisite.Setting{
			trustedAccess{client, backupPrincipal},
			policyType{client, pause},
			crossAccount{backup.NewFromConfig(config)},
			stackSets{cloudformation.NewFromConfig(config)},
		},
	}
}

// identity is that the organization is the one of the estate.
type identity struct {
	client      *organizations.Client
	id, account string
}

func (i identity) String() string { return "organization " + i.id }

// Ensure changes nothing.
func (i identity) Ensure(ctx context.Context) (changed bool, err error) {
	out, err := i.client.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if err != nil {
		return false, fmt.Errorf("describe the organization: %w", explained(err, "allow organizations:DescribeOrganization"))
	}
	if out.Organization == nil {
		return false, fmt.Errorf("describe the organization: %w", incomplete("DescribeOrganization", "Organization"))
	}
	found, management := aws.ToString(out.Organization.Id), aws.ToString(out.Organization.MasterAccountId)
	switch {
	case found != i.id:
		return false, fmt.Errorf("this account is in organization %s; deploy to the estate's own management account, or mend `organization` in its file", found)
	case management != i.account:
		return false, fmt.Errorf("account %s is not its management account, which is %s; deploy there, or mend `accounts.management` in the estate's file", i.account, management)
	}
	return false, nil
}

// managementOnly is the advice where Organizations denies a call: the caller is
// another account, or its role lacks the right.
func managementOnly(action string) string {
	return "the call is the management account's; run it there and allow " + action
}

// trustedAccess is that the organization trusts a service.
type trustedAccess struct {
	client    *organizations.Client
	principal string
}

func (t trustedAccess) String() string { return "trusted access of " + t.principal }

func (t trustedAccess) Ensure(ctx context.Context) (changed bool, err error) {
	pages := organizations.NewListAWSServiceAccessForOrganizationPaginator(t.client, &organizations.ListAWSServiceAccessForOrganizationInput{})
	for page, err := range awscall.Pages(ctx, pages, func(page *organizations.ListAWSServiceAccessForOrganizationOutput) *string { return page.NextToken }) {
		if err != nil {
			return false, fmt.Errorf("list trusted services: %w", explained(err, managementOnly("organizations:ListAWSServiceAccessForOrganization")))
		}
		for _, service := range page.EnabledServicePrincipals {
			if aws.ToString(service.ServicePrincipal) == t.principal {
				return false, nil
			}
		}
	}
	_, err = t.client.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: &t.principal})
	if err != nil {
		return false, fmt.Errorf("give trusted access: %w", explained(err, managementOnly("organizations:EnableAWSServiceAccess")))
	}
	return true, nil
}
