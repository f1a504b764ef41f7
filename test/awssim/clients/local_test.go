package clients_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

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

// local is a world of one test. Its clock moves only where the test moves it.
type local struct {
	*awssim.World
	t    *testing.T
	seen *calls

	mu      sync.Mutex
	arrived map[string]chan struct{} // by action: closed by its next call
}

func start(t *testing.T, seen *calls) *local {
	t.Helper()
	l := &local{t: t, seen: seen, arrived: map[string]chan struct{}{}}
	world, err := awssim.Start(awssim.Config{Intercept: l.intercept, Backup: func(c *backup.Config) {
		c.Plan = func(backup.CopyJob) backup.Course { return backup.Course{Wait: time.Minute, Run: 9 * time.Minute} }
	}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, world.Close()) })
	l.World = world
	l.addOrganization()
	return l
}

func (l *local) intercept(c wire.Call) wire.Fault {
	if c.Account == throttled {
		return wire.Fault{Err: &wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}}
	}
	l.seen.add(c)
	l.mu.Lock()
	defer l.mu.Unlock()
	if arrived, ok := l.arrived[c.Action]; ok {
		delete(l.arrived, c.Action)
		close(arrived)
	}
	return wire.Fault{}
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

// calls are the actions that a client has called, over all worlds.
type calls struct {
	mu      sync.Mutex
	actions map[string]bool // service:Action
}

func (c *calls) add(call wire.Call) {
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
			assert.True(t, c.actions[service+":"+action], "%s %s is offered, but this client's tests do not call it", service, action)
		}
	}
}
