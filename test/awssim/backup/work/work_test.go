package work_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/backup/work"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestWhatEachTypeTakes(t *testing.T) {
	const point = "arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-1"
	for resourceType, want := range map[string]struct {
		backUp, restore, remove []string
		via                     string
	}{
		"RDS":        {[]string{"rds:CreateDBSnapshot"}, []string{"rds:RestoreDBInstanceFromDBSnapshot"}, []string{"rds:DeleteDBSnapshot"}, "rds"},
		"Aurora":     {[]string{"rds:CreateDBClusterSnapshot"}, []string{"rds:RestoreDBClusterFromSnapshot"}, []string{"rds:DeleteDBClusterSnapshot"}, "rds"},
		"DocumentDB": {[]string{"rds:CreateDBClusterSnapshot"}, []string{"rds:RestoreDBClusterFromSnapshot"}, []string{"rds:DeleteDBClusterSnapshot"}, "rds"},
		"Neptune":    {[]string{"rds:CreateDBClusterSnapshot"}, []string{"rds:RestoreDBClusterFromSnapshot"}, []string{"rds:DeleteDBClusterSnapshot"}, "rds"},
		"EBS":        {[]string{"ec2:CreateSnapshot"}, []string{"ec2:CreateVolume"}, []string{"ec2:DeleteSnapshot"}, "ec2"},
		"S3":         {[]string{"s3:ListBucketVersions", "s3:GetObjectVersion"}, []string{"s3:PutObject", "s3:CreateBucket"}, nil, "backup"},
	} {
		t.Run(resourceType, func(t *testing.T) {
			restore := work.Restore(resourceType, point)
			if resourceType == "S3" {
				restore = work.RestoreBucket("arn:aws:s3:::ledger", true)
			}
			assert.Equal(t, want.backUp, actions(work.BackUp(resourceType, point)))
			assert.Equal(t, want.restore, actions(restore))
			assert.Equal(t, want.remove, actions(work.Delete(resourceType, point)))
			assert.Equal(t, want.via, work.Via(resourceType))
		})
	}
	assert.Equal(t, []string{"s3:PutObject"}, actions(work.RestoreBucket("arn:aws:s3:::ledger", false)), "a bucket that is there")
}

func actions(needs []wire.Need) []string {
	var names []string
	for _, need := range needs {
		names = append(names, need.Action)
	}
	return names
}
