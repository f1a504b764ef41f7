package kms

import (
	"maps"
	"strconv"
	"time"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/kms/keys"
	"github.com/twohop/twohop/test/awssim/wire"
)

func placeOf(r *wire.Request) Place { return Place{Account: r.Account, Region: r.Region} }

// principal is who calls. The ARN of a role's session leaves the role's path out: here
// roles with paths, such as service-linked ones, do not call.
func (s *Service) principal(c wire.Caller) authz.Principal {
	p := authz.Principal{ARN: c.Principal}
	if role := keys.RoleOf(c.Principal); role != c.Principal {
		p.ARN, p.Session = role, c.Principal
	}
	p.Organization, p.OrganizationPaths = s.organizations.Of(c.Account)
	return p
}

// nobody is the principal whom no lockout can meet.
func nobody() authz.Principal { return authz.Principal{} }

// connection has the condition keys that every call sets. The local AWS is reached
// without TLS, and its connections pass for ones with it.
func connection(r *wire.Request) map[string][]string {
	now := r.Clock.Now()
	return map[string][]string{
		"aws:RequestedRegion": {r.Region}, "aws:SecureTransport": {"true"},
		"aws:CurrentTime": {now.Format(time.RFC3339)}, "aws:EpochTime": {strconv.FormatInt(now.Unix(), 10)},
	}
}

// call is an operation on one key.
type call struct {
	keyID, action  string
	byAlias        bool // an alias will do for the key
	acrossAccounts bool // other accounts may call, too [API: cross-account use]
	tokens         []string
	context        map[string][]string // beside the connection's
}

// admit finds the key and judges the caller: the policies first, then the key's state.
func (s *Service) admit(r *wire.Request, c call) (keys.Description, error) {
	k, err := s.resolve(r, c)
	if err != nil {
		return keys.Description{}, err
	}
	for _, token := range c.tokens {
		if !s.IsGrantToken(token) {
			return keys.Description{}, fault.New("InvalidGrantTokenException", "Invalid grant token")
		}
	}
	context := connection(r)
	maps.Copy(context, c.context)
	who := s.principal(r.Caller)
	verdict, err := s.Authorize(Use{KeyARN: k.ARN, Action: c.action, Principal: who, Identity: s.PoliciesOf(who), Context: context})
	if err != nil {
		return keys.Description{}, err
	}
	if verdict.Outcome != authz.Allowed {
		return keys.Description{}, fault.Denied(verdict.Message())
	}
	return k, nil
}

// mayList judges the actions that know no keys.
func (s *Service) mayList(r *wire.Request, action string) error {
	who := s.principal(r.Caller)
	verdict, err := authz.Evaluate(
		authz.Request{Action: action, Resource: "*", Principal: who, Context: connection(r)},
		authz.Policies{Identity: s.PoliciesOf(who), ResourceAccount: r.Account})
	if err != nil {
		return err
	}
	if verdict.Outcome != authz.Allowed {
		return fault.Denied(verdict.Message())
	}
	return nil
}
