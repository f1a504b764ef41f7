package clients_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	member    = "111111111111"
	central   = "222222222222"
	throttled = "333333333333" // every call of this account is throttled

	primary   = "eu-central-1"
	secondary = "eu-north-1"
)

// local is a world of one test, in which every right is judged. Its clock moves only
// where the test moves it.
type local struct {
	*awssim.World
	t      *testing.T
	orders string // key of the cluster

	mu      sync.Mutex
	arrived map[string]chan struct{} // by action: closed by its next call
}

func start(t *testing.T, seen *calls) *local {
	t.Helper()
	l := &local{t: t, arrived: map[string]chan struct{}{}}
	world, err := awssim.Start(awssim.Config{Permissions: true, Intercept: l.intercept, OnAnswer: seen.add, Backup: func(c *backup.Config) {
		c.Plan = func(backup.CopyJob) backup.Course { return backup.Course{Wait: time.Minute, Run: 9 * time.Minute} }
	}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, world.Close()) })
	l.World = world
	l.addOrganization()
	l.addRoles()
	return l
}

func (l *local) intercept(c wire.Call) wire.Fault {
	if c.Account == throttled {
		return wire.Fault{Err: &wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if arrived, ok := l.arrived[c.Action]; ok {
		delete(l.arrived, c.Action)
		close(arrived)
	}
	return wire.Fault{}
}

// client is the Go SDK's configuration with an access key.
func (l *local) client(key string) aws.Config {
	return aws.Config{Region: primary, BaseEndpoint: aws.String(l.Endpoint()), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(key, "local", "")}
}

// pass lets simulated time pass.
func (l *local) pass(d time.Duration) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), time.Minute)
	defer cancel()
	require.NoError(l.t, l.Clock.Advance(ctx, d))
}

// passDuring lets simulated time pass as soon as the next call of an action has
// come and waits: a long poll. The result ends that and tells what went wrong.
func (l *local) passDuring(action string, d time.Duration) (finish func() error) {
	arrived := make(chan struct{})
	l.mu.Lock()
	l.arrived[action] = arrived
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(l.t.Context(), time.Minute)
	done := make(chan error, 1)
	go func() {
		select {
		case <-arrived:
			done <- l.Clock.Advance(ctx, d)
		case <-ctx.Done():
			done <- fmt.Errorf("%s was not called", action)
		}
	}()
	return func() error {
		select {
		case <-arrived: // the call has been answered by now: let the rest of the time pass
		default:
			cancel()
		}
		defer cancel()
		return <-done
	}
}

// calls are the actions that a client has called with success, over all worlds.
type calls struct {
	mu      sync.Mutex
	actions map[string]bool // service:Action
}

func (c *calls) add(call wire.Call, refused *wire.Error) {
	if refused != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.actions == nil {
		c.actions = map[string]bool{}
	}
	c.actions[call.Service+":"+call.Action] = true
}

// requireAll fails the test for every action that the local AWS offers and the
// client has not called.
func (c *calls) requireAll(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return // what is missing then says nothing
	}
	world, err := awssim.Start(awssim.Config{})
	require.NoError(t, err)
	defer func() { assert.NoError(t, world.Close()) }()
	c.mu.Lock()
	defer c.mu.Unlock()
	for service, handler := range world.Services() {
		require.Implements(t, (*wire.Lister)(nil), handler, service)
		for _, action := range handler.(wire.Lister).Actions() {
			assert.True(t, c.actions[service+":"+action], "%s %s is offered, but this client's tests do not call it with success", service, action)
		}
	}
}

// TestARefusedCallIsNoExercise: an action counts as called once it has done something.
func TestARefusedCallIsNoExercise(t *testing.T) {
	t.Parallel()
	seen := &calls{}
	l := start(t, seen)
	client := sqs.NewFromConfig(l.client(member))
	_, err := client.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("copies")})
	require.ErrorContains(t, err, "does not exist")
	_, err = sqs.NewFromConfig(l.client(throttled)).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("copies")})
	require.ErrorContains(t, err, "Rate exceeded")
	assert.Empty(t, seen.actions)
	_, err = client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("copies")})
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"sqs:CreateQueue": true}, seen.actions)
}
