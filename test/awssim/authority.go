package awssim

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/wire"
)

// authorize judges a call by the policies of the caller's role and of the resource.
// An account's root user, whose key is the account's number, needs no policy there; in
// another account he needs the resource's, and a denial in it is one for him too [IAM
// user guide: policy evaluation logic].
func (w *World) authorize(caller wire.Caller, need wire.Need) *wire.Error {
	who, identity, refused := w.identify(caller)
	if refused != nil {
		return refused
	}
	if !strings.HasPrefix(need.Resource, "arn:") {
		need.Resource = "*" // it names nothing: who may do it to everything learns what is wrong with it
	}
	if who.Session == "" && rootMends[need.Action] && accountOf(need.Resource, "") == caller.Account {
		return nil
	}
	policies := authz.Policies{Identity: identity, ResourceAccount: accountOf(need.Resource, caller.Account)}
	own, kind, err := w.ownPolicy(need)
	if errors.Is(err, errNoRole) { // AWS does not tell whether it is there
		return denied(fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s", caller.Principal, need.Action, need.Resource))
	}
	if err != nil {
		return denied(fmt.Sprintf("awssim: the policy of %s: %v", need.Resource, err))
	}
	policies.Resource, policies.Kind = own, kind
	refused = w.judge(authz.Request{
		Action: need.Action, Resource: need.Resource, Principal: who, Context: contextOf(caller.Region, need.Context),
	}, policies)
	return inTheWordsOf(need.Action, refused)
}

// rootMends are what a root user may do in his account whatever the resource's policy
// denies, so that a queue whose policy denies everybody is not lost [IAM user guide:
// tasks that require root user credentials; AWS managed policy SQSUnlockQueuePolicy].
var rootMends = map[string]bool{"sqs:SetQueueAttributes": true, "sqs:GetQueueAttributes": true}

// inTheWordsOf a service is how it shows a refusal [API references: common errors].
func inTheWordsOf(action string, refused *wire.Error) *wire.Error {
	if refused == nil {
		return nil
	}
	switch service, _, _ := strings.Cut(action, ":"); service {
	case "sns":
		refused.QueryCode = "AuthorizationError"
	case "events", "organizations":
		refused.Status = http.StatusBadRequest
	}
	return refused
}

// identify tells who calls, and the policies of his own: a role's session or an
// account's root user, who has none.
func (w *World) identify(caller wire.Caller) (authz.Principal, []policy.Document, *wire.Error) {
	name, session, ok := strings.Cut(strings.TrimPrefix(caller.Principal, "arn:aws:sts::"+caller.Account+":assumed-role/"), "/")
	if !ok || !strings.Contains(caller.Principal, ":assumed-role/") {
		return w.principal(authz.Principal{ARN: caller.Principal}), nil, nil
	}
	role := "arn:aws:iam::" + caller.Account + ":role/" + name
	identity, ok := w.IAM.Policies(role)
	if !ok {
		return authz.Principal{}, nil, denied(fmt.Sprintf("awssim: the role %s does not exist", role))
	}
	return w.principal(authz.RoleSession(role, session)), identity, nil
}

func (w *World) judge(request authz.Request, policies authz.Policies) *wire.Error {
	verdict, err := authz.Evaluate(request, policies)
	switch {
	case err != nil:
		return denied(fmt.Sprintf("awssim: judge %s on %s: %v", request.Action, request.Resource, err))
	case verdict.Outcome != authz.Allowed:
		return denied(verdict.Message())
	default:
		return nil
	}
}

// principal adds what the organization knows of it.
func (w *World) principal(p authz.Principal) authz.Principal {
	if o, paths, ok := w.Organizations.Of(accountOf(p.ARN, "")); ok {
		p.Organization, p.OrganizationPaths = o, paths
	}
	return p
}

// contextOf adds what every call brings along: the local AWS is reached in clear
// text on the loopback interface, where AWS would be by TLS.
func contextOf(region string, given map[string][]string) map[string][]string {
	context := map[string][]string{"aws:RequestedRegion": {region}, "aws:SecureTransport": {"true"}}
	for key, values := range given {
		context[key] = values
	}
	return context
}

var errNoRole = errors.New("there is no such role")

// ownPolicy is the policy of the resource that a call is about, and of which kind;
// nil where it has none.
func (w *World) ownPolicy(need wire.Need) (*policy.Document, policy.Kind, error) {
	switch {
	case need.Action == "sts:AssumeRole":
		trust, ok := w.IAM.Trust(need.Resource)
		if !ok {
			return nil, "", errNoRole
		}
		return &trust, policy.Trust, nil
	case strings.HasPrefix(need.Resource, "arn:aws:sqs:"):
		attributes, _ := w.SQS.Attributes(need.Resource) // a queue that does not exist is for the action to refuse
		if attributes["Policy"] == "" {
			return nil, "", nil
		}
		d, err := w.policies.Parse(policy.Resource, "the queue's policy", attributes["Policy"])
		return &d, policy.Resource, err
	case strings.HasPrefix(need.Resource, "arn:aws:sns:"):
		return w.SNS.Policy(need.Resource), policy.Resource, nil
	case strings.HasPrefix(need.Resource, "arn:aws:events:") && strings.Contains(need.Resource, ":event-bus/"):
		text, err := w.Events.Policy(need.Resource)
		if err != nil || text == "" {
			return nil, "", nil //nolint:nilerr // a bus that does not exist is for the action to refuse
		}
		d, err := w.policies.Parse(policy.Resource, "the bus's policy", text)
		return &d, policy.Resource, err
	case strings.HasPrefix(need.Action, "backup:"):
		text, ok := w.Backup.VaultPolicy(w.Backup.VaultOf(need.Resource))
		if !ok {
			return nil, "", nil
		}
		d, err := w.policies.Parse(policy.Resource, "the vault's policy", text)
		return &d, policy.Resource, err
	default:
		return nil, "", nil
	}
}

// accountOf is the account of an ARN, or otherwise where it names none.
func accountOf(arn, otherwise string) string {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 || fields[4] == "" {
		return otherwise
	}
	return fields[4]
}

func denied(message string) *wire.Error {
	return &wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", QueryCode: "AccessDenied", Message: message}
}
