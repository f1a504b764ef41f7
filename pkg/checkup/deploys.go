package checkup

import (
	"fmt"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Deploys is how a stack is brought back to its template. A deployment alone leaves what was
// changed by hand as it is while the template is the same: CloudFormation compares templates,
// unless it is asked for a drift-aware change set [CloudFormation: drift-aware change sets; CDK
// CLI: deploy --revert-drift].
type Deploys struct {
	Estate, Stack string
	// Member and Region are of a member account's stack, which a StackSet has made, with the
	// name Stack; empty for a stack that make deploy deploys.
	Member, Region string
}

func (d Deploys) String() string {
	if d.Member == "" {
		return "make deploy ESTATE=" + d.Estate + " STACKS=" + d.Stack + " FLAGS=--revert-drift"
	}
	const find = `STACK=$(aws cloudformation list-stacks --region %[1]s --stack-status-filter CREATE_COMPLETE UPDATE_COMPLETE --query "StackSummaries[?starts_with(StackName, 'StackSet-%[2]s-')].StackName" --output text)`
	return fmt.Sprintf("with a profile of account %[3]s: "+find+
		"; aws cloudformation create-change-set --region %[1]s --stack-name $STACK --change-set-name revert-drift --use-previous-template --deployment-mode REVERT_DRIFT --capabilities CAPABILITY_NAMED_IAM"+
		"; aws cloudformation wait change-set-create-complete --region %[1]s --stack-name $STACK --change-set-name revert-drift"+
		"; aws cloudformation execute-change-set --region %[1]s --stack-name $STACK --change-set-name revert-drift", d.Region, d.Stack, d.Member)
}

// MemberDeploys is how the stack of a member account is brought back to its template.
func MemberDeploys(e estate.Estate, file, account string) Deploys {
	return Deploys{Estate: file, Stack: e.StackName("Member"), Member: account, Region: e.Regions.Primary}
}

// deploysOf is how the stack that an owner's resources in an account and Region are of is
// brought back to its template.
func deploysOf(e estate.Estate, file, account string, owner estate.Owner, region string) Deploys {
	switch {
	case owner == estate.MemberAccount:
		return MemberDeploys(e, file, account)
	case owner == policy.ManagementAccount:
		return Deploys{Estate: file, Stack: e.StackName("Management")}
	case region == e.Regions.Primary:
		return Deploys{Estate: file, Stack: e.StackName("BackupPrimary")}
	default:
		return Deploys{Estate: file, Stack: e.StackName("BackupSecondary-" + region)}
	}
}
