package authz

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/compare"
)

var (
	actionName  = regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9]+$`)
	roleForm    = regexp.MustCompile(`^arn:aws:iam::\d{12}:role/(?:[\w+=,.@-]+/)*([\w+=,.@-]+)$`)
	userForm    = regexp.MustCompile(`^arn:aws:iam::\d{12}:user/(?:[\w+=,.@-]+/)*([\w+=,.@-]+)$`)
	rootForm    = regexp.MustCompile(`^arn:aws:iam::\d{12}:root$`)
	accountID   = regexp.MustCompile(`^\d{12}$`)
	serviceName = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$`)
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

// account is the id in an ARN; empty for a service.
func (p Principal) account() string { return accountOf(p.ARN) }

func (p Principal) isRoot() bool { return rootForm.MatchString(p.ARN) }

// name is how AWS's messages call the principal.
func (p Principal) name() string {
	for _, name := range []string{p.Service, p.Session} {
		if name != "" {
			return name
		}
	}
	return p.ARN
}

// arnParts: arn, partition, service, Region, account, resource.
const arnParts = 6

func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", arnParts)
	if len(parts) < arnParts {
		return ""
	}
	return parts[4]
}

// sessionPrefix begins the ARNs of a role's sessions, which leave its path out [IAM
// user guide: IAM identifiers].
func sessionPrefix(roleARN string) string {
	name := roleARN[strings.LastIndex(roleARN, "/")+1:]
	return "arn:aws:sts::" + accountOf(roleARN) + ":assumed-role/" + name + "/"
}

func (p Principal) check() error {
	switch {
	case p.Service != "":
		if !serviceName.MatchString(p.Service) || p.ARN != "" || p.Session != "" || p.Organization != "" || len(p.OrganizationPaths) > 0 {
			return fmt.Errorf("principal %+v: a service has a name like events.amazonaws.com and nothing else", p)
		}
	case roleForm.MatchString(p.ARN):
		if name, found := strings.CutPrefix(p.Session, sessionPrefix(p.ARN)); !found || !sessionName.MatchString(name) {
			return fmt.Errorf("principal %s: its session is %q; it must be %sNAME", p.ARN, p.Session, sessionPrefix(p.ARN))
		}
	case p.isRoot() || userForm.MatchString(p.ARN):
		if p.Session != "" {
			return fmt.Errorf("principal %s: roles alone have sessions", p.ARN)
		}
	default:
		return fmt.Errorf("principal %q: it must be the ARN of a role, a user or an account's root user", p.ARN)
	}
	return nil
}

// values are the request's context with what follows from the principal, by keys in
// lower case. The error names everything that is wrong with the request.
func (r Request) values() (map[string][]string, error) {
	faults := []error{r.Principal.check()}
	if !actionName.MatchString(r.Action) {
		faults = append(faults, fmt.Errorf("action %q: it must be like backup:StartCopyJob", r.Action))
	}
	if r.Resource != "*" && (strings.Count(r.Resource, ":") < arnParts-1 || !strings.HasPrefix(r.Resource, "arn:aws:")) {
		faults = append(faults, fmt.Errorf("resource %q: it must be an ARN, or \"*\"", r.Resource))
	}
	values := r.Principal.values()
	for _, name := range slices.Sorted(maps.Keys(r.Context)) {
		k, known := compare.FindKey(name)
		given := r.Context[name]
		lower := strings.ToLower(name)
		_, twice := values[lower]
		switch {
		case !known:
			faults = append(faults, fmt.Errorf("context key %s: not known here", name))
		case k.Derived:
			faults = append(faults, fmt.Errorf("context key %s: it follows from the principal", name))
		case twice:
			faults = append(faults, fmt.Errorf("context key %s: given twice, in different case", name))
		case k.Single() && len(given) > 1:
			faults = append(faults, fmt.Errorf("context key %s: it has one value, not %q", name, given))
		case slices.Contains(given, ""):
			// Whether an empty value is one is UNCONFIRMED A104 for all but ForAllValues and ForAnyValue.
			faults = append(faults, fmt.Errorf("context key %s: a value is empty; leave it out", name))
		case len(given) > 0:
			values[lower] = given
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("evaluate request: %w", err)
	}
	return values, nil
}

// values of the condition keys that follow from a principal [IAM user guide: global
// condition keys]. A service has no account, organization or ARN; that it has no
// aws:PrincipalType either is UNCONFIRMED A104, and no policy should ask for it.
func (p Principal) values() map[string][]string {
	if p.Service != "" {
		return map[string][]string{
			"aws:principalisawsservice": {"true"}, "aws:principalservicename": {p.Service},
			// A service's Regional names are not known here.
			"aws:principalservicenameslist": {p.Service},
		}
	}
	values := map[string][]string{
		"aws:principalisawsservice": {"false"}, "aws:principalarn": {p.ARN}, "aws:principalaccount": {p.account()},
		"aws:principaltype": {"AssumedRole"},
	}
	if p.isRoot() {
		values["aws:principaltype"] = []string{"Account"}
	} else if user := userForm.FindStringSubmatch(p.ARN); user != nil {
		values["aws:principaltype"], values["aws:username"] = []string{"User"}, []string{user[1]}
	}
	if p.Organization != "" {
		values["aws:principalorgid"] = []string{p.Organization}
	}
	if len(p.OrganizationPaths) > 0 {
		values["aws:principalorgpaths"] = p.OrganizationPaths
	}
	return values
}
