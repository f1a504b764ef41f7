package estate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// over puts keys below the least file, without the lines of it that they replace.
func over(text string) string {
	var kept []string
	for line := range strings.Lines(least) {
		key, _, _ := strings.Cut(line, ":")
		if !strings.HasPrefix(text, key+":") && !strings.Contains(text, "\n"+key+":") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "") + text
}

// fault is a file with one thing wrong, and what is said of it.
type fault struct{ text, want string }

// refuse holds that each file has its one fault and no other.
func refuse(t *testing.T, rows map[string]fault) {
	t.Helper()
	for sentence, row := range rows {
		t.Run(sentence, func(t *testing.T) {
			found := faultsOf(t, over(row.text+"\n"))
			if assert.Len(t, found, 1, strings.Join(found, "\n")) {
				assert.Contains(t, found[0], row.want)
			}
		})
	}
}

// accept holds that a file has no fault.
func accept(t *testing.T, rows map[string]string) {
	t.Helper()
	for sentence, text := range rows {
		t.Run(sentence, func(t *testing.T) { parse(t, over(text+"\n")) })
	}
}

func TestFaultsOfTheOrganization(t *testing.T) {
	refuse(t, map[string]fault{
		"a name in capitals":             {"name: Twohop", `name: "Twohop" is not a name of small letters, digits and single hyphens; it would look like twohop`},
		"a name with two hyphens":        {"name: two--hop", `name: "two--hop" is not a name`},
		"a name that ends in a hyphen":   {"name: twohop-", `name: "twohop-" is not a name`},
		"a name too long":                {"name: abcdefghijklmnopqrstuvwxy", "has 25 characters; it begins the names of roles and vaults, so use 24 or fewer"},
		"the name of what there is":      {"name: default", `name: "default" is the name of the event bus and of the schedule group that every account has already; it would look like twohop`},
		"no tag key":                     {"tagKey: ''", "tagKey: is not set"},
		"a tag key of AWS":               {"tagKey: AWS:backup", "begins with aws:, which AWS keeps for itself"},
		"a tag key of blanks":            {"tagKey: '   '", `tagKey: "   " is nothing but blanks; it would look like backup`},
		"a tag key of a tabulator":       {`tagKey: "\t"`, `tagKey: "\t" is not a tag`},
		"a tag key too long":             {"tagKey: " + strings.Repeat("k", 129), "tagKey: has 129 characters; a tag takes 128"},
		"a tag key with a dollar":        {"tagKey: $account", `tagKey: "$account" is not a tag`},
		"no organization":                {"organization: ''", "organization: is not set; the id of an organization would look like o-a1b2c3d4e5"},
		"an organization in capitals":    {"organization: o-A1B2C3D4E5", `organization: "o-A1B2C3D4E5" is not the id of an organization`},
		"an organization too short":      {"organization: o-a1b2c3", "is not the id of an organization"},
		"an account of eleven digits":    {"accounts: {management: 33333333333, backup: 222222222222}", `accounts.management: "33333333333" is not the id of an account, 12 digits; it would look like 333333333333`},
		"no backup account":              {"accounts: {management: 333333333333}", "estate.yaml:4: accounts.backup: is not set"},
		"one account for both":           {"accounts: {management: 333333333333, backup: 333333333333}", "accounts.backup: 333333333333 is the management account"},
		"no unit":                        {"members: {units: []}", "members.units: names no unit"},
		"an account as a unit":           {"members: {units: [111111111111]}", `members.units[0]: "111111111111" is not the id of an organizational unit or of the root; it would look like ou-ab12-11111111 or r-ab12`},
		"a unit without its second part": {"members: {units: [ou-ab12]}", `"ou-ab12" is not the id`},
		"a unit twice":                   {"members: {units: [r-ab12, r-ab12]}", `members.units[1]: "r-ab12" stands in the list already`},
		"a member that is no account":    {"members: {units: [r-ab12], accounts: [11111111111a]}", "members.accounts[0]"},
		"the backup account as a member": {"members: {units: [r-ab12], accounts: [222222222222]}", "members.accounts[0]: 222222222222 is the backup account, which is no member; take it out"},
		"the management account as one":  {"members: {units: [r-ab12], accounts: [333333333333]}", "333333333333 is the management account, which no StackSet covers"},
		"a member twice":                 {"members: {units: [r-ab12], accounts: [111111111111, 111111111111]}", "members.accounts[1]"},
		"an unknown admission":           {"admission: {by: ou}", `admission.by: "ou" is not possible; organization, units, accounts are`},
		"admission by no paths":          {"admission: {by: units}", "admission.unitPaths: names no path, but admission is by units; one would look like o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"},
		"paths without effect":           {"admission: {unitPaths: [o-a1b2c3d4e5/r-ab12/*]}", "admission.unitPaths: has no effect while admission is by organization"},
		"a path without a star":          {"admission: {by: units, unitPaths: [o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/]}", "admission.unitPaths[0]"},
		"a path of another organization": {"admission: {by: units, unitPaths: [o-zzzzzzzzzz/r-ab12/*]}", "o-zzzzzzzzzz is not the estate's organization o-a1b2c3d4e5"},
		"a path twice":                   {"admission: {by: units, unitPaths: [o-a1b2c3d4e5/r-ab12/*, o-a1b2c3d4e5/r-ab12/*]}", "admission.unitPaths[1]"},
		"admission by no accounts":       {"admission: {by: accounts}", "admission.by: is accounts, but members.accounts names none; name them there"},
		"more members than Lambda takes": {"members: {units: [r-ab12], accounts: [" + manyAccounts(300) + "]}", "members: the environment of the function prerequisites has"},
	})
	accept(t, map[string]string{
		"the whole organization":   "members: {units: [r-ab12]}",
		"admission by nested path": "admission: {by: units, unitPaths: [o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/*]}",
		"admission by accounts":    "admission: {by: accounts}\nmembers: {units: [r-ab12], accounts: [111111111111]}",
		"the longest tag key":      "tagKey: " + strings.Repeat("k", 128),
		"a name that begins alike": "name: default-2",
		"a tag key with blanks":    "tagKey: backup plan",
		"the longest name":         "name: abcdefghijklmnopqrstuvwx",
	})
}

func manyAccounts(n int) string {
	var ids []string
	for i := range n {
		ids = append(ids, "1"+strings.Repeat("0", 8)+string([]byte{byte('0' + i/100), byte('0' + i/10%10), byte('0' + i%10)}))
	}
	return strings.Join(ids, ", ")
}

func TestFaultsOfTheRegions(t *testing.T) {
	refuse(t, map[string]fault{
		"a slip in the direction":        {"regions: {primary: eu-centrall-1, secondary: [eu-north-1]}", `regions.primary: "eu-centrall-1" is not the name of a Region; it would look like eu-central-1`},
		"an Availability Zone":           {"regions: {primary: eu-central-1a, secondary: [eu-north-1]}", `"eu-central-1a" is not the name of a Region`},
		"an unknown part of the world":   {"regions: {primary: eu-central-1, secondary: [eusc-de-east-1]}", `regions.secondary[0]: "eusc-de-east-1" is not the name of a Region`},
		"no primary Region":              {"regions: {secondary: [eu-north-1]}", "regions.primary: is not set"},
		"the primary as secondary":       {"regions: {primary: eu-central-1, secondary: [eu-north-1, eu-central-1]}", "regions.secondary[1]: eu-central-1 is the primary Region"},
		"a secondary Region twice":       {"regions: {primary: eu-central-1, secondary: [eu-north-1, eu-north-1]}", "regions.secondary[1]"},
		"no secondary Region":            {"regions: {primary: eu-central-1}", "regions.secondary: names no Region, but plan cross-region copies to vault final in the secondary Regions"},
		"a Region of China":              {"regions: {primary: eu-central-1, secondary: [eu-north-1, cn-north-1]}", "cn-north-1 is in China, where AWS Backup makes no copies to other accounts"},
		"GovCloud beside another Region": {"regions: {primary: us-gov-west-1, secondary: [us-east-1]}", "regions.secondary[0]: us-east-1 is in partition aws, the primary Region in aws-us-gov; copies do not leave a partition"},
	})
	accept(t, map[string]string{
		"GovCloud with GovCloud":  "regions: {primary: us-gov-west-1, secondary: [us-gov-east-1]}",
		"three secondary Regions": "regions: {primary: ap-southeast-2, secondary: [ap-southeast-4, ca-west-1, mx-central-1]}",
	})
}

func TestFaultsOfTheVaults(t *testing.T) {
	refuse(t, map[string]fault{
		"a key in capitals":                 {"vaults: {Copies: {account: backup, region: primary, name: copies}}", `vaults.Copies: "Copies" is not a key of small letters`},
		"a key with a digit after a hyphen": {"vaults: {a-1b: {account: backup, region: primary}}", `vaults.a-1b: "a-1b" is not a key of small letters, digits and single hyphens, with a letter after each hyphen; it would look like final`},
		"the name of AWS Backup's own":      {"vaults: {final: {name: Default}}", `vaults.final.name: "Default" is the vault that AWS Backup makes by itself; give this one a name of its own, such as twohop-final`},
		"no account":                        {"vaults: {copies: {region: primary}}", "vaults.copies.account: is not set; member, backup are possible"},
		"an account by its id":              {"vaults: {copies: {account: 222222222222, region: primary}}", `vaults.copies.account: "222222222222" is not possible; member, backup are`},
		"no Region":                         {"vaults: {copies: {account: backup}}", "vaults.copies.region: is not set; primary, secondary, eu-central-1, eu-north-1 are possible"},
		"a Region that is not its own":      {"vaults: {copies: {account: backup, region: us-east-1}}", `vaults.copies.region: "us-east-1" is not possible`},
		"a member vault elsewhere":          {"vaults: {copies: {account: member, region: eu-north-1}}", "vaults.copies.region: is eu-north-1, but a member account has vaults in the primary Region only, where its databases are; use primary"},
		"a name with a dot":                 {"vaults: {final: {name: final.eu}}", `vaults.final.name: "final.eu" is not the name of a vault, 2 to 50 letters, digits, _ or -`},
		"a name of one letter":              {"vaults: {final: {name: f}}", "vaults.final.name"},
		"a key too long for a name":         {"vaults: {" + strings.Repeat("v", 44) + ": {account: backup, region: primary}}", ".name: \"twohop-vvvv"},
		"one name twice in a place":         {"vaults: {copies: {account: backup, region: primary, name: twohop-intermediate}}", "vaults.intermediate.name: vault copies of the backup account in eu-central-1 has the name twohop-intermediate already"},
		"one name twice by another word":    {"vaults: {copies: {account: backup, region: eu-north-1, name: twohop-final}}", "vaults.final.name: vault copies of the backup account in eu-north-1"},
		"a lock without a mode":             {"vaults: {final: {lock: {minDays: 7}}}", "vaults.final.lock.mode: is not set; governance, compliance are possible"},
		"a lock in an unknown mode":         {"vaults: {final: {lock: {mode: compliances, minDays: 7}}}", `"compliances" is not possible (is compliance meant?)`},
		"a lock without a minimum":          {"vaults: {final: {lock: {mode: governance}}}", "vaults.final.lock.minDays: 0 is out of bounds; 1 to 36500 days are possible"},
		"a lock whose bounds cross":         {"vaults: {copies: {account: backup, region: secondary, lock: {mode: governance, minDays: 30, maxDays: 20}}}", "vaults.copies.lock.maxDays: 20 is below minDays 30, so no retention fits; use 30 or more"},
		"a maximum beyond a hundred years":  {"vaults: {final: {lock: {mode: governance, minDays: 7, maxDays: 36501}}}", "36501 is out of bounds"},
		"compliance without grace":          {"vaults: {final: {lock: {mode: compliance, minDays: 7}}}", "vaults.final.lock.graceDays: 0 is out of bounds; 3 to 36500 days"},
		"compliance with two days' grace":   {"vaults: {final: {lock: {mode: compliance, minDays: 7, graceDays: 2}}}", "vaults.final.lock.graceDays: 2 is out of bounds"},
		"grace in governance mode":          {"vaults: {final: {lock: {mode: governance, minDays: 7, graceDays: 3}}}", "vaults.final.lock.graceDays: 3 has no effect in governance mode"},
	})
	accept(t, map[string]string{
		"a key with digits":                   "vaults: {a1-b2: {account: backup, region: primary}}",
		"AWS Backup's own in small letters":   "vaults: {final: {name: default}}",
		"one name in two Regions":             "vaults: {final: {name: vault}, intermediate: {name: vault}, local: {name: vault}}",
		"a lock in compliance mode":           "vaults: {final: {lock: {mode: compliance, minDays: 7, maxDays: 35, graceDays: 3}}}",
		"a vault in one of several Regions":   "vaults: {copies: {account: backup, region: eu-north-1}}",
		"a primary Region by its name":        "vaults: {local: {region: eu-central-1}, intermediate: {region: eu-central-1}}",
		"a lock whose bounds are one":         "vaults: {final: {lock: {mode: governance, minDays: 35, maxDays: 35}}}",
		"a lock on the members' vaults":       "vaults: {local: {lock: {mode: compliance, minDays: 7, graceDays: 3}}}",
		"a lock without a bound for the most": "vaults: {final: {lock: {mode: governance, minDays: 35}}}",
	})
}
