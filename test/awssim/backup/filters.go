package backup

import (
	"regexp"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// same tells whether a value passes a filter; an empty filter lets all pass.
func same(filter, value string) bool { return filter == "" || filter == value }

// within tells whether t lies between two times, neither included, each of which
// may be absent. An absent t passes only where both are.
func within(t, after, before wire.Epoch) bool {
	if t.IsZero() {
		return after.IsZero() && before.IsZero()
	}
	return (after.IsZero() || t.After(after.Time)) && (before.IsZero() || t.Before(before.Time))
}

var typePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,50}$`)

func checkType(resourceType string) error {
	if resourceType != "" && !typePattern.MatchString(resourceType) {
		return fault.InvalidValue("Invalid resource type: %q", resourceType)
	}
	return nil
}

func checkAccount(id string) error {
	if id != "" && !arn.IsAccount(id) {
		return fault.InvalidValue("Invalid account ID: %q", id)
	}
	return nil
}

// checkVault looks at a vault named by a call, and at the account it is said to
// belong to: another account's vaults are never shared here.
func checkVault(r *wire.Request, name, account string) error {
	if !arn.IsVaultName(name) {
		return fault.InvalidValue("Invalid backup vault name: %q", name)
	}
	if err := checkAccount(account); err != nil {
		return err
	}
	if !same(account, r.Account) {
		return fault.AccessDenied("Insufficient privileges to perform this action.")
	}
	return nil
}

// flag reads a boolean of the query string; absent is false.
func flag(name, value string) (bool, error) {
	switch value {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, fault.InvalidValue("%s must be true or false, not %q", name, value)
	}
}
