package awscheck

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/twohop/twohop/pkg/checkup"
)

// Events is EventBridge in an account's Region.
type Events struct{ client *eventbridge.Client }

var _ checkup.Events = Events{}

// NewEvents returns EventBridge of config's account and Region.
func NewEvents(config aws.Config) Events { return Events{eventbridge.NewFromConfig(config)} }

// BusPolicy is the JSON of a bus's policy.
func (e Events) BusPolicy(ctx context.Context, bus string) (string, error) {
	out, err := e.client.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: &bus})
	if err != nil {
		return "", refused("events:DescribeEventBus", err)
	}
	return aws.ToString(out.Policy), nil
}

// RuleOn tells whether a rule is enabled.
func (e Events) RuleOn(ctx context.Context, bus, rule string) (bool, error) {
	input := &eventbridge.DescribeRuleInput{Name: &rule}
	if bus != "" {
		input.EventBusName = &bus
	}
	out, err := e.client.DescribeRule(ctx, input)
	if err != nil {
		return false, refused("events:DescribeRule", err)
	}
	if out.State == "" {
		return false, incomplete("events:DescribeRule", "State")
	}
	return out.State != types.RuleStateDisabled, nil
}

// Targets are the ARNs of a rule's targets; a rule has five at the most, which are one
// page [EventBridge quotas]. A further page is an error: the SDK has no paginator for it.
func (e Events) Targets(ctx context.Context, bus, rule string) ([]string, error) {
	input := &eventbridge.ListTargetsByRuleInput{Rule: &rule}
	if bus != "" {
		input.EventBusName = &bus
	}
	out, err := e.client.ListTargetsByRule(ctx, input)
	if err != nil {
		return nil, refused("events:ListTargetsByRule", err)
	}
	if aws.ToString(out.NextToken) != "" {
		return nil, fmt.Errorf("events:ListTargetsByRule: the rule %s has more targets than one page holds", rule)
	}
	var arns []string
	for _, target := range out.Targets {
		arns = append(arns, aws.ToString(target.Arn))
	}
	return arns, nil
}
