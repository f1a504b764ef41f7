package stacks_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/cxapi"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

var update = flag.Bool("update", false, "write the golden templates anew")

// example is the estate of infra/config/example.yaml, and whole is one that uses
// every feature; both are synthesized once for all tests.
var example, whole assembly

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if _, err := exec.LookPath("node"); err != nil {
		fmt.Println("node is not installed: the stacks are not tested")
		if os.Getenv("CI") != "" {
			return 1
		}
		return 0
	}
	// As in the Makefile. The CDK's packages give their environment to the jsii runtime when
	// they are initialized, before this; closed, it is started again with the one of now.
	if err := os.Setenv("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20"); err != nil {
		fmt.Println(err)
		return 1
	}
	jsii.Close()
	defer jsii.Close()
	dir, err := os.MkdirTemp("", "twohop-infra")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(dir)
	for _, s := range []struct {
		into *assembly
		file string
	}{{&example, "../config/example.yaml"}, {&whole, "testdata/whole.yaml"}} {
		if *s.into, err = synthesize(s.file, dir, true); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	return m.Run()
}

// assembly is what a synth leaves behind.
type assembly struct {
	estate estate.Estate
	dir    string
	files  map[string][]byte // templates as the CDK wrote them, by stack, hashes replaced
	stacks []written
}

// synthesize runs the app on an estate file, with stand-ins for the functions'
// executables; what they are only shows in the hashes of the assets.
func synthesize(file, root string, nag bool) (a assembly, err error) {
	defer func() { // the CDK throws what it finds wrong with a template
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("synthesize %s: %v", file, thrown)
		}
	}()
	described, err := estate.Load(file)
	if err != nil {
		return assembly{}, err
	}
	functions, err := standIns(root)
	if err != nil {
		return assembly{}, err
	}
	out, err := os.MkdirTemp(root, "out")
	if err != nil {
		return assembly{}, err
	}
	settings, err := context()
	if err != nil {
		return assembly{}, err
	}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(out), AnalyticsReporting: jsii.Bool(false), Context: settings})
	if err := stacks.Build(app, stacks.Input{Estate: described, Functions: functions}); err != nil {
		return assembly{}, err
	}
	if nag {
		awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{
			Reports: jsii.Bool(true), ReportFormats: &[]cdknag.NagReportFormat{cdknag.NagReportFormat_JSON},
		}), nil)
	}
	a = assembly{estate: described, dir: out, files: map[string][]byte{}}
	for _, artifact := range *app.Synth(nil).Stacks() {
		if err := a.read(artifact); err != nil {
			return assembly{}, err
		}
	}
	return a, nil
}

func standIns(root string) (string, error) {
	dir := filepath.Join(root, "functions")
	for _, name := range []string{estate.CopyStarter, estate.OutcomeTracker, estate.VaultReconciler, estate.PrerequisiteDuty} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, name, "bootstrap"), []byte(name), 0o755); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// context is that of cdk.json, but for the estate's file.
func context() (*map[string]any, error) {
	text, err := os.ReadFile("../../cdk.json")
	if err != nil {
		return nil, err
	}
	var settings struct{ Context map[string]any }
	if err := json.Unmarshal(text, &settings); err != nil {
		return nil, err
	}
	delete(settings.Context, "estate")
	return &settings.Context, nil
}

var hash = regexp.MustCompile(`[0-9a-f]{64}`)

// read takes a stack from what the synth wrote. The member stack is taken as it is
// in one member account.
func (a *assembly) read(artifact cxapi.CloudFormationStackArtifact) error {
	name := *artifact.StackName()
	text, err := os.ReadFile(filepath.Join(a.dir, *artifact.TemplateFile()))
	if err != nil {
		return err
	}
	text = hash.ReplaceAllFunc(text, func(h []byte) []byte {
		function, err := os.ReadFile(filepath.Join(a.dir, "asset."+string(h), "bootstrap"))
		if err != nil {
			return h
		}
		return function
	})
	w := written{
		part:    strings.TrimPrefix(name, a.estate.StackName("")),
		account: *artifact.Environment().Account, region: *artifact.Environment().Region,
		protected: artifact.TerminationProtection() != nil && *artifact.TerminationProtection(),
	}
	if w.part == stacks.Member {
		w.account, w.region = member, a.estate.Regions.Primary
	}
	if err := json.Unmarshal(text, &w.template); err != nil {
		return fmt.Errorf("parse template %s: %w", name, err)
	}
	a.files[name], a.stacks = text, append(a.stacks, w)
	return nil
}
