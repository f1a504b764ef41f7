package policy

import (
	"maps"

	"github.com/twohop/twohop/pkg/estate"
)

// Condition keys that are read in more than one policy [IAM: global condition keys].
const (
	principalARN     = "aws:PrincipalArn"
	principalAccount = "aws:PrincipalAccount"
	principalOrg     = "aws:PrincipalOrgID"
	sourceARN        = "aws:SourceArn"
	sourceAccount    = "aws:SourceAccount"
)

// when is a condition with one operator and one key.
func when(operator, key string, values ...string) Conditions {
	return Conditions{operator: {key: values}}
}

// and returns conditions that hold when both hold. Their operators may be the
// same, their keys below one operator may not.
func (c Conditions) and(other Conditions) Conditions {
	both := Conditions{}
	for _, conditions := range []Conditions{c, other} {
		for operator, keys := range conditions {
			if both[operator] == nil {
				both[operator] = map[string][]string{}
			}
			maps.Copy(both[operator], keys)
		}
	}
	return both
}

// members holds for callers from the estate's member accounts, as its admission
// tells them. Whichever way that is, they belong to the organization.
func members(e estate.Estate) Conditions {
	organization := when("StringEquals", principalOrg, e.Organization)
	switch e.Admission.By {
	case estate.ByUnits:
		return organization.and(when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", e.Admission.UnitPaths...))
	case estate.ByAccounts:
		return organization.and(when("StringEquals", principalAccount, e.Members.Accounts...))
	case estate.ByOrganization:
		return organization
	default:
		// Not in a checked estate, and nobody has this organization's id.
		return when("StringEquals", principalOrg, "no admission")
	}
}

// backupAccount holds for callers from the estate's backup account.
func backupAccount(e estate.Estate) Conditions {
	return when("StringEquals", principalOrg, e.Organization).and(when("StringEquals", principalAccount, e.Accounts.Backup))
}
