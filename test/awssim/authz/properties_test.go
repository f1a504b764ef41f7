package authz_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
)

// object is JSON in the making.
type object = map[string]any

// drawStatement makes statements that often are about the request, and often fail it
// in one element only.
func drawStatement(t *rapid.T, kind policy.Kind) object {
	pick := func(label string, values ...any) any { return rapid.SampledFrom(values).Draw(t, label) }
	s := object{"Effect": pick("effect", "Allow", "Allow", "Deny")}
	action := pick("action", "*", "sqs:*", "sqs:SendMessage", "sqs:Rec*", "SNS:*")
	s[pick("action element", "Action", "Action", "NotAction").(string)] = action
	s[pick("resource element", "Resource", "Resource", "NotResource").(string)] = pick("resource", "*", queue, queue+"*", queue+"?", "arn:aws:sqs:*:*:${aws:username}")
	if kind != policy.Identity {
		s["Principal"] = pick("principal", "*", object{"AWS": "*"}, object{"AWS": "111111111111"}, object{"AWS": []any{"222222222222", "arn:aws:iam::111111111111:role/worker"}},
			object{"Service": "events.amazonaws.com"}, object{"AWS": "arn:aws:sts::222222222222:assumed-role/worker/night"})
	}
	conditions := []any{
		object{"StringEquals": object{"aws:PrincipalAccount": "111111111111"}}, object{"StringNotEqualsIfExists": object{"aws:SourceAccount": "111111111111"}},
		object{"ArnLike": object{"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}, object{"Null": object{"aws:PrincipalAccount": true}},
		object{"ForAllValues:StringEquals": object{"aws:CalledVia": []any{"a", "b"}}}, object{"ForAnyValue:StringNotLike": object{"aws:CalledVia": "a*"}},
	}
	if rapid.Bool().Draw(t, "conditional") {
		s["Condition"] = rapid.SampledFrom(conditions).Draw(t, "condition")
	}
	return s
}

// world is a request and the statements of both sides.
type world struct {
	request     authz.Request
	account     string
	kind        policy.Kind
	own, theirs []object
}

func drawWorld(t *rapid.T) world {
	w := world{
		request: authz.Request{Action: "sqs:SendMessage", Resource: queue, Context: map[string][]string{}},
		account: "111111111111",
		kind:    rapid.SampledFrom([]policy.Kind{policy.Resource, policy.Key}).Draw(t, "kind"),
	}
	w.request.Principal = rapid.SampledFrom([]authz.Principal{
		authz.RoleSession("arn:aws:iam::111111111111:role/worker", "night"), authz.RoleSession("arn:aws:iam::222222222222:role/worker", "night"),
		{ARN: "arn:aws:iam::111111111111:root"}, {ARN: "arn:aws:iam::111111111111:user/orders"}, {Service: "events.amazonaws.com"},
	}).Draw(t, "principal")
	w.request.Context["aws:CalledVia"] = rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3).Draw(t, "via")
	if rapid.Bool().Draw(t, "from an account") {
		w.request.Context["aws:SourceAccount"] = []string{rapid.SampledFrom([]string{"111111111111", "222222222222"}).Draw(t, "source")}
	}
	for range rapid.IntRange(1, 3).Draw(t, "theirs") {
		w.theirs = append(w.theirs, drawStatement(t, w.kind))
	}
	if w.hasOwn() {
		for range rapid.IntRange(0, 3).Draw(t, "own") {
			w.own = append(w.own, drawStatement(t, policy.Identity))
		}
	}
	return w
}

// hasOwn: root users and services have no policies.
func (w world) hasOwn() bool {
	return w.request.Principal.Service == "" && w.request.Principal.ARN != "arn:aws:iam::111111111111:root"
}

func (w world) evaluate(t *rapid.T) authz.Verdict {
	theirs := write(t, w.kind, w.theirs)
	p := authz.Policies{ResourceAccount: w.account, Kind: w.kind, Resource: &theirs}
	if len(w.own) > 0 {
		p.Identity = append(p.Identity, write(t, policy.Identity, w.own))
	}
	v, err := authz.Evaluate(w.request, p)
	require.NoError(t, err)
	return v
}

func write(t *rapid.T, kind policy.Kind, statements []object) policy.Document {
	text, err := json.Marshal(object{"Version": "2012-10-17", "Statement": statements})
	require.NoError(t, err)
	d, err := policy.Parse(kind, string(kind), text)
	require.NoError(t, err)
	return d
}

func TestAnAddedDenialNeverAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := w.evaluate(t)
		denial := drawStatement(t, w.kind)
		denial["Effect"] = "Deny"
		w.theirs = append(w.theirs, denial)
		after := w.evaluate(t)
		if before.Outcome != authz.Allowed {
			require.NotEqual(t, authz.Allowed, after.Outcome)
		}
		if before.Outcome == authz.Denied {
			require.Equal(t, authz.Denied, after.Outcome)
		}
	})
}

func TestAnAddedAllowanceNeverTakesAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := w.evaluate(t)
		allowance := drawStatement(t, w.kind)
		allowance["Effect"] = "Allow"
		w.theirs = append(w.theirs, allowance)
		after := w.evaluate(t)
		if before.Outcome != authz.NotAllowed {
			require.Equal(t, before.Outcome, after.Outcome)
		}
	})
}

func TestADenialOfAllDenies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.theirs = append(w.theirs, object{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"})
		require.Equal(t, authz.Denied, w.evaluate(t).Outcome)
	})
}

func TestTheOrderOfStatementsIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := w.evaluate(t)
		w.theirs = rapid.Permutation(w.theirs).Draw(t, "theirs in another order")
		w.own = rapid.Permutation(w.own).Draw(t, "own in another order")
		require.Equal(t, before.Outcome, w.evaluate(t).Outcome)
	})
}

func TestAKeyIsNeverOpenerThanAQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.kind = policy.Key
		if w.evaluate(t).Outcome == authz.Allowed {
			w.kind = policy.Resource
			require.Equal(t, authz.Allowed, w.evaluate(t).Outcome)
		}
	})
}
