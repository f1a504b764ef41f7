package authz_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
)

const queue = "arn:aws:sqs:eu-central-1:111111111111:orders"

func parse(t *testing.T, kind policy.Kind, name, statements string) policy.Document {
	t.Helper()
	d, err := policy.Parse(kind, name, []byte(`{"Version":"2012-10-17","Statement":[`+statements+`]}`))
	require.NoError(t, err)
	return d
}

func sends() authz.Request {
	return authz.Request{Action: "sqs:SendMessage", Resource: queue, Principal: authz.RoleSession("arn:aws:iam::111111111111:role/apps/worker", "night")}
}

func TestTheTextsAreAWSs(t *testing.T) {
	const user = "User: arn:aws:sts::111111111111:assumed-role/worker/night is not authorized to perform: "
	const role = "arn:aws:iam::111111111111:role/other"
	key := "arn:aws:kms:eu-central-1:111111111111:key/11111111-1111-1111-1111-111111111111"
	everything := `{"Effect":"Allow","Action":"*","Resource":"*"}`
	for sentence, c := range map[string]struct {
		action, resource string
		kind             policy.Kind
		identity, own    string
		want             string
	}{
		"nothing of its own allows": {"sqs:SendMessage", queue, policy.Resource, "", "",
			"sqs:SendMessage on resource: " + queue + " because no identity-based policy allows the sqs:SendMessage action"},
		"an own policy denies": {"sqs:SendMessage", queue, policy.Resource, `{"Effect":"Deny","Action":"*","Resource":"*"}`, "",
			"sqs:SendMessage on resource: " + queue + " with an explicit deny in an identity-based policy"},
		"the resource's policy denies": {"sqs:SendMessage", queue, policy.Resource, everything, `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`,
			"sqs:SendMessage on resource: " + queue + " with an explicit deny in a resource-based policy"},
		"a key's policy does not allow": {"kms:Decrypt", key, policy.Key, everything, `{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"*","Resource":"*"}`,
			"kms:Decrypt on resource: " + key + " because no resource-based policy allows the kms:Decrypt action"},
		"a key's policy leaves it to the role's": {"kms:Decrypt", key, policy.Key, "", `{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"*","Resource":"*"}`,
			"kms:Decrypt on resource: " + key + " because no identity-based policy allows the kms:Decrypt action"},
		"a trust policy does not allow": {"sts:AssumeRole", role, policy.Trust, everything, `{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:AssumeRole"}`,
			"sts:AssumeRole because no role trust policy allows the sts:AssumeRole action"},
		"a trust policy denies": {"sts:AssumeRole", role, policy.Trust, everything, `{"Effect":"Deny","Principal":"*","Action":"sts:*"}`,
			"sts:AssumeRole with an explicit deny in the role trust policy"},
		"an action without resources": {"backup:ListCopyJobs", "*", "", "", "",
			"backup:ListCopyJobs on resource: * because no identity-based policy allows the backup:ListCopyJobs action"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := sends()
			r.Action, r.Resource = c.action, c.resource
			p := authz.Policies{ResourceAccount: "111111111111", Kind: c.kind}
			if c.identity != "" {
				p.Identity = []policy.Document{parse(t, policy.Identity, "own", c.identity)}
			}
			if c.own != "" {
				d := parse(t, c.kind, "theirs", c.own)
				p.Resource = &d
			}
			v, err := authz.Evaluate(r, p)
			require.NoError(t, err)
			assert.Equal(t, user+c.want, v.Message())
		})
	}
}

func TestAServiceIsNamedInTheText(t *testing.T) {
	r := sends()
	r.Principal = authz.Principal{Service: "events.amazonaws.com"}
	v, err := authz.Evaluate(r, authz.Policies{ResourceAccount: "111111111111", Kind: policy.Resource})
	require.NoError(t, err)
	assert.Equal(t, "User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: "+queue+
		" because no resource-based policy allows the sqs:SendMessage action", v.Message())
	assert.Contains(t, v.Reason, "needs the resource's own policy, and there is none")
}

func TestTheReasonNamesWhatDecidedOrCameNearest(t *testing.T) {
	for sentence, c := range map[string]struct {
		statements        string
		outcome           authz.Outcome
		policy, statement string
		want              string
	}{
		"a statement by its Sid":     {`{"Sid":"Send","Effect":"Allow","Action":"sqs:*","Resource":"*"}`, authz.Allowed, "own", "Send", "allowed by statement Send of policy own"},
		"a statement by its place":   {`{"Effect":"Allow","Action":"sns:*","Resource":"*"},{"Effect":"Allow","Action":"sqs:*","Resource":"*"}`, authz.Allowed, "own", "Statement[1]", "allowed by statement Statement[1] of policy own"},
		"a denial":                   {`{"Sid":"No","Effect":"Deny","Action":"sqs:*","Resource":"*"}`, authz.Denied, "own", "No", "denied by statement No of policy own"},
		"the first of two":           {`{"Sid":"A","Effect":"Allow","Action":"sqs:*","Resource":"*"},{"Sid":"B","Effect":"Allow","Action":"sqs:*","Resource":"*"}`, authz.Allowed, "own", "A", "allowed by statement A of policy own"},
		"the first of two that miss": {`{"Sid":"A","Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:::a"},{"Sid":"B","Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:::b"}`, authz.NotAllowed, "", "", "nearest is statement A of policy own"},
		"no denial that misses":      {`{"Sid":"A","Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:::a"},{"Sid":"B","Effect":"Deny","Action":"sqs:*","Resource":"*","Condition":{"Null":{"aws:PrincipalArn":"true"}}}`, authz.NotAllowed, "", "", "nearest is statement A of policy own"},
		"no statement on the action": {`{"Sid":"Else","Effect":"Allow","Action":"sns:*","Resource":"*"}`, authz.NotAllowed, "", "", "no statement of own allows the action"},
		"another resource":           {`{"Sid":"Near","Effect":"Allow","Action":"sqs:*","Resource":"` + queue + `2"}`, authz.NotAllowed, "", "", `nearest is statement Near of policy own, but its Resource is ["` + queue + `2"]`},
		"a condition without its key": {`{"Sid":"Near","Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"222222222222"}}}`, authz.NotAllowed, "", "",
			`its condition StringEquals aws:SourceAccount ["222222222222"] finds no such key in the request`},
		"two conditions, one of which fails": {`{"Sid":"Far","Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:::x"},{"Sid":"Near","Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"222222222222","aws:PrincipalType":"AssumedRole"}}}`, authz.NotAllowed, "", "",
			`nearest is statement Near of policy own, but its condition StringEquals aws:PrincipalAccount ["222222222222"] finds ["111111111111"]`},
	} {
		t.Run(sentence, func(t *testing.T) {
			v, err := authz.Evaluate(sends(), authz.Policies{Identity: []policy.Document{parse(t, policy.Identity, "own", c.statements)}, ResourceAccount: "111111111111"})
			require.NoError(t, err)
			assert.Equal(t, c.outcome, v.Outcome)
			assert.Equal(t, c.policy, v.Policy)
			assert.Equal(t, c.statement, v.Statement)
			assert.Contains(t, v.Reason, "sqs:SendMessage for arn:aws:sts::111111111111:assumed-role/worker/night on "+queue+": ")
			assert.Contains(t, v.Reason, c.want)
		})
	}
}

func TestBothSidesAreNamedAcrossAccounts(t *testing.T) {
	theirs := parse(t, policy.Resource, "queue", `{"Sid":"Others","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sqs:*","Resource":"*"}`)
	r := sends()
	r.Resource = "arn:aws:sqs:eu-central-1:222222222222:orders"
	p := authz.Policies{
		Identity: []policy.Document{parse(t, policy.Identity, "own", `{"Effect":"Allow","Action":"sqs:*","Resource":"*"}`)},
		Resource: &theirs, ResourceAccount: "222222222222", Kind: policy.Resource,
	}
	v, err := authz.Evaluate(r, p)
	require.NoError(t, err)
	assert.Contains(t, v.Reason, "allowed by statement Statement[0] of policy own and statement Others of policy queue")
	assert.Equal(t, "queue", v.Policy)

	p.Identity = nil
	r.Principal = authz.Principal{ARN: "arn:aws:iam::111111111111:root"}
	v, err = authz.Evaluate(r, p)
	require.NoError(t, err)
	assert.Contains(t, v.Reason, "allowed by the root user's own right and statement Others of policy queue")
}
