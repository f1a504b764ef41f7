package backup

import (
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/wire"
)

// checkVault looks at a vault named by a call, and at the account it is said to
// belong to: another account's vaults are never shared here.
func checkVault(r *wire.Request, name, account string) error {
	if !arn.IsVaultName(name) {
		return fault.InvalidValue("Invalid backup vault name: %q", name)
	}
	if err := listing.CheckAccount(account); err != nil {
		return err
	}
	if !listing.Same(account, r.Account) {
		return fault.AccessDenied("Insufficient privileges to perform this action.")
	}
	return nil
}
