package estate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

func TestRoutesFanOutToEveryRegionOfEveryFinalVault(t *testing.T) {
	destination := func(region, name string, days, low, high int32) hop.Destination {
		return hop.Destination{Vault: vault(t, "arn:aws:backup:"+region+":222222222222:backup-vault:pay-2-"+name), DeleteAfterDays: days, MinDays: low, MaxDays: high}
	}
	intermediate := vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:pay-2-intermediate")
	assert.Equal(t, hop.Routes{
		{
			Name: "cross-region-special", Source: intermediate, Types: []string{"RDS", "Aurora"}, Role: "arn:aws:iam::222222222222:role/pay-2-copy",
			Destinations: []hop.Destination{
				destination("eu-west-1", "copies", 90, 0, 0),
				destination("eu-north-1", "final", 35, 7, 365),
				destination("eu-west-1", "final", 35, 7, 365),
				destination("eu-west-2", "final", 35, 7, 365),
			},
		},
		{
			Name: "nightly", Source: intermediate, Types: []string{"Neptune"}, Role: "arn:aws:iam::222222222222:role/pay-2-copy",
			Destinations: []hop.Destination{destination("eu-west-1", "copies", 35, 0, 0)},
		},
	}, parse(t, fanOut).Routes())
}

func TestPlansThatAreDirectOrDisabledHaveNoRoute(t *testing.T) {
	e := parse(t, least)
	require.Len(t, e.Routes(), 1, "cross-region is direct")
	special := e.Plans["cross-region-special"]
	special.Enabled = false
	e.Plans["cross-region-special"] = special
	assert.Empty(t, e.Routes())
}

func TestTheFunctionsReadWhatTheEstateWrites(t *testing.T) {
	for sentence, text := range map[string]string{
		"the least file":          least,
		"three secondary Regions": fanOut,
		"GovCloud":                over("regions: {primary: us-gov-west-1, secondary: [us-gov-east-1]}\n"),
	} {
		t.Run(sentence, func(t *testing.T) {
			e := parse(t, text)
			starter, err := e.Starter().Environment()
			require.NoError(t, err)
			read, err := estate.ReadStarter(func(name string) string { return starter[name] })
			require.NoError(t, err)
			assert.Equal(t, e.Starter(), read)
			assertFits(t, starter)

			tracker, err := e.Tracker().Environment()
			require.NoError(t, err)
			readTracker, err := estate.ReadTracker(func(name string) string { return tracker[name] })
			require.NoError(t, err)
			assert.Equal(t, e.Tracker(), readTracker)
			assertFits(t, tracker)
			reconciler, err := e.Reconciler().Environment()
			require.NoError(t, err)
			readReconciler, err := estate.ReadReconciler(func(name string) string { return reconciler[name] })
			require.NoError(t, err)
			assert.Equal(t, e.Reconciler(), readReconciler)
			assertFits(t, reconciler)

			for _, want := range []estate.Prerequisites{e.BackupPrerequisites(), e.ManagementPrerequisites()} {
				environment, err := want.Environment()
				require.NoError(t, err)
				got, err := estate.ReadPrerequisites(func(name string) string { return environment[name] })
				require.NoError(t, err)
				assert.Equal(t, want, got)
				assertFits(t, environment)
			}
		})
	}
}

func TestPrerequisitesOfTheTwoAccounts(t *testing.T) {
	e := parse(t, fanOut)
	assert.Equal(t, estate.Prerequisites{
		Estate: "pay-2", Account: "222222222222",
		OptIns: estate.OptIns{
			"eu-central-1": {"Aurora", "Neptune", "RDS"},
			"eu-north-1":   {"Aurora", "RDS"},
			"eu-west-1":    {"Aurora", "EBS", "Neptune", "RDS", "S3"},
			"eu-west-2":    {"Aurora", "RDS"},
		},
	}, e.BackupPrerequisites(), "in each Region the types of the plans with a vault there, and no other")
	assert.Equal(t, estate.Prerequisites{
		Estate: "pay-2", Account: "333333333333",
		Organization: &estate.OrganizationDuty{ID: "o-a1b2c3d4e5"},
		Members: &estate.MembersDuty{
			Units: []string{"ou-ab12-11111111"}, Accounts: []string{"111111111111"}, Except: []string{"222222222222", "333333333333"},
			Role: "pay-2-Operator", OptIns: estate.OptIns{"eu-central-1": {"Aurora", "DocumentDB", "EBS", "Neptune", "RDS", "S3"}},
		},
	}, e.ManagementPrerequisites(), "in the members the types of all plans")
}

func TestPlansThatAreDisabledNeedNoOptIn(t *testing.T) {
	e := parse(t, least+"plans: {simple: {enabled: false}, cross-region: {enabled: false}}\n")
	databases := []string{"Aurora", "DocumentDB", "Neptune", "RDS"}
	assert.Equal(t, estate.OptIns{"eu-central-1": databases, "eu-north-1": databases}, e.BackupPrerequisites().OptIns)
	assert.Equal(t, estate.OptIns{"eu-central-1": databases}, e.ManagementPrerequisites().Members.OptIns)
	assert.Equal(t, []string{"RDS", "Aurora", "DocumentDB", "Neptune"}, e.Plans["cross-region-special"].Types, "the plan's own list stays as it is")
}
