package clients_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is the real time after which a client has hung, on a machine that has much
// else to do.
const patience = 4 * time.Minute

// environment is that of a client which is an account in the primary Region, and
// nothing of the AWS configuration of the person who runs the tests.
func (l *local) environment(account string) []string {
	l.t.Helper()
	variables := l.Environment(account, primary)
	// The two versions of the AWS CLI print times alike only if told to.
	config := filepath.Join(l.t.TempDir(), "config")
	require.NoError(l.t, os.WriteFile(config, []byte("[default]\ncli_timestamp_format = iso8601\n"), 0o600))
	variables["AWS_CONFIG_FILE"] = config
	variables["AWS_SHARED_CREDENTIALS_FILE"] = config
	return append(environment(), list(variables)...)
}

// environment is what all clients have in common.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if upper := strings.ToUpper(name); strings.HasPrefix(upper, "AWS_") || strings.HasSuffix(upper, "_PROXY") {
			continue
		}
		kept = append(kept, variable)
	}
	return append(kept, list(map[string]string{
		"AWS_EC2_METADATA_DISABLED": "true",
		"AWS_MAX_ATTEMPTS":          "1", // an error is to be seen, not tried again
		"AWS_PAGER":                 "",
		"PYTHONDONTWRITEBYTECODE":   "1", // nothing is left in testdata
		"TZ":                        "UTC",
	})...)
}

func list(variables map[string]string) []string {
	var listed []string
	for name, value := range variables {
		listed = append(listed, name+"="+value)
	}
	return listed
}

// python finds a Python that has the modules, or skips the test and says what is
// then not tested.
func python(t *testing.T, untested string, modules ...string) string {
	t.Helper()
	versions := []string{}
	for _, module := range modules {
		versions = append(versions, fmt.Sprintf("import %[1]s; print('%[1]s', getattr(%[1]s, '__version__', ''))", module))
	}
	return tool(t, "python3", untested, "-c", strings.Join(versions, "\n"))
}

// tool finds a program that runs with the arguments, or skips the test.
func tool(t *testing.T, name, untested string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed; not tested: %s", name, untested)
	}
	command := exec.CommandContext(t.Context(), path, args...)
	command.Env = environment()
	output, err := command.CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(output)), "\n")
		t.Skipf("%s does not run (%s); not tested: %s", name, lines[len(lines)-1], untested)
	}
	t.Logf("%s", output)
	return path
}
