package keys

import (
	"fmt"
	"maps"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
)

// Use is what a principal wants to do with a key.
type Use struct {
	KeyARN    string
	Action    string // kms:Decrypt
	Principal authz.Principal
	Identity  []policy.Document // the principal's own policies
	// Context holds values of condition keys, such as kms:ViaService or
	// kms:GrantIsForAWSResource. Those that follow from principal and key are not given:
	// kms:CallerAccount, aws:ResourceAccount, aws:ResourceOrgID, aws:ResourceOrgPaths.
	Context map[string][]string
}

// Authorize judges a use by the key's policy, the principal's own policies and the
// key's grants: a grant allows what no policy denies [KMS developer guide: policy
// evaluation]. The error is of the class ErrNotFound where there is no such key, of
// ErrDisabled or ErrPendingDeletion where the use is allowed but the key's state
// forbids it (then the verdict is there, too), and of no class where the request
// cannot be judged.
func (s *Store) Authorize(u Use) (authz.Verdict, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(u.KeyARN)
	if err != nil {
		return authz.Verdict{}, err
	}
	return s.authorize(k, u)
}

// authorize needs s.mu held.
func (s *Store) authorize(k *key, u Use) (authz.Verdict, error) {
	verdict, err := s.judge(k, u)
	if err != nil {
		return authz.Verdict{}, err
	}
	if verdict.Outcome == authz.Allowed && needsEnabled[strings.ToLower(u.Action)] {
		return verdict, k.usable()
	}
	return verdict, nil
}

// needsEnabled are the actions that a key's state can forbid whoever asks, in lower
// case: those that use the key [KMS developer guide: key states]. What manages it has
// rules of its own.
var needsEnabled = map[string]bool{
	"kms:creategrant": true, "kms:decrypt": true, "kms:encrypt": true, "kms:generatedatakey": true, "kms:generatedatakeywithoutplaintext": true,
	"kms:generatedatakeypair": true, "kms:generatedatakeypairwithoutplaintext": true, "kms:reencryptfrom": true, "kms:reencryptto": true,
}

// judge looks at policies and grants, not at the key's state.
func (s *Store) judge(k *key, u Use) (authz.Verdict, error) {
	context, err := s.context(k, u)
	if err != nil {
		return authz.Verdict{}, err
	}
	verdict, err := authz.Evaluate(
		authz.Request{Action: u.Action, Resource: k.arn(), Principal: u.Principal, Context: context},
		authz.Policies{Identity: u.Identity, Resource: &k.policy, ResourceAccount: k.Account, Kind: policy.Key})
	if err != nil || verdict.Outcome != authz.NotAllowed {
		return verdict, err
	}
	if g := k.granting(u); g != nil {
		verdict.Outcome, verdict.Policy, verdict.Statement = authz.Allowed, "grant "+g.ID, ""
		verdict.Reason = fmt.Sprintf("%s for %s on %s: allowed by grant %s", u.Action, g.Grantee, k.arn(), g.ID)
	}
	return verdict, nil
}

// context adds what follows from principal and key.
func (s *Store) context(k *key, u Use) (map[string][]string, error) {
	organization, paths := s.config.Organizations.Of(k.Account)
	added := map[string][]string{"aws:ResourceAccount": {k.Account}, "aws:ResourceOrgPaths": paths}
	if organization != "" {
		added["aws:ResourceOrgID"] = []string{organization}
	}
	if account := accountOf(u.Principal.ARN); account != "" {
		added["kms:CallerAccount"] = []string{account}
	}
	context := maps.Clone(added)
	for name, values := range u.Context {
		for own := range added {
			if strings.EqualFold(name, own) {
				return nil, fmt.Errorf("authorize %s on %s: the condition key %s follows from principal and key", u.Action, k.arn(), name)
			}
		}
		context[name] = values
	}
	return context, nil
}

// accountOf is the account in an ARN; empty where there is none.
func accountOf(arn string) string {
	const parts, account = 6, 4
	if fields := strings.SplitN(arn, ":", parts); len(fields) == parts {
		return fields[account]
	}
	return ""
}
