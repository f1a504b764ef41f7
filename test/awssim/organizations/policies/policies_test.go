package policies_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/organizations/policies"
)

const (
	management = "333333333333"
	member     = "111111111111"
	root       = "r-ab12"
	unit       = "ou-ab12-11111111"
)

// tree is an organization with one unit.
type tree struct{ disabled bool }

func (tree) Lineage(account string) ([]string, bool) {
	return []string{root, unit, account}, account == member
}
func (tree) Manages(manager, target string) bool {
	return manager == management && (target == root || target == unit || target == member)
}
func (t tree) PolicyTypeEnabled(_, policyType string) bool {
	return !t.disabled && policyType == policies.Type
}

// attached is a document and what it is attached to.
type attached struct{ target, content string }

func put(t *testing.T, s *policies.Store, documents ...attached) {
	t.Helper()
	for i, d := range documents {
		require.NoError(t, s.Put(policies.Policy{Management: management, Name: fmt.Sprint("policy ", i), Content: d.content, Targets: []string{d.target}}))
	}
}

// regions and vault are documents about one setting of many values and one of one.
func regions(operators string) string { return `{"plans":{"p":{"regions":{` + operators + `}}}}` }
func vault(name string) string {
	return `{"plans":{"p":{"rules":{"r":{"target_backup_vault_name":{"@@assign":"` + name + `"}}}}}}`
}

func TestTheEffectivePolicyIsInherited(t *testing.T) {
	for name, c := range map[string]struct {
		documents []attached
		want      string
	}{
		"one document alone":                           {[]attached{{unit, vault("a")}}, `{"plans":{"p":{"rules":{"r":{"target_backup_vault_name":"a"}}}}}`},
		"a child assigns anew":                         {[]attached{{member, vault("b")}, {root, vault("a")}}, `{"plans":{"p":{"rules":{"r":{"target_backup_vault_name":"b"}}}}}`},
		"a child assigns a list":                       {[]attached{{root, regions(`"@@assign":["a","b"]`)}, {unit, regions(`"@@assign":["c"]`)}}, `{"plans":{"p":{"regions":["c"]}}}`},
		"a child appends":                              {[]attached{{root, regions(`"@@assign":["a","b"]`)}, {unit, regions(`"@@append":["b","c"]`)}}, `{"plans":{"p":{"regions":["a","b","c"]}}}`},
		"a child removes":                              {[]attached{{root, regions(`"@@assign":["a","b"]`)}, {member, regions(`"@@remove":["b","z"]`)}}, `{"plans":{"p":{"regions":["a"]}}}`},
		"nothing is left":                              {[]attached{{root, regions(`"@@assign":["a"]`)}, {member, regions(`"@@remove":["a"]`)}}, `{"plans":{"p":{"regions":[]}}}`},
		"append without a parent assigns":              {[]attached{{root, regions(`"@@append":["a"]`)}}, `{"plans":{"p":{"regions":["a"]}}}`},
		"at one level, what was attached first counts": {[]attached{{root, vault("a")}, {root, vault("b")}}, `{"plans":{"p":{"rules":{"r":{"target_backup_vault_name":"a"}}}}}`},
		"at one level, all append":                     {[]attached{{root, regions(`"@@append":["a"]`)}, {root, regions(`"@@append":["b"]`)}}, `{"plans":{"p":{"regions":["a","b"]}}}`},
		"settings of several documents stand together": {[]attached{{root, vault("a")}, {unit, regions(`"@@assign":["x"]`)}},
			`{"plans":{"p":{"regions":["x"],"rules":{"r":{"target_backup_vault_name":"a"}}}}}`},
		"the account stands in values and keys": {
			[]attached{{root, `{"plans":{"p":{"rules":{"r":{"copy_actions":{"arn:$account:v":{"target_backup_vault_arn":{"@@assign":"arn:$account:v"}}}}}}}}`}},
			`{"plans":{"p":{"rules":{"r":{"copy_actions":{"arn:111111111111:v":{"target_backup_vault_arn":"arn:111111111111:v"}}}}}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := policies.New(tree{})
			put(t, s, c.documents...)
			got, ok := s.Effective(member)
			require.True(t, ok)
			assert.JSONEq(t, c.want, string(got))
		})
	}
}

func TestThereIsNoEffectivePolicy(t *testing.T) {
	for name, c := range map[string]struct {
		tree    tree
		account string
		put     bool
	}{
		"where none is attached":             {tree{}, member, false},
		"where the type is not enabled":      {tree{disabled: true}, member, true},
		"for an account of no organization ": {tree{}, "500000000000", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := policies.New(c.tree)
			if c.put {
				put(t, s, attached{root, vault("a")})
			}
			_, ok := s.Effective(c.account)
			assert.False(t, ok)
		})
	}
}

func TestPoliciesAreReplacedAndRemoved(t *testing.T) {
	s := policies.New(tree{})
	effective := func() string {
		t.Helper()
		got, ok := s.Effective(member)
		require.True(t, ok)
		return string(got)
	}
	put(t, s, attached{root, vault("a")}, attached{root, vault("b")})
	put(t, s, attached{root, vault("c")}) // in place of the first
	assert.Contains(t, effective(), `"c"`, "what is replaced keeps its place")
	put(t, s, attached{member, regions(`"@@assign":["x"]`)})
	assert.Contains(t, effective(), `"b"`)
	require.NoError(t, s.Remove(management, "policy 1"))
	assert.JSONEq(t, `{"plans":{"p":{"regions":["x"]}}}`, effective())
	require.ErrorContains(t, s.Remove(management, "policy 1"), `remove backup policy "policy 1": the organization that "333333333333" manages has none of this name`)
}

func TestAPolicyIsNotCreatedWhileAnotherOneIs(t *testing.T) {
	s := policies.New(tree{})
	policy := func(name string) policies.Policy {
		return policies.Policy{Management: management, Name: name, Content: vault(name), Targets: []string{member}}
	}
	settled, err := s.Create(policy("first"))
	require.NoError(t, err)
	_, err = s.Create(policy("second"))
	require.ErrorContains(t, err, `create backup policy "second": ConcurrentModificationException`)
	settled()
	_, err = s.Create(policy("first"))
	require.ErrorContains(t, err, "DuplicatePolicyException: A policy with the specified name and type already exists")
	bad := policy("second")
	bad.Content = "{}}"
	_, err = s.Create(bad)
	require.ErrorContains(t, err, "no JSON")
	_, err = s.Create(policy("second"))
	require.NoError(t, err, "a creation that was refused is not in progress")
}

func TestAllFaultsOfADocumentAreNamed(t *testing.T) {
	s := policies.New(tree{})
	err := s.Put(policies.Policy{Management: management, Targets: []string{"ou-ab12-99999999", root, root}, Content: `{
		"plan": {},
		"plans": {"p": {
			"regions": {"@@assign": "eu-central-1", "@@replace": []},
			"speed": {},
			"rules": {"r": {
				"schedule_expression": {"@@append": ["cron"]},
				"schedule_expression_timezone": {"@@assign": "Europe/Berlin"},
				"start_backup_window_minutes": {"@@assign": 60},
				"complete_backup_window_minutes": {"@@assign": "soon"},
				"target_backup_vault_name": {"@@assign": ""},
				"copy_actions": "none",
				"enable_continuous_backup": {"@@assign": "true"},
				"lifecycle": {"move_to_cold_storage_after_days": {"@@assign": "8"}, "delete_after_days": {}},
				"recovery_point_tags": {"t": {"tag_key": {"@@assign": null}, "tag_key": {"@@assign": true}}}
			}},
			"selections": {"resources": {}, "tags": {"s": {"tag_value": {"@@assign": ["a", 1], "@@operators_allowed_for_child_policies": ["@@none"]}}}},
			"backup_plan_tags": {},
			"@@operators_allowed_for_child_policies": ["@@none"]
		}}}`})
	require.Error(t, err)
	for _, fault := range []string{
		`put backup policy ""`,
		`it has no name`,
		`target ou-ab12-99999999: no root, unit or account of the organization that "333333333333" manages`,
		`target r-ab12: named twice`,
		`plan: no such key; here can be ["plans"]`,
		`plans.p.regions.@@assign: a list of strings belongs here, not the string "eu-central-1"`,
		`plans.p.regions.@@replace: no such operator`,
		`plans.p.speed: no such key`,
		`plans.p.rules.r.schedule_expression.@@append: this setting has one value`,
		`plans.p.rules.r.schedule_expression_timezone: no such key`,
		`plans.p.rules.r.start_backup_window_minutes.@@assign: a string belongs here, not the number 60`,
		`plans.p.rules.r.complete_backup_window_minutes.@@assign: "soon" is no whole number`,
		`plans.p.rules.r.target_backup_vault_name.@@assign: it is empty`,
		`plans.p.rules.r.copy_actions: a JSON object belongs here, not the string "none"`,
		`plans.p.rules.r.enable_continuous_backup: awssim does not simulate this key of AWS's`,
		`plans.p.rules.r.lifecycle.move_to_cold_storage_after_days: awssim does not simulate`,
		`plans.p.rules.r.lifecycle.delete_after_days: a setting has an operator`,
		`plans.p.rules.r.recovery_point_tags.t.tag_key: this key stands here twice`,
		`plans.p.rules.r.recovery_point_tags.t.tag_key.@@assign: a string belongs here, not true`,
		`plans.p.selections.resources: awssim does not simulate`,
		`plans.p.selections.tags.s.tag_value.@@assign: a list of strings belongs here, not a list with the number 1`,
		`plans.p.selections.tags.s.tag_value.@@operators_allowed_for_child_policies: awssim does not evaluate child control operators`,
		`plans.p.backup_plan_tags: awssim does not simulate`,
		`plans.p.@@operators_allowed_for_child_policies: awssim evaluates no operators beside keys`,
	} {
		assert.ErrorContains(t, err, fault)
	}
	_, ok := s.Effective(member)
	assert.False(t, ok, "nothing was put")
}

func TestWhatIsNoJSONObjectIsRefused(t *testing.T) {
	s := policies.New(tree{})
	for content, fault := range map[string]string{
		"": "no JSON: EOF", "{": "no JSON", `{"plans":}`: "no JSON", `{} {}`: "something follows", `["a"]`: "not a list of strings", `[1`: "no JSON", `null`: "not null",
	} {
		require.ErrorContains(t, s.Put(policies.Policy{Management: management, Name: "p", Content: content}), fault, content)
	}
}

func TestQuotas(t *testing.T) {
	s := policies.New(tree{})
	long := regions(`"@@assign":["` + strings.Repeat("x", 10000) + `"]`)
	require.ErrorContains(t, s.Put(policies.Policy{Management: management, Name: "long", Content: long}), "characters; 10000 are allowed")
	for i := range 10 {
		require.NoError(t, s.Put(policies.Policy{Management: management, Name: fmt.Sprint(i), Content: vault("a"), Targets: []string{root}}))
	}
	require.NoError(t, s.Put(policies.Policy{Management: management, Name: "9", Content: vault("b"), Targets: []string{root}}), "it is there already")
	require.ErrorContains(t, s.Put(policies.Policy{Management: management, Name: "10", Content: vault("a"), Targets: []string{root}}), "target r-ab12: it has 10 backup policies")
}

func FuzzReadingNeverFails(f *testing.F) {
	f.Add(vault("a"))
	f.Add(regions(`"@@append":["a"],"@@remove":["b"]`))
	f.Fuzz(func(t *testing.T, content string) {
		s := policies.New(tree{})
		if s.Put(policies.Policy{Management: management, Name: "p", Content: content, Targets: []string{root}}) == nil {
			s.Effective(member)
		}
	})
}
