package estate

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Reconciler is the configuration of the function reconciler.
type Reconciler struct {
	Estate     string                   // name of the estate, a dimension of its metrics
	Copies     string                   // URL of the queue copies
	Rejected   string                   // URL of its dead-letter queue
	Outcomes   string                   // URL of the queue outcomes
	Sweeps     string                   // URL of the queue sweeps
	Topic      string                   // ARN of the topic that people hear
	Attempts   int                      // failed copies after which one is rejected
	KeepDays   int                      // as the tracker's
	Every      time.Duration            // a recent run begins so often
	RecentDays int                      // a recent run looks at the points of so many days
	Objectives map[string]time.Duration // how old the newest final copy may be, by resource type
	Routes     hop.Routes
}

// Names of the environment variables that other functions do not have.
const (
	envSweeps     = "TWOHOP_SWEEPS_QUEUE_URL"
	envTopic      = "TWOHOP_TOPIC_ARN"
	envEvery      = "TWOHOP_RECENT_EVERY"
	envRecentDays = "TWOHOP_RECENT_DAYS"
	envObjectives = "TWOHOP_RPO"
)

var topicARN = expression(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$`)

// Environment is the reconciler's configuration as environment variables;
// ReadReconciler reads it back. Dozens of destinations are more than Lambda takes,
// which is an error.
func (r Reconciler) Environment() (map[string]string, error) {
	routes, err := json.Marshal(r.Routes)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", envRoutes, err)
	}
	ages := map[string]string{}
	for resourceType, age := range r.Objectives {
		ages[resourceType] = age.String()
	}
	objectives, err := json.Marshal(ages)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", envObjectives, err)
	}
	return fit(VaultReconciler, "name fewer final vaults or secondary Regions", map[string]string{
		envEstate:      r.Estate,
		envQueue:       r.Copies,
		envDeadLetters: r.Rejected,
		envOutcomes:    r.Outcomes,
		envSweeps:      r.Sweeps,
		envTopic:       r.Topic,
		envAttempts:    strconv.Itoa(r.Attempts),
		envKeepDays:    strconv.Itoa(r.KeepDays),
		envEvery:       r.Every.String(),
		envRecentDays:  strconv.Itoa(r.RecentDays),
		envObjectives:  string(objectives),
		envRoutes:      string(routes),
	})
}

// ReadReconciler reads the reconciler's configuration from environment variables. The
// error names every fault, one to a line.
func ReadReconciler(getenv func(string) string) (Reconciler, error) {
	r := reader{getenv: getenv}
	c := Reconciler{
		Estate:     r.text(envEstate),
		Copies:     r.queueURL(envQueue),
		Rejected:   r.queueURL(envDeadLetters),
		Outcomes:   r.queueURL(envOutcomes),
		Sweeps:     r.queueURL(envSweeps),
		Topic:      r.text(envTopic),
		Attempts:   r.number(envAttempts, 1),
		KeepDays:   r.number(envKeepDays, 0),
		RecentDays: r.number(envRecentDays, 1),
		Objectives: map[string]time.Duration{},
	}
	if c.Topic != "" && !topicARN.MatchString(c.Topic) {
		r.fault(envTopic, "%q is not the ARN of a topic; it would look like arn:aws:sns:eu-central-1:222222222222:twohop-alarms", c.Topic)
	}
	if every := r.text(envEvery); every != "" {
		c.Every = r.age(envEvery, every)
	}
	var ages map[string]string
	r.json(envObjectives, &ages)
	for _, resourceType := range keys(ages) {
		c.Objectives[resourceType] = r.age(envObjectives+"."+resourceType, ages[resourceType])
	}
	if r.json(envRoutes, &c.Routes) {
		r.found(checkRoutes(c.Routes).errors())
	}
	if len(r.faults) > 0 {
		return Reconciler{}, fmt.Errorf("configuration: %d faults:\n%w", len(r.faults), errors.Join(r.faults...))
	}
	return c, nil
}

// age reads a length of time above zero.
func (r *reader) age(where, text string) time.Duration {
	age, err := time.ParseDuration(text)
	if err != nil || age <= 0 {
		r.fault(where, "%q is not a length of time; it would look like 15m or 26h", text)
	}
	return age
}
