package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSynthWarnsOfWhatIsNotRecommended(t *testing.T) {
	var out strings.Builder
	_, err := load("config/example.yaml", &out)
	require.NoError(t, err)
	assert.Regexp(t, `\Ainfra: warning: operators: empty; .*\n\z`, out.String(), "and of nothing else")
	out.Reset()

	text, err := os.ReadFile("config/example.yaml")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "my.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), "\nintermediateRetentionDays: 0", "\nintermediateRetentionDays: 1", 1)), 0o600))
	described, err := load(file, &out)
	require.NoError(t, err)
	assert.Equal(t, 1, described.IntermediateRetentionDays)
	assert.Contains(t, out.String(), "infra: warning: intermediateRetentionDays: 1; ")
}
