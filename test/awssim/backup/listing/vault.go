package listing

import (
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// CheckVault looks at a vault named by a call, and at the account it is said to
// belong to: another account's vaults are never shared here.
func CheckVault(r *wire.Request, name, account string) error {
	if !arn.IsVaultName(name) {
		return fault.InvalidValue("Invalid backup vault name: %q", name)
	}
	if err := CheckAccount(account); err != nil {
		return err
	}
	if !Same(account, r.Account) {
		return fault.AccessDenied("Insufficient privileges to perform this action.")
	}
	return nil
}

// CheckPoint looks at a recovery point named by a call, and at the vault it is said to be
// in, as CheckVault does.
func CheckPoint(r *wire.Request, vaultName, account, pointARN string) error {
	if !strings.HasPrefix(pointARN, "arn:") {
		return fault.InvalidValue("Invalid recovery point ARN: %q", pointARN)
	}
	return CheckVault(r, vaultName, account)
}
