package estate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFileThatIsNoEstateHasOneFault(t *testing.T) {
	leastFile := "; the least file gives organization, accounts.management, accounts.backup, members.units, regions.primary and regions.secondary"
	for sentence, test := range map[string]struct{ text, want string }{
		"an empty file":           {"", "estate.yaml: is empty" + leastFile},
		"comments only":           {"# nothing\n", "estate.yaml: is empty" + leastFile},
		"an empty document":       {"---\n", "estate.yaml:2: is empty" + leastFile},
		"a list":                  {"- name\n", "estate.yaml:1: is not made of keys with values" + leastFile},
		"a word":                  {"twohop", "estate.yaml:1: is not made of keys with values" + leastFile},
		"two documents":           {least + "---\nname: other\n", "estate.yaml:5: a second document begins here; one file is one estate"},
		"no YAML":                 {"name: [\n", "estate.yaml:1: is no YAML: did not find expected node content"},
		"no YAML in a second one": {least + "---\na: [\n", "estate.yaml:6: is no YAML: did not find expected node content"},
		"an unknown alias":        {"name: *x\n", "estate.yaml: is no YAML: unknown anchor 'x' referenced"},
		"an anchor on everything": {"&all\nname: x\n", "estate.yaml:1: begins with an anchor or a tag; begin with the first key"},
		"a tag on everything":     {"--- !!map\nname: x\n", "estate.yaml:1: begins with an anchor or a tag; begin with the first key"},
		"control characters":      {"name: \x01\n", "estate.yaml: is no YAML: control characters are not allowed"},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Equal(t, []string{test.want}, faultsOf(t, test.text))
		})
	}
}

func TestNothingIsPassedOver(t *testing.T) {
	for sentence, test := range map[string]struct{ text, want string }{
		"a key that nobody knows":           {"retries: 3\n", "estate.yaml:5: retries: no such key; the keys here are name, "},
		"a slip in a key":                   {"poools: []\n", "estate.yaml:5: poools: no such key (is pools meant?)"},
		"a slip in a key further down":      {"copies: {attempt: 3}\n", "estate.yaml:5: copies.attempt: no such key (is attempts meant?); the keys here are dailyCeiling, attempts"},
		"a key that is not plain":           {"? [a]\n: b\n", "estate.yaml:5: ?: is no plain key"},
		"a key with blanks":                 {"a b: 1\n", `estate.yaml:5: "a b": no such key`},
		"a merge":                           {"copies: &c {attempts: 3}\nlogs: {<<: *c}\n", "estate.yaml:5: copies: &c is an anchor; write the value out wherever it is needed"},
		"a merge's own key":                 {"logs: {<<: {retentionDays: 3}}\n", `estate.yaml:5: logs."<<": no such key`},
		"an alias":                          {"tagKey: &t tag\nname: *t\n", "estate.yaml:6: name: *t is an alias; write the value out"},
		"a key twice":                       {"name: a\nname: b\n", "estate.yaml:6: name: stands here and in line 5; keep one of them"},
		"a key without a value":             {"name:\n", "estate.yaml:5: name: is empty; give it a value, or leave the key out for its default"},
		"a null":                            {"alarms: {emails: [null]}\n", "estate.yaml:5: alarms.emails[0]: is empty"},
		"a tag":                             {"name: !!str x\n", "estate.yaml:5: name: !!str is a tag; write the value without it"},
		"a value where keys belong":         {"copies: 3\n", "estate.yaml:5: copies: is one value; it takes keys with values"},
		"a value where entries belong":      {"vaults: local\n", "estate.yaml:5: vaults: is one value; it takes keys with values"},
		"a value where a list belongs":      {"operators: x\n", "estate.yaml:5: operators: is one value; it takes a list"},
		"a list where a value belongs":      {"name: [a]\n", "estate.yaml:5: name: is a list; it takes one value"},
		"keys where a list belongs":         {"pools: {RDS: 1}\n", "estate.yaml:5: pools: is keys with values; it takes a list"},
		"a number in quotes":                {"copies: {attempts: '3'}\n", `estate.yaml:5: copies.attempts: "3" is not a whole number, without quotes`},
		"a fraction":                        {"copies: {attempts: 3.5}\n", `"3.5" is not a whole number`},
		"a number that YAML reads as octal": {"copies: {attempts: 010}\n", `"010" is not a whole number`},
		"a number beyond all bounds":        {"copies: {attempts: 99999999999999999999}\n", "is not a whole number"},
		"a truth of another YAML":           {"sharedKey: yes\n", `estate.yaml:5: sharedKey: "yes" is not true or false, without quotes`},
		"a duration without a unit":         {"reconciler: {recentEvery: 15}\n", `estate.yaml:5: reconciler.recentEvery: "15" is not a duration; it would look like 15m, 26h or 1d`},
		"a duration of parts of days":       {"rpo: {RDS: 1.5d}\n", `estate.yaml:5: rpo.RDS: "1.5d" is not a duration; it would look like 15m, 26h or 1d`},
		"a lock that is a word":             {"vaults: {final: {lock: compliance}}\n", "estate.yaml:5: vaults.final.lock: is one value; it takes keys with values"},
		"an empty name of a vault":          {"vaults: {final: {name: ''}}\n", "estate.yaml:5: vaults.final.name: is not set"},
	} {
		t.Run(sentence, func(t *testing.T) {
			found := faultsOf(t, least+test.text)
			require.NotEmpty(t, found)
			assert.Contains(t, strings.Join(found, "\n"), test.want)
		})
	}
}

func TestAValueThatCannotBeTakenIsTheOnlyFaultOfItsPlace(t *testing.T) {
	for sentence, text := range map[string]string{
		"the Regions":    "regions: eu\n",
		"a pool's types": "pools: [{types: RDS, size: 3}]\n",
		"a retention":    "plans: {simple: {retention: {local: a week}}}\n",
		"an account, which others are compared with": "operators: [\"arn:aws:iam::222222222222:role/OnCall\"]\naccounts: {management: 333333333333, backup: [a]}\n",
	} {
		t.Run(sentence, func(t *testing.T) {
			head := "organization: o-a1b2c3d4e5\nmembers: {units: [ou-ab12-11111111]}\n"
			if sentence != "the Regions" {
				head += "regions: {primary: eu-central-1, secondary: [eu-north-1]}\n"
			}
			if sentence != "an account, which others are compared with" {
				head += "accounts: {management: 333333333333, backup: 222222222222}\n"
			}
			assert.Len(t, faultsOf(t, head+text), 1)
		})
	}
}

func TestAFaultOfTheFormHidesNoOther(t *testing.T) {
	found := faultsOf(t, least+"copies: {attempts: many, dailyCeiling: -1}\nname: Two Hop\n")
	require.Len(t, found, 3, found)
	assert.Contains(t, found[0], "copies.attempts")
	assert.Contains(t, found[1], "copies.dailyCeiling: -1 is below 0")
	assert.Contains(t, found[2], `name: "Two Hop" is not a name`)
}

func TestAFaultOfOnePlanHidesNoneOfAnotherWhoseNameBeginsAlike(t *testing.T) {
	found := faultsOf(t, least+"plans: {week: 7, weekly: {schedule: daily, strategy: direct, types: [EBS], retention: {local: 7}}}\n")
	require.Len(t, found, 2)
	assert.Contains(t, found[0], "plans.week: is one value; it takes keys with values")
	assert.Contains(t, found[1], "plans.weekly.schedule: \"daily\" is not a schedule")
}

func TestANameThatCannotBeTakenStandsAsItsDefaultBesideTheOthers(t *testing.T) {
	found := faultsOf(t, least+"vaults: {copies: {account: backup, region: primary, name: [copies]}, intermediate: {name: twohop-copies}}\n")
	require.Len(t, found, 2)
	assert.Contains(t, found[0], "vaults.copies.name: is a list; it takes one value")
	assert.Contains(t, found[1], "vaults.intermediate.name: vault copies of the backup account in eu-central-1 has the name twohop-copies already")
}
