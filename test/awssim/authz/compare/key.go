package compare

import "strings"

// Key is a condition key that is evaluated.
type Key struct {
	values cardinality
	// Derived keys follow from the principal; a request does not give them.
	Derived bool
}

// Single tells whether a request has at most one value of the key.
func (k Key) Single() bool { return k.values == one }

type cardinality int

const (
	one     cardinality = iota
	several             // needs ForAllValues or ForAnyValue in a policy
	// oneOrMore: the service sets several, policies compare it with and without
	// ForAllValues [EventBridge user guide: resource-based policies].
	oneOrMore
)

// keys are the condition keys by their names in lower case, with the number of
// their values [IAM user guide: global condition keys; service authorization
// reference]. A key that nobody here would set is not listed: a policy that asks for
// it would be evaluated without it, silently.
var keys = map[string]Key{
	"aws:principalaccount":          {Derived: true},
	"aws:principalarn":              {Derived: true},
	"aws:principalisawsservice":     {Derived: true},
	"aws:principalorgid":            {Derived: true},
	"aws:principalorgpaths":         {Derived: true, values: several},
	"aws:principalservicename":      {Derived: true},
	"aws:principalservicenameslist": {Derived: true, values: several},
	"aws:principaltype":             {Derived: true},
	"aws:username":                  {Derived: true},

	"aws:calledvia":              {values: several},
	"aws:calledviafirst":         {},
	"aws:calledvialast":          {},
	"aws:currenttime":            {},
	"aws:epochtime":              {},
	"aws:multifactorauthage":     {},
	"aws:multifactorauthpresent": {},
	"aws:requestedregion":        {},
	"aws:resourceaccount":        {},
	"aws:resourceorgid":          {},
	"aws:resourceorgpaths":       {values: several},
	"aws:securetransport":        {},
	"aws:sourceaccount":          {},
	"aws:sourcearn":              {},
	"aws:sourceip":               {},
	"aws:sourceorgid":            {},
	"aws:sourceorgpaths":         {values: several},
	"aws:tagkeys":                {values: several},
	"aws:tokenissuetime":         {},
	"aws:userid":                 {},
	"aws:viaawsservice":          {},

	"backup:copytargetorgpaths":      {values: several},
	"backup:copytargets":             {values: several},
	"events:creatoraccount":          {},
	"events:detail-type":             {values: oneOrMore},
	"events:eventbusinvocation":      {},
	"events:source":                  {values: oneOrMore},
	"iam:awsservicename":             {},
	"iam:passedtoservice":            {},
	"kms:calleraccount":              {},
	"kms:granteeprincipal":           {},
	"kms:grantisforawsresource":      {},
	"kms:grantoperations":            {values: several},
	"kms:viaservice":                 {},
	"lambda:functionarn":             {},
	"organizations:policytype":       {},
	"organizations:serviceprincipal": {},
	"sts:externalid":                 {},
	"sts:rolesessionname":            {},
}

// tagKeys begin the names of keys that end in the key of a tag.
var tagKeys = []string{"aws:principaltag/", "aws:requesttag/", "aws:resourcetag/"}

// FindKey looks a condition key up; names are compared without case [IAM user
// guide: Condition].
func FindKey(name string) (Key, bool) {
	name = strings.ToLower(name)
	if k, known := keys[name]; known {
		return k, true
	}
	for _, prefix := range tagKeys {
		if strings.HasPrefix(name, prefix) && len(name) > len(prefix) {
			return Key{}, true
		}
	}
	return Key{}, false
}
