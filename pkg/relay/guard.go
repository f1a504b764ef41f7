package relay

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// guarded turns a panic into an error: a bug met by one message must not take the
// nine others of its batch along.
func guarded(f func() error) func() error {
	return func() (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
		}()
		return f()
	}
}

// grace is the time before ctx's deadline that is kept for settling messages
// whose calls to AWS Backup took too long.
const grace = 5 * time.Second

// beforeDeadline leaves grace of ctx's time, where it has a deadline.
func beforeDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-grace))
	}
	return context.WithCancel(ctx)
}
