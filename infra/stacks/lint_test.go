package stacks_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTemplatesPassCfnLint: W3005 warns of a DependsOn that a reference makes
// needless; the CDK writes those.
func TestTemplatesPassCfnLint(t *testing.T) {
	t.Parallel()
	linter, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Skip("cfn-lint is not installed: the templates are not linted (pip install cfn-lint)")
	}
	arguments := []string{"--ignore-checks", "W3005", "--non-zero-exit-code", "informational", "-t"}
	for _, a := range []assembly{example, whole} {
		found, err := filepath.Glob(filepath.Join(a.dir, "*.template.json"))
		require.NoError(t, err)
		require.Len(t, found, len(a.stacks))
		arguments = append(arguments, found...)
	}
	says, err := exec.CommandContext(t.Context(), linter, arguments...).CombinedOutput()
	require.NoError(t, err, "%s", says)
	assert.Empty(t, string(says))
}

// TestTemplatesPassTheCDKsRules: cdk.json has the CDK validate the templates by its
// own rules, and tell what it finds in a report.
func TestTemplatesPassTheCDKsRules(t *testing.T) {
	settings, err := context()
	require.NoError(t, err)
	require.Equal(t, true, (*settings)["@aws-cdk/core:validateAgainstDefaultRules"])
	for _, a := range []assembly{example, whole} {
		text, err := os.ReadFile(filepath.Join(a.dir, "validation-report.json"))
		require.NoError(t, err)
		var report struct {
			Title         string
			PluginReports []any
		}
		require.NoError(t, json.Unmarshal(text, &report))
		assert.Equal(t, "Validation Report", report.Title)
		assert.Empty(t, report.PluginReports)
	}
}
