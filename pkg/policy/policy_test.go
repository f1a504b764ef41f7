package policy_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

const (
	member     = "111111111111"
	backup     = "222222222222"
	management = "333333333333"
	primary    = "eu-central-1"
	secondary  = "eu-north-1"
)

// leastEstate names the ids and leaves the rest to the defaults.
const leastEstate = `
organization: o-a1b2c3d4e5
accounts: {management: 333333333333, backup: 222222222222}
members: {units: [ou-ab12-11111111]}
regions: {primary: eu-central-1, secondary: [eu-north-1]}
`

// change is what a case changes in the estate; nil: nothing.
type change func(*estate.Estate)

// estateWith is the least estate with changes. Its maps may be written to.
func estateWith(t *testing.T, changes ...change) estate.Estate {
	t.Helper()
	e, err := estate.Parse("least.yaml", []byte(leastEstate))
	require.NoError(t, err)
	e.Vaults, e.Plans = maps.Clone(e.Vaults), maps.Clone(e.Plans)
	for _, change := range changes {
		if change != nil {
			change(&e)
		}
	}
	return e
}

func breakGlass(e *estate.Estate) { e.BreakGlassRole = "BreakGlass" }

func operators(e *estate.Estate) {
	e.Operators = []string{"arn:aws:iam::" + backup + ":role/oncall-*"}
}

func sharedKey(e *estate.Estate) { e.SharedKey = true }

func emails(e *estate.Estate) { e.Alarms.Emails = []string{"oncall@example.com"} }

func byUnits(e *estate.Estate) {
	e.Admission = estate.Admission{By: estate.ByUnits, UnitPaths: []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}}
}

func byAccounts(e *estate.Estate) {
	e.Members.Accounts = []string{member, "444444444444"}
	e.Admission = estate.Admission{By: estate.ByAccounts}
}

func fanOut(e *estate.Estate) { e.Regions.Secondary = []string{secondary, "eu-west-1"} }

// without takes a plan out of force.
func without(plan string) change {
	return func(e *estate.Estate) {
		changed := e.Plans[plan]
		changed.Enabled = false
		e.Plans[plan] = changed
	}
}

// ownVault gives the plan cross-region a final vault of its own.
func ownVault(e *estate.Estate) {
	e.Vaults["direct"] = estate.Vault{Account: estate.BackupAccount, Region: estate.SecondaryRegions, Name: "twohop-direct"}
	changed := e.Plans["cross-region"]
	changed.Retention = map[string]int{"local": 7, "direct": 35}
	e.Plans["cross-region"] = changed
}

// estates are those that what holds for every document is tested with.
func estates(t *testing.T) map[string]estate.Estate {
	return map[string]estate.Estate{
		"the least estate":                    estateWith(t),
		"everything that an estate may name":  estateWith(t, breakGlass, operators, sharedKey, fanOut, ownVault),
		"members admitted by units":           estateWith(t, byUnits, operators),
		"members admitted by accounts":        estateWith(t, byAccounts, breakGlass, sharedKey),
		"no second hop":                       estateWith(t, without("cross-region-special")),
		"no copies at all":                    estateWith(t, without("cross-region-special"), without("cross-region"), operators),
		"a partition of its own":              estateWith(t, govCloud, breakGlass, operators, sharedKey),
		"another estate beside the first one": estateWith(t, func(e *estate.Estate) { e.Name = "second" }),
	}
}

func govCloud(e *estate.Estate) {
	e.Regions = estate.Regions{Primary: "us-gov-west-1", Secondary: []string{"us-gov-east-1"}}
}

func documents(t *testing.T, e estate.Estate) []policy.Named {
	t.Helper()
	all, err := policy.Documents(e, member)
	require.NoError(t, err)
	return all
}

func jsonOf(t *testing.T, d policy.Document) string {
	t.Helper()
	text, err := json.Marshal(d)
	require.NoError(t, err)
	return string(text)
}

// statement finds one by its Sid; false when the document has none such.
func statement(d policy.Document, sid string) (policy.Statement, bool) {
	i := slices.IndexFunc(d.Statement, func(s policy.Statement) bool { return s.Sid == sid })
	if i < 0 {
		return policy.Statement{}, false
	}
	return d.Statement[i], true
}
