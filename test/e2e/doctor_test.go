package e2e

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/cli"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/rds"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// clinic is a sound estate with two members, whose databases are in order, and an
// on-call engineer with the rights that doctor asks for.
type clinic struct {
	*set
	file   string
	policy string // JSON that doctor --policy prints
	called atomic.Pointer[sync.Map]
}

// said is what doctor --json prints of one finding.
type said struct{ Kind, Check, Account, Region, Resource, Problem, Causes, Mend string }

const special = "cross-region-special"

func openClinic(t *testing.T) *clinic {
	t.Helper()
	c := &clinic{}
	c.set = setUp(t, awssim.Config{OnAnswer: c.note}, stage.Options{Payroll: true, Change: stage.Replace("PayrollManagement", operators, onCall)})
	text, err := os.ReadFile("../../infra/stacks/testdata/whole.yaml")
	require.NoError(t, err)
	dir := t.TempDir()
	c.file = filepath.Join(dir, "my.yaml")
	require.NoError(t, os.WriteFile(c.file, []byte(strings.ReplaceAll(string(text), operators, onCall)), 0o600))
	profiles := filepath.Join(dir, "config")
	require.NoError(t, os.WriteFile(profiles, []byte("[profile management]\naws_access_key_id = "+stage.Management+"\naws_secret_access_key = local\n"), 0o600))
	for name, value := range c.World.Environment(stage.Backup, stage.Secondary) {
		t.Setenv(name, value)
	}
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": profiles, "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "none"), "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	for _, r := range []stage.Resource{
		{Name: "orders", Type: "RDS", Plan: special}, {Name: "ledger", Type: "Aurora", Plan: special}, {Name: "stock", Type: "Aurora", Plan: special},
		{Name: "sales", Type: "Aurora", Plan: special}, {Name: "papers", Type: "DocumentDB", Plan: special},
		{Name: "graph", Type: "Neptune", Plan: special, Account: stage.Second}, {Name: "photos", Type: "S3", Plan: "cross-region"},
	} {
		_, err := c.Add(r)
		require.NoError(t, err)
	}
	code, out, _ := c.run("--policy")
	require.Zero(t, code)
	c.policy = out
	c.engineer(t, "OnCall", c.policy)
	return c
}

// engineer has the next runs be as a role with a policy.
func (c *clinic) engineer(t *testing.T, name, policy string) {
	t.Helper()
	role := iam.Role{Account: stage.Backup, Name: name, Inline: map[string]string{"own": policy},
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:AssumeRole"}]}`}
	require.NoError(t, c.World.IAM.AddRole(role))
	session, err := c.World.STS.Session(role.ARN(), "on-call", time.Hour)
	require.NoError(t, err)
	t.Setenv("AWS_ACCESS_KEY_ID", session.AccessKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", session.SecretAccessKey)
	t.Setenv("AWS_SESSION_TOKEN", session.SessionToken)
}

func (c *clinic) run(args ...string) (code int, out, errOut string) {
	var stdout, stderr bytes.Buffer
	code = cli.Run(c.t.Context(), append([]string{"doctor", "--estate", c.file}, args...), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// asManager has a run enter the management account.
const asManager = "--profile=" + stage.Management + "=management"

// findings are what a run with --json prints.
func (c *clinic) findings(t *testing.T, flags ...string) (code int, found []said) {
	t.Helper()
	code, out, errOut := c.run(append(flags, "--json")...)
	var told struct{ Findings []said }
	require.NoError(t, json.Unmarshal([]byte(out), &told), errOut)
	return code, told.Findings
}

// note keeps which actions are called while somebody asks.
func (c *clinic) note(call wire.Call, _ *wire.Error) {
	if called := c.called.Load(); called != nil {
		called.Store(call.Action, true)
	}
}

// healthy says that nothing is found.
func (c *clinic) healthy(t *testing.T) {
	t.Helper()
	code, found := c.findings(t, asManager)
	require.Empty(t, found)
	require.Zero(t, code)
}

// illness is one thing that is broken, and mended again by undo.
type illness struct {
	breaks  func(t *testing.T, c *clinic) (undo func())
	finding said // Problem, Causes and Mend are parts of it; Kind is broken where it is empty
	more    int  // findings that follow from it
}

func TestDoctorFindsWhatIsBrokenAndNothingElse(t *testing.T) {
	c := openClinic(t)
	c.healthy(t)
	for _, family := range []map[string]illness{illDatabases, illKeysAndVaults, illOrganization, illFeeds, illSettings, illTopics, illRoles, illLimits} {
		for sentence, ill := range family {
			t.Run(sentence, func(t *testing.T) {
				undo := ill.breaks(t, c)
				code, found := c.findings(t, asManager)
				undo()
				assert.Equal(t, ill.code(), code)
				assert.Len(t, found, 1+ill.more)
				assert.True(t, ill.among(found), "%+v", found)
			})
		}
	}
	c.healthy(t)
}

// code is what doctor exits with.
func (i illness) code() int {
	if i.finding.Kind == "unconfirmed" {
		return 0
	}
	return 3
}

func (i illness) among(found []said) bool {
	want := i.finding
	if want.Kind == "" {
		want.Kind = "broken"
	}
	for _, f := range found {
		if f.Kind == want.Kind && f.Account == want.Account && f.Region == want.Region && strings.Contains(f.Resource, want.Resource) &&
			strings.Contains(f.Problem, want.Problem) && strings.Contains(f.Causes, want.Causes) && strings.Contains(f.Mend, want.Mend) {
			return true
		}
	}
	return false
}

func TestDoctorOnlyLooks(t *testing.T) {
	c := openClinic(t)
	var called sync.Map
	c.called.Store(&called)
	c.healthy(t)
	c.called.Store(nil)
	n := 0
	called.Range(func(action, _ any) bool {
		n++
		assert.Regexp(t, "^((Describe|Get|List)[A-Z]|AssumeRole$)", action)
		return true
	})
	assert.Greater(t, n, 15)
}

// rights is a policy whose statements may be changed.
type rights struct {
	Version   string
	Statement []map[string]any
}

// less is the policy without one value of a list of a statement, Action or Resource.
func (r rights) less(t *testing.T, statement int, list, value string) string {
	t.Helper()
	fewer := rights{Version: r.Version, Statement: slices.Clone(r.Statement)}
	changed := maps.Clone(r.Statement[statement])
	changed[list] = slices.DeleteFunc(slices.Clone(r.list(statement, list)), func(other string) bool { return other == value })
	fewer.Statement[statement] = changed
	if len(r.list(statement, list)) == 1 {
		fewer.Statement = slices.Delete(fewer.Statement, statement, statement+1)
	}
	text, err := json.Marshal(fewer)
	require.NoError(t, err)
	return string(text)
}

func (r rights) list(statement int, name string) []string {
	var values []string
	for _, value := range r.Statement[statement][name].([]any) {
		values = append(values, value.(string))
	}
	return values
}

// TestDoctorNeedsEveryRightOfItsPolicy takes one right away, then one resource. What is
// missing is said, and is all that is said.
func TestDoctorNeedsEveryRightOfItsPolicy(t *testing.T) {
	c := openClinic(t)
	c.healthy(t)
	letter(stage.Backup, "copies-dlq")(t, c) // it is read only where there is one
	var whole rights
	require.NoError(t, json.Unmarshal([]byte(c.policy), &whole))
	missing := func(statement int, list, value string) []said {
		policy := whole.less(t, statement, list, value)
		require.NoError(t, c.World.IAM.ChangeRole("arn:aws:iam::222222222222:"+onCall, func(r *iam.Role) { r.Inline["own"] = policy }))
		code, found := c.findings(t) // the switch is seen from the backup account
		found = slices.DeleteFunc(found, func(f said) bool {
			return f.Account == stage.Management || f.Kind == "broken" && strings.HasSuffix(f.Resource, ":payroll-copies-dlq")
		})
		assert.Equal(t, 3, code)
		assert.NotEmpty(t, found)
		for _, f := range found {
			assert.Equal(t, "not checked", f.Kind)
		}
		return found
	}
	for i := range whole.Statement {
		for _, action := range whole.list(i, "Action") {
			t.Run(action, func(t *testing.T) {
				for _, f := range missing(i, "Action", action) {
					if action == "sts:AssumeRole" || f.Check == "member accounts" {
						assert.Contains(t, f.Problem, "is not authorized to perform: "+action)
					} else {
						assert.Contains(t, f.Problem, "could not be checked: lacks right "+action)
					}
				}
			})
		}
		if whole.Statement[i]["Sid"] == "SeeServiceRoles" {
			continue // one half of its resources is for roles that are not there
		}
		for _, resource := range whole.list(i, "Resource") {
			t.Run(resource, func(*testing.T) { missing(i, "Resource", resource) })
		}
	}
}

// patient is a database of the first member, which comes ill and goes.
func patient(r resources.Resource, more func(c *clinic, arn string)) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		r.Account, r.Region = stage.Member, stage.Primary
		if r.Tags == nil {
			r.Tags = map[string]string{"backup": special}
		}
		if r.KeyARN == "" && !r.Unencrypted && !r.AWSOwned && r.Name != "managed" {
			r.KeyARN = c.key(t, true)
		}
		require.NoError(t, c.World.Backup.Resources.Add(r))
		if more != nil {
			more(c, r.ARN)
		}
		return func() {
			c.World.RDS.Describe(r.ARN, rds.Details{})
			require.NoError(t, c.World.Backup.Resources.Remove(r.ARN))
		}
	}
}
