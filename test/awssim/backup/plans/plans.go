// Package plans is the backup plans of the local AWS Backup: those that
// Organizations' backup policies put into every account and Region that they name.
// Their rules fire on the simulated clock. Plans that an account makes for itself are
// not simulated.
//
// In files: read.go (an effective policy becomes plans), refresh.go (they take the
// place of those there were), fire.go (a rule falls due), calls.go (what the API
// shows).
package plans

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/backup/settings"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/cron"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Config says where plans come from. Where a field is nil there are none.
type Config struct {
	Accounts Accounts
	Policies Policies
}

// Accounts tells which accounts may have plans.
type Accounts interface {
	Accounts() []string
}

// Policies tells the backup policies that count for accounts.
type Policies interface {
	// Effective is the policy for an account, without operators; false for none.
	Effective(account string) (json.RawMessage, bool)
}

// Plan is a backup plan as a policy asks for it.
type Plan struct {
	Name       string
	Regions    []string
	Rules      []Rule // by name
	Selections []Selection
}

// Rule says when a plan backs up, and where to.
type Rule struct {
	Name     string
	Schedule cron.Schedule // in UTC
	Vault    string
	// Windows to start and to complete in, both from the schedule; zero: the defaults.
	StartWindow, CompleteWindow time.Duration
	Lifecycle                   vaults.Lifecycle
	Tags                        map[string]string
	Copies                      []jobs.Copy // by destination
}

// Selection says what a plan backs up: the resources whose tag of this key has one of
// the values.
type Selection struct {
	Name      string
	Role      string // ARN
	TagKey    string
	TagValues []string
}

// Parts are what the plans work with.
type Parts struct {
	Clock     *clock.Clock
	IDs       *ids.Source
	Resources *resources.Inventory
	Settings  *settings.Store
	Jobs      *jobs.Jobs
}

// Plans are the backup plans of all accounts and Regions, safe for concurrent use.
type Plans struct {
	Parts

	mu     sync.Mutex
	config Config
	plans  map[key]*plan
	ids    map[string]string // of plans and rules, so that they keep them
}

type key struct {
	arn.Place
	name string
}

// plan is a Plan in an account and Region.
type plan struct {
	Plan
	home    arn.Place
	id      string
	version string
	created wire.Epoch
	lastRun wire.Epoch
	ruleIDs []string
	timers  []*clock.Timer // the next run of each rule
	gone    bool
}

func (p *plan) arn() string {
	return fmt.Sprintf("arn:aws:backup:%s:%s:backup-plan:%s", p.home.Region, p.home.Account, p.id)
}

// New returns a service without plans until it is refreshed.
func New(parts Parts, config Config) *Plans {
	return &Plans{Parts: parts, config: config, plans: map[key]*plan{}, ids: map[string]string{}}
}

// SetConfig changes where plans come from, from the next Refresh on.
func (s *Plans) SetConfig(config Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config = config
}
