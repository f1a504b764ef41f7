package keys

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/kms/fault"
)

// Grant lets a principal use a key, beside all policies.
type Grant struct {
	KeyARN  string
	Grantee string // ARN of a role, a user, a role's session or an account's root user
	// Operations are names such as Decrypt, without kms: [API: GrantOperation].
	Operations []string
	Retiring   string // ARN of who may retire it; empty: nobody
	Name       string // a second grant alike in all, with the same name, is the first one
	// Issuer is the ARN of the account's root user in whose name it is made.
	Issuer string
}

// Issued is a grant that was made.
type Issued struct {
	Grant
	ID, Token string
	Made      time.Time
}

// operations of symmetric keys that grants can allow [API: CreateGrant].
var operations = map[string]bool{
	"CreateGrant": true, "Decrypt": true, "DescribeKey": true, "Encrypt": true, "GenerateDataKey": true, "GenerateDataKeyPair": true,
	"GenerateDataKeyPairWithoutPlaintext": true, "GenerateDataKeyWithoutPlaintext": true, "ReEncryptFrom": true, "ReEncryptTo": true, "RetireGrant": true,
}

var (
	granteeForm   = regexp.MustCompile(`^arn:aws:(iam::\d{12}:(root|(role|user)/[\w+=,.@/-]+)|sts::\d{12}:assumed-role/[\w+=,.@-]+/[\w+=,.@-]+)$`)
	grantNameForm = regexp.MustCompile(`^[a-zA-Z0-9:/_-]{0,256}$`)
)

// AddGrant makes a grant, whoever asks; it counts at once. Its errors are those of
// CreateGrant, *wire.Error.
func (s *Store) AddGrant(g Grant) (Issued, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(g.KeyARN)
	if err == nil {
		err = k.usable()
	}
	if err == nil {
		err = s.CheckGrant(g)
	}
	if err != nil {
		return Issued{}, err
	}
	g.Operations = slices.Clone(g.Operations)
	slices.Sort(g.Operations)
	g.Operations = slices.Compact(g.Operations)
	for _, old := range k.grants {
		if g.Name != "" && old.Name == g.Name && old.Grantee == g.Grantee && old.Retiring == g.Retiring && slices.Equal(old.Operations, g.Operations) {
			return old, nil
		}
	}
	made := Issued{Grant: g, ID: s.config.IDs.Hex(32), Token: s.config.IDs.Hex(64), Made: s.config.Clock.Now()}
	k.grants = append(k.grants, made)
	return made, nil
}

// CheckGrant is the error of AddGrant for what the grant itself says.
func (s *Store) CheckGrant(g Grant) error {
	principals := []string{g.Grantee}
	if g.Retiring != "" {
		principals = append(principals, g.Retiring)
	}
	for _, principal := range principals {
		exists := strings.HasSuffix(principal, ":root") || s.config.Principals.Exists(RoleOf(principal))
		if !granteeForm.MatchString(principal) || !exists {
			return fault.New("InvalidArnException", "ARN does not refer to a valid principal: %s", principal)
		}
	}
	if !grantNameForm.MatchString(g.Name) {
		return fault.Invalid("%q is no name of a grant: it may have 256 letters, digits and :/_-", g.Name)
	}
	if len(g.Operations) == 0 {
		return fault.Invalid("a grant has at least one operation")
	}
	for _, operation := range g.Operations {
		if !operations[operation] {
			return fault.Invalid("%q is no operation for a grant of a symmetric key; there are %q", operation, slices.Sorted(maps.Keys(operations)))
		}
	}
	return nil
}

// granting is the grant that allows a use; nil if none does. A grantee that is an
// account's root user stands for that user alone: what AWS makes of it for others of
// the account is UNCONFIRMED A105. s.mu is held.
func (k *key) granting(u Use) *Issued {
	for i, g := range k.grants {
		operation := func(name string) bool { return strings.EqualFold("kms:"+name, u.Action) }
		if (g.Grantee == u.Principal.ARN || g.Grantee == u.Principal.Session) && slices.ContainsFunc(g.Operations, operation) {
			return &k.grants[i]
		}
	}
	return nil
}

// Grants lists those of a key in the order in which they were made. The error is of the
// class ErrNotFound.
func (s *Store) Grants(keyARN string) ([]Issued, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return nil, err
	}
	return slices.Clone(k.grants), nil
}

// IsGrantToken tells whether any grant's token is this. Grants count at once here, so
// that tokens change nothing.
func (s *Store) IsGrantToken(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.keys, func(k *key) bool {
		return slices.ContainsFunc(k.grants, func(g Issued) bool { return g.Token == token })
	})
}

// RevokeGrant ends a grant, whoever asks. The error is of the class ErrNotFound.
func (s *Store) RevokeGrant(keyARN, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return err
	}
	for i, g := range k.grants {
		if g.ID == id {
			k.grants = slices.Delete(k.grants, i, i+1)
			return nil
		}
	}
	return fault.NotFound("Grant ID %s not found", id)
}
