package stacks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// TestBuildRefuses: what cannot be deployed is an error that says what to do.
func TestBuildRefuses(t *testing.T) {
	built, err := standIns(t.TempDir())
	require.NoError(t, err)
	starterOnly, err := standIns(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(starterOnly, estate.PrerequisiteDuty)))
	var vaults strings.Builder
	for i := range 60 {
		fmt.Fprintf(&vaults, "  local%d: {account: member, region: primary}\n", i)
	}
	for name, c := range map[string]struct {
		functions string
		adds      string // to the estate's file
		says      []string
	}{
		"no function is built": {
			functions: t.TempDir(), says: []string{"find function copystarter", "`make build`"},
		},
		"one function is not built": {
			functions: starterOnly, says: []string{"find function prerequisites", "`make build`"},
		},
		"the member template is too long for a StackSet": {
			functions: built, adds: "vaults:\n" + vaults.String(), says: []string{"member template", "51200", "fewer member vaults, operators or plan targets"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "estate.yaml")
			require.NoError(t, os.WriteFile(file, []byte(least+c.adds), 0o644))
			described, err := estate.Load(file)
			require.NoError(t, err)
			app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
			err = stacks.Build(app, stacks.Input{Estate: described, Functions: c.functions})
			require.Error(t, err)
			for _, words := range c.says {
				require.ErrorContains(t, err, words)
			}
		})
	}
}

// least is the shortest estate.
const least = `
organization: o-a1b2c3d4e5
accounts: {management: "333333333333", backup: "222222222222"}
members: {units: [ou-ab12-11111111]}
regions: {primary: eu-central-1, secondary: [eu-north-1]}
`
