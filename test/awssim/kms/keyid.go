package kms

import (
	"regexp"
	"strings"

	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/kms/keys"
	"github.com/twohop/twohop/test/awssim/wire"
)

var (
	keyIDForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	arnForm   = regexp.MustCompile(`^arn:aws:kms:([a-z0-9-]+):(\d{12}):(key/|alias/)(.+)$`)
)

// aliasPrefix begins the names of aliases.
const aliasPrefix = "alias/"

// resolve finds the key that a call means by id, ARN, alias or an alias's ARN. The
// codes are the API's; the texts are those that clients have met, or UNCONFIRMED A105.
func (s *Service) resolve(r *wire.Request, c call) (keys.Description, error) {
	at, name, err := locate(r, c.keyID)
	if err != nil {
		return keys.Description{}, err
	}
	foreign := at.Account != r.Account
	isAlias := strings.HasPrefix(name, aliasPrefix)
	switch {
	case foreign && !c.acrossAccounts:
		return keys.Description{}, deniedFrom(r, c, ", which is of another account")
	case isAlias && !c.byAlias:
		return keys.Description{}, fault.New("InvalidArnException", "Key Aliases are not supported for this operation: %s", c.keyID)
	case !isAlias && !keyIDForm.MatchString(name):
		return keys.Description{}, fault.NotFound("Invalid keyId '%s'", c.keyID)
	}
	arn := "arn:aws:kms:" + at.Region + ":" + at.Account + ":key/" + name
	if isAlias {
		arn, err = s.byAlias(at, name, foreign)
	}
	if err != nil {
		return keys.Description{}, err
	}
	k, err := s.Describe(arn)
	if err != nil && foreign {
		// Who is of another account does not learn which keys there are.
		return keys.Description{}, deniedFrom(r, c, " because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access")
	}
	return k, err
}

// byAlias makes the keys that AWS manages at their first use, which is the account's own.
func (s *Service) byAlias(at Place, name string, foreign bool) (string, error) {
	if strings.HasPrefix(name, "alias/aws/") && !foreign {
		return s.AWSManagedKey(at.Account, at.Region, name)
	}
	return s.ByAlias(at, name)
}

// locate is a key's place and its id or alias.
func locate(r *wire.Request, keyID string) (Place, string, error) {
	if !strings.HasPrefix(keyID, "arn:") {
		return placeOf(r), keyID, nil
	}
	m := arnForm.FindStringSubmatch(keyID)
	switch {
	case m == nil:
		return Place{}, "", fault.New("InvalidArnException", "Invalid arn %s", keyID)
	case m[1] != r.Region:
		return Place{}, "", fault.NotFound("Invalid arn %s", m[1])
	case m[3] == aliasPrefix:
		return Place{Account: m[2], Region: m[1]}, aliasPrefix + m[4], nil
	default:
		return Place{Account: m[2], Region: m[1]}, m[4], nil
	}
}

func deniedFrom(r *wire.Request, c call, why string) error {
	return fault.Denied("User: " + r.Principal + " is not authorized to perform: " + c.action + " on resource: " + c.keyID + why)
}
