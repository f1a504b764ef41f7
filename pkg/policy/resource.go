package policy

import (
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// What policies match that has no name of its own in the estate.

// root stands for everything in an account that its IAM policies permit.
func root(e estate.Estate, account string) Principal {
	return Principal{Account: e.ARNIn("", "iam", account, "root")}
}

// deployers match the roles that CloudFormation works with in an account: those of
// the CDK's bootstrap and those of StackSets with service-managed permissions.
func deployers(e estate.Estate, account string) []string {
	return []string{
		e.ARNIn("", "iam", account, "role/cdk-*-cfn-exec-role-*"),
		e.ARNIn("", "iam", account, "role/stacksets-exec-*"),
	}
}

// serviceRoles match the service-linked roles of AWS services in an account.
func serviceRoles(e estate.Estate, account string, services ...string) []string {
	var arns []string
	for _, service := range services {
		arns = append(arns, e.ARNIn("", "iam", account, "role/aws-service-role/"+service+"/*"))
	}
	return arns
}

// snapshots match the recovery points of an account's databases in the primary
// Region, DocumentDB's and Neptune's among them: snapshots that AWS Backup made
// [AWS Backup: access control, resource ARNs].
func snapshots(e estate.Estate, account string) []string {
	return []string{
		e.ARNIn(e.Regions.Primary, "rds", account, "snapshot:awsbackup:*"),
		e.ARNIn(e.Regions.Primary, "rds", account, "cluster-snapshot:awsbackup:*"),
	}
}

// recoveryPoints match the recovery points of every type that plans copy: besides
// databases, EBS snapshots (whose ARNs name no account) and S3.
func recoveryPoints(e estate.Estate, account string) []string {
	return append(snapshots(e, account),
		e.ARNIn(e.Regions.Primary, "ec2", "", "snapshot/*"),
		e.ARNIn(e.Regions.Primary, "backup", account, "recovery-point:*"))
}

// vaultARNs are the ARNs of all of an owner's vaults in the primary Region.
func vaultARNs(e estate.Estate, account string, owner estate.Owner) []string {
	var arns []string
	for _, vault := range e.VaultsIn(owner, e.Regions.Primary) {
		arns = append(arns, e.VaultARNIn(account, vault, e.Regions.Primary))
	}
	return arns
}

// secondTargets are the ARNs of the vaults to which second hops go, sorted.
func secondTargets(e estate.Estate) []string {
	var arns []string
	for _, route := range e.Routes() {
		for _, destination := range route.Destinations {
			arns = append(arns, destination.Vault.ARN)
		}
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}
