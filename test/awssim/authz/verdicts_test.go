package authz_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
)

// table is testdata/verdicts.json, see the README there.
type table struct {
	Documents  map[string]json.RawMessage
	Principals map[string]authz.Principal
	Rows       []row
}

// row is one request and the verdict that a judge gave. A document is its text, or
// its name in the table.
type row struct {
	Case, Principal, Action, Resource, Account string
	Context                                    map[string][]string
	Identity                                   []json.RawMessage
	Policy                                     json.RawMessage
	Kind                                       policy.Kind
	Verdict                                    authz.Outcome
	Judge                                      string
}

// rows must all be there: a table cut short tests less and says nothing.
const rows = 343

func readTable(t *testing.T) table {
	t.Helper()
	text, err := os.ReadFile("testdata/verdicts.json")
	require.NoError(t, err)
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	var all table
	require.NoError(t, decoder.Decode(&all))
	return all
}

func TestVerdictsAreTheIndependentJudges(t *testing.T) {
	all := readTable(t)
	require.Len(t, all.Rows, rows)
	seen := map[string]bool{}
	for _, r := range all.Rows {
		require.False(t, seen[r.Case], "twice: %s", r.Case)
		seen[r.Case] = true
		require.Contains(t, []authz.Outcome{authz.Allowed, authz.Denied, authz.NotAllowed}, r.Verdict)
		require.Regexp(t, `^(iam-simulate|documentation: .+)$`, r.Judge)
		t.Run(r.Case, func(t *testing.T) {
			request, policies := all.ask(t, r)
			v, err := authz.Evaluate(request, policies)
			require.NoError(t, err)
			assert.Equal(t, r.Verdict, v.Outcome, v.Reason)
			assert.NotEmpty(t, v.Reason)
			assert.Equal(t, r.Verdict == authz.Allowed, v.Message() == "", v.Message())
		})
	}
}

func (all table) ask(t *testing.T, r row) (authz.Request, authz.Policies) {
	t.Helper()
	require.Contains(t, all.Principals, r.Principal)
	p := authz.Policies{ResourceAccount: r.Account, Kind: r.Kind}
	for _, d := range r.Identity {
		p.Identity = append(p.Identity, all.document(t, policy.Identity, d))
	}
	if r.Policy != nil {
		d := all.document(t, r.Kind, r.Policy)
		p.Resource = &d
	}
	return authz.Request{Action: r.Action, Resource: r.Resource, Principal: all.Principals[r.Principal], Context: r.Context}, p
}

func (all table) document(t *testing.T, kind policy.Kind, text json.RawMessage) policy.Document {
	t.Helper()
	name := "inline"
	if json.Unmarshal(text, &name) == nil {
		require.Contains(t, all.Documents, name)
		text = all.Documents[name]
	}
	d, err := policy.Parse(kind, name, text)
	require.NoError(t, err)
	return d
}
