// Package estate is the configuration of one estate: what the infrastructure
// writes and what the functions read is the same value. Values are checked when
// they are read, all of them, and every fault is reported at once with its place
// and with what would be right.
package estate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/twohop/twohop/pkg/hop"
)

// Starter is the configuration of the function copystarter.
type Starter struct {
	Estate       string // name of the estate, a dimension of its metrics
	QueueURL     string // of the queue copies
	DeadLetters  string // URL of its dead-letter queue
	MaxReceives  int    // maxReceiveCount of the queue's redrive policy
	Attempts     int    // failed copies after which a message is rejected
	DailyCeiling int    // copies per member account in 24 hours; 0: none
	Routes       hop.Routes
	Pools        []hop.Pool
}

// Names of the environment variables.
const (
	envEstate      = "TWOHOP_ESTATE"
	envQueue       = "TWOHOP_COPIES_QUEUE_URL"
	envDeadLetters = "TWOHOP_COPIES_DLQ_URL"
	envMaxReceives = "TWOHOP_MAX_RECEIVES"
	envAttempts    = "TWOHOP_MAX_ATTEMPTS"
	envCeiling     = "TWOHOP_DAILY_CEILING"
	envRoutes      = "TWOHOP_ROUTES"
	envPools       = "TWOHOP_POOLS"
)

// Environment is the starter's configuration as environment variables;
// ReadStarter reads it back. Dozens of destinations are more than Lambda takes,
// which is an error.
func (s Starter) Environment() (map[string]string, error) {
	routes, err := json.Marshal(s.Routes)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", envRoutes, err)
	}
	pools, err := json.Marshal(s.Pools)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", envPools, err)
	}
	return fit(CopyStarter, "name fewer final vaults or secondary Regions", map[string]string{
		envEstate:      s.Estate,
		envQueue:       s.QueueURL,
		envDeadLetters: s.DeadLetters,
		envMaxReceives: strconv.Itoa(s.MaxReceives),
		envAttempts:    strconv.Itoa(s.Attempts),
		envCeiling:     strconv.Itoa(s.DailyCeiling),
		envRoutes:      string(routes),
		envPools:       string(pools),
	})
}

// ReadStarter reads the starter's configuration from environment variables. The
// error names every fault, one to a line.
func ReadStarter(getenv func(string) string) (Starter, error) {
	r := reader{getenv: getenv}
	s := Starter{
		Estate:       r.text(envEstate),
		QueueURL:     r.queueURL(envQueue),
		DeadLetters:  r.queueURL(envDeadLetters),
		MaxReceives:  r.number(envMaxReceives, 1),
		Attempts:     r.number(envAttempts, 1),
		DailyCeiling: r.number(envCeiling, 0),
	}
	if r.json(envRoutes, &s.Routes) {
		r.found(checkRoutes(s.Routes).errors())
	}
	if r.json(envPools, &s.Pools) {
		r.found(checkPools(environmentKeys, s.Pools).errors())
		r.found(checkPooled(environmentKeys, s.Pools, usesOf(s.Routes)).errors())
	}
	if len(r.faults) > 0 {
		return Starter{}, fmt.Errorf("configuration: %d faults:\n%w", len(r.faults), errors.Join(r.faults...))
	}
	return s, nil
}

// reader collects the faults of a whole environment.
type reader struct {
	getenv func(string) string
	faults []error
}

func (r *reader) fault(where, format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("%s: "+format, append([]any{where}, args...)...))
}

func (r *reader) found(faults []error) { r.faults = append(r.faults, faults...) }

func (r *reader) text(name string) string {
	value := r.getenv(name)
	if value == "" {
		r.fault(name, "is not set")
	}
	return value
}

func (r *reader) queueURL(name string) string {
	value := r.text(name)
	if value != "" && !strings.HasPrefix(value, "https://") && !strings.HasPrefix(value, "http://") {
		r.fault(name, "%q is not the URL of a queue; it would look like https://sqs.eu-central-1.amazonaws.com/222222222222/copies", value)
	}
	return value
}

func (r *reader) number(name string, least int) int {
	value := r.text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < least {
		r.fault(name, "%q is not a whole number of %d or more", value, least)
	}
	return n
}

func (r *reader) json(name string, into any) bool {
	value := r.text(name)
	if value == "" {
		return false
	}
	decoder := json.NewDecoder(strings.NewReader(value))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		r.fault(name, "%v", err)
		return false
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		r.fault(name, "goes on after its JSON value")
		return false
	}
	return true
}
