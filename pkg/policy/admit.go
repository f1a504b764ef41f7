package policy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
)

// Admission is what the policy of a database's key lacks for a copy into the backup
// account.
type Admission struct {
	Missing  []Statement // of DatabaseKey, those of which an action is not allowed, or is denied
	Doubtful []string    // the policy's own statements, JSON, on which it depends and which cannot be judged from outside
}

// Admits tells whether the JSON of a key's policy lets AWSServiceRoleForBackup of the
// backup account do all of DatabaseKey. How the policy says it does not count: the role
// itself, its account and everybody with conditions are judged as KMS would. A condition
// on something that only AWS knows when it calls, such as kms:ViaService, makes a
// statement doubtful. The error says that the policy cannot be read.
func Admits(e estate.Estate, live string) (Admission, error) {
	statements, err := parse(live)
	if err != nil {
		return Admission{}, err
	}
	var found Admission
	for _, wanted := range DatabaseKey(e) {
		for _, action := range concrete(wanted.Action) {
			verdict, doubtful := copier(e).judge(statements, action)
			if verdict == no && !slices.ContainsFunc(found.Missing, func(s Statement) bool { return s.Sid == wanted.Sid }) {
				found.Missing = append(found.Missing, wanted)
			}
			if verdict == unsure {
				found.Doubtful = append(found.Doubtful, doubtful...)
			}
		}
	}
	found.Doubtful = set(found.Doubtful)
	return found, nil
}

// concrete are the actions of KMS behind those with wildcards [Service Authorization
// Reference: AWS KMS].
func concrete(actions []string) []string {
	var all []string
	for _, action := range actions {
		switch action {
		case "kms:ReEncrypt*":
			all = append(all, "kms:ReEncryptFrom", "kms:ReEncryptTo")
		case "kms:GenerateDataKey*":
			all = append(all, "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext")
		default:
			all = append(all, action)
		}
	}
	return all
}

type verdict int

const (
	no verdict = iota
	unsure
	yes
)

// caller is a role that a policy is asked about, with the condition keys that are known
// of it, in small letters.
type caller struct {
	arn, account string
	sends        map[string]string
}

// copier is AWSServiceRoleForBackup of the backup account, whose grants are for AWS
// services.
func copier(e estate.Estate) caller {
	account := e.Accounts.Backup
	arn := e.ServiceLinkedRoleARN(account)
	return caller{arn: arn, account: account, sends: map[string]string{
		"aws:principalarn": arn, "aws:principalaccount": account, "aws:principalorgid": e.Organization,
		"kms:calleraccount": account, "kms:grantisforawsresource": "true",
		"aws:principaltype": "AssumedRole", "aws:securetransport": "true", "aws:principalisawsservice": "false",
	}}
}

// judge tells whether statements together let the caller do an action; where that is
// unsure, by which of them.
func (c caller) judge(statements []liveStatement, action string) (verdict, []string) {
	allowed, denied := no, no
	var doubtful []string
	for _, s := range statements {
		applies := c.applies(s, action)
		if applies == unsure {
			doubtful = append(doubtful, s.text)
		}
		if s.Effect == Deny {
			denied = max(denied, applies)
		} else {
			allowed = max(allowed, applies)
		}
	}
	switch {
	case denied == yes || allowed == no:
		return no, nil
	case allowed == yes && denied == no:
		return yes, nil
	default:
		return unsure, doubtful
	}
}

// applies: the statements of a key's policy are about that key, whatever their Resource.
func (c caller) applies(s liveStatement, action string) verdict {
	about := func(pattern string) bool { return like(strings.ToLower(pattern), strings.ToLower(action)) }
	if len(s.Action) > 0 && !slices.ContainsFunc(s.Action, about) || slices.ContainsFunc(s.NotAction, about) {
		return no
	}
	mine := func(id string) bool { return id == "*" || id == c.arn || accountOfRoot(id) == c.account }
	if len(s.NotPrincipal) == 0 && !slices.ContainsFunc(s.Principal["AWS"], mine) {
		return no
	}
	worst := yes
	if len(s.NotPrincipal) > 0 {
		worst = unsure
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			worst = min(worst, c.holds(strings.ToLower(operator), strings.ToLower(key), values))
		}
	}
	return worst
}

// holds judges one condition of one value [IAM: condition operators].
func (c caller) holds(operator, key string, values []string) verdict {
	sent, known := c.sends[key]
	variable := slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, "${") })
	if !known || variable {
		return unsure
	}
	operator = strings.TrimPrefix(strings.TrimPrefix(operator, "foranyvalue:"), "forallvalues:")
	operator = strings.TrimSuffix(operator, "ifexists")
	positive := map[string]string{"stringnotequals": "stringequals", "stringnotlike": "stringlike", "arnnotequals": "arnlike", "arnnotlike": "arnlike"}
	matches, ok := matchers[cmp.Or(positive[operator], operator)]
	if !ok {
		return unsure
	}
	if slices.ContainsFunc(values, func(value string) bool { return matches(value, sent) }) == (positive[operator] == "") {
		return yes
	}
	return no
}

var matchers = map[string]func(pattern, value string) bool{
	"stringequals":           func(pattern, value string) bool { return pattern == value },
	"stringequalsignorecase": strings.EqualFold,
	"bool":                   strings.EqualFold,
	"stringlike":             like,
	"arnlike":                like,
	"arnequals":              like, // the two are the same [IAM: condition operators, ARN]
}

// like matches * and ? as IAM does: * stands for any characters, slashes too.
func like(pattern, value string) bool {
	for pattern != "" {
		switch {
		case pattern[0] == '*':
			for i := range len(value) + 1 {
				if like(pattern[1:], value[i:]) {
					return true
				}
			}
			return false
		case value == "" || pattern[0] != '?' && pattern[0] != value[0]:
			return false
		}
		pattern, value = pattern[1:], value[1:]
	}
	return value == ""
}
