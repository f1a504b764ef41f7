package main_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

const (
	member     = "111111111111"
	central    = "222222222222"
	management = "333333333333"

	primary   = "eu-central-1"
	secondary = "eu-north-1"

	organization = "o-a1b2c3d4e5"
	root         = "r-ab12"
	unit         = "ou-ab12-11111111"
)

var scratch string // for the built function

// bootstrap builds the function, once and within a test, so that the cache of go
// test knows of its sources.
var bootstrap = sync.OnceValues(func() (string, error) {
	return stage.Build(context.Background(), "lambdas/prerequisites", scratch)
})

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "twohop-prerequisites-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// world is an organization with one member in its unit, and the function in the
// backup account and in the management account.
type world struct {
	*awssim.World
	t *testing.T

	mu        sync.Mutex
	calls     []wire.Call
	logs      []string
	intercept func(wire.Call) wire.Fault
	onStart   func(lambda.Invocation)
}

// start begins a world that ends with the test. change, which may be nil, changes
// the local AWS Backup.
func start(t *testing.T, change func(*backup.Config)) *world {
	t.Helper()
	return startWith(t, awssim.Config{Backup: change})
}

func startWith(t *testing.T, config awssim.Config) *world {
	t.Helper()
	w := &world{t: t}
	config.Intercept = w.see
	config.OnStart = func(run lambda.Invocation) {
		if w.onStart != nil {
			w.onStart(run)
		}
	}
	config.OnLog = func(line lambda.LogLine) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.logs = append(w.logs, line.Text)
	}
	made, err := awssim.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(w.log())
		}
	})
	w.World = made
	require.NoError(t, w.Organizations.AddOrganization(organizations.Organization{ID: organization, Root: root, Management: management}))
	w.addUnit(unit, root)
	w.addAccount(central, root)
	w.addAccount(member, unit)
	return w
}

func (w *world) see(c wire.Call) wire.Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, c)
	if w.intercept != nil {
		return w.intercept(c)
	}
	return wire.Fault{}
}

func (w *world) log() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.logs, "\n")
}

func (w *world) addUnit(id, parent string) {
	w.t.Helper()
	require.NoError(w.t, w.Organizations.AddUnit(organizations.Unit{ID: id, Parent: parent, Name: id}))
}

func (w *world) addAccount(id, parent string) {
	w.t.Helper()
	require.NoError(w.t, w.Organizations.AddAccount(organizations.Account{ID: id, Parent: parent, Name: id}))
}

// addRole makes a role that may do everything, and may be taken on by a principal.
func (w *world) addRole(account, name, trusts string) {
	w.t.Helper()
	require.NoError(w.t, w.IAM.AddRole(iam.Role{
		Account: account, Name: name,
		Trust:  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + trusts + `,"Action":"sts:AssumeRole"}]}`,
		Inline: map[string]string{"all": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
	}))
}

// changes are the changing calls since the last look, as account service:Action.
func (w *world) changes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var changing []string
	for _, c := range w.calls {
		reads := slices.ContainsFunc([]string{"Describe", "List", "Get", "AssumeRole"}, func(p string) bool { return strings.HasPrefix(c.Action, p) })
		if !reads {
			changing = append(changing, c.Account+" "+c.Service+":"+c.Action)
		}
	}
	w.calls = nil
	return changing
}

// forBackup and forManagement are the function's two configurations.
func forBackup() estate.Prerequisites {
	return estate.Prerequisites{Estate: "main", Account: central, OptIns: estate.OptIns{
		primary: {"RDS", "DocumentDB", "S3"}, secondary: {"RDS", "DocumentDB", "S3"},
	}}
}

func forManagement() estate.Prerequisites {
	return estate.Prerequisites{
		Estate: "main", Account: management,
		Organization: &estate.OrganizationDuty{ID: organization},
		Members: &estate.MembersDuty{
			Units: []string{unit}, Except: []string{central, management}, Role: "main-Operator",
			OptIns: estate.OptIns{primary: {"RDS", "DocumentDB", "S3"}},
		},
	}
}

// deploy makes the function in an account and returns its ARN. Its work stops ten
// seconds before the timeout, which is real time.
func (w *world) deploy(account string, config estate.Prerequisites, timeout time.Duration) string {
	w.t.Helper()
	environment, err := config.Environment()
	require.NoError(w.t, err)
	return w.deployWith(account, environment, timeout)
}

func (w *world) deployWith(account string, environment map[string]string, timeout time.Duration) string {
	w.t.Helper()
	path, err := bootstrap()
	require.NoError(w.t, err)
	function, err := w.Lambda.CreateFunction(lambda.Function{
		Name: "main-prerequisites", Account: account, Region: primary, Bootstrap: path, Environment: environment,
		RoleARN: "arn:aws:iam::" + account + ":role/main-prerequisites", Timeout: timeout,
	})
	require.NoError(w.t, err)
	return function
}

// ask sends a request about a custom resource that must be answered.
func (w *world) ask(c cloudformation.CustomResource) cloudformation.Answer {
	w.t.Helper()
	answer, err := w.CloudFormation.Send(w.t.Context(), c)
	require.NoError(w.t, err)
	return answer
}

// create asks for a custom resource with these duties.
func (w *world) create(function string, duties ...string) cloudformation.Answer {
	w.t.Helper()
	return w.ask(cloudformation.CustomResource{Type: cloudformation.Create, Function: function, Properties: properties("1", duties...)})
}

func properties(revision string, duties ...string) map[string]any {
	return map[string]any{"Duties": duties, "Revision": revision, "ServiceTimeout": "960"}
}

// daily runs the function as EventBridge Scheduler does, and returns the error
// that Lambda's metrics see.
func (w *world) daily(function, input string) *lambda.FunctionError {
	w.t.Helper()
	run, err := w.Lambda.Invoke(w.t.Context(), function, []byte(input))
	require.NoError(w.t, err)
	return run.Err
}

func succeeded(t *testing.T, a cloudformation.Answer) {
	t.Helper()
	require.Equal(t, "SUCCESS", a.Status, a.Reason)
	assert.Empty(t, a.Reason)
}

// failed wants a failure whose reason names all of it.
func failed(t *testing.T, a cloudformation.Answer, reasons ...string) {
	t.Helper()
	require.Equal(t, "FAILED", a.Status)
	for _, reason := range reasons {
		assert.Contains(t, a.Reason, reason)
	}
}
