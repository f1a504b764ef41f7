package estate_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
)

// readers are the functions that read an environment, each with one that has no fault.
func readers(t *testing.T) map[string]struct {
	environment map[string]string
	read        func(func(string) string) error
} {
	t.Helper()
	e := parse(t, least)
	starter, err := e.Starter().Environment()
	require.NoError(t, err)
	tracker, err := e.Tracker().Environment()
	require.NoError(t, err)
	reconciler, err := e.Reconciler().Environment()
	require.NoError(t, err)
	return map[string]struct {
		environment map[string]string
		read        func(func(string) string) error
	}{
		"starter":    {starter, func(getenv func(string) string) error { _, err := estate.ReadStarter(getenv); return err }},
		"tracker":    {tracker, func(getenv func(string) string) error { _, err := estate.ReadTracker(getenv); return err }},
		"reconciler": {reconciler, func(getenv func(string) string) error { _, err := estate.ReadReconciler(getenv); return err }},
	}
}

// Each variable is needed, and a value that cannot be read is one fault.
func TestEachVariableOfAnEnvironmentIsRead(t *testing.T) {
	const whole = "%q is not a whole number of %d or more"
	const url = "%q is not the URL of a queue; it would look like https://sqs.eu-central-1.amazonaws.com/222222222222/copies"
	const length = "%q is not a length of time; it would look like 15m or 26h"
	bad := map[string]map[string]string{
		"TWOHOP_MAX_RECEIVES":       {"0": fmt.Sprintf(whole, "0", 1), "x": fmt.Sprintf(whole, "x", 1)},
		"TWOHOP_MAX_ATTEMPTS":       {"0": fmt.Sprintf(whole, "0", 1), "x": fmt.Sprintf(whole, "x", 1)},
		"TWOHOP_DAILY_CEILING":      {"-1": fmt.Sprintf(whole, "-1", 0), "x": fmt.Sprintf(whole, "x", 0)},
		"TWOHOP_INTERMEDIATE_DAYS":  {"-1": fmt.Sprintf(whole, "-1", 0), "x": fmt.Sprintf(whole, "x", 0)},
		"TWOHOP_RECENT_DAYS":        {"0": fmt.Sprintf(whole, "0", 1), "x": fmt.Sprintf(whole, "x", 1)},
		"TWOHOP_COPIES_QUEUE_URL":   {"copies": fmt.Sprintf(url, "copies")},
		"TWOHOP_COPIES_DLQ_URL":     {"ftp://x": fmt.Sprintf(url, "ftp://x")},
		"TWOHOP_OUTCOMES_QUEUE_URL": {"x": fmt.Sprintf(url, "x")},
		"TWOHOP_OUTCOMES_DLQ_URL":   {"x": fmt.Sprintf(url, "x")},
		"TWOHOP_SWEEPS_QUEUE_URL":   {"x": fmt.Sprintf(url, "x")},
		"TWOHOP_TOPIC_ARN":          {"alarms": `"alarms" is not the ARN of a topic; it would look like arn:aws:sns:eu-central-1:222222222222:twohop-alarms`},
		"TWOHOP_RECENT_EVERY":       {"0s": fmt.Sprintf(length, "0s"), "-1m": fmt.Sprintf(length, "-1m"), "often": fmt.Sprintf(length, "often")},
		"TWOHOP_RPO":                {"{": "unexpected EOF", "{}x": "goes on after its JSON value"},
		"TWOHOP_ROUTES":             {"{": "unexpected EOF", "[]]": "goes on after its JSON value", `[{"Odd":1}]`: `json: unknown field "Odd"`, "[]": "no route; at least one is needed"},
		"TWOHOP_POOLS":              {"{": "unexpected EOF"},
		"TWOHOP_ESTATE":             {},
	}
	for name, of := range readers(t) {
		for variable := range of.environment {
			values, known := bad[variable]
			require.True(t, known, "%s has no row", variable)
			refused := maps.Clone(values)
			refused[""] = "is not set"
			for value, want := range refused {
				changed := maps.Clone(of.environment)
				changed[variable] = value
				err := of.read(func(name string) string { return changed[name] })
				require.EqualError(t, err, "configuration: 1 faults:\n"+variable+": "+want, "%s: %s=%s", name, variable, value)
			}
		}
		for variable, least := range map[string]string{"TWOHOP_MAX_RECEIVES": "1", "TWOHOP_MAX_ATTEMPTS": "1", "TWOHOP_DAILY_CEILING": "0", "TWOHOP_INTERMEDIATE_DAYS": "0",
			"TWOHOP_RECENT_DAYS": "1", "TWOHOP_RECENT_EVERY": "1ns", "TWOHOP_COPIES_QUEUE_URL": "http://127.0.0.1:1/copies"} {
			changed := maps.Clone(of.environment)
			changed[variable] = least
			require.NoError(t, of.read(func(name string) string { return changed[name] }), "%s: %s=%s", name, variable, least)
		}
	}
}

func TestFaultsOfRoutes(t *testing.T) {
	const intermediate, final = `"arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"`, `"arn:aws:backup:eu-north-1:222222222222:backup-vault:final"`
	const role = `"arn:aws:iam::222222222222:role/copy"`
	route := func(name, source, types, role, destinations string) string {
		return fmt.Sprintf(`{"Name":%s,"Source":%s,"Types":%s,"Role":%s,"Destinations":[%s]}`, name, source, types, role, destinations)
	}
	to := func(vault, days string) string { return fmt.Sprintf(`{"Vault":%s,"DeleteAfterDays":%s}`, vault, days) }
	good := route(`"a"`, intermediate, `["RDS"]`, role, to(final, "35"))
	of := readers(t)["tracker"]
	for routes, want := range map[string]string{
		good: "",
		good + "," + route(`"b"`, intermediate, `["Aurora"]`, role, to(final, "36500")):               "",
		route(`""`, intermediate, `["RDS"]`, role, to(final, "1")):                                    "TWOHOP_ROUTES[0].Name: is not set",
		route(`"a"`, intermediate, `[]`, role, to(final, "1")):                                        "TWOHOP_ROUTES[0].Types: no resource type; some of [RDS Aurora DocumentDB Neptune] are needed",
		route(`"a"`, intermediate, `["S3"]`, role, to(final, "1")):                                    `TWOHOP_ROUTES[0].Types: "S3" does not travel in two hops; RDS, Aurora, DocumentDB, Neptune do`,
		route(`"a"`, intermediate, `["RDS","RDS"]`, role, to(final, "1")):                             `TWOHOP_ROUTES[0].Types: RDS from arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate is taken by route "a" already`,
		route(`"a"`, intermediate, `["RDS"]`, `"copy"`, to(final, "1")):                               `TWOHOP_ROUTES[0].Role: "copy" is not the ARN of a role`,
		route(`"a"`, intermediate, `["RDS"]`, role, ""):                                               "TWOHOP_ROUTES[0].Destinations: no vault; at least one is needed",
		route(`"a"`, intermediate, `["RDS"]`, role, `{"DeleteAfterDays":35}`):                         "TWOHOP_ROUTES[0].Destinations[0].Vault: is not set",
		route(`"a"`, intermediate, `["RDS"]`, role, to(intermediate, "1")):                            "TWOHOP_ROUTES[0].Destinations[0].Vault: arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate is the route's own source",
		route(`"a"`, intermediate, `["RDS"]`, role, to(final, "1")+","+to(final, "1")):                "TWOHOP_ROUTES[0].Destinations[1].Vault: arn:aws:backup:eu-north-1:222222222222:backup-vault:final is a destination of the route already",
		route(`"a"`, intermediate, `["RDS"]`, role, to(final, "0")):                                   "TWOHOP_ROUTES[0].Destinations[0].DeleteAfterDays: 0; 1 to 36500 are possible",
		route(`"a"`, intermediate, `["RDS"]`, role, to(final, "36501")):                               "TWOHOP_ROUTES[0].Destinations[0].DeleteAfterDays: 36501; 1 to 36500 are possible",
		good + "," + route(`"b"`, final, `["Aurora"]`, role, to(intermediate, "1")):                   "TWOHOP_ROUTES[1].Source: arn:aws:backup:eu-north-1:222222222222:backup-vault:final is not in account 222222222222 and Region eu-central-1 as the first route's; an estate has one primary Region",
		route(`"a"`, intermediate, `["RDS"]`, role, to(strings.Replace(final, "222", "333", 1), "1")): "TWOHOP_ROUTES[0].Destinations[0].Vault: account 333222222222 is not the source's 222222222222; the second hop stays in the backup account",
	} {
		changed := maps.Clone(of.environment)
		changed["TWOHOP_ROUTES"] = "[" + routes + "]"
		err := of.read(func(name string) string { return changed[name] })
		if want == "" {
			require.NoError(t, err, routes)
			continue
		}
		require.EqualError(t, err, "configuration: 1 faults:\n"+want, routes)
	}
}

func TestATypeWithoutAPoolIsNamedOnce(t *testing.T) {
	s := starter(t)
	second := s.Routes[0]
	second.Name, second.Source = "more", vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:second")
	s.Routes, s.Pools = append(s.Routes, second), s.Pools[:1]
	environment, err := s.Environment()
	require.NoError(t, err)
	_, err = read(environment)
	require.Error(t, err)
	assert.Equal(t, []string{"configuration: 3 faults:",
		`TWOHOP_POOLS: no pool holds Aurora, which route "databases" copies`,
		`TWOHOP_POOLS: no pool holds DocumentDB, which route "databases" copies`,
		`TWOHOP_POOLS: no pool holds Neptune, which route "databases" copies`}, strings.Split(err.Error(), "\n"))
}

func TestFaultsOfThePrerequisitesSayWhatWouldBeRight(t *testing.T) {
	const at = "TWOHOP_PREREQUISITES."
	for want, change := range map[string]func(*estate.Prerequisites){
		at + `Account: "1" is not the id of an account, 12 digits; it would look like 222222222222`:                                        func(p *estate.Prerequisites) { p.Account = "1" },
		at + `Organization.ID: "o" is not the id of an organization; it would look like o-a1b2c3d4e5`:                                      func(p *estate.Prerequisites) { p.Organization.ID = "o" },
		at + `Members.Units[0]: "u" is not the id of an organizational unit or of the root; it would look like ou-ab12-11111111 or r-ab12`: func(p *estate.Prerequisites) { p.Members.Units[0] = "u" },
		at + `Members.Units[1]: "r-ab12" stands in the list already; keep one of them`:                                                     func(p *estate.Prerequisites) { p.Members.Units = []string{"r-ab12", "r-ab12"} },
		at + `Members.Except[0]: "x" is not the id of an account, 12 digits; it would look like 222222222222`:                              func(p *estate.Prerequisites) { p.Members.Except[0] = "x" },
		at + `Members.Accounts[0]: "x" is not the id of an account, 12 digits; it would look like 111111111111`:                            func(p *estate.Prerequisites) { p.Members.Accounts[0] = "x" },
		at + `Members.Accounts[0]: 222222222222 is one of Except, which are never members; take it out`:                                    func(p *estate.Prerequisites) { p.Members.Accounts[0] = "222222222222" },
		at + `Members.Role: is not set; the name of a role would look like twohop-Operator`:                                                func(p *estate.Prerequisites) { p.Members.Role = "" },
		at + `Members.OptIns: no Region; one would look like {"eu-central-1": ["RDS"]}`:                                                    func(p *estate.Prerequisites) { p.Members.OptIns = nil },
		at + `Members.Units: no unit; the id of an organizational unit or of the root is needed, which would look like ou-ab12-11111111`:   func(p *estate.Prerequisites) { p.Members.Units = nil },
		at + `Members.Except: 333333333333, the function's own account, is missing; it cannot be a member`:                                 func(p *estate.Prerequisites) { p.Members.Except = nil },
		at + `OptIns.cn-north-1: cn-north-1 is in China, where AWS Backup makes no copies to other accounts; use Regions elsewhere`:        func(p *estate.Prerequisites) { p.OptIns["cn-north-1"] = []string{"RDS"} },
	} {
		p := prerequisites()
		change(&p)
		environment, err := p.Environment()
		require.NoError(t, err)
		_, err = readPrerequisites(environment)
		require.EqualError(t, err, "configuration: 1 faults:\n"+want)
	}
}
