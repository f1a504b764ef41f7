package keys

import (
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/kms/fault"
)

// longestPolicy in bytes [KMS developer guide: quotas].
const longestPolicy = 32 << 10

// defaultPolicy is that of a key made without one [KMS developer guide: default key
// policy].
func defaultPolicy(account string) string {
	return fmt.Sprintf(`{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::%s:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`, account)
}

// readPolicy reads a key policy and looks its principals up: KMS stores none that
// names a role or user who does not exist. That an account does is not checked.
func (s *Store) readPolicy(text string) (policy.Document, error) {
	if len(text) > longestPolicy {
		return policy.Document{}, fault.New("LimitExceededException", "The key policy has %d bytes; the most are %d.", len(text), longestPolicy)
	}
	document, err := policy.Parse(policy.Key, "key policy", []byte(text))
	if err != nil {
		return policy.Document{}, fault.MalformedPolicy("%v", err)
	}
	for _, arn := range document.NamedPrincipals() {
		if !s.config.Principals.Exists(RoleOf(arn)) {
			return policy.Document{}, fault.MalformedPolicy("Policy contains a statement with one or more invalid principals.")
		}
	}
	return document, nil
}

// RoleOf is the role of a session's ARN, and any other ARN itself.
func RoleOf(arn string) string {
	session, ok := strings.CutPrefix(arn, "arn:aws:sts::")
	account, rest, found := strings.Cut(session, ":assumed-role/")
	if !ok || !found {
		return arn
	}
	name, _, _ := strings.Cut(rest, "/")
	return "arn:aws:iam::" + account + ":role/" + name
}

// checkLockout refuses a policy that keeps who sets it from changing it again; the
// zero principal is nobody.
func (s *Store) checkLockout(k *key, setter authz.Principal) error {
	if setter.ARN == "" && setter.Service == "" {
		return nil
	}
	verdict, err := s.judge(k, Use{KeyARN: k.arn(), Action: "kms:PutKeyPolicy", Principal: setter, Identity: s.PoliciesOf(setter)})
	if err != nil {
		return err
	}
	if verdict.Outcome != authz.Allowed {
		return fault.MalformedPolicy("The new key policy will not allow you to update the key policy in the future.")
	}
	return nil
}

// PoliciesOf are a role's own; none for others.
func (s *Store) PoliciesOf(p authz.Principal) []policy.Document {
	if p.Session == "" {
		return nil
	}
	documents, _ := s.config.Identities.Policies(p.ARN)
	return documents
}
