package scheduler

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// States of a schedule [API: ScheduleState].
const (
	Enabled  = "ENABLED"
	Disabled = "DISABLED"
)

// Schedule says when to invoke what.
type Schedule struct {
	Account, Region string
	Group           string // empty: the default group
	Name            string
	Description     string
	// Expression is rate(value unit), cron(...) or at(yyyy-mm-ddThh:mm:ss) [API:
	// ScheduleExpression].
	Expression string
	Timezone   string // of the IANA database; empty: UTC
	// FlexibleMinutes is the MaximumWindowInMinutes, 1 to 1440: the target is invoked
	// at some moment within so many minutes of the time due. 0: off.
	FlexibleMinutes int
	State           string // empty: Enabled
	Target          Target
}

// Target is what a schedule invokes.
type Target struct {
	ARN     string // of a function, in the schedule's account and Region
	RoleARN string // of the schedule's account
	// Input is JSON, with context attributes such as <aws.scheduler.scheduled-time> in
	// its strings. AWS has a default for it, which is not simulated: it is needed.
	Input string
	// DeadLetterARN is a standard queue's; empty: what cannot be delivered is lost.
	DeadLetterARN string
	// MaximumEventAge is 60 seconds to 24 hours, from the first attempt on; 0: 24 hours.
	MaximumEventAge time.Duration
	// MaximumRetryAttempts is 0 to 185; nil: 185.
	MaximumRetryAttempts *int
}

const (
	mostRetries  = 185
	longestAge   = 24 * time.Hour
	shortestAge  = time.Minute
	widestWindow = 1440
	longestInput = 256 << 10
)

var (
	functionForm = regexp.MustCompile(`^arn:aws:lambda:([a-z0-9-]+):(\d{12}):function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$`)
	roleForm     = regexp.MustCompile(`^arn:aws:iam::(\d{12}):role/[\w+=,.@/-]+$`)
	queueForm    = regexp.MustCompile(`^arn:aws:sqs:([a-z0-9-]+):(\d{12}):[A-Za-z0-9_-]{1,80}$`)
)

// patience is how often, and for how long from the first attempt, a target is tried
// again.
func (t Target) patience() (retries int, age time.Duration) {
	retries, age = mostRetries, longestAge
	if t.MaximumRetryAttempts != nil {
		retries = *t.MaximumRetryAttempts
	}
	if t.MaximumEventAge != 0 {
		age = t.MaximumEventAge
	}
	return retries, age
}

// check names everything that is wrong with a schedule, its expression apart.
func (s Schedule) check() error {
	var faults []error
	wrong := func(is bool, format string, args ...any) {
		if is {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	wrong(!accountForm.MatchString(s.Account), "account %q: it must have 12 digits", s.Account)
	wrong(!regionForm.MatchString(s.Region), "Region %q: it must be like eu-central-1", s.Region)
	wrong(!nameForm.MatchString(s.Name), "name %q: it must have 1 to 64 letters, digits and _.-", s.Name)
	wrong(s.FlexibleMinutes < 0 || s.FlexibleMinutes > widestWindow, "flexible time window of %d minutes: it must be 1 to %d, or 0 for none", s.FlexibleMinutes, widestWindow)
	wrong(s.State != Enabled && s.State != Disabled, "state %q: it must be %s or %s", s.State, Enabled, Disabled)
	if err := s.Target.check(s.Account, s.Region); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func (t Target) check(account, region string) error {
	var faults []error
	wrong := func(is bool, format string, args ...any) {
		if is {
			faults = append(faults, fmt.Errorf("target: "+format, args...))
		}
	}
	f := functionForm.FindStringSubmatch(t.ARN)
	wrong(f == nil, "%q is no function's ARN; awssim's schedules invoke functions only", t.ARN)
	wrong(f != nil && (f[1] != region || f[2] != account), "%s is not of account %s in %s; awssim's schedules invoke no other functions", t.ARN, account, region)
	role := roleForm.FindStringSubmatch(t.RoleARN)
	wrong(role == nil || role[1] != account, "role %q: it must be the ARN of a role of account %s", t.RoleARN, account)
	wrong(t.DeadLetterARN != "" && !queueForm.MatchString(t.DeadLetterARN), "dead-letter queue %q: it must be the ARN of a standard queue", t.DeadLetterARN)
	wrong(t.MaximumEventAge != 0 && (t.MaximumEventAge < shortestAge || t.MaximumEventAge > longestAge || t.MaximumEventAge%time.Second != 0),
		"maximum event age %s: it must be whole seconds from %s to %s", t.MaximumEventAge, shortestAge, longestAge)
	wrong(t.MaximumRetryAttempts != nil && (*t.MaximumRetryAttempts < 0 || *t.MaximumRetryAttempts > mostRetries),
		"maximum retry attempts: it must be 0 to %d", mostRetries)
	wrong(t.Input == "", "its input is empty; awssim has no default for it")
	wrong(t.Input != "" && !json.Valid([]byte(t.Input)), "its input %q is no JSON, as Lambda wants it", t.Input)
	wrong(len(t.Input) > longestInput, "its input has %d bytes; the most are %d", len(t.Input), longestInput)
	for _, name := range unknownAttributes(t.Input) {
		wrong(true, "its input has the context attribute %s, which Scheduler does not know", name)
	}
	return errors.Join(faults...)
}
