// Package arch holds the rules about the whole tree as tests: which package may
// import what, and how large the functions may become.
package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/twohop/twohop"

// pkg is one package of the module, as go list tells.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Dir                                string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports,GoFiles,TestGoFiles,XTestGoFiles,Dir", module+"/...").Output()
	require.NoError(t, err)
	var all []pkg
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module+"/")
		all = append(all, p)
	}
}

// A rule says which imports the packages below a path may have. An import below
// an allowed path is allowed; what a rule's except says nothing of is.
type rule struct {
	of      string   // import path without the module's, a prefix
	only    []string // besides the standard library; nil: no restriction
	never   []string
	because string
}

var rules = []rule{
	{of: "pkg/hop", only: []string{},
		because: "the domain is plain values and functions"},
	{of: "pkg/diagnose", only: []string{"pkg/hop"},
		because: "a table of texts needs nothing but the classes"},
	{of: "pkg/awsevent", only: []string{"pkg/hop", "pkg/diagnose"},
		because: "a codec does no I/O"},
	{of: "pkg/relay", only: []string{"pkg/hop", "golang.org/x/sync/errgroup"},
		because: "use cases see AWS through interfaces of their own"},
	{of: "pkg/estate", only: []string{"pkg/hop"},
		because: "configuration is read by everybody and knows nobody"},
	{of: "pkg/telemetry", only: []string{"pkg/hop", "pkg/relay"},
		because: "telemetry writes down outcomes"},
	{of: "pkg/awsbackup", only: []string{"pkg/hop", "pkg/relay", "pkg/diagnose", "github.com/aws", "golang.org/x/sync/errgroup"},
		because: "an adapter translates between AWS and the domain"},
	{of: "pkg/queue", only: []string{"pkg/hop", "pkg/relay", "pkg/awsevent", "github.com/aws"},
		because: "an adapter translates between AWS and the domain"},
	{of: "pkg", never: []string{"lambdas", "infra", "test", "github.com/aws/aws-lambda-go", "github.com/aws/aws-cdk-go"},
		because: "the product's packages serve every main and know none"},
	{of: "lambdas", never: []string{"infra", "test", "github.com/aws/aws-cdk-go"},
		because: "functions are deployed by the infrastructure, not the other way round"},
	{of: "test/awssim", never: []string{"pkg", "lambdas", "infra", "test/stage"},
		because: "an oracle that shares the product's code shares its mistakes"},
}

func TestImportRules(t *testing.T) {
	all := packages(t)
	for _, r := range rules {
		t.Run(r.of, func(t *testing.T) {
			found := false
			for _, p := range all {
				if !below(p.ImportPath, r.of) || forTests(p) {
					continue
				}
				found = true
				for _, imported := range p.Imports {
					require.NoError(t, r.check(imported), p.ImportPath)
				}
			}
			assert.True(t, found, "the rule is about a package that does not exist")
		})
	}
}

func (r rule) check(imported string) error {
	name := strings.TrimPrefix(imported, module+"/")
	if standard(imported) || name == r.of || below(name, r.of) {
		return nil
	}
	isBelow := func(path string) bool { return below(name, path) }
	if slices.ContainsFunc(r.never, isBelow) || r.only != nil && !slices.ContainsFunc(r.only, isBelow) {
		return errors.New("imports " + name + ", but " + r.because)
	}
	return nil
}

func TestOnlyFunctionsImportTheLambdaLibrary(t *testing.T) {
	for _, p := range packages(t) {
		if below(p.ImportPath, "lambdas") || below(p.ImportPath, "test/bench") {
			continue
		}
		for _, imported := range p.Imports {
			assert.False(t, below(imported, "github.com/aws/aws-lambda-go"), p.ImportPath)
		}
	}
}

// forTests: a package of doubles and conformance suites is named after what it
// tests, and may use what tests use.
func forTests(p pkg) bool { return strings.HasSuffix(p.ImportPath, "test") }

// below reports whether path is the root or below it.
func below(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

// standard: a path of the standard library has no dot in its first part.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
