package awsaccount

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/prerequisite"
)

// Directory lists the accounts of the organization, from its management account.
type Directory struct{ client *organizations.Client }

// NewDirectory returns the directory of the organization of config's account.
func NewDirectory(config aws.Config) Directory {
	return Directory{organizations.NewFromConfig(config)}
}

// Accounts are the ids of the active accounts of a unit or the root, those of the
// units below included.
func (d Directory) Accounts(ctx context.Context, unit string) ([]string, error) {
	accounts, err := d.direct(ctx, unit)
	if err != nil {
		return nil, err
	}
	pages := organizations.NewListOrganizationalUnitsForParentPaginator(d.client,
		&organizations.ListOrganizationalUnitsForParentInput{ParentId: &unit})
	for page, err := range awscall.Pages(ctx, pages, func(page *organizations.ListOrganizationalUnitsForParentOutput) *string { return page.NextToken }) {
		if err != nil {
			return nil, fmt.Errorf("list the units of %s: %w", unit, explained(err, managementOnly("organizations:ListOrganizationalUnitsForParent")))
		}
		for _, child := range page.OrganizationalUnits {
			below, err := d.Accounts(ctx, aws.ToString(child.Id))
			if err != nil {
				return nil, err
			}
			accounts = append(accounts, below...)
		}
	}
	return accounts, nil
}

// direct are the active accounts right in a root or unit.
func (d Directory) direct(ctx context.Context, parent string) ([]string, error) {
	var accounts []string
	pages := organizations.NewListAccountsForParentPaginator(d.client, &organizations.ListAccountsForParentInput{ParentId: &parent})
	for page, err := range awscall.Pages(ctx, pages, func(page *organizations.ListAccountsForParentOutput) *string { return page.NextToken }) {
		if err != nil {
			return nil, fmt.Errorf("list the accounts of %s: %w", parent, explained(err, managementOnly("organizations:ListAccountsForParent")))
		}
		for _, account := range page.Accounts {
			if active(account) {
				accounts = append(accounts, aws.ToString(account.Id))
			}
		}
	}
	return accounts, nil
}

// active goes by State where AWS gives one; Status is the older field, retired in
// September 2026 [API: Account].
func active(a types.Account) bool {
	if a.State != "" {
		return a.State == types.AccountStateActive
	}
	return a.Status == types.AccountStatusActive
}

// Entrance reaches members through a role in each.
type Entrance struct {
	Config aws.Config // of the account that the role trusts
	// Role is the ARN of the role in an account.
	Role    func(account string) string
	Session string              // name of the role's sessions, for the members' trails
	OptIns  map[string][]string // as of Settings
}

// sessionDuration, in seconds, is the longest time that a function may run [Lambda
// quotas], and the shortest that a session may last [API: AssumeRole].
const sessionDuration = 900

// Enter assumes the role in a member account and returns the member's settings.
func (e Entrance) Enter(ctx context.Context, account string) ([]prerequisite.Setting, error) {
	role := e.Role(account)
	out, err := sts.NewFromConfig(e.Config).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: &role, RoleSessionName: &e.Session, DurationSeconds: aws.Int32(sessionDuration),
	})
	if err != nil {
		return nil, fmt.Errorf("assume %s: %w", role, explained(err,
			"unless the account has just joined and the member stack is on its way, look at the operations of the StackSet for it"))
	}
	if out.Credentials == nil {
		return nil, fmt.Errorf("assume %s: %w", role, incomplete("AssumeRole", "Credentials"))
	}
	config := e.Config.Copy()
	config.Credentials = credentials.NewStaticCredentialsProvider(
		aws.ToString(out.Credentials.AccessKeyId), aws.ToString(out.Credentials.SecretAccessKey), aws.ToString(out.Credentials.SessionToken))
	return Settings(config, e.OptIns), nil
}
