package rds_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/rds"
)

func TestSnapshotsThatCannotBeCopied(t *testing.T) {
	const database = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	home, near, far := arn.Place{Account: "111111111111", Region: "eu-central-1"}, arn.Place{Account: "222222222222", Region: "eu-central-1"}, arn.Place{Account: "111111111111", Region: "eu-north-1"}
	const needs = "The snapshot requires a target option group with the following options: "
	zone, tde := rds.Option{Name: "Timezone", Persistent: true}, rds.Option{Name: "TDE", Persistent: true}
	own := rds.Details{OptionGroup: "own"}
	for sentence, test := range map[string]struct {
		details   rds.Details
		options   []rds.Option
		near, far string // refusals of copies to the other account, and to the other Region
	}{
		"one without an option group of its own": {},
		"options that can be taken off":          {own, []rds.Option{{Name: "APEX"}}, "", ""},
		"a time zone":                            {own, []rds.Option{zone}, needs + "Timezone", needs + "Timezone"},
		"Transparent Data Encryption":            {own, []rds.Option{zone, tde}, needs + "TDE", needs + "Timezone, TDE"},
		"RDS Custom":                             {rds.Details{Engine: "custom-oracle-ee"}, nil, "Copy job failed. Copying a snapshot across accounts is not supported for RDS Custom.", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			service := rds.New(resources.New())
			service.Describe(database, test.details)
			service.AddOptionGroup(home.Account, home.Region, "own", test.options...)
			assert.Empty(t, service.Refuses(database, home, home))
			assert.Equal(t, test.near, service.Refuses(database, home, near))
			assert.Equal(t, test.far, service.Refuses(database, home, far))
			assert.Empty(t, service.Refuses("arn:aws:ec2:eu-central-1:111111111111:volume/vol-1", home, near))
			service.AddOptionGroup(far.Account, far.Region, "less", zone)
			service.AddOptionGroup(far.Account, far.Region, "all", zone, tde)
			assert.Empty(t, service.Refuses(database, home, far))
		})
	}
}

func TestCopiesMayTakeOptionGroupsAlong(t *testing.T) {
	const database = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	home, there := arn.Place{Account: "111111111111", Region: "eu-central-1"}, arn.Place{Account: "222222222222", Region: "eu-north-1"}
	service := rds.New(resources.New())
	service.Describe(database, rds.Details{OptionGroup: "own"})
	service.AddOptionGroup(home.Account, home.Region, "own", rds.Option{Name: "OLS", Persistent: true})
	assert.NotEmpty(t, service.Refuses(database, home, there))
	service.CarryOptionGroups()
	assert.Empty(t, service.Refuses(database, home, there))
}
