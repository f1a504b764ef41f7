// Package scheduler is the local Amazon EventBridge Scheduler: groups of schedules
// that invoke Lambda functions on the simulated clock, with flexible time windows,
// retries, dead-letter queues and the counts of its metrics.
//
// A schedule goes this way: Add reads and checks it (schedule.go, expression.go) and
// sets its first time due; when that comes the next one is set due (firing.go), and
// the invocation takes its own way of attempts, retries and dead letter (attempt.go).
//
// Left out: other targets than functions of the schedule's account and Region, start
// and end dates, deletion after the last time, encryption and tags. The rights of a
// schedule's role are for who ties Invoker and Queues to judge.
package scheduler

import (
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
)

// Invocation is one attempt to invoke a target.
type Invocation struct {
	ScheduleARN string
	// GroupARN is what the role's trust policy sees as aws:SourceArn [EventBridge
	// Scheduler user guide: confused deputy prevention].
	GroupARN    string
	TargetARN   string
	RoleARN     string
	Input       string // JSON; context attributes are filled in
	ExecutionID string // the same for all attempts
	Attempt     int    // from 1
	Scheduled   time.Time
}

// Invoker is what invokes targets.
type Invoker interface {
	// Invoke hands the invocation over, as Lambda's invocation type Event does, and
	// returns once it is accepted: how the function ends is no concern of the
	// schedule. It is called by the clock's driver, so it must not wait for time to
	// pass. An error is tried again unless it is a *Failure that is final.
	Invoke(Invocation) error
}

// Letter is a dead letter.
type Letter struct {
	QueueARN string
	// RoleARN is the schedule's role, which sends it [EventBridge Scheduler user guide:
	// configuring a dead-letter queue].
	RoleARN     string
	ScheduleARN string
	GroupARN    string
	Body        string
	Attributes  map[string]string // all of the type String
}

// Queues is where dead letters go.
type Queues interface {
	// Deliver puts the letter on its queue. It is tried once.
	Deliver(Letter) error
}

// Config is what a Service works with. All of it is needed but Count.
type Config struct {
	Clock   *clock.Clock
	IDs     *ids.Source // of times within windows, of pauses, of executions
	Invoker Invoker
	Queues  Queues
	// Count, if set, hears of one more of a metric of a group, by its name of CloudWatch.
	Count func(account, region, group, metric string)
}

// Service is the EventBridge Scheduler of all accounts and Regions, safe for
// concurrent use.
type Service struct {
	config Config

	mu     sync.Mutex
	groups map[groupKey]*group
	lost   []Loss
}

// New returns a Scheduler without schedules.
func New(config Config) *Service {
	return &Service{config: config, groups: map[groupKey]*group{}}
}
