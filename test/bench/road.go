package main

import (
	"sync/atomic"
	"time"

	"github.com/twohop/twohop/test/awssim/wire"
)

// road is what lies between a function and the local AWS: it counts the calls
// and can make each take longer.
type road struct {
	calls atomic.Int64
	delay atomic.Int64 // real nanoseconds per call
}

// pass is an interceptor of the local AWS.
func (r *road) pass(wire.Call) wire.Fault {
	r.calls.Add(1)
	return wire.Fault{Delay: time.Duration(r.delay.Load())}
}

// clear begins a new count, with calls that take the delay longer.
func (r *road) clear(delay time.Duration) {
	r.calls.Store(0)
	r.delay.Store(int64(delay))
}
