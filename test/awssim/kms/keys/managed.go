package keys

import (
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/kms/fault"
)

// managedNames are the keys that AWS manages in every account and Region, and the
// service through which alone each can be used, as kms:ViaService names it.
var managedNames = map[string]string{
	"alias/aws/backup": "backup",
	"alias/aws/ebs":    "ec2",
	"alias/aws/rds":    "rds",
	"alias/aws/s3":     "s3",
}

// AWSManagedKey is the ARN of a key that AWS manages, made at its first use; alias is
// alias/aws/rds, ebs, s3 or backup. Its policy is AWS's and nobody can change it; it
// admits no other account.
func (s *Store) AWSManagedKey(account, region, alias string) (string, error) {
	if !accountForm.MatchString(account) || !regionForm.MatchString(region) {
		return "", fault.Invalid("AWS managed key %s: account %q must have 12 digits, %q must be a Region", alias, account, region)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.managed(Place{account, region}, alias)
	if err != nil {
		return "", err
	}
	return k.arn(), nil
}

// managed needs s.mu held.
func (s *Store) managed(p Place, name string) (*key, error) {
	if a := s.alias(p, name); a != nil {
		return a.key, nil
	}
	service, known := managedNames[name]
	if !known {
		return nil, aliasNotFound(p, name)
	}
	now := s.config.Clock.Now()
	k := &key{Place: p, id: s.config.IDs.UUID(), manager: AWS, made: now, state: Enabled, text: managedPolicy(p, service),
		description: "Default key that protects the data of " + strings.TrimPrefix(name, "alias/aws/") + " when no other key is defined",
		rotation:    rotation{since: now, days: UsualRotation}}
	document, err := policy.Parse(policy.Key, "key policy of "+name, []byte(k.text))
	if err != nil {
		return nil, err
	}
	k.policy = document
	s.keys = append(s.keys, k)
	s.aliases = append(s.aliases, &alias{Place: p, name: name, key: k, made: now})
	return k, nil
}

// managedPolicy has the form that such keys have: use through the one service by
// principals of the account, and a look at the key for the account [KMS developer
// guide: viewing AWS managed keys].
func managedPolicy(p Place, service string) string {
	statements := []string{
		fmt.Sprintf(`{"Sid":"Use through %s","Effect":"Allow","Principal":{"AWS":"*"},`+
			`"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant","kms:ListGrants","kms:DescribeKey"],"Resource":"*",`+
			`"Condition":{"StringEquals":{"kms:CallerAccount":%q,"kms:ViaService":"%s.%s.amazonaws.com"}}}`, service, p.Account, service, p.Region),
		fmt.Sprintf(`{"Sid":"Metadata","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},`+
			`"Action":["kms:Describe*","kms:Get*","kms:List*","kms:RevokeGrant"],"Resource":"*"}`, p.Account),
	}
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}
