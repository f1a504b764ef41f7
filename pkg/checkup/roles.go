package checkup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Roles are the IAM roles of an account.
type Roles interface {
	// Trust is the JSON of a role's trust policy; ErrNotFound without the role.
	Trust(ctx context.Context, role string) (string, error)
	// Attached are the ARNs of the managed policies that a role has.
	Attached(ctx context.Context, role string) ([]string, error)
	// Names are the names of the inline policies that a role has.
	Names(ctx context.Context, role string) ([]string, error)
	// Inline is the JSON of the inline policy that has a name; ErrNotFound without it.
	Inline(ctx context.Context, role, name string) (string, error)
}

// BackupRoles are the roles that AWS services and functions work as in the backup
// account.
func BackupRoles(e estate.Estate) []policy.Role {
	return []policy.Role{
		policy.CopyStarter(e), policy.OutcomeTracker(e), policy.Reconciler(e), policy.Copy(e), policy.Restore(e),
		policy.BackupPrerequisites(e), policy.Schedules(e, e.Accounts.Backup),
	}
}

// MemberRoles are the roles that AWS services and operators work as in a member account. The
// reader is the one that doctor works as.
func MemberRoles(e estate.Estate, account string) []policy.Role {
	return []policy.Role{policy.Backup(e, account), policy.Forward(e, account), policy.Operator(e, account)}
}

// Roled checks roles of an account, with their policies.
func Roled(account string, deploy Deploys, wanted []policy.Role, roles Roles) []Check {
	var checks []Check
	for _, role := range wanted {
		at := Place{Account: account, Resource: "role/" + role.Name}
		checks = append(checks, Check{Name: "role " + role.Name, Place: at, Right: "iam:GetRole",
			Look: func(ctx context.Context) ([]Finding, error) { return lookAtRole(ctx, deploy, role, roles) }})
	}
	return checks
}

func lookAtRole(ctx context.Context, deploy Deploys, role policy.Role, roles Roles) ([]Finding, error) {
	causes := role.Reason
	if len(role.Managed) > 0 {
		causes = diagnose.SaysRoleLacks
	}
	trust, err := roles.Trust(ctx, role.Name)
	if errors.Is(err, ErrNotFound) {
		return broken("there is no role "+role.Name, causes, deploy.String()), nil
	}
	if err != nil {
		return nil, err
	}
	found, err := compared(role.Trust, trust, "the trust policy of the role "+role.Name, causes, deploy.String())
	if err != nil {
		return found, err
	}
	attached, err := attachedTo(ctx, role, causes, roles)
	if found = append(found, attached...); err != nil {
		return found, err
	}
	others, err := otherPolicies(ctx, role, causes, roles)
	if found = append(found, others...); err != nil || len(role.Policy.Statement) == 0 {
		return found, err
	}
	live, err := roles.Inline(ctx, role.Name, role.Name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return found, err
	}
	own, err := compared(role.Policy, live, "the policy of the role "+role.Name, "", deploy.String())
	return append(found, own...), err
}

// attachedTo compares a role's managed policies with the estate's.
func attachedTo(ctx context.Context, role policy.Role, causes string, roles Roles) ([]Finding, error) {
	attached, err := roles.Attached(ctx, role.Name)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, arn := range role.Managed {
		if !slices.Contains(attached, arn) {
			found = append(found, broken(fmt.Sprintf("the role %s lacks the policy %s", role.Name, arn), causes,
				fmt.Sprintf("aws iam attach-role-policy --role-name %s --policy-arn %s", role.Name, arn))...)
		}
	}
	for _, arn := range attached {
		if !slices.Contains(role.Managed, arn) {
			found = append(found, Finding{Kind: Warning, Problem: fmt.Sprintf("the role %s has the policy %s, and the estate's has not", role.Name, arn),
				Causes: "what it denies is refused, and what it allows is more than the role needs", Mend: fmt.Sprintf("aws iam detach-role-policy --role-name %s --policy-arn %s", role.Name, arn)})
		}
	}
	return found, nil
}

// otherPolicies finds what inline policies beside the estate's deny.
func otherPolicies(ctx context.Context, role policy.Role, causes string, roles Roles) ([]Finding, error) {
	names, err := roles.Names(ctx, role.Name)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, name := range names {
		if name == role.Name {
			continue
		}
		text, err := roles.Inline(ctx, role.Name, name)
		if err != nil {
			return found, unexpected(err)
		}
		more, err := compared(policy.Document{}, text, fmt.Sprintf("the inline policy %s of the role %s", name, role.Name), causes,
			fmt.Sprintf("aws iam delete-role-policy --role-name %s --policy-name %s", role.Name, name))
		if found = append(found, more...); err != nil {
			return found, err
		}
	}
	return found, nil
}

// ServiceRoles checks the service-linked roles that copies and restores are made with.
func ServiceRoles(account string, roles Roles) []Check {
	var checks []Check
	for _, service := range []struct{ principal, role, causes string }{
		{"backup.amazonaws.com", "AWSServiceRoleForBackup", diagnose.SaysClosedKey},
		{"rds.amazonaws.com", "AWSServiceRoleForRDS", "databases cannot be restored in this account"},
	} {
		at := Place{Account: account, Resource: "role/" + service.role}
		checks = append(checks, Check{Name: "role " + service.role, Place: at, Right: "iam:GetRole", Look: func(ctx context.Context) ([]Finding, error) {
			_, err := roles.Trust(ctx, service.role)
			if errors.Is(err, ErrNotFound) {
				return broken("there is no role "+service.role, service.causes,
					"aws iam create-service-linked-role --aws-service-name "+service.principal), nil
			}
			return nil, err
		}})
	}
	return checks
}
