package estate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func assertFits(t *testing.T, environment map[string]string) {
	t.Helper()
	assert.LessOrEqual(t, measured(t, environment), 4096, "Lambda takes 4 KB of environment variables")
}

// measured is the size of an environment as Lambda measures it.
func measured(t *testing.T, environment map[string]string) int {
	t.Helper()
	text, err := json.Marshal(environment)
	require.NoError(t, err)
	return len(text)
}

func TestAnEnvironmentMayBeAsLargeAsLambdaTakes(t *testing.T) {
	for name, test := range map[string]struct {
		padded func(letters string) (map[string]string, error)
		advice string
	}{
		"of the prerequisites of the members": {func(letters string) (map[string]string, error) {
			p := prerequisites()
			p.Members.Role += letters
			return p.Environment()
		}, "name units rather than single accounts"},
		"of the prerequisites of the backup account": {func(letters string) (map[string]string, error) {
			p := prerequisites()
			p.Organization, p.Members = nil, nil
			p.Account += letters
			return p.Environment()
		}, "name fewer secondary Regions with vaults, or fewer types"},
		"of the copystarter": {func(letters string) (map[string]string, error) {
			s := starter(t)
			s.QueueURL += letters
			return s.Environment()
		}, "name fewer final vaults or secondary Regions"},
		"of the outcometracker": {func(letters string) (map[string]string, error) {
			tracker := parse(t, least).Tracker()
			tracker.Copies += letters
			return tracker.Environment()
		}, "name fewer final vaults or secondary Regions"},
		"of the reconciler": {func(letters string) (map[string]string, error) {
			reconciler := parse(t, least).Reconciler()
			reconciler.Copies += letters
			return reconciler.Environment()
		}, "name fewer final vaults or secondary Regions"},
	} {
		t.Run(name, func(t *testing.T) {
			bare, err := test.padded("")
			require.NoError(t, err)
			room := 4096 - measured(t, bare)
			full, err := test.padded(strings.Repeat("x", room))
			require.NoError(t, err)
			assert.Equal(t, 4096, measured(t, full))
			_, err = test.padded(strings.Repeat("x", room+1))
			require.ErrorContains(t, err, "has 4097 bytes, Lambda takes 4096: "+test.advice)
		})
	}
}

func TestRoutesThatNoFunctionTakes(t *testing.T) {
	vaults, retention := manyVaults(30)
	refuse(t, map[string]fault{"thirty final vaults": {
		vaults + "plans: {cross-region-special: {retention: {local: 7, intermediate: 7" + retention + "}}}",
		"plans: the environment of the function copystarter has ",
	}})
}

// plansOf are n more two-hop plans, each with an intermediate vault of its own.
func plansOf(n int) (vaults, plans string) {
	for i := range n {
		vaults += fmt.Sprintf("between%d: {account: backup, region: primary}, ", i)
		plans += fmt.Sprintf("hops%d: {schedule: 'cron(0 4 * * ? *)', types: [RDS], retention: {local: 7, between%d: 7, final: 35}}, ", i, i)
	}
	return vaults, plans
}

func TestAnEnvironmentIsMeasuredAsLambdaMeasuresIt(t *testing.T) {
	const regions = "regions: {primary: eu-central-1, secondary: [eu-north-1, eu-west-1, eu-west-2, eu-west-3, eu-south-1]}\n"
	vaults, plans := plansOf(3)
	text := regions + "vaults: {" + vaults + "final: {name: twohop-final-copies-here}}\nplans: {" + plans + "}\n"
	// Names and values alone have fewer than 4,096 bytes.
	refuse(t, map[string]fault{"quotes are escaped": {text, "plans: the environment of the function copystarter has 4192 bytes, Lambda takes 4096: name fewer final vaults or secondary Regions"}})
}

func TestMoreRegionsThanTheBackupAccountsFunctionTakes(t *testing.T) {
	const every = "[Aurora, CloudFormation, DSQL, DocumentDB, DynamoDB, EBS, EC2, EFS, FSx, Neptune, RDS, Redshift, Redshift Serverless, S3, SAP HANA on Amazon EC2, Storage Gateway, VirtualMachine]"
	var regions, vaults, plans string
	for i := 1; i <= 20; i++ {
		regions += fmt.Sprintf("eu-west-%d, ", i)
		vaults += fmt.Sprintf("v%d: {account: backup, region: eu-west-%d}, ", i, i)
	}
	for i := 1; i <= 20; i += 4 {
		plans += fmt.Sprintf("p%d: {strategy: direct, schedule: 'cron(0 4 * * ? *)', types: %s, retention: {local: 7, v%d: 7, v%d: 7, v%d: 7, v%d: 7}}, ", i, every, i, i+1, i+2, i+3)
	}
	refuse(t, map[string]fault{"every type in twenty Regions": {
		"regions: {primary: eu-central-1, secondary: [" + regions + "]}\nvaults: {final: {region: eu-west-1}, " + vaults + "}\nplans: {" + plans + "}\n",
		"regions.secondary: the environment of the function prerequisites has ",
	}})
}
