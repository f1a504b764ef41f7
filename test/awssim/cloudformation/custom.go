package cloudformation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Functions runs Lambda functions.
type Functions interface {
	// Invoke runs a function once and returns when it has ended. failure says
	// how it failed, empty if it did not.
	Invoke(ctx context.Context, functionARN string, payload []byte) (failure string, err error)
}

// Types of requests [CloudFormation: custom resource request types].
const (
	Create = "Create"
	Update = "Update"
	Delete = "Delete"
)

// CustomResource is one request about a custom resource, as CloudFormation sends
// it to the resource's function. StackID and LogicalID may be empty.
type CustomResource struct {
	Function     string // ARN: the ServiceToken
	Type         string // Create, Update, Delete
	StackID      string
	LogicalID    string
	PhysicalID   string // of what was made; empty in a Create
	ResourceType string // empty: Custom::Resource
	Properties   map[string]any
	Old          map[string]any // properties before an Update
}

// Answer is what a function said of a request.
type Answer struct {
	Status     string // SUCCESS or FAILED
	Reason     string
	PhysicalID string
	Data       map[string]any
}

// ErrNoAnswer is that the function has ended and not answered. CloudFormation
// would wait for the resource's ServiceTimeout, an hour by default.
var ErrNoAnswer = errors.New("no answer came")

type request struct {
	RequestType           string
	RequestID             string `json:"RequestId"`
	ResponseURL           string
	ResourceType          string
	LogicalResourceID     string `json:"LogicalResourceId"`
	StackID               string `json:"StackId"`
	PhysicalResourceID    string `json:"PhysicalResourceId,omitempty"`
	ResourceProperties    map[string]any
	OldResourceProperties map[string]any `json:",omitempty"`
}

// Send sends a request to a custom resource's function and returns the answer.
// Errors: ErrNoAnswer with how the function ended, an answer that CloudFormation
// would not take, or one of the invocation. Lambda's second and third attempt at
// an asynchronous invocation that failed are left to the caller.
func (s *Service) Send(ctx context.Context, c CustomResource) (Answer, error) {
	sent := s.request(c)
	payload, err := json.Marshal(sent)
	if err != nil {
		return Answer{}, fmt.Errorf("encode request: %w", err)
	}
	answers := s.await(sent)
	defer s.forget(sent)
	failure, err := s.config.Functions.Invoke(ctx, c.Function, payload)
	if err != nil {
		return Answer{}, fmt.Errorf("invoke %s: %w", c.Function, err)
	}
	select {
	case body := <-answers:
		return parse(sent, body)
	default:
	}
	if failure == "" {
		failure = "the function ended without an error"
	}
	return Answer{}, fmt.Errorf("%s %s: %w: %s", c.Type, sent.LogicalResourceID, ErrNoAnswer, failure)
}

func (s *Service) request(c CustomResource) request {
	properties := map[string]any{"ServiceToken": c.Function}
	for name, value := range c.Properties {
		properties[name] = value
	}
	sent := request{
		RequestType: c.Type, RequestID: s.config.IDs.UUID(), ResourceType: c.ResourceType,
		LogicalResourceID: c.LogicalID, StackID: c.StackID, PhysicalResourceID: c.PhysicalID,
		ResourceProperties: properties, OldResourceProperties: c.Old,
	}
	if sent.ResourceType == "" {
		sent.ResourceType = "Custom::Resource"
	}
	if sent.LogicalResourceID == "" {
		sent.LogicalResourceID = "Resource"
	}
	if sent.StackID == "" {
		sent.StackID = "arn:aws:cloudformation:eu-central-1:222222222222:stack/stack/" + s.config.IDs.UUID()
	}
	sent.ResponseURL = s.config.Endpoint + responsePath(sent) +
		"?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=7200&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
	return sent
}
