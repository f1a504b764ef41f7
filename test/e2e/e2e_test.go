// Package e2e plays on the deployed estate: the synthesized templates with the real
// functions as processes on the local AWS, the real wire, simulated time, and rights
// judged by the deployed policies within the limits that the README lists.
package e2e

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/stage"
)

// functions are built once and within a test, so that the cache of go test knows of
// their sources.
var functions stage.Functions

// TestMain runs the tests, or twohop where a script has started it.
func TestMain(m *testing.M) { testscript.Main(tests{m}, map[string]func(){"twohop": twohop}) }

type tests struct{ *testing.M }

func (t tests) Run() int {
	debug.SetGCPercent(400) // the worlds are small and many: memory is cheaper here than time
	return t.M.Run()
}

// eve is when a test begins: the first plan fires two hours later, and the last copy of a
// night has long been made after thirteen.
var eve = time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC)

// set is a stage with what its functions logged.
type set struct {
	*stage.Stage
	t *testing.T

	mu   sync.Mutex
	logs []string
	runs []lambda.Invocation // of the copystarter
}

// setUp begins a world and its estate; both end with the test.
func setUp(t *testing.T, config awssim.Config, options stage.Options) *set {
	t.Helper()
	s, err := tryToSetUp(t, config, options)
	require.NoError(t, err)
	return s
}

// tryToSetUp returns the error of a deployment that fails.
func tryToSetUp(t *testing.T, config awssim.Config, options stage.Options) (*set, error) {
	t.Helper()
	s := &set{t: t}
	if config.Start.IsZero() {
		config.Start = eve
	}
	config.OnLog = func(line lambda.LogLine) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.logs = append(s.logs, line.Text)
	}
	config.OnInvocation = func(run lambda.Invocation) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if strings.HasSuffix(run.Function, "-copystarter") {
			s.runs = append(s.runs, run)
		}
	}
	options.World, options.Functions = config, &functions
	var err error
	s.Stage, err = stage.Start(t.Context(), options)
	if s.Stage != nil {
		t.Cleanup(func() { require.NoError(t, s.Close()) })
	}
	t.Cleanup(func() {
		if t.Failed() {
			for _, line := range s.log() {
				t.Log(line)
			}
		}
	})
	return s, err
}

func (s *set) log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.logs...)
}

// backUp makes n databases of a type.
func (s *set) databases(resourceType string, n int) []stage.Resource {
	s.t.Helper()
	databases := make([]stage.Resource, n)
	for i := range databases {
		var err error
		databases[i], err = s.Add(stage.Resource{
			Name: fmt.Sprintf("%s-%d", strings.ToLower(resourceType), i+1), Type: resourceType, Bytes: 10 << 30,
		})
		require.NoError(s.t, err)
	}
	return databases
}

// realTime bounds one step of a test. A step takes seconds, and minutes on a machine that
// is busy with other things.
const realTime = 10 * time.Minute

// hopOne backs databases up on demand and starts hop 1 of each.
func (s *set) hopOne(databases []stage.Resource) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), realTime)
	defer cancel()
	require.NoError(s.t, s.HopOne(ctx, databases...))
}

// backUp makes n databases of a type and starts hop 1 of each.
func (s *set) backUp(resourceType string, n int) []stage.Resource {
	s.t.Helper()
	databases := s.databases(resourceType, n)
	s.hopOne(databases)
	return databases
}

// settle lets up to a day of simulated time pass.
func (s *set) settle() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), realTime)
	defer cancel()
	require.NoError(s.t, s.Settle(ctx, 24*time.Hour))
}

// pass lets simulated time pass.
func (s *set) pass(d time.Duration) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), realTime)
	defer cancel()
	require.NoError(s.t, s.World.Clock.Advance(ctx, d))
}

// hopTwos are the copy jobs of the backup account.
func (s *set) hopTwos() []backup.CopyJob {
	return s.World.Backup.CopyJobs(stage.Backup, stage.Primary)
}

// logged is everything that the functions wrote.
func (s *set) logged() string { return strings.Join(s.log(), "\n") }

// send puts a message into the queue.
func (s *set) send(body string) {
	s.t.Helper()
	_, err := sqs.NewFromConfig(s.Client(stage.Backup, stage.Primary)).SendMessage(s.t.Context(),
		&sqs.SendMessageInput{QueueUrl: &s.Copies.URL, MessageBody: &body})
	require.NoError(s.t, err)
}

// deletePoint deletes a recovery point as an administrator would who takes the vault's
// policy away first, since that denies it to everybody.
func (s *set) deletePoint(vault hop.Vault, arn string) {
	s.t.Helper()
	client := awsbackup.NewFromConfig(s.Client(vault.Account, vault.Region))
	_, err := client.PutBackupVaultAccessPolicy(s.t.Context(), &awsbackup.PutBackupVaultAccessPolicyInput{
		BackupVaultName: &vault.Name, Policy: aws.String(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":"*","Action":"backup:CopyIntoBackupVault","Resource":"*"}]}`),
	})
	require.NoError(s.t, err)
	_, err = client.DeleteRecoveryPoint(s.t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: &vault.Name, RecoveryPointArn: &arn})
	require.NoError(s.t, err)
}

// administrator is the SDK configuration, in a vault's account and Region, of a session
// of a new role there that may do everything.
func (s *set) administrator(vault hop.Vault, name string) aws.Config {
	s.t.Helper()
	role := iam.Role{Account: vault.Account, Name: name,
		Trust:  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		Inline: map[string]string{"all": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`}}
	require.NoError(s.t, s.World.IAM.AddRole(role))
	session, err := s.World.STS.Session(role.ARN(), "test", time.Hour)
	require.NoError(s.t, err)
	return s.Client(session.AccessKeyID, vault.Region)
}
