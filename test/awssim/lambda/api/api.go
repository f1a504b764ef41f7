// Package api is the local AWS Lambda on the wire, as far as an operator needs it:
// event source mappings are listed, shown, disabled and enabled, a function's recursive loop
// detection is shown and set (recursion.go), and its configuration and reserved concurrency are
// shown (configuration.go). All else is declared in Go,
// and a change of it is refused.
//
// AWS takes up to a minute to disable or enable, and refuses further changes
// meanwhile with ResourceInUseException; here it is done at once. Only the answer to
// the change says Disabling or Enabling, as AWS's does.
package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/wire"
)

type service struct{ *lambda.Service }

// Handler is a Lambda on the wire, for the signing name "lambda".
func Handler(l *lambda.Service) wire.Handler {
	const (
		path = "/2015-03-31/event-source-mappings"
		one  = path + "/{UUID}"
		loop = "/2024-08-31/functions/{FunctionName}/recursion-config"

		configuration = "/2015-03-31/functions/{FunctionName}/configuration"
		concurrency   = "/2019-09-30/functions/{FunctionName}/concurrency"
	)
	s := service{l}
	list := wire.NamedOp{Action: "ListEventSourceMappings", Op: wire.NewOp(s.list).OnAll()}
	return wire.NewREST(map[string]wire.NamedOp{
		"GET " + path:          list,
		"GET " + path + "/{$}": list, // as older clients write it
		"GET " + one:           {Action: "GetEventSourceMapping", Op: wire.Takes(wire.NewOp(s.get), onMapping[getInput](s))},
		"GET " + loop:          {Action: "GetFunctionRecursionConfig", Op: wire.Takes(wire.NewOp(s.getRecursion), onFunction[functionInput])},
		"GET " + configuration: {Action: "GetFunctionConfiguration", Op: wire.Takes(wire.NewOp(s.getConfiguration), onFunction[functionInput])},
		"GET " + concurrency:   {Action: "GetFunctionConcurrency", Op: wire.Takes(wire.NewOp(s.getConcurrency), onFunction[functionInput])},
		"PUT " + loop:          {Action: "PutFunctionRecursionConfig", Op: wire.Takes(wire.NewOp(s.putRecursion), onFunction[putRecursionInput])},
		"PUT " + one:           {Action: "UpdateEventSourceMapping", Op: wire.Takes(wire.NewOp(s.update), onMapping[updateInput](s)), Status: http.StatusAccepted},
	})
}

// onMapping is the right to the mapping; a condition may ask for its function [Service
// Authorization Reference: AWS Lambda].
func onMapping[In interface{ id() string }](s service) func(*wire.Request, string, In) []wire.Need {
	return func(r *wire.Request, action string, in In) []wire.Need {
		need := wire.Need{Action: "lambda:" + action, Resource: mappingARN(r, in.id())}
		if m, err := s.mapping(r, in.id()); err == nil {
			need.Context = map[string][]string{"lambda:FunctionArn": {m.Function}}
		}
		return []wire.Need{need}
	}
}

func mappingARN(r *wire.Request, uuid string) string {
	return fmt.Sprintf("arn:aws:lambda:%s:%s:event-source-mapping:%s", r.Region, r.Account, uuid)
}

// mapping is one of the caller's, in the Region of the call.
func (s service) mapping(r *wire.Request, uuid string) (lambda.MappingState, error) {
	m, err := s.Mapping(uuid)
	if err == nil && !at(r, m) {
		return lambda.MappingState{}, &wire.Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException",
			Message: "The resource you requested does not exist."}
	}
	return m, err
}

// at tells whether a mapping is where a request is made.
func at(r *wire.Request, m lambda.MappingState) bool {
	return strings.HasPrefix(m.Function, functionARN(r, ""))
}

func functionARN(r *wire.Request, name string) string {
	return lambda.Function{Account: r.Account, Region: r.Region, Name: name}.ARN()
}

type getInput struct {
	UUID string `path:"UUID"`
}

func (in getInput) id() string { return in.UUID }

func (s service) get(r *wire.Request, in getInput) (mappingOutput, error) {
	m, err := s.mapping(r, in.UUID)
	return output(r, m), err
}

type updateInput struct {
	UUID    string `path:"UUID"`
	Enabled *bool
}

func (in updateInput) id() string { return in.UUID }

// update enables or disables. That it is no change to say what is so already is
// UNCONFIRMED A102.
func (s service) update(r *wire.Request, in updateInput) (mappingOutput, error) {
	before, err := s.mapping(r, in.UUID)
	if err != nil {
		return mappingOutput{}, err
	}
	change := s.EnableMapping
	switch {
	case in.Enabled == nil:
		return mappingOutput{}, invalid("awssim changes nothing of an event source mapping but Enabled, which is not there")
	case !*in.Enabled:
		change = s.DisableMapping
	}
	if err := change(in.UUID); err != nil {
		return mappingOutput{}, err
	}
	after, err := s.mapping(r, in.UUID)
	out := output(r, after)
	if before.Enabled != after.Enabled {
		out.State = map[bool]string{true: "Enabling", false: "Disabling"}[after.Enabled]
	}
	return out, err
}

func invalid(format string, args ...any) error {
	return &wire.Error{Code: "InvalidParameterValueException", Message: fmt.Sprintf(format, args...)}
}
