package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/twohop/twohop/pkg/policy"
)

// addRole adds a role with its rights in it, so that whatever waits for the role
// waits for its rights too.
func (s *stack) addRole(id string, role policy.Role) awsiam.CfnRole {
	properties := &awsiam.CfnRoleProps{
		RoleName:                 str(role.Name),
		Description:              str(role.Reason),
		AssumeRolePolicyDocument: role.Trust.Map(),
	}
	if len(role.Policy.Statement) > 0 {
		properties.Policies = []any{&awsiam.CfnRole_PolicyProperty{
			PolicyName: str(role.Name), PolicyDocument: role.Policy.Map(),
		}}
	}
	if len(role.Managed) > 0 {
		var arns []any
		for _, arn := range role.Managed {
			arns = append(arns, arn)
		}
		properties.ManagedPolicyArns = &arns
	}
	return awsiam.NewCfnRole(s.scope, str(id), properties)
}
