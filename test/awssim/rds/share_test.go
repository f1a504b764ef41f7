package rds_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/rds"
)

func TestSnapshotsThatCannotBeShared(t *testing.T) {
	const database = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	for sentence, test := range map[string]struct {
		details rds.Details
		options []rds.Option
		want    string
	}{
		"one without an option group of its own": {},
		"options that can be taken off":          {rds.Details{OptionGroup: "own"}, []rds.Option{{Name: "APEX"}}, ""},
		"a time zone":                            {rds.Details{OptionGroup: "own"}, []rds.Option{{Name: "Timezone", Persistent: true}, {Name: "OLS", Persistent: true}}, ""},
		"Transparent Data Encryption": {rds.Details{OptionGroup: "own"}, []rds.Option{{Name: "Timezone", Persistent: true}, {Name: "TDE", Persistent: true}},
			"The snapshot requires a target option group with the following options: TDE"},
		"RDS Custom": {rds.Details{Engine: "custom-oracle-ee"}, nil, "Copy job failed. Copying a snapshot across accounts is not supported for RDS Custom."},
	} {
		t.Run(sentence, func(t *testing.T) {
			service := rds.New(resources.New())
			service.Describe(database, test.details)
			service.AddOptionGroup("111111111111", "eu-central-1", "own", test.options...)
			assert.Equal(t, test.want, service.Unshared(database))
			assert.Empty(t, service.Unshared("arn:aws:ec2:eu-central-1:111111111111:volume/vol-1"))
		})
	}
}
