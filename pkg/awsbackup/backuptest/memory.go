// Package backuptest is AWS Backup in memory, for tests of the use cases and for
// models of a whole fleet, and the conformance suite that it and the real adapter both
// pass.
package backuptest

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

// Memory is AWS Backup of one account, as far as package relay relies on it. It
// is safe for concurrent use. Points and jobs are found by index: hundreds of
// thousands of them make no call slower than its answer is long.
type Memory struct {
	mu     sync.Mutex
	now    time.Time
	vaults map[string]*shelf // by ARN
	jobs   ledger
	orders map[string]*job // by idempotency token
	quotas []quota
	calls  map[string]int
	fail   func(call string) error
	reads  lag.Config
	reader uint64 // number of the last list of jobs
	lag    bool
	frozen *ledger           // what the lists show instead of jobs; nil: jobs
	keys   map[string]string // of vaults, by ARN
}

var _ interface {
	relay.Points
	relay.Jobs
	relay.Copies
	relay.Inventory
	relay.AllJobs
	relay.Vaults
	relay.Retention
	relay.Holder
	relay.RegionJobs
} = (*Memory)(nil)

// NewMemory returns an AWS Backup without points and jobs at the time now.
func NewMemory(now time.Time) *Memory {
	return &Memory{
		now: now, vaults: map[string]*shelf{}, jobs: newLedger(), orders: map[string]*job{},
		calls: map[string]int{}, keys: map[string]string{},
	}
}

// Fail has every later call ask f for an error first, by the name of the method.
func (m *Memory) Fail(f func(call string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = f
}

// Calls is how often each call was made, by name.
func (m *Memory) Calls() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.calls)
}

func (m *Memory) enter(ctx context.Context, call string) error {
	m.mu.Lock()
	m.calls[call]++
	fail := m.fail
	m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: err.Error()}
	}
	if fail == nil {
		return nil
	}
	return fail(call) // outside the lock: it may wait for another call
}
