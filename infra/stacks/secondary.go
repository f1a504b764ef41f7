package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/twohop/twohop/pkg/estate"
)

// secondary is the backup account in a secondary Region: the final vaults.
func (in Input) secondary(scope constructs.Construct, region string) *stack {
	s := in.stack(scope, in.Estate.StackName(Secondary)+"-"+region, in.Estate.Accounts.Backup, region,
		"Final vaults of the estate "+in.Estate.Name+" in "+region)
	for _, vault := range in.Estate.VaultsIn(estate.BackupAccount, region) {
		s.addVault(vault)
	}
	return s
}
