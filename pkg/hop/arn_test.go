package hop_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

func TestTheAccountOfAnARN(t *testing.T) {
	for name, c := range map[string]struct{ arn, account string }{
		"a database":             {"arn:aws:rds:eu-central-1:111111111111:cluster:ledger", "111111111111"},
		"a name with colons":     {"arn:aws:rds:eu-central-1:111111111111:cluster-snapshot:awsbackup:job-1", "111111111111"},
		"a bucket has none":      {"arn:aws:s3:::ledgers", ""},
		"too short":              {"arn:aws:rds:eu-central-1:111111111111", ""},
		"no ARN":                 {"aws:rds:eu-central-1:111111111111:cluster:ledger", ""},
		"nothing":                {"", ""},
		"an ARN in another word": {"an arn:aws:rds:eu-central-1:111111111111:cluster", ""},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.account, hop.RecoveryPoint{ResourceARN: c.arn}.Account())
			assert.Equal(t, c.account, hop.CopyJob{ResourceARN: c.arn}.Account())
		})
	}
}
