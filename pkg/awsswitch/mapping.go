package awsswitch

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// mapping is the event source mapping from a queue to a function: there is never more
// than one [API: CreateEventSourceMapping, ResourceConflictException]. While it is off
// messages stay in the queue.
type mapping struct {
	client   *lambda.Client
	function string // name
	queueARN string
}

var _ relay.Switch = mapping{}

func (m mapping) String() string { return "event source mapping of " + m.function }

func (m mapping) On(ctx context.Context) (bool, error) {
	found, err := m.find(ctx)
	if err != nil {
		return false, err
	}
	return isOn(aws.ToString(found.State))
}

// isOn counts a mapping that is on its way to a state as there. A state that is
// neither, such as Updating, is a passing failure.
func isOn(state string) (bool, error) {
	switch state {
	case "Enabled", "Enabling":
		return true, nil
	case "Disabled", "Disabling":
		return false, nil
	default:
		return false, &hop.Failure{Class: hop.ClassTransient, Code: "state " + state, Message: "it is neither enabled nor disabled"}
	}
}

// Set changes Enabled alone: what an update leaves out stays as it is [API:
// UpdateEventSourceMapping]. Lambda takes up to a minute for it, and messages that it
// has taken already are still worked on.
func (m mapping) Set(ctx context.Context, on bool) error {
	found, err := m.find(ctx)
	if err != nil {
		return err
	}
	out, err := m.client.UpdateEventSourceMapping(ctx, &lambda.UpdateEventSourceMappingInput{UUID: found.UUID, Enabled: &on})
	switch {
	case err != nil:
		return fmt.Errorf("update event source mapping: %w", classify(err))
	case aws.ToString(out.UUID) == "":
		return fmt.Errorf("update event source mapping: %w", incomplete("UpdateEventSourceMapping", "UUID"))
	}
	return nil
}

func (m mapping) find(ctx context.Context) (types.EventSourceMappingConfiguration, error) {
	pages := lambda.NewListEventSourceMappingsPaginator(m.client, &lambda.ListEventSourceMappingsInput{FunctionName: &m.function, EventSourceArn: &m.queueARN})
	for page, err := range awscall.Pages(ctx, pages, func(page *lambda.ListEventSourceMappingsOutput) *string { return page.NextMarker }) {
		if err != nil {
			return types.EventSourceMappingConfiguration{}, fmt.Errorf("list event source mappings: %w", classify(err))
		}
		if len(page.EventSourceMappings) == 0 {
			continue
		}
		found := page.EventSourceMappings[0]
		if aws.ToString(found.UUID) == "" {
			return found, fmt.Errorf("list event source mappings: %w", incomplete("ListEventSourceMappings", "UUID"))
		}
		return found, nil
	}
	return types.EventSourceMappingConfiguration{}, fmt.Errorf("%w: no event source mapping from %s to %s", hop.ErrNotFound, m.queueARN, m.function)
}
