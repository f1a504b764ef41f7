package estate

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/twohop/twohop/pkg/hop"
)

// Tracker is the configuration of the function outcometracker.
type Tracker struct {
	Estate      string // name of the estate, a dimension of its metrics
	QueueURL    string // of the queue outcomes
	DeadLetters string // URL of its dead-letter queue
	Copies      string // URL of the queue copies
	Rejected    string // URL of the dead-letter queue of copies
	MaxReceives int    // maxReceiveCount of the queue's redrive policy
	Attempts    int    // failed copies after which one is rejected
	KeepDays    int    // that a point with verified copies is kept in its intermediate vault; 0: as it is
	Routes      hop.Routes
}

// Names of the environment variables that other functions do not have.
const (
	envOutcomes    = "TWOHOP_OUTCOMES_QUEUE_URL"
	envOutcomesDLQ = "TWOHOP_OUTCOMES_DLQ_URL"
	envKeepDays    = "TWOHOP_INTERMEDIATE_DAYS"
)

// Environment is the tracker's configuration as environment variables; ReadTracker
// reads it back. Dozens of destinations are more than Lambda takes, which is an error.
func (t Tracker) Environment() (map[string]string, error) {
	routes, err := json.Marshal(t.Routes)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", envRoutes, err)
	}
	return fit(OutcomeTracker, "name fewer final vaults or secondary Regions", map[string]string{
		envEstate:      t.Estate,
		envOutcomes:    t.QueueURL,
		envOutcomesDLQ: t.DeadLetters,
		envQueue:       t.Copies,
		envDeadLetters: t.Rejected,
		envMaxReceives: strconv.Itoa(t.MaxReceives),
		envAttempts:    strconv.Itoa(t.Attempts),
		envKeepDays:    strconv.Itoa(t.KeepDays),
		envRoutes:      string(routes),
	})
}

// ReadTracker reads the tracker's configuration from environment variables. The error
// names every fault, one to a line.
func ReadTracker(getenv func(string) string) (Tracker, error) {
	r := reader{getenv: getenv}
	t := Tracker{
		Estate:      r.text(envEstate),
		QueueURL:    r.queueURL(envOutcomes),
		DeadLetters: r.queueURL(envOutcomesDLQ),
		Copies:      r.queueURL(envQueue),
		Rejected:    r.queueURL(envDeadLetters),
		MaxReceives: r.number(envMaxReceives, 1),
		Attempts:    r.number(envAttempts, 1),
		KeepDays:    r.number(envKeepDays, 0),
	}
	if r.json(envRoutes, &t.Routes) {
		r.found(checkRoutes(t.Routes).errors())
	}
	if len(r.faults) > 0 {
		return Tracker{}, fmt.Errorf("configuration: %d faults:\n%w", len(r.faults), errors.Join(r.faults...))
	}
	return t, nil
}
