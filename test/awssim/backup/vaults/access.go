package vaults

import (
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
)

// PutPolicy gives a vault an access policy, JSON. Actions with wildcards are refused,
// as AWS Backup refuses them; the codes of its refusals are UNCONFIRMED A107.
func (s *Store) PutPolicy(p arn.Place, name, text string) error {
	d, err := policy.Parse(policy.Resource, "the access policy of "+name, []byte(text))
	if err != nil {
		return fault.InvalidValue("The specified policy cannot be added to the vault: %v", err)
	}
	for _, statement := range d.Statements() {
		for _, action := range statement.Actions {
			if strings.ContainsAny(action, "*?") {
				return fault.InvalidValue("The specified policy cannot be added to the vault: the action %q has a wildcard", action)
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.find(p, name)
	if !ok {
		return denied()
	}
	v.policy = text
	return nil
}

// Policy is a vault's access policy, JSON. It is answered with AccessDeniedException
// without the vault, ResourceNotFoundException without a policy.
func (s *Store) Policy(p arn.Place, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.find(p, name)
	if !ok {
		return "", denied()
	}
	if v.policy == "" {
		return "", fault.NotFound("Backup Vault %s has no associated policy", name)
	}
	return v.policy, nil
}
