// Package delivery brings events from a rule to its targets: queues and other
// event buses. What fails is retried on the simulated clock for as long as the
// target's retry policy allows, then sent to the target's dead-letter queue or,
// where there is none, lost and listed.
package delivery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Event is one event on a bus.
type Event struct {
	ID         string
	Source     string
	DetailType string
	Account    string // twelve digits: where it happened, which forwarding does not change
	Region     string
	Time       time.Time
	Resources  []string        // ARNs
	Detail     json.RawMessage // a JSON object
}

// envelope is an event as rules match it and targets receive it.
type envelope struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       string          `json:"time"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// Body is the event as JSON, the time to the second. It fails only when Detail
// is not JSON.
func (e Event) Body() (string, error) {
	resources := e.Resources
	if resources == nil {
		resources = []string{}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // targets get & and < as they came
	err := encoder.Encode(envelope{
		Version: "0", ID: e.ID, DetailType: e.DetailType, Source: e.Source, Account: e.Account,
		Time: e.Time.UTC().Format(time.RFC3339), Region: e.Region, Resources: resources, Detail: e.Detail,
	})
	if err != nil {
		return "", fmt.Errorf("encode event: %w", err)
	}
	return string(bytes.TrimSpace(text.Bytes())), nil
}
