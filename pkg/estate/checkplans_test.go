package estate_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plan is a file with one more plan, of the keys that a new plan needs and of more.
func plan(more string) string {
	keys := map[string]string{
		"strategy": "direct", "schedule": `"cron(0 4 * * ? *)"`, "retention": "{local: 7}", "types": "[EBS]",
	}
	text := "plans: {own: {"
	for _, key := range []string{"strategy", "schedule", "retention", "types"} {
		if !strings.Contains(more, key+":") {
			text += key + ": " + keys[key] + ", "
		}
	}
	return text + more + "}}"
}

const noPlan = "plans: {simple: {enabled: false}, cross-region: {enabled: false}, cross-region-special: {enabled: false}}"

func TestFaultsOfAPlan(t *testing.T) {
	refuse(t, map[string]fault{
		"no plan in force":           {noPlan, "plans: none in force makes two hops, and direct ones alone need no twohop; set enabled: true and strategy: two-hop for one of cross-region, cross-region-special, simple"},
		"direct plans alone":         {"plans: {cross-region-special: {enabled: false}}", "plans: none in force makes two hops"},
		"a name in capitals":         {strings.Replace(plan(""), "own", "Own", 1), `plans.Own: "Own" is not a key of small letters`},
		"a digit after a hyphen":     {strings.Replace(plan(""), "own", "own-2nd", 1), `plans.own-2nd: "own-2nd" is not a key of small letters, digits and single hyphens, with a letter after each hyphen; it would look like cross-region`},
		"a tag of blanks":            {plan("tag: '  '"), `plans.own.tag: "  " is nothing but blanks`},
		"a tag of AWS":               {plan("tag: 'Aws:own'"), `plans.own.tag: "Aws:own" begins with aws:, which AWS keeps for itself`},
		"a name too long":            {strings.Replace(plan(""), "own", strings.Repeat("x", 44), 1), "has 51 characters; 50 are possible"},
		"a tag of another plan":      {plan("tag: simple"), `plans.simple.tag: "simple" selects plan own already`},
		"an empty tag":               {plan("tag: ''"), "plans.own.tag: is not set"},
		"a tag too long":             {plan("tag: " + strings.Repeat("x", 257)), "plans.own.tag: has 257 characters; a tag takes 256"},
		"a tag with a star":          {plan("tag: b*"), `plans.own.tag: "b*" is not a tag`},
		"an unknown strategy":        {plan("strategy: two-hops"), `plans.own.strategy: "two-hops" is not possible (is two-hop meant?); two-hop, direct are`},
		"no schedule":                {plan("schedule: ''"), "plans.own.schedule: is not set; it would look like cron(0 1 * * ? *)"},
		"no time zone":               {plan("timezone: ''"), "plans.own.timezone: is not set; leave the key out, or write Etc/UTC"},
		"a start window too short":   {plan("startWindowMinutes: 59"), "plans.own.startWindowMinutes: 59 is out of bounds; 60 to 52560000 minutes are possible"},
		"a window that ends at once": {plan("completeWindowMinutes: 60"), "plans.own.completeWindowMinutes: 60 is not above startWindowMinutes 60; both count from the schedule's time"},
		"a window of two centuries":  {plan("completeWindowMinutes: 105120000"), "plans.own.completeWindowMinutes: 105120000 is out of bounds"},
		"no types":                   {plan("types: []"), "plans.own.types: names no resource type"},
		"an unknown type":            {plan("types: [Rds]"), `plans.own.types[0]: "Rds" is not possible (is RDS meant?)`},
		"a type twice":               {plan("types: [RDS, RDS]"), "plans.own.types[1]"},
		"no vault":                   {plan("retention: {}"), "plans.own.retention: names no vault; it would look like {local: 7, final: 35}"},
		"a vault that there is not":  {plan("retention: {locall: 7}"), "plans.own.retention.locall: no such vault (is local meant?)"},
		"no vault of the members":    {plan("retention: {final: 7}"), "plans.own.retention: names none; exactly one vault of the member accounts is needed"},
		"two vaults of the members":  {plan("retention: {local: 7, other: 7}") + "\nvaults: {other: {account: member, region: primary}}", "plans.own.retention: names local, other; exactly one vault of the member accounts"},
		"no days":                    {plan("retention: {local: 0}"), "plans.own.retention.local: 0; 1 to 36500 are possible"},
		"more than a hundred years":  {plan("retention: {local: 36501}"), "plans.own.retention.local: 36501; 1 to 36500 are possible"},
		"less than the lock's least": {"vaults: {final: {lock: {mode: governance, minDays: 30}}}\n" + plan("retention: {local: 7, final: 29}"), "plans.own.retention.final: 29 is below the vault lock's minimum; use 30 or more"},
		"more than the lock's most":  {"vaults: {final: {lock: {mode: governance, minDays: 1, maxDays: 40}}}\n" + plan("retention: {local: 7, final: 41}"), "plans.own.retention.final: 41 is above the vault lock's maximum; use 40 or less"},
		"a disabled plan is checked": {plan("enabled: false, retention: {local: 0}"), "plans.own.retention.local"},
	})
	accept(t, map[string]string{
		"a tag of a disabled plan":  strings.Replace(plan("tag: simple"), "plans: {", "plans: {simple: {enabled: false}, ", 1),
		"UTC by its other name":     plan("timezone: UTC"),
		"the longest name":          strings.Replace(plan("tag: own"), "own", strings.Repeat("x", 43), 1),
		"the longest tag":           plan("tag: " + strings.Repeat("x", 256)),
		"the longest retention":     plan("retention: {local: 36500}"),
		"a local copy and no other": plan("retention: {local: 1}"),
		"other types for a plan":    plan(`types: [DynamoDB, EFS, "SAP HANA on Amazon EC2"]`),
	})
}

func TestATimeZoneOtherThanUTCIsRefusedWithTheScheduleInUTC(t *testing.T) {
	zone := func(schedule, name string) string { return plan("schedule: '" + schedule + "', timezone: " + name) }
	const refused = "cannot be used: schedules of Organizations backup policies are in UTC; leave timezone out and write the schedule in UTC"
	const daylight = "; a schedule in UTC does not follow daylight saving time, so choose one of them for the whole year"
	refuse(t, map[string]fault{
		"with daylight saving time": {zone("cron(0 3 * * ? *)", "Europe/Berlin"),
			`plans.own.timezone: "Europe/Berlin" ` + refused + ": cron(0 2 * * ? *) while the zone is at UTC+01:00, cron(0 1 * * ? *) while the zone is at UTC+02:00" + daylight},
		"without":                        {zone("cron(0 1 * * ? *)", "Asia/Tokyo"), refused + ": cron(0 16 * * ? *) while the zone is at UTC+09:00"},
		"behind UTC, into the next day":  {zone("cron(30 22 ? * * *)", "America/Argentina/Buenos_Aires"), refused + ": cron(30 1 ? * * *) while the zone is at UTC-03:00"},
		"by half hours":                  {zone("cron(15 5,17 * * ? *)", "Asia/Kolkata"), refused + ": cron(45 11,23 * * ? *) while the zone is at UTC+05:30"},
		"each hour":                      {zone("cron(0 * * * ? *)", "Asia/Tokyo"), refused + ": cron(0 * * * ? *) while"},
		"on days that are the same":      {zone("cron(0 12 ? * SUN *)", "Asia/Tokyo"), refused + ": cron(0 3 ? * SUN *) while"},
		"on days that are other ones":    {zone("cron(0 1 ? * SUN *)", "Asia/Tokyo"), refused + " by hand: its days in UTC differ from those in the zone"},
		"on days of which some are":      {zone("cron(0 1,12 1 * ? *)", "Asia/Tokyo"), refused + " by hand: its days in UTC"},
		"that does not exist":            {plan("timezone: Europe/Berlinn"), `"Europe/Berlinn" ` + refused},
		"of the machine":                 {plan("timezone: Local"), `"Local" ` + refused},
		"in a plan that is not in force": {plan("timezone: Asia/Tokyo, enabled: false"), "plans.own.timezone: "},
	})
}

func TestATimeZoneBesideAScheduleWithAFaultIsRefusedToo(t *testing.T) {
	found := faultsOf(t, over(plan("schedule: cron(1), timezone: Asia/Tokyo")))
	require.Len(t, found, 2)
	assert.Contains(t, found[0], "plans.own.schedule: ")
	assert.Contains(t, found[1], `plans.own.timezone: "Asia/Tokyo" cannot be used`)
}

func TestFaultsOfAWay(t *testing.T) {
	regions := "regions: {primary: eu-central-1, secondary: [eu-north-1, eu-west-1, eu-west-2]}\n"
	twoVaults := "vaults: {copies: {account: backup, region: secondary}}\n"
	refuse(t, map[string]fault{
		"two hops without an intermediate vault": {plan("strategy: two-hop, types: [RDS], retention: {local: 7, final: 7}"), "plans.own.retention: names none; two hops need exactly one vault of the backup account in the primary Region, such as intermediate: 7"},
		"two hops with two intermediate vaults":  {"vaults: {second: {account: backup, region: primary}}\n" + plan("strategy: two-hop, types: [RDS], retention: {local: 7, intermediate: 7, second: 7, final: 7}, enabled: false"), "names intermediate, second; two hops need exactly one"},
		"two hops without a final vault":         {plan("strategy: two-hop, types: [RDS], retention: {local: 7, intermediate: 7}, enabled: false"), "names no vault of the backup account in a secondary Region; two hops need one or more, such as final: 35"},
		"two hops of a type of one":              {plan("strategy: two-hop, types: [EBS], retention: {local: 7, intermediate: 7, final: 7}, enabled: false"), `plans.own.types[0]: "EBS" does not travel in two hops; RDS, Aurora, DocumentDB, Neptune do`},
		"two hops in one day":                    {plan("strategy: two-hop, types: [RDS], retention: {local: 7, intermediate: 1, final: 7}, enabled: false"), "plans.own.retention.intermediate: 1 is too short for the second hop, which may wait a night; use 2 or more"},
		"two hops to a copy of one day":          {plan("strategy: two-hop, types: [RDS], retention: {local: 7, intermediate: 7, final: 1}, enabled: false"), "plans.own.retention.final: 1 is too short for the second hop, which may wait a night: the copy would expire on arrival and is not made; use 2 or more"},
		"two second hops from one point":         {plan("strategy: two-hop, types: [Aurora], retention: {local: 7, intermediate: 7, final: 7}"), "plans.own.retention.intermediate: Aurora from this vault is copied on by plan cross-region-special; use another vault, or another type"},
		"a second hop from a direct plan's copy": {plan("types: [Aurora], retention: {local: 7, intermediate: 7}"), "plans.own.retention.intermediate: Aurora from this vault is copied on by plan cross-region-special"},
		"six copies in one action":               {regions + twoVaults + plan("retention: {local: 7, final: 7, copies: 7}"), "plans.own.retention: makes 6 copies; a rule of AWS Backup makes 5"},
	})
	accept(t, map[string]string{
		"two plans with intermediate vaults of their own": "vaults: {second: {account: backup, region: primary}}\n" + plan("strategy: two-hop, types: [RDS], retention: {local: 7, second: 7, final: 7}"),
		"two plans that share a vault, not a type":        "plans: {own: {strategy: two-hop, schedule: 'cron(0 4 * * ? *)', types: [RDS], retention: {local: 7, intermediate: 7, final: 7}}, cross-region-special: {types: [Aurora]}}",
		"a direct plan into an intermediate vault":        plan("types: [EBS], retention: {local: 7, intermediate: 7}"),
		"two hops in two days":                            plan("strategy: two-hop, types: [RDS], retention: {local: 1, intermediate: 2, final: 2}, enabled: false"),
		"a direct plan's copy of one day":                 plan("types: [RDS], retention: {local: 7, final: 1}"),
		"a direct plan of databases":                      plan("types: [RDS], retention: {local: 7, final: 7}"),
	})
}

// manyVaults are n more vaults in the secondary Regions, and a retention in them.
func manyVaults(n int) (vaults, retention string) {
	for i := range n {
		vaults += fmt.Sprintf("v%d: {account: backup, region: secondary, name: %s%02d}, ", i, strings.Repeat("v", 48), i)
		retention += fmt.Sprintf(", v%d: 7", i)
	}
	return "vaults: {" + vaults + "}\n", retention
}

func TestAPolicyTooLong(t *testing.T) {
	vaults, retention := manyVaults(40)
	found := faultsOf(t, least+vaults+plan("retention: {local: 7"+retention+"}")+"\n")
	require.Len(t, found, 2)
	assert.Contains(t, found[0], "plans.own.retention: makes 40 copies")
	assert.Regexp(t, `plans.own: its Organizations policy has 1\d{4} characters, \d+ above what AWS takes; name fewer vaults in retention, or shorter names`, found[1])
}

func TestPlansInForceAreAsManyAsCanBeAttached(t *testing.T) {
	more := func(n int) string {
		text := "plans: {"
		for i := range n {
			text += fmt.Sprintf("p%d: {strategy: direct, schedule: 'cron(0 4 * * ? *)', types: [EBS], retention: {local: 7}}, ", i)
		}
		return text
	}
	refuse(t, map[string]fault{
		"eleven": {more(8) + "}", "plans: 11 are in force; each is a backup policy, of which a unit or an account takes 10: set enabled: false for 1 of them"},
	})
	accept(t, map[string]string{
		"ten":                          more(7) + "}",
		"eleven, one of them disabled": more(8) + "simple: {enabled: false}}",
	})
}

func TestAPolicyMayBeAsLongAsAWSTakes(t *testing.T) {
	for sentence, enabled := range map[string]string{"in force": "true", "not in force": "false"} {
		t.Run(sentence, func(t *testing.T) {
			padded := func(blanks int) string {
				return over(plan("enabled: "+enabled+", tag: 'ä', schedule: 'cron(0 4 * * ? *"+strings.Repeat(" ", blanks)+")'") + "\n")
			}
			room := 10000 - utf8.RuneCountInString(policy(t, padded(0), "own"))
			parse(t, padded(room))
			found := faultsOf(t, padded(room+1))
			require.Len(t, found, 1)
			assert.Contains(t, found[0], "plans.own: its Organizations policy has 10001 characters, 1 above what AWS takes")
		})
	}
}

func TestSchedules(t *testing.T) {
	for cron, cause := range map[string]string{
		"0 1 * * ? *":                "it takes cron( ), with six fields in it",
		"cron(0 1 * * ?)":            "six fields",
		"cron(0 1 * * ? * *)":        "six fields",
		"rate(1 day)":                "six fields",
		"cron(0 1 * * ? *":           "six fields",
		"cron(60 1 * * ? *)":         `minutes: "60" is not in 0-59`,
		"cron(0 24 * * ? *)":         `hours: "24" is not in 0-23`,
		"cron(0 1 0 * ? *)":          `day-of-month: "0" is not in 1-31`,
		"cron(0 1 32 * ? *)":         "day-of-month",
		"cron(0 1 * 13 ? *)":         `month: "13" is not in 1-12`,
		"cron(0 1 * JANUARY ? *)":    `month: "JANUARY" is not in 1-12`,
		"cron(0 1 ? * 0 *)":          `day-of-week: "0" is not in 1-7`,
		"cron(0 1 ? * MO *)":         "day-of-week",
		"cron(0 1 * * ? 1969)":       `year: "1969" is not in 1970-2199`,
		"cron(0 1 * * * *)":          "exactly one of day-of-month and day-of-week is ?",
		"cron(0 1 ? * ? *)":          "exactly one of day-of-month and day-of-week is ?",
		"cron(0 1 1 * MON *)":        "exactly one of",
		"cron(? 1 * * ? *)":          `minutes: "?" is not in`,
		"cron(* 1 * * ? *)":          "minutes: AWS Backup starts a plan once an hour at the most; give one minute",
		"cron(0/30 1 * * ? *)":       "once an hour at the most",
		"cron(0,30 1 * * ? *)":       "once an hour at the most",
		"cron(0 5-1 * * ? *)":        `hours: "5-1" ends before it begins`,
		"cron(0 0/0 * * ? *)":        `hours: "0/0" has no step of 1 to 23`,
		"cron(0 0/24 * * ? *)":       `hours: "0/24" has no step of 1 to 23`,
		"cron(0 0/x * * ? *)":        "has no step",
		"cron(0 /4 * * ? *)":         `hours: "" is not in 0-23`,
		"cron(0 1, * * ? *)":         `hours: "" is not in 0-23`,
		"cron(0 -1 * * ? *)":         "hours",
		"cron(0 +1 * * ? *)":         "hours",
		"cron(0 1 32W * ? *)":        "day-of-month",
		"cron(0 1 1,L * ? *)":        "day-of-month",
		"cron(0 1 ? * 3#6 *)":        "day-of-week",
		"cron(0 1 ? * 3#1,6#3 *)":    "day-of-week",
		"cron(0 1 ? * W *)":          "day-of-week",
		"cron(0 1 31 2,4 ? *)":       "no such day is in those months",
		"cron(60 24 * 13 ? 1)":       `minutes: "60" is not in 0-59; hours: "24" is not in 0-23; month: "13" is not in 1-12; year: "1" is not in 1970-2199`,
		"cron(0 1 * * ? 2026-20260)": "year",
	} {
		refuse(t, map[string]fault{cron: {plan(`schedule: "` + cron + `"`), cause}})
	}
	for _, cron := range []string{
		"cron(0 1 * * ? *)", "cron(15 * ? * * *)", "cron(0 5 ? * * *)", "cron(59 0/4 * * ? *)", "cron(0 0/23 * * ? *)", "cron(0 8-17/2 ? * MON-FRI *)", "cron(0 1 L * ? *)",
		"cron(0 1 15W * ? *)", "cron(0 1 ? * 6L *)", "cron(0 1 ? * L *)", "cron(0 1 ? * FRI#2 *)", "cron(0 1,13 1,15 JAN,jul ? 2026-2030)",
		"cron(0 1 29 2 ? *)", "cron( 0 1 * * ? * )", "cron(0 1 */2 * ? *)",
	} {
		accept(t, map[string]string{cron: plan(`schedule: "` + cron + `"`)})
	}
}
