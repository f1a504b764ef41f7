package estate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

func TestBackupsComeBackToTheVaultThatTheirPlanMakesThemIn(t *testing.T) {
	const own = "vaults: {own: {account: member, region: primary}}\n"
	for sentence, test := range map[string]struct{ text, resourceType, name string }{
		"that of a plan of the type":              {own + plan("types: [EFS], retention: {own: 7}"), "EFS", "twohop-own"},
		"that of the first plan of the type":      {own + strings.Replace(plan("types: [RDS], retention: {own: 7}"), "own: {", "zz: {", 1), "RDS", "twohop-local"},
		"that of the next one in force":           {own + "plans: {cross-region-special: {types: [RDS]}, simple: {enabled: false}, own: {strategy: direct, schedule: 'cron(0 4 * * ? *)', types: [Aurora], retention: {own: 7}}}", "Aurora", "twohop-own"},
		"the vault local for a type of no plan":   {own + plan("types: [EFS], retention: {own: 7}"), "DynamoDB", "twohop-local"},
		"by the name that the file gives a vault": {"vaults: {local: {name: kept}}\n", "RDS", "kept"},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Equal(t, hop.Vault{ARN: "arn:aws:backup:eu-central-1:111111111111:backup-vault:" + test.name,
				Account: "111111111111", Region: "eu-central-1", Name: test.name},
				parse(t, over(test.text+"\n")).HomeVault("111111111111", test.resourceType))
		})
	}
}

func TestTheRestorePathOfTheLeastEstate(t *testing.T) {
	backup := hop.Backup{ResourceType: "Aurora"}
	assert.Equal(t, hop.WayBack{
		Backup: backup,
		Local:  vault(t, "arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-local"),
		Detour: vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate"),
		Role:   "arn:aws:iam::222222222222:role/twohop-copy",
		Bounds: map[string]hop.Bounds{},
		Pools:  []hop.Pool{{Types: []string{"RDS"}, Size: 20, Headroom: 2}, {Types: []string{"Aurora", "DocumentDB", "Neptune"}, Size: 5, Headroom: 1}},
	}, parse(t, least).WayBack("111111111111", backup, false), "no vault has a lock")
}

func TestWhatTravelsBackThroughTheDetourVault(t *testing.T) {
	e := parse(t, fanOut)
	detour := vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:pay-2-detour")
	for resourceType, want := range map[string]hop.Vault{"RDS": detour, "Aurora": detour, "DocumentDB": detour, "Neptune": detour, "S3": {}, "EBS": {}} {
		backup := hop.Backup{ResourceType: resourceType}
		assert.Equal(t, want, e.WayBack("111111111111", backup, false).Detour, resourceType)
		assert.Zero(t, e.WayBack("111111111111", backup, true).Detour, "%s, asked for directly", resourceType)
	}
	e.Restore.DetourVault = ""
	assert.Zero(t, e.WayBack("111111111111", hop.Backup{ResourceType: "RDS"}, false).Detour, "an estate without such a vault")
}

func TestLocksBindWhatComesBack(t *testing.T) {
	e := parse(t, fanOut)
	local := e.Vaults["local"]
	local.Lock = e.Vaults["final"].Lock
	e.Vaults["local"] = local
	bounds := hop.Bounds{Min: 7, Max: 365}
	assert.Equal(t, map[string]hop.Bounds{
		"arn:aws:backup:eu-north-1:222222222222:backup-vault:pay-2-final":   bounds,
		"arn:aws:backup:eu-west-1:222222222222:backup-vault:pay-2-final":    bounds,
		"arn:aws:backup:eu-west-2:222222222222:backup-vault:pay-2-final":    bounds,
		"arn:aws:backup:eu-central-1:111111111111:backup-vault:pay-2-local": bounds,
	}, e.WayBack("111111111111", hop.Backup{ResourceType: "RDS"}, false).Bounds, "in the account of each vault, in each of its Regions")
}

func TestTheVaultsOfTheBackupAccountAndOfAMember(t *testing.T) {
	e := parse(t, fanOut)
	var arns []string
	for _, v := range e.BackupVaults() {
		assert.Equal(t, vault(t, v.ARN), v)
		arns = append(arns, v.ARN)
	}
	assert.Equal(t, []string{
		"arn:aws:backup:eu-central-1:222222222222:backup-vault:pay-2-detour",
		"arn:aws:backup:eu-central-1:222222222222:backup-vault:pay-2-intermediate",
		"arn:aws:backup:eu-north-1:222222222222:backup-vault:pay-2-final",
		"arn:aws:backup:eu-west-1:222222222222:backup-vault:pay-2-copies",
		"arn:aws:backup:eu-west-1:222222222222:backup-vault:pay-2-final",
		"arn:aws:backup:eu-west-2:222222222222:backup-vault:pay-2-final",
	}, arns)
	assert.Equal(t, []hop.Vault{vault(t, "arn:aws:backup:eu-central-1:444444444444:backup-vault:pay-2-local")}, e.MemberVaults("444444444444"))
}
