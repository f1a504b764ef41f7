package stacks

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsorganizations"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
	"github.com/twohop/twohop/pkg/prerequisite"
)

// management is the management account: what the organization must allow, the
// StackSet that brings the member stack to every member, then the backup plans,
// whose vaults and roles must stand in each account before they run.
func (in Input) management(scope constructs.Construct) *stack {
	e := in.Estate
	s := in.stack(scope, e.StackName(Management), e.Accounts.Management, e.Regions.Primary,
		"Members and backup plans of the estate "+e.Name)
	s.addSchedules()
	config := e.ManagementPrerequisites()
	prerequisites := s.addPrerequisites(config, policy.ManagementPrerequisites(e), prerequisite.TheOrganization, prerequisite.TheMembers)
	template, err := in.memberTemplate()
	s.fault(err)
	set := s.addStackSet(template)
	set.AddResourceDependency(s.addDuties("OrganizationDuties", prerequisites, config, "", prerequisite.TheOrganization), str("StackSets need trusted access"))
	members := s.addDuties("MemberDuties", prerequisites, config, template, prerequisite.TheMembers)
	members.AddResourceDependency(set, str("it works through a role of the member stack"))
	s.addPlans(members)
	return s
}

// addStackSet brings the member stack to the accounts of the units, and to those
// that join them, unless the file names accounts. Never into the backup account:
// whether the filter also holds for accounts that join later is UNCONFIRMED A82; there
// the stack would do no harm. So is whether StackSets minds a filter of an account
// that is in none of the units; it would say so at the first deployment.
func (s *stack) addStackSet(template string) awscdk.CfnStackSet {
	e := s.Estate
	targets := &awscdk.CfnStackSet_DeploymentTargetsProperty{
		OrganizationalUnitIds: strs(e.Members.Units...),
		AccountFilterType:     str("DIFFERENCE"),
		Accounts:              strs(e.Accounts.Backup),
	}
	joining := &awscdk.CfnStackSet_AutoDeploymentProperty{Enabled: jsii.Bool(true), RetainStacksOnAccountRemoval: jsii.Bool(true)}
	if len(e.Members.Accounts) > 0 { // then an account that joins is no member until the file names it
		targets.AccountFilterType, targets.Accounts = str("INTERSECTION"), strs(e.Members.Accounts...)
		joining = &awscdk.CfnStackSet_AutoDeploymentProperty{Enabled: jsii.Bool(false)}
	}
	set := awscdk.NewCfnStackSet(s.scope, str("MemberStacks"), &awscdk.CfnStackSetProps{
		StackSetName:     str(e.StackName(Member)),
		Description:      str("Local vault and event forwarding of the estate " + e.Name),
		PermissionModel:  str("SERVICE_MANAGED"),
		Capabilities:     strs("CAPABILITY_NAMED_IAM"),
		AutoDeployment:   joining,
		ManagedExecution: map[string]any{"Active": true},
		// An account that cannot take the stack must not keep it from the others, nor
		// take the others' back; the duty members reports that account, daily.
		OperationPreferences: &awscdk.CfnStackSet_OperationPreferencesProperty{
			FailureTolerancePercentage: number(100), MaxConcurrentPercentage: number(100), ConcurrencyMode: str("SOFT_FAILURE_TOLERANCE"),
		},
		StackInstancesGroup: []any{&awscdk.CfnStackSet_StackInstancesProperty{
			DeploymentTargets: targets, Regions: strs(e.Regions.Primary),
		}},
		Tags:         &[]*awscdk.CfnTag{{Key: str(estate.EstateTag), Value: str(e.Name)}},
		TemplateBody: str(template),
	})
	retain(set)
	return set
}

// addPlans creates the backup plans one after another: CloudFormation creates at the
// same time what does not depend on each other, and Organizations refuses overlapping
// changes of policies. What was created by then would block the next deployment [public
// reports: cloudformation-coverage-roadmap 2245, terraform-provider-aws 5073].
func (s *stack) addPlans(members awscdk.CfnResource) {
	var last awscdk.CfnResource
	for _, plan := range slices.Sorted(maps.Keys(s.Estate.Plans)) {
		attached := s.addPlan(plan)
		attached.AddResourceDependency(members, str("vaults, roles and opt-ins stand before a plan runs"))
		if last != nil {
			attached.AddResourceDependency(last, str("AWS Organizations refuses overlapping changes of policies"))
		}
		last = attached
	}
}

// addPlan attaches one of the backup plans to the members. Its document is built
// from literal values: Organizations does not resolve CloudFormation's. A plan that
// is not in force stands unattached: a policy that left the template would stay
// attached, for it is retained.
func (s *stack) addPlan(plan string) awscdk.CfnResource {
	e := s.Estate
	var targets []string
	switch {
	case !e.Plans[plan].Enabled:
	case len(e.Members.Accounts) > 0:
		targets = e.Members.Accounts
	default:
		targets = e.Members.Units
	}
	attached := awsorganizations.NewCfnPolicy(s.scope, str("Plan"+camel(plan)), &awsorganizations.CfnPolicyProps{
		Name:        str(e.Called(plan)),
		Type:        str("BACKUP_POLICY"),
		Description: str("Backups of what carries the tag " + e.TagKey + " = " + e.Plans[plan].Tag),
		Content:     e.BackupPlan(plan),
		TargetIds:   strs(targets...),
	})
	retain(attached)
	return attached
}
