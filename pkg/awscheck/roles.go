package awscheck

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/checkup"
)

// Roles are the IAM roles of an account.
type Roles struct{ client *iam.Client }

var _ checkup.Roles = Roles{}

// NewRoles returns the roles of config's account.
func NewRoles(config aws.Config) Roles { return Roles{iam.NewFromConfig(config)} }

// Trust is the JSON of a role's trust policy.
func (r Roles) Trust(ctx context.Context, role string) (string, error) {
	out, err := r.client.GetRole(ctx, &iam.GetRoleInput{RoleName: &role})
	if err != nil {
		return "", refused("iam:GetRole", err)
	}
	if out.Role == nil || out.Role.AssumeRolePolicyDocument == nil {
		return "", incomplete("iam:GetRole", "AssumeRolePolicyDocument")
	}
	return document(out.Role.AssumeRolePolicyDocument)
}

// Attached are the ARNs of a role's managed policies.
func (r Roles) Attached(ctx context.Context, role string) ([]string, error) {
	var arns []string
	pages := iam.NewListAttachedRolePoliciesPaginator(r.client, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	for page, err := range awscall.Pages(ctx, pages, func(page *iam.ListAttachedRolePoliciesOutput) *string { return page.Marker }) {
		if err != nil {
			return nil, refused("iam:ListAttachedRolePolicies", err)
		}
		for _, policy := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(policy.PolicyArn))
		}
	}
	return arns, nil
}

// Names are the names of a role's inline policies.
func (r Roles) Names(ctx context.Context, role string) ([]string, error) {
	var names []string
	pages := iam.NewListRolePoliciesPaginator(r.client, &iam.ListRolePoliciesInput{RoleName: &role})
	for page, err := range awscall.Pages(ctx, pages, func(page *iam.ListRolePoliciesOutput) *string { return page.Marker }) {
		if err != nil {
			return nil, refused("iam:ListRolePolicies", err)
		}
		names = append(names, page.PolicyNames...)
	}
	return names, nil
}

// Inline is the JSON of an inline policy.
func (r Roles) Inline(ctx context.Context, role, name string) (string, error) {
	out, err := r.client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
	if err != nil {
		return "", refused("iam:GetRolePolicy", err)
	}
	if out.PolicyDocument == nil {
		return "", incomplete("iam:GetRolePolicy", "PolicyDocument")
	}
	return document(out.PolicyDocument)
}

// document decodes a policy: IAM shows them URL-encoded [API: GetRole].
func document(encoded *string) (string, error) {
	text, err := url.PathUnescape(aws.ToString(encoded))
	if err != nil {
		return "", fmt.Errorf("decode policy: %w", err)
	}
	return text, nil
}
