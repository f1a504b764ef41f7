package authz_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
)

func TestRequestsThatAreNotOnesAreErrors(t *testing.T) {
	role := "arn:aws:iam::111111111111:role/worker"
	context := func(name string, values ...string) func(*authz.Request) {
		return func(r *authz.Request) { r.Context = map[string][]string{name: values} }
	}
	principal := func(p authz.Principal) func(*authz.Request) {
		return func(r *authz.Request) { r.Principal = p }
	}
	for sentence, c := range map[string]struct {
		change func(*authz.Request)
		want   string
	}{
		"an action with a wildcard":          {func(r *authz.Request) { r.Action = "sqs:Send*" }, `action "sqs:Send*"`},
		"an action without a service":        {func(r *authz.Request) { r.Action = "SendMessage" }, `action "SendMessage"`},
		"a resource that is a name":          {func(r *authz.Request) { r.Resource = "orders" }, `resource "orders": it must be an ARN`},
		"a resource of another partition":    {func(r *authz.Request) { r.Resource = "arn:aws-cn:sqs:cn-north-1:111111111111:orders" }, "it must be an ARN"},
		"an ARN of five parts":               {func(r *authz.Request) { r.Resource = "arn:aws:sqs:eu-central-1:111111111111" }, "it must be an ARN"},
		"a resource of another account":      {func(r *authz.Request) { r.Resource = "arn:aws:sqs:eu-central-1:222222222222:orders" }, "the resource's account is 111111111111, but"},
		"nobody":                             {principal(authz.Principal{}), `principal "": it must be`},
		"a session for a principal":          {principal(authz.Principal{ARN: "arn:aws:sts::111111111111:assumed-role/worker/night"}), "it must be the ARN of a role"},
		"a role without a session":           {principal(authz.Principal{ARN: role}), `its session is ""; it must be arn:aws:sts::111111111111:assumed-role/worker/NAME`},
		"a role with another role's session": {principal(authz.Principal{ARN: role, Session: "arn:aws:sts::111111111111:assumed-role/other/night"}), "it must be arn:aws:sts::111111111111:assumed-role/worker/NAME"},
		"a session name of one character":    {principal(authz.RoleSession(role, "x")), "it must be"},
		"a user with a session":              {principal(authz.Principal{ARN: "arn:aws:iam::111111111111:user/anna", Session: "x"}), "roles alone have sessions"},
		"a service with an account's ARN":    {principal(authz.Principal{Service: "events.amazonaws.com", ARN: role}), "a service has a name like events.amazonaws.com and nothing else"},
		"a service with an organization":     {principal(authz.Principal{Service: "events.amazonaws.com", Organization: "o-a1b2c3d4e5"}), "and nothing else"},
		"a service of another name":          {principal(authz.Principal{Service: "events"}), "a service has a name like"},
		"an unknown key":                     {context("aws:SourceArnn", "x"), "context key aws:SourceArnn: not known here"},
		"a key that follows from the caller": {context("aws:principalarn", role), "context key aws:principalarn: it follows from the principal"},
		"two values of a key with one":       {context("aws:SourceAccount", "1", "2"), `context key aws:SourceAccount: it has one value, not ["1" "2"]`},
		"an empty value":                     {context("aws:SourceAccount", ""), "a value is empty; leave it out"},
		"a key given twice in different case": {func(r *authz.Request) {
			r.Context = map[string][]string{"aws:SourceIp": {"192.0.2.1"}, "aws:sourceip": {"192.0.2.2"}}
		}, "given twice, in different case"},
		"several of these, all told":           {func(r *authz.Request) { r.Action, r.Resource = "x", "y" }, "action \"x\": it must be like backup:StartCopyJob\nresource \"y\""},
		"a boolean that is none":               {context("aws:SecureTransport", "yes"), `weigh S of policy own: compare Bool aws:SecureTransport ["true"]: "yes" is neither`},
		"a number that is none":                {context("aws:MultiFactorAuthAge", "young"), `"young" is no number`},
		"a date that is none":                  {context("aws:CurrentTime", "today"), `"today" is no date`},
		"an address that is none":              {context("aws:SourceIp", "192.0.2.0/24"), `"192.0.2.0/24" is no IP address`},
		"several values where sets are unsaid": {context("events:source", "a", "b"), `compare StringEquals events:source ["a"]: not defined for the values ["a" "b"]`},
	} {
		t.Run(sentence, func(t *testing.T) {
			own := parse(t, policy.Identity, "own", `{"Sid":"S","Effect":"Allow","Action":"*","Resource":"*","Condition":{
				"Bool":{"aws:SecureTransport":"true"},"NumericEquals":{"aws:MultiFactorAuthAge":1},"DateLessThan":{"aws:CurrentTime":"2026"},
				"IpAddress":{"aws:SourceIp":"192.0.2.0/24"},"StringEquals":{"events:source":"a"}}}`)
			r, p := sends(), authz.Policies{ResourceAccount: "111111111111", Identity: []policy.Document{own}}
			c.change(&r)
			if r.Principal.Service != "" {
				p.Identity = nil
			}
			v, err := authz.Evaluate(r, p)
			require.ErrorContains(t, err, c.want)
			assert.Zero(t, v)
		})
	}
}

func TestPoliciesThatDoNotFitAreErrors(t *testing.T) {
	own := parse(t, policy.Identity, "own", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	theirs := parse(t, policy.Resource, "theirs", `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`)
	root := authz.Principal{ARN: "arn:aws:iam::111111111111:root"}
	for sentence, c := range map[string]struct {
		principal authz.Principal
		policies  authz.Policies
		want      string
	}{
		"a permissions boundary":                {sends().Principal, authz.Policies{Boundary: &own, ResourceAccount: "111111111111"}, "permissions boundary own: not evaluated"},
		"a resource's policy as the caller's":   {sends().Principal, authz.Policies{Identity: []policy.Document{theirs}, ResourceAccount: "111111111111"}, `theirs: its kind is "resource"`},
		"a document that nobody parsed":         {sends().Principal, authz.Policies{Identity: []policy.Document{{}}, ResourceAccount: "111111111111"}, `its kind is ""`},
		"the caller's policy as the resource's": {sends().Principal, authz.Policies{Resource: &own, Kind: policy.Resource, ResourceAccount: "111111111111"}, `own: its kind is "identity"; the resource's policy must be "resource"`},
		"a policy where the type has none":      {sends().Principal, authz.Policies{Resource: &theirs, ResourceAccount: "111111111111"}, `the resource's policy must be ""`},
		"an unknown kind":                       {sends().Principal, authz.Policies{Kind: policy.Identity, ResourceAccount: "111111111111"}, `the kind of the resource's policy is "identity"`},
		"a key without its policy":              {sends().Principal, authz.Policies{Kind: policy.Key, ResourceAccount: "111111111111"}, "a key and a role always have one"},
		"a role without its trust policy":       {sends().Principal, authz.Policies{Kind: policy.Trust, ResourceAccount: "111111111111"}, "a key and a role always have one"},
		"no account":                            {sends().Principal, authz.Policies{}, `the resource's account is ""`},
		"policies of a root user":               {root, authz.Policies{Identity: []policy.Document{own}, ResourceAccount: "111111111111"}, "arn:aws:iam::111111111111:root has no policies of its own"},
		"policies of a service":                 {authz.Principal{Service: "sns.amazonaws.com"}, authz.Policies{Identity: []policy.Document{own}, ResourceAccount: "111111111111"}, "sns.amazonaws.com has no policies of its own"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := sends()
			r.Principal = c.principal
			v, err := authz.Evaluate(r, c.policies)
			require.ErrorContains(t, err, c.want)
			assert.Zero(t, v)
		})
	}
	_, err := authz.Evaluate(authz.Request{}, authz.Policies{Boundary: &own})
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 5, "all faults at once: %v", err)
}
