package keys

import (
	"errors"
	"fmt"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/kms/fault"
)

// Opening is the use of a key to copy what it encrypts.
type Opening struct {
	KeyARN    string
	Principal authz.Principal   // such as AWSServiceRoleForBackup of the destination's account
	Identity  []policy.Document // its own policies
	// Via is the service that calls KMS for the principal, such as rds: the value of
	// kms:ViaService, without Region and domain. Empty: none.
	Via string
	// Actions are the rights that are asked for; empty: those of a copy.
	Actions []string
}

// opening are the rights that MayOpen asks for. The guide wants the three about
// grants, for grants of AWS services only; AWS's own samples add the use of the key,
// of which reading takes DescribeKey and Decrypt [AWS Backup: encryption for a backup
// copy to a different account; AWS Backup samples]. Whether the first three suffice is
// UNCONFIRMED A52: a key policy that gives both is right either way.
var opening = []string{"kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}

// MayOpen tells whether a principal may copy from what a key encrypts, or do what its
// actions say: it must have all those rights, to grants with
// kms:GrantIsForAWSResource=true, and the key must be enabled. The error is of the
// classes ErrNotFound, ErrDisabled, ErrPendingDeletion or ErrDenied, and names every
// right that is missing, with the reason; of none where that cannot be judged.
func (s *Store) MayOpen(o Opening) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(o.KeyARN)
	if err != nil {
		return fmt.Errorf("open key: %w", err)
	}
	var faults []error
	actions := o.Actions
	if len(actions) == 0 {
		actions = opening
	}
	for _, action := range actions {
		use := Use{KeyARN: o.KeyARN, Action: action, Principal: o.Principal, Identity: o.Identity, Context: map[string][]string{}}
		if o.Via != "" {
			use.Context["kms:ViaService"] = []string{o.Via + "." + k.Region + ".amazonaws.com"}
		}
		if grantAction(action) {
			use.Context["kms:GrantIsForAWSResource"] = []string{"true"}
		}
		verdict, err := s.judge(k, use)
		switch {
		case err != nil:
			return fmt.Errorf("open key %s: %w", o.KeyARN, err)
		case verdict.Outcome != authz.Allowed:
			faults = append(faults, fault.Denied(verdict.Reason))
		}
	}
	if err := errors.Join(append(faults, k.usable())...); err != nil {
		return fmt.Errorf("open key: %w", err)
	}
	return nil
}

// grantAction: the actions that kms:GrantIsForAWSResource is about.
func grantAction(action string) bool {
	return action == "kms:CreateGrant" || action == "kms:ListGrants" || action == "kms:RevokeGrant"
}
