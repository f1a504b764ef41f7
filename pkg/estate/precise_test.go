package estate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// Faults of which the whole text is held: what is wrong, and what would be right.
func TestAFaultSaysWhatWouldBeRight(t *testing.T) {
	for text, want := range map[string][]string{
		"vaults: {final: {name: f.}}":                                                 {`5: vaults.final.name: "f." is not the name of a vault, 2 to 50 letters, digits, _ or -; it would look like twohop-final`},
		"vaults: {final: {lock: {mode: governance, minDays: 1, maxDays: -1}}}":        {"5: vaults.final.lock.maxDays: -1 is out of bounds; 1 to 36500 days, or 0 for no bound, are possible", "5: vaults.final.lock.maxDays: -1 is below minDays 1, so no retention fits; use 1 or more"},
		"vaults: {final: {lock: {mode: compliance, minDays: 7, graceDays: 36501}}}":   {"5: vaults.final.lock.graceDays: 36501 is out of bounds; 3 to 36500 days, in which the lock may still be taken off, are possible"},
		"members: {units: [r-ab12], accounts: [1]}":                                   {`4: members.accounts[0]: "1" is not the id of an account, 12 digits; it would look like 111111111111`},
		"logs: {retentionDays: 2}":                                                    {"5: logs.retentionDays: 2 is not possible; CloudWatch Logs takes [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653] days"},
		"logs: {archiveDays: 0}":                                                      {"5: logs.archiveDays: 0 is out of bounds; 1 to 36500 days are possible"},
		"alarms: {emails: [x]}":                                                       {`5: alarms.emails[0]: "x" is not an address alone; it would look like on-call@example.com`},
		"reconciler: {recentEvery: 90s}":                                              {"5: reconciler.recentEvery: 1m30s is not a number of whole minutes; it would look like 15m or 24h", "5: reconciler.recentEvery: 1m30s is out of bounds; 5m to 24h are possible"},
		"pools: [{types: [RDS, Aurora, DocumentDB, Neptune], size: 5, headroom: -1}]": {"5: pools[0].headroom: -1 leaves no slot of 5 to copy with; use 0 to 4"},
		"'': 1": {`5: "": no such key; the keys here are `},
		"regions: {primary: us-gov-west-1, secondary: ['']}": {"4: regions.secondary[0]: is not set; the name of a Region would look like eu-central-1"},
		"members: {units: ['', '']}": {
			"4: members.units[0]: is not set; the id of an organizational unit or of the root would look like ou-ab12-11111111 or r-ab12",
			"4: members.units[1]: is not set; the id of an organizational unit or of the root would look like ou-ab12-11111111 or r-ab12"},
		"name: Two\nvaults: {final: {name: f.}}": {`5: name: "Two" is not a name of small letters, digits and single hyphens; it would look like twohop`, `6: vaults.final.name: "f." is not the name of a vault, `},
		"intermediateRetentionDays: 36501":       {"5: intermediateRetentionDays: 36501 is out of bounds; 0 to 36500 days are possible", "5: intermediateRetentionDays: 36501 is above the 7 days that plan cross-region-special gives vault intermediate; "},
		plan("strategy: two-hop, types: [RDS], retention: {local: 7, intermediate: 0, final: 7}, enabled: false"): {"5: plans.own.retention.intermediate: 0; 1 to 36500 are possible"},
		plan("strategy: two-hop, types: [RDS], retention: {local: 7, intermediate: 7, final: 0}, enabled: false"): {"5: plans.own.retention.final: 0; 1 to 36500 are possible"},
		"accounts: {management: '', backup: ''}": {"4: accounts.management: is not set; the id of an account, 12 digits would look like 333333333333",
			"4: accounts.backup: is not set; the id of an account, 12 digits would look like 222222222222"},
		"vaults: {a.b: {account: backup, region: primary}}": {`5: vaults."a.b": "a.b" is not a key of small letters, digits and single hyphens, with a letter after each hyphen; it would look like final`},
		"name: abcdefghijklmnopqrstuvwxy":                   {`5: name: "abcdefghijklmnopqrstuvwxy" has 25 characters; it begins the names of roles and vaults, so use 24 or fewer`},
		plan("strategy: two-hop, types: [RDS], retention: {local: 7, intermediate: 7}, enabled: false"): {
			"5: plans.own.retention: names no vault of the backup account in a secondary Region; two hops need one or more, such as final: 35"},
		plan("timezone: Local"): {`5: plans.own.timezone: "Local" cannot be used: schedules of Organizations backup policies are in UTC; leave timezone out and write the schedule in UTC`},
		"&k name: x":            {"5: ?: is no plain key; write it as one word"},
		"!!str name: x":         {"5: ?: is no plain key; write it as one word"},
		"regions: {primary: eu-centrall-1, secondary: [us-gov-east-1]}": {`4: regions.primary: "eu-centrall-1" is not the name of a Region; it would look like eu-central-1`},
		"? [a]\n: b\nnam: x": {"5: ?: is no plain key; write it as one word", "7: nam: no such key (is name meant?); the keys here are "},
		"rpo: {S3: 26h}\nvaults: {more: {account: backup, region: primary}}\nplans: {own: {schedule: 'cron(0 4 * * ? *)', types: [RDS], retention: {local: 7, more: 7, final: 7}}}": {
			"5: rpo.S3: no two-hop plan in force makes copies of this type; those that are made: Aurora, DocumentDB, Neptune, RDS"},
		// A plan of two hops that shares nothing comes before the one that does.
		"vaults: {more: {account: backup, region: primary}}\nplans: {able: {schedule: 'cron(0 4 * * ? *)', types: [RDS], retention: {local: 7, more: 7, final: 7}}, " +
			"own: {strategy: direct, schedule: 'cron(0 4 * * ? *)', types: [Aurora], retention: {local: 7, intermediate: 7}}}": {
			"6: plans.own.retention.intermediate: Aurora from this vault is copied on by plan cross-region-special; use another vault, or another type"},
		// The direct plan's name comes before that of the plan with two hops.
		"plans: {able: {strategy: direct, schedule: 'cron(0 4 * * ? *)', types: [Aurora], retention: {local: 7, intermediate: 7}}}": {
			"5: plans.able.retention.intermediate: Aurora from this vault is copied on by plan cross-region-special; use another vault, or another type"},
	} {
		t.Run(text, func(t *testing.T) {
			found := faultsOf(t, over(text+"\n"))
			require.Len(t, found, len(want), strings.Join(found, "\n"))
			for i, line := range found {
				full, begins := "estate.yaml:"+want[i], strings.HasSuffix(want[i], " ")
				if begins {
					line = line[:min(len(full), len(line))]
				}
				assert.Equal(t, full, line)
			}
		})
	}
	accept(t, map[string]string{
		"two direct plans that share a vault and a type": "plans: {able: {strategy: direct, schedule: 'cron(0 4 * * ? *)', types: [EBS], retention: {local: 7, intermediate: 7}}, " +
			"own: {strategy: direct, schedule: 'cron(0 4 * * ? *)', types: [EBS], retention: {local: 7, intermediate: 7}}}",
		"the longest time between full runs": "reconciler: {fullEvery: 72h}",
		"the shortest and longest periods":   "reconciler: {recentEvery: 5m, recentDays: 30, fullEvery: 5m}",
		"one attempt and one slot":           "copies: {attempts: 1}\npools: [{types: [RDS, Aurora, DocumentDB, Neptune], size: 1, headroom: 0}]",
		"the longest time to keep events":    "logs: {archiveDays: 36500}",
	})
}

func TestFaultsAreCounted(t *testing.T) {
	for text, want := range map[string]string{"name: Two": "configuration: 1 fault:", "name: Two\nlogs: {archiveDays: 0}": "configuration: 2 faults:"} {
		_, err := estate.Parse("estate.yaml", []byte(over(text+"\n")))
		require.Error(t, err)
		assert.Equal(t, want, strings.Split(err.Error(), "\n")[0])
	}
}

// The environments of functions are measured once everything else is right.
func TestEnvironmentsOfAnEstateWithFaultsAreNotMeasured(t *testing.T) {
	vaults, retention := manyVaults(30)
	found := faultsOf(t, over(vaults+"plans: {cross-region-special: {retention: {local: 7, intermediate: 7"+retention+"}}}\nname: Two\n"))
	require.Len(t, found, 1, strings.Join(found, "\n"))
	assert.Contains(t, found[0], `name: "Two" is not a name`)
}

func TestATimeZoneWithoutDaylightSavingTimeHasOneScheduleInUTC(t *testing.T) {
	found := faultsOf(t, over(plan("schedule: 'cron(0 1 * * ? *)', timezone: Asia/Tokyo")+"\n"))
	require.Len(t, found, 1)
	assert.True(t, strings.HasSuffix(found[0], "in UTC: cron(0 16 * * ? *) while the zone is at UTC+09:00"), found[0])
}

func TestTheWordThatWasProbablyMeant(t *testing.T) {
	for vaults, want := range map[string]string{
		"retention: {finl: 7}":            " (is final meant?)",
		"retention: {FINALS: 7}":          " (is final meant?)",
		"retention: {fixel: 7}":           " (is fixed meant?)", // the nearer one of two
		"retention: {fixal: 7}":           " (is final meant?)", // of two that are as near, the first
		"retention: {intermediateabc: 7}": "",                   // three letters are no slip
		"retention: {xyal: 7}":            "",                   // half of the word
	} {
		found := strings.Join(faultsOf(t, over("vaults: {fixed: {account: backup, region: primary}}\n"+plan("enabled: false, "+vaults)+"\n")), "\n")
		assert.Contains(t, found, ": no such vault"+want+"; the estate's vaults are final, fixed, intermediate, local", vaults)
	}
}

func TestSchedulesNeedBothOfTheirEnds(t *testing.T) {
	const form = "it takes cron( ), with six fields in it"
	schedules(t, map[string]string{"0 1 * * ? *)": form, "cron(0 1 * * ? *": form, "xcron(0 1 * * ? *)": form, "cron(0 1 * * ? *)x": form, "cron(0 1 * * ?)": form})
}

func TestRunsAtSeveralHoursOfTheSameDayStayOnIt(t *testing.T) {
	refuse(t, map[string]fault{
		"in UTC too":          {plan("schedule: 'cron(0 12,13 ? * SUN *)', timezone: Asia/Tokyo"), ": cron(0 3,4 ? * SUN *) while the zone is at UTC+09:00"},
		"some on another one": {plan("schedule: 'cron(0 12,22 ? * SUN *)', timezone: America/Argentina/Buenos_Aires"), " by hand: its days in UTC"},
		"or on another one":   {plan("schedule: 'cron(0 1,2 ? * SUN *)', timezone: Asia/Tokyo"), " by hand: its days in UTC"},
	})
}

func TestAnIntervalThatIsNoNumberOfDaysIsInHours(t *testing.T) {
	found := operated(t, over("plans: {cross-region-special: {schedule: 'cron(0 1,5 ? * SUN *)', retention: {local: 6, intermediate: 7, final: 35}}}\n"+
		"rpo: {RDS: 200h, Aurora: 200h, DocumentDB: 200h, Neptune: 200h}\n")).Warnings()
	require.Len(t, found, 1)
	assert.Contains(t, found[0], "plans.cross-region-special.retention.local: 6; backups of plan cross-region-special are up to 164 hours apart")
	assert.Contains(t, found[0], "use 7 or more")
}

func TestTheFunctionsThatSendToTheirOwnQueues(t *testing.T) {
	assert.Equal(t, []string{"copystarter", "outcometracker", "reconciler"}, estate.Recursive)
}

// Where several plans make the same first hop, the one with the longest retention counts,
// whichever name comes first.
func TestALaterPlanMayKeepAFirstHopLonger(t *testing.T) {
	e := parse(t, least)
	longer := e.Plans["cross-region-special"]
	longer.Retention = map[string]int{"local": 7, "intermediate": 90, "final": 100}
	e.Plans["zz"] = longer
	local := vault(t, "arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-local")
	between := vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate")
	want := hop.Route{Name: "zz", Source: local, Types: []string{"Aurora"}, Role: "arn:aws:iam::111111111111:role/twohop-BackupandRestore",
		Destinations: []hop.Destination{{Vault: between, DeleteAfterDays: 90}}}
	route, known := e.FirstHop(local, between, "Aurora")
	require.True(t, known)
	assert.Equal(t, want, route)
	e.Plans["zzz"] = longer
	route, _ = e.FirstHop(local, between, "Aurora")
	assert.Equal(t, want, route, "of two that are as long, the first")
	for sentence, from := range map[string]string{
		"the backup account": "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-local",
		"another Region":     "arn:aws:backup:eu-north-1:111111111111:backup-vault:twohop-local",
	} {
		route, known = e.FirstHop(vault(t, from), between, "Aurora")
		assert.False(t, known, sentence)
		assert.Zero(t, route, sentence)
	}
}

func TestAMembersCopiesOfOneTypeAreOneRoute(t *testing.T) {
	e := parse(t, over(fmt.Sprintf("plans: {again: {strategy: direct, schedule: 'cron(0 4 * * ? *)', types: %s, retention: {local: 9, final: 50}}}\n", "[EBS, RDS]")))
	local := vault(t, "arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-local")
	final := vault(t, "arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final")
	between := vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate")
	route := func(resourceType string, to ...hop.Destination) hop.Route {
		return hop.Route{Name: "plans", Source: local, Types: []string{resourceType}, Role: "arn:aws:iam::111111111111:role/twohop-BackupandRestore", Destinations: to}
	}
	second := hop.Destination{Vault: between, DeleteAfterDays: 7}
	assert.ElementsMatch(t, hop.Routes{
		route("EBS", hop.Destination{Vault: final, DeleteAfterDays: 50}), // the longer retention of two plans
		route("S3", hop.Destination{Vault: final, DeleteAfterDays: 35}),
		route("RDS", hop.Destination{Vault: final, DeleteAfterDays: 50}, second),
		route("Aurora", second), route("DocumentDB", second), route("Neptune", second),
	}, e.FirstHops("111111111111"))
}
