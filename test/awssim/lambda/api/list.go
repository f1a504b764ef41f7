package api

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/wire"
)

// mappingOutput is a mapping as the API shows it. What became of the last batch is
// shown of streams only; of queues that is UNCONFIRMED A102.
type mappingOutput struct {
	UUID                           string
	EventSourceMappingArn          string
	EventSourceArn                 string
	FunctionArn                    string
	State                          string
	StateTransitionReason          string
	LastModified                   wire.Epoch
	BatchSize                      int
	MaximumBatchingWindowInSeconds int
	FunctionResponseTypes          []string `json:",omitempty"`
	ScalingConfig                  *scaling `json:",omitempty"`
}

type scaling struct{ MaximumConcurrency int }

func output(r *wire.Request, m lambda.MappingState) mappingOutput {
	out := mappingOutput{
		UUID: m.UUID, EventSourceMappingArn: mappingARN(r, m.UUID), EventSourceArn: m.QueueARN, FunctionArn: m.Function,
		State: "Disabled", StateTransitionReason: "USER_INITIATED", LastModified: wire.Epoch{Time: m.LastModified},
		BatchSize: m.BatchSize, MaximumBatchingWindowInSeconds: int(m.MaximumBatchingWindow / time.Second),
	}
	if m.Enabled {
		out.State = "Enabled"
	}
	if m.ReportBatchItemFailures {
		out.FunctionResponseTypes = []string{"ReportBatchItemFailures"}
	}
	if m.MaximumConcurrency > 0 {
		out.ScalingConfig = &scaling{m.MaximumConcurrency}
	}
	return out
}

type listInput struct {
	EventSourceArn string `query:"EventSourceArn"`
	FunctionName   string `query:"FunctionName"`
	Marker         string `query:"Marker"`
	MaxItems       int    `query:"MaxItems"`
}

type listOutput struct {
	EventSourceMappings []mappingOutput
	NextMarker          string `json:",omitempty"`
}

// most is how many mappings an answer holds, whatever MaxItems says [API:
// ListEventSourceMappings].
const most = 100

// list has the mappings of a page. That a function which does not exist is refused is
// UNCONFIRMED A102.
func (s service) list(r *wire.Request, in listInput) (listOutput, error) {
	last, err := base64.URLEncoding.DecodeString(in.Marker)
	switch {
	case err != nil:
		return listOutput{}, invalid("Invalid Marker: %q", in.Marker)
	case in.MaxItems < 0 || in.MaxItems > 10000:
		return listOutput{}, invalid("MaxItems must be a number from 1 to 10000, not %d", in.MaxItems)
	}
	function, err := s.named(r, in.FunctionName)
	if err != nil {
		return listOutput{}, err
	}
	out := listOutput{EventSourceMappings: []mappingOutput{}}
	for _, m := range s.Mappings() {
		wanted := at(r, m) && (function == "" || m.Function == function) && (in.EventSourceArn == "" || m.QueueARN == in.EventSourceArn)
		switch {
		case !wanted || m.UUID <= string(last):
		case len(out.EventSourceMappings) == size(in.MaxItems):
			out.NextMarker = base64.URLEncoding.EncodeToString([]byte(out.EventSourceMappings[len(out.EventSourceMappings)-1].UUID))
			return out, nil
		default:
			out.EventSourceMappings = append(out.EventSourceMappings, output(r, m))
		}
	}
	return out, nil
}

func size(asked int) int {
	if asked == 0 {
		return most
	}
	return min(asked, most)
}

// nameForms are the ways to name a function, without versions and aliases [API:
// ListEventSourceMappings].
var nameForms = regexp.MustCompile(`^(arn:aws:lambda:([a-z0-9-]+):)?((\d{12}):)?(function:)?([a-zA-Z0-9_-]{1,64})$`)

// named is the ARN of the function that a caller names; empty for none.
func (s service) named(r *wire.Request, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	parts := nameForms.FindStringSubmatch(name)
	if parts == nil {
		return "", invalid("awssim knows functions by name and by ARN without a version, not by %q", name)
	}
	arn := functionARN(r, parts[6])
	elsewhere := !slices.Contains([]string{"", r.Region}, parts[2]) || !slices.Contains([]string{"", r.Account}, parts[4])
	if _, err := s.Function(arn); err != nil || elsewhere {
		return "", &wire.Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: "Function not found: " + arn}
	}
	return arn, nil
}
