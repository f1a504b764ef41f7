// Package e2e runs the real copystarter on the local AWS: real processes, the
// real wire, simulated time.
package e2e

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/stage"
)

var scratch string // for the built copystarter

// bootstrap builds the copystarter, once and within a test, so that the cache of
// go test knows of its sources.
var bootstrap = sync.OnceValues(func() (string, error) {
	return stage.Build(context.Background(), "lambdas/copystarter", scratch)
})

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "twohop-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// set is a stage with what its functions logged.
type set struct {
	*stage.Stage
	t *testing.T

	mu   sync.Mutex
	logs []string
	runs []lambda.Invocation
}

// setUp begins a world and its estate; both end with the test.
func setUp(t *testing.T, config awssim.Config, options stage.Options) *set {
	t.Helper()
	s := &set{t: t}
	config.OnLog = func(line lambda.LogLine) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.logs = append(s.logs, line.Text)
	}
	config.OnInvocation = func(run lambda.Invocation) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.runs = append(s.runs, run)
	}
	world, err := awssim.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, world.Close()) })
	options.Bootstrap, err = bootstrap()
	require.NoError(t, err)
	s.Stage, err = stage.New(t.Context(), world, options)
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			for _, line := range s.log() {
				t.Log(line)
			}
		}
	})
	return s
}

func (s *set) log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.logs...)
}

// backUp makes n databases of a type and starts hop 1 of each.
func (s *set) backUp(resourceType string, n int) []stage.Database {
	s.t.Helper()
	databases := make([]stage.Database, n)
	for i := range databases {
		var err error
		databases[i], err = s.AddDatabase(fmt.Sprintf("%s-%d", resourceType, i+1), resourceType, 10<<30)
		require.NoError(s.t, err)
		require.NoError(s.t, s.StartHopOne(databases[i]))
	}
	return databases
}

// settle lets up to a day of simulated time pass.
func (s *set) settle() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	require.NoError(s.t, s.Settle(ctx, 24*time.Hour))
}

// pass lets simulated time pass.
func (s *set) pass(d time.Duration) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
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

// deletePoint deletes a recovery point as a person would.
func (s *set) deletePoint(vault hop.Vault, arn string) {
	s.t.Helper()
	_, err := awsbackup.NewFromConfig(s.Client(vault.Account, vault.Region)).DeleteRecoveryPoint(s.t.Context(),
		&awsbackup.DeleteRecoveryPointInput{BackupVaultName: &vault.Name, RecoveryPointArn: &arn})
	require.NoError(s.t, err)
}
