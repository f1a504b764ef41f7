package policy

import (
	"fmt"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// VaultAccess is the access policy of a vault, named as the estate's plans name
// it, in an account and a Region: who of another account may copy into it, and
// what is kept from everybody. Copies within an account need no admission, so a
// final vault that only second hops reach has none. The error says that the vault
// does not stand there.
//
// AWS Backup takes no wildcard in Action here, and passes over every cross-account
// action but backup:CopyIntoBackupVault [AWS Backup: vault access policies]. A
// Resource of * is the vault and its points.
func VaultAccess(e estate.Estate, account, vault, region string) (Document, error) {
	if err := stands(e, vault, region); err != nil {
		return Document{}, fmt.Errorf("write vault policy: %w", err)
	}
	return document(copiesInto(e, vault, region), protection(e, account, vault, region)), nil
}

// stands checks that the estate has the vault in the Region.
func stands(e estate.Estate, vault, region string) error {
	if _, ok := e.Vaults[vault]; !ok {
		return fmt.Errorf("the estate has no vault %q", vault)
	}
	if regions := e.VaultRegions(vault); !slices.Contains(regions, region) {
		return fmt.Errorf("vault %q does not stand in Region %q; it stands in %v", vault, region, regions)
	}
	return nil
}

func copiesInto(e estate.Estate, vault, region string) []Statement {
	into := Statement{
		Effect: Allow, Principal: Principal{Everyone: true},
		Action: []string{"backup:CopyIntoBackupVault"}, Resource: []string{"*"},
	}
	switch {
	case e.Vaults[vault].Account == estate.MemberAccount:
		into.Sid = "BackupAccountCopiesBack"
		into.Condition = backupAccount(e)
		into.Reason = "Recovery points come back here to be restored; without it, \"Access Denied trying to call AWS Backup service.\""
	case takesMembersCopies(e, vault, region):
		into.Sid = "MembersCopyIn"
		into.Condition = members(e)
		into.Reason = "Copy actions of the members' plans end here; without it, \"Access Denied trying to call AWS Backup service.\""
	default:
		return nil
	}
	return []Statement{into}
}

// takesMembersCopies: a copy action of a plan in force goes to the vault.
func takesMembersCopies(e estate.Estate, vault, region string) bool {
	arn := e.VaultARN(vault, region)
	return slices.ContainsFunc(e.EnabledPlans(), func(plan string) bool { return slices.Contains(e.CopyTargets(plan), arn) })
}
