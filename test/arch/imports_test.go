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
	ImportPath, Doc                    string
	Imports, TestImports, XTestImports []string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Dir                                string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Doc,Imports,TestImports,XTestImports,GoFiles,TestGoFiles,XTestGoFiles,Dir", module+"/...").Output()
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
	{of: "pkg/picture", only: []string{"pkg/hop", "pkg/relay", "golang.org/x/sync/errgroup"},
		because: "a use case sees AWS through interfaces of its own"},
	{of: "pkg/ages", only: []string{},
		because: "words need nothing"},
	{of: "pkg/page", only: []string{"pkg/hop", "pkg/picture", "pkg/ages"},
		because: "a page is written of a picture, and reads nothing itself"},
	{of: "pkg/trace", only: []string{"pkg/hop", "pkg/relay", "pkg/ages", "golang.org/x/sync/errgroup"},
		because: "a use case sees AWS through interfaces of its own"},
	{of: "pkg/estate", only: []string{"pkg/hop", "pkg/ages", "go.yaml.in/yaml/v3"},
		because: "configuration is read by everybody and knows nobody"},
	{of: "pkg/advise", only: []string{"pkg/estate", "pkg/hop"},
		because: "advice is worked out from the configuration, and asks nobody"},
	{of: "pkg/policy", only: []string{"pkg/estate", "pkg/hop"},
		because: "policies are plain documents, written from the configuration"},
	{of: "pkg/checkup", only: []string{"pkg/estate", "pkg/policy", "pkg/diagnose", "pkg/hop", "golang.org/x/sync/errgroup"},
		because: "a use case sees AWS through interfaces of its own"},
	{of: "pkg/fix", only: []string{"pkg/estate", "pkg/policy", "pkg/diagnose", "pkg/checkup", "pkg/hop", "golang.org/x/sync/errgroup"},
		because: "a fix is written from the configuration, and sees AWS through interfaces of its own"},
	{of: "pkg/prerequisite", only: []string{"golang.org/x/sync/errgroup"},
		because: "a use case sees AWS through interfaces of its own"},
	{of: "pkg/telemetry", only: []string{"pkg/hop", "pkg/relay", "pkg/prerequisite"},
		because: "telemetry writes down outcomes"},
	{of: "pkg/awscall", only: []string{"github.com/aws"},
		because: "what the adapters share of a call knows no domain"},
	{of: "pkg/awsbackup", only: []string{"pkg/hop", "pkg/relay", "pkg/diagnose", "pkg/awscall", "github.com/aws", "golang.org/x/sync/errgroup"},
		because: "an adapter translates between AWS and the domain"},
	{of: "pkg/awsaccount", only: []string{"pkg/prerequisite", "pkg/awscall", "github.com/aws"},
		because: "an adapter translates between AWS and the domain"},
	{of: "pkg/awssns", only: []string{"pkg/relay", "github.com/aws"},
		because: "an adapter translates between AWS and the domain"},
	{of: "pkg/awsswitch", only: []string{"pkg/hop", "pkg/relay", "pkg/awscall", "github.com/aws"},
		because: "an adapter translates between AWS and the domain"},
	{of: "pkg/awscheck", only: []string{"pkg/checkup", "pkg/awscall", "github.com/aws"},
		because: "an adapter translates between AWS and the use case"},
	{of: "pkg/awslogin", only: []string{"pkg/hop", "pkg/awscall", "github.com/aws"},
		because: "an adapter translates between AWS and the domain"},
	{of: "pkg/queue", only: []string{"pkg/hop", "pkg/relay", "pkg/trace", "pkg/awsevent", "pkg/awscall", "github.com/aws"},
		because: "an adapter translates between AWS and the domain"},
	{of: "pkg/cli", only: []string{"pkg/estate", "pkg/hop", "pkg/relay", "pkg/picture", "pkg/trace", "pkg/page", "pkg/ages", "pkg/checkup", "pkg/advise", "pkg/awslogin", "pkg/awsaccount", "pkg/awsbackup", "pkg/awscheck", "pkg/awsswitch", "pkg/queue", "pkg/policy", "pkg/diagnose", "pkg/fix", "github.com/spf13/cobra", "github.com/jedib0t/go-pretty", "github.com/vbauerster/mpb", "golang.org/x/sys/unix"},
		because: "commands tie use cases to adapters, and see AWS through them alone"},
	{of: "pkg/cmd", only: []string{"pkg/cli"},
		because: "a main only ties"},
	{of: "pkg", never: []string{"lambdas", "infra", "test", "github.com/aws/aws-lambda-go", "github.com/aws/aws-cdk-go"},
		because: "the product's packages serve every main and know none"},
	{of: "infra", only: []string{"pkg/estate", "pkg/policy", "pkg/prerequisite", "pkg/telemetry", "github.com/aws/aws-cdk-go", "github.com/aws/constructs-go", "github.com/aws/jsii-runtime-go"},
		because: "the stacks place what estate and policy work out, and call nothing"},
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

// Some libraries have a place, and are nowhere else.
func TestLibrariesStayInTheirPlace(t *testing.T) {
	all := packages(t)
	for library, places := range map[string][]string{
		"github.com/aws/aws-lambda-go":    {"lambdas", "test/bench", "test/soak/variant"},
		"github.com/aws/aws-cdk-go":       {"infra"},
		"github.com/aws/jsii-runtime-go":  {"infra"},
		"github.com/cdklabs/cdk-nag-go":   {"infra"},
		"github.com/spf13/cobra":          {"pkg/cli"},
		"github.com/rogpeppe/go-internal": {"test/e2e", "test/stage"},
	} {
		t.Run(library, func(t *testing.T) {
			used := false
			for _, p := range all {
				for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
					if below(imported, library) {
						used = true
						assert.True(t, slices.ContainsFunc(places, func(place string) bool { return below(p.ImportPath, place) }), p.ImportPath)
					}
				}
			}
			assert.True(t, used, "the rule is about a library that is not used")
		})
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
