package estate_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

func vault(t *testing.T, arn string) hop.Vault {
	t.Helper()
	v, err := hop.ParseVault(arn)
	require.NoError(t, err)
	return v
}

func starter(t *testing.T) estate.Starter {
	t.Helper()
	return estate.Starter{
		Estate:       "main",
		QueueURL:     "https://sqs.eu-central-1.amazonaws.com/222222222222/twohop-copies",
		DeadLetters:  "https://sqs.eu-central-1.amazonaws.com/222222222222/twohop-copies-dlq",
		MaxReceives:  5,
		Attempts:     4,
		DailyCeiling: 500,
		Routes: hop.Routes{{
			Name:   "databases",
			Source: vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"),
			Types:  estate.TwoHopTypes,
			Role:   "arn:aws:iam::222222222222:role/twohop-copy",
			Destinations: []hop.Destination{
				{Vault: vault(t, "arn:aws:backup:eu-north-1:222222222222:backup-vault:final"), DeleteAfterDays: 35, MinDays: 7, MaxDays: 365},
			},
		}},
		Pools: estate.DefaultPools(),
	}
}

func read(environment map[string]string) (estate.Starter, error) {
	return estate.ReadStarter(func(name string) string { return environment[name] })
}

func TestTheEnvironmentRoundTrips(t *testing.T) {
	want := starter(t)
	environment, err := want.Environment()
	require.NoError(t, err)
	assertFits(t, environment)

	got, err := read(environment)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestEveryFaultIsNamedAtOnce(t *testing.T) {
	_, err := read(nil)
	for _, name := range []string{"TWOHOP_ESTATE", "TWOHOP_COPIES_QUEUE_URL", "TWOHOP_COPIES_DLQ_URL", "TWOHOP_MAX_RECEIVES",
		"TWOHOP_MAX_ATTEMPTS", "TWOHOP_DAILY_CEILING", "TWOHOP_ROUTES", "TWOHOP_POOLS"} {
		require.ErrorContains(t, err, name+": is not set")
	}
	require.ErrorContains(t, err, "configuration: 8 faults:")
	assert.Len(t, strings.Split(err.Error(), "\n"), 9, "one line each")
}

func TestFaults(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*estate.Starter)
		want   string
	}{
		"a queue that is no URL": {func(s *estate.Starter) { s.QueueURL = "copies" }, `TWOHOP_COPIES_QUEUE_URL: "copies" is not the URL of a queue`},
		"no receives":            {func(s *estate.Starter) { s.MaxReceives = 0 }, `TWOHOP_MAX_RECEIVES: "0" is not a whole number of 1 or more`},
		"no attempts":            {func(s *estate.Starter) { s.Attempts = 0 }, "TWOHOP_MAX_ATTEMPTS"},
		"a negative ceiling":     {func(s *estate.Starter) { s.DailyCeiling = -1 }, "TWOHOP_DAILY_CEILING"},
		"no route":               {func(s *estate.Starter) { s.Routes = nil }, "no route"},
		"a route without a name": {func(s *estate.Starter) { s.Routes[0].Name = "" }, "TWOHOP_ROUTES[0].Name: is not set"},
		"a role that is no role": {func(s *estate.Starter) { s.Routes[0].Role = "copy" }, `TWOHOP_ROUTES[0].Role: "copy" is not the ARN of a role`},
		"no types":               {func(s *estate.Starter) { s.Routes[0].Types = nil }, "TWOHOP_ROUTES[0].Types: no resource type"},
		"a type of one hop":      {func(s *estate.Starter) { s.Routes[0].Types = []string{"EBS"} }, `"EBS" does not travel in two hops`},
		"a type twice":           {func(s *estate.Starter) { s.Routes = append(s.Routes, s.Routes[0]) }, `TWOHOP_ROUTES[1].Types: RDS from`},
		"two primary Regions": {func(s *estate.Starter) {
			second := s.Routes[0]
			second.Source.ARN = "arn:aws:backup:us-east-1:222222222222:backup-vault:intermediate"
			s.Routes = append(s.Routes, second)
		}, "TWOHOP_ROUTES[1].Source: "},
		"a pool without types": {func(s *estate.Starter) { s.Pools = append(s.Pools, hop.Pool{Size: 1}) }, "TWOHOP_POOLS[2].Types: no resource type"},
		"no destination":       {func(s *estate.Starter) { s.Routes[0].Destinations = nil }, "Destinations: no vault"},
		"a destination twice": {func(s *estate.Starter) {
			s.Routes[0].Destinations = append(s.Routes[0].Destinations, s.Routes[0].Destinations[0])
		}, "Destinations[1].Vault: "},
		"the source as destination": {func(s *estate.Starter) { s.Routes[0].Destinations[0].Vault = s.Routes[0].Source }, "is the route's own source"},
		"another account": {func(s *estate.Starter) {
			s.Routes[0].Destinations[0].Vault.ARN = "arn:aws:backup:eu-north-1:333333333333:backup-vault:final"
		}, "account 333333333333 is not the source's"},
		"no retention":                 {func(s *estate.Starter) { s.Routes[0].Destinations[0].DeleteAfterDays = 0 }, "DeleteAfterDays: 0; 1 to 36500 are possible"},
		"retention below the lock":     {func(s *estate.Starter) { s.Routes[0].Destinations[0].DeleteAfterDays = 3 }, "below the vault lock's minimum; use 7 or more"},
		"retention above the lock":     {func(s *estate.Starter) { s.Routes[0].Destinations[0].DeleteAfterDays = 400 }, "above the vault lock's maximum; use 365 or less"},
		"a pool without slots":         {func(s *estate.Starter) { s.Pools[0].Size = 0 }, "TWOHOP_POOLS[0].Size: 0"},
		"a pool that is all headroom":  {func(s *estate.Starter) { s.Pools[1].Headroom = 5 }, "TWOHOP_POOLS[1].Headroom: 5 leaves no slot"},
		"a type in two pools":          {func(s *estate.Starter) { s.Pools[1].Types = append(s.Pools[1].Types, "RDS") }, "RDS is in another pool already"},
		"a routed type without a pool": {func(s *estate.Starter) { s.Pools = s.Pools[:1] }, `no pool holds Aurora, which route "databases" copies`},
	} {
		t.Run(name, func(t *testing.T) {
			s := starter(t)
			test.change(&s)
			environment, err := s.Environment()
			require.NoError(t, err)
			_, err = read(environment)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestUnreadableJSON(t *testing.T) {
	good, err := starter(t).Environment()
	require.NoError(t, err)
	for value, want := range map[string]string{
		`{`:                         "TWOHOP_ROUTES: unexpected EOF",
		good["TWOHOP_ROUTES"] + `]`: "TWOHOP_ROUTES: goes on after its JSON value",
		`[{"Source":"final"}]`:      `"final" is not the ARN of a backup vault`,
		`[{"Retention":1}]`:         `unknown field "Retention"`,
		`[{"Source":"","Name":1}]`:  "is not the ARN of a backup vault",
	} {
		environment := maps.Clone(good)
		environment["TWOHOP_ROUTES"] = value
		_, err := read(environment)
		require.ErrorContains(t, err, want)
	}
}
