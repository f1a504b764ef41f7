package iam

import (
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/wire"
)

// managed are the policies of AWS that are known here, by what follows policy/ in
// their ARNs. Each permits what the local AWS asks of a role that has it; AWS's own
// documents permit more, for services that are not simulated [AWS managed policy
// reference].
var managed = map[string][]string{
	"service-role/AWSBackupServiceRolePolicyForBackup": {
		"backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "backup:DescribeBackupVault", "kms:DescribeKey", "kms:CreateGrant",
		"rds:CopyDBSnapshot", "rds:CopyDBClusterSnapshot", "rds:CreateDBSnapshot", "rds:CreateDBClusterSnapshot", "ec2:CreateSnapshot", "ec2:CopySnapshot",
		"tag:GetResources",
	},
	"service-role/AWSBackupServiceRolePolicyForRestores": {
		"rds:RestoreDBInstanceFromDBSnapshot", "rds:RestoreDBClusterFromSnapshot", "ec2:CreateVolume", "kms:DescribeKey", "kms:CreateGrant",
	},
	"AWSBackupServiceRolePolicyForS3Backup":  {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "kms:Decrypt", "kms:DescribeKey"},
	"AWSBackupServiceRolePolicyForS3Restore": {"s3:PutObject", "s3:CreateBucket", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"},
}

// linked are what service-linked roles may do, by service.
var linked = map[string][]string{
	"backup.amazonaws.com": {
		"backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "kms:DescribeKey", "kms:Decrypt", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo",
		"kms:GenerateDataKey", "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant", "rds:CopyDBSnapshot", "rds:CopyDBClusterSnapshot", "ec2:CopySnapshot",
	},
	"rds.amazonaws.com": {"kms:DescribeKey"},
}

func managedPolicy(arn string) (policy.Document, error) {
	name, ok := strings.CutPrefix(arn, "arn:aws:iam::aws:policy/")
	actions, known := managed[name]
	if !ok || !known {
		return policy.Document{}, &wire.Error{Code: "NoSuchEntity", Message: fmt.Sprintf("Policy %s does not exist or is not attachable: awssim knows none of this ARN.", arn)}
	}
	return permits(name, actions), nil
}

func linkedPolicies(service string) []policy.Document {
	return []policy.Document{permits("the service-linked role of "+service, linked[service])}
}

// permits is a document that allows actions on everything.
func permits(name string, actions []string) policy.Document {
	text := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["%s"],"Resource":"*"}]}`, strings.Join(actions, `","`))
	d, err := policy.Parse(policy.Identity, name, []byte(text))
	if err != nil {
		panic(fmt.Sprintf("a table of this package: %v", err))
	}
	return d
}
