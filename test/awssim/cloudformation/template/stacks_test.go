package template_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
)

// stacks are the templates of the real stacks, by name, with the one inside the
// StackSet.
func stacks(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../../../infra/templates/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	texts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		texts[name] = string(text)
		var whole struct {
			Resources map[string]struct{ Properties map[string]any }
		}
		require.NoError(t, json.Unmarshal(text, &whole))
		for id, resource := range whole.Resources {
			if body, ok := resource.Properties["TemplateBody"].(string); ok {
				texts[name+"."+id] = body
			}
		}
	}
	return texts
}

func TestTheRealStacksAreWorkedOut(t *testing.T) {
	all := stacks(t)
	assert.Contains(t, all, "TwohopManagement.MemberStacks", "the StackSet's template")
	for name, text := range all {
		t.Run(name, func(t *testing.T) {
			in, m := input(t, text)
			var whole any
			require.NoError(t, json.Unmarshal([]byte(text), &whole))
			m.attributes = attributesAskedFor(whole)
			stack, err := template.Deploy(t.Context(), in)
			require.NoError(t, err)
			declared, _ := whole.(map[string]any)["Resources"].(map[string]any)
			assert.Len(t, m.made, len(declared))
			assert.Len(t, stack.Resources, len(declared))
			order, err := template.Order(in)
			require.NoError(t, err)
			assert.Equal(t, order, m.ids())
			for _, r := range m.made {
				assertPlain(t, string(r.Path), r.Properties)
			}
		})
	}
}

func TestTheMembersStackIsDeployedIntoItsAccount(t *testing.T) {
	in, m := input(t, stacks(t)["TwohopManagement.MemberStacks"])
	in.Account = "444444444444"
	_, err := template.Deploy(t.Context(), in)
	require.NoError(t, err)
	policy := template.Read(template.Resource{Properties: m.properties(t, "KeyVaultLocal")}).JSON("KeyPolicy")
	assert.Contains(t, policy, `{"AWS":"arn:aws:iam::444444444444:root"}`)
	assert.Equal(t, "Arn of KeyVaultLocal", m.properties(t, "VaultLocal")["EncryptionKeyArn"])
	assert.Equal(t, "the KeyVaultLocal", m.properties(t, "AliasVaultLocal")["TargetKeyId"])
}

// attributesAskedFor are those of every Fn::GetAtt below a value.
func attributesAskedFor(v any) []string {
	var names []string
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			names = append(names, attributesAskedFor(item)...)
		}
	case map[string]any:
		if args, ok := v["Fn::GetAtt"].([]any); ok && len(args) == 2 {
			name, _ := args[1].(string)
			names = append(names, name)
		}
		for _, member := range v {
			names = append(names, attributesAskedFor(member)...)
		}
	}
	return names
}

// assertPlain sees to it that no function is left, and nothing that a maker could
// not read.
func assertPlain(t *testing.T, at string, v any) {
	t.Helper()
	switch v := v.(type) {
	case string, float64, bool:
	case []any:
		for _, item := range v {
			assertPlain(t, at, item)
		}
	case map[string]any:
		for name, member := range v {
			assert.False(t, name == "Ref" || strings.HasPrefix(name, "Fn::"), "%s in %s", name, at)
			assertPlain(t, at, member)
		}
	default:
		assert.Fail(t, "not plain", "%T in %s", v, at)
	}
}
