package estate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
)

// least is the least file of an estate; tests put more keys below it.
const least = `organization: o-a1b2c3d4e5
accounts: {management: 333333333333, backup: 222222222222}
members: {units: [ou-ab12-11111111]}
regions: {primary: eu-central-1, secondary: [eu-north-1]}
`

func parse(t *testing.T, text string) estate.Estate {
	t.Helper()
	e, err := estate.Parse("estate.yaml", []byte(text))
	require.NoError(t, err)
	return e
}

// faultsOf are the lines of the error of a file that is refused, without the head.
func faultsOf(t *testing.T, text string) []string {
	t.Helper()
	e, err := estate.Parse("estate.yaml", []byte(text))
	require.Error(t, err)
	assert.Zero(t, e)
	return strings.Split(err.Error(), "\n")[1:]
}

func TestTheLeastFileGivesAWholeEstate(t *testing.T) {
	e := parse(t, least)
	assert.Equal(t, "twohop", e.Name)
	assert.Equal(t, estate.Admission{By: estate.ByOrganization}, e.Admission)
	assert.Equal(t, []string{"cross-region", "cross-region-special", "simple"}, e.EnabledPlans())
	assert.Equal(t, estate.Vault{Account: estate.BackupAccount, Region: estate.SecondaryRegions, Name: "twohop-final"}, e.Vaults["final"])
	assert.Equal(t, map[string]time.Duration{"RDS": 26 * time.Hour, "Aurora": 26 * time.Hour, "DocumentDB": 26 * time.Hour, "Neptune": 26 * time.Hour}, e.RPO)
	assert.Equal(t, "intermediate", e.Restore.DetourVault)
	assert.Equal(t, estate.Copies{DailyCeiling: 500, Attempts: 4}, e.Copies)
}

func TestWhatAFileSaysIsLaidOverTheDefaults(t *testing.T) {
	e := parse(t, least+`
name: payments
vaults:
  final: {lock: {mode: governance, minDays: 7}}
  copies: {account: backup, region: secondary}
plans:
  simple: {enabled: false}
  cross-region: {retention: {local: 3, copies: 90}}
  weekly: {schedule: "cron(0 4 ? * SUN *)", tag: weekly, retention: {local: 7, intermediate: 4, final: 400}, types: [Neptune], strategy: two-hop}
  cross-region-special: {types: [RDS, Aurora, DocumentDB]}
rpo: {RDS: 4h, Neptune: 8d8h}
operators: ["arn:aws:iam::222222222222:role/OnCall"]
`)
	assert.Equal(t, estate.Vault{Account: "backup", Region: "secondary", Name: "payments-final", Lock: &estate.Lock{Mode: estate.Governance, MinDays: 7}}, e.Vaults["final"], "a vault keeps its defaults beside what is said of it")
	assert.Equal(t, "payments-copies", e.Vaults["copies"].Name)
	assert.Equal(t, map[string]int{"local": 3, "copies": 90}, e.Plans["cross-region"].Retention, "a retention replaces the default as a whole")
	assert.Equal(t, "cron(0 2 * * ? *)", e.Plans["cross-region"].Schedule)
	assert.True(t, e.Plans["weekly"].Enabled)
	assert.Equal(t, "Etc/UTC", e.Plans["weekly"].Timezone)
	assert.Equal(t, []string{"cross-region", "cross-region-special", "weekly"}, e.EnabledPlans())
	assert.Equal(t, map[string]time.Duration{"RDS": 4 * time.Hour, "Aurora": 26 * time.Hour, "DocumentDB": 26 * time.Hour, "Neptune": 200 * time.Hour}, e.RPO)
}

func TestAccountIDsNeedNoQuotesAndKeepTheirZeros(t *testing.T) {
	e := parse(t, strings.NewReplacer("333333333333", "003333333333", "222222222222", "'012345670123'").Replace(least))
	assert.Equal(t, estate.Accounts{Management: "003333333333", Backup: "012345670123"}, e.Accounts)
}

func TestAnRPOIsKeptForTheTypesInUseOnly(t *testing.T) {
	e := parse(t, least+"plans: {cross-region-special: {types: [RDS]}}\n")
	assert.Equal(t, map[string]time.Duration{"RDS": 26 * time.Hour}, e.RPO)
}

func TestLoadReadsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "estate.yaml")
	_, err := estate.Load(path)
	require.ErrorContains(t, err, "read the estate: ")
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, os.WriteFile(path, []byte(least), 0o600))
	e, err := estate.Load(path)
	require.NoError(t, err)
	assert.Equal(t, parse(t, least), e)

	require.NoError(t, os.WriteFile(path, []byte(least+"nam: x\n"), 0o600))
	_, err = estate.Load(path)
	require.ErrorContains(t, err, "\n"+path+":5: nam: no such key (is name meant?); the keys here are name, organization,")
}

func TestAllFaultsAreReportedAtOnceEachWithItsPlace(t *testing.T) {
	_, err := estate.Parse("estate.yaml", []byte(`
accounts: {management: 333333333333, backup: 333333333333}
regions:
  primary: eu-centrall-1
  secondary: [eu-north-1,
    eu-north-1]
plans:
  cross-region:
    schedule: daily
    retention: {locall: 7}
  cross-region-special: {typs: [RDS]}
pools: [{types: [RDS], size: many}]
`))
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	assert.Equal(t, "configuration: 9 faults:", lines[0])
	for i, start := range []string{
		"estate.yaml: organization: is not set",
		"estate.yaml: members.units: names no unit",
		"estate.yaml:2: accounts.backup: 333333333333 is the management account",
		`estate.yaml:4: regions.primary: "eu-centrall-1" is not the name of a Region; it would look like eu-central-1`,
		`estate.yaml:6: regions.secondary[1]: "eu-north-1" stands in the list already`,
		`estate.yaml:9: plans.cross-region.schedule: "daily" is not a schedule: it takes cron( ), with six fields in it; it would look like cron(0 1 * * ? *)`,
		"estate.yaml:10: plans.cross-region.retention.locall: no such vault (is local meant?); the estate's vaults are final, intermediate, local",
		"estate.yaml:11: plans.cross-region-special.typs: no such key (is types meant?); the keys here are enabled, tag,",
		`estate.yaml:12: pools[0].size: "many" is not a whole number`,
	} {
		assert.Truef(t, strings.HasPrefix(lines[i+1], start), "%s\n%s", start, lines[i+1])
	}
}
