package copies_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/backup/copies"
)

func TestWhereOneActionCopiesDatabases(t *testing.T) {
	everywhere := []string{"RDS", "Aurora", "DocumentDB", "Neptune"}
	for sentence, test := range map[string]struct {
		from, to string
		want     []string
	}{
		"between Regions that all accounts have": {"eu-central-1", "eu-north-1", everywhere},
		"out of one that must be opted in to":    {"eu-central-2", "eu-central-1", []string{"RDS", "Aurora"}},
		"into one that must be opted in to":      {"eu-central-1", "eu-south-1", []string{"RDS", "Aurora"}},
		"in China":                               {"cn-north-1", "cn-northwest-1", nil},
		"between the two of GovCloud":            {"us-gov-east-1", "us-gov-west-1", everywhere},
		"out of GovCloud":                        {"us-gov-east-1", "us-east-1", nil},
		"into GovCloud":                          {"us-east-1", "us-gov-east-1", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			var got []string
			for _, resourceType := range everywhere {
				if copies.SinceOctober2025(test.from, test.to, resourceType) {
					got = append(got, resourceType)
				}
			}
			assert.Equal(t, test.want, got)
		})
	}
}
