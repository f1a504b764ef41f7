package awscheck

import (
	"context"
	"fmt"
	"slices"

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

// Rule describes a rule.
func (e Events) Rule(ctx context.Context, bus, rule string) (checkup.Rule, error) {
	input := &eventbridge.DescribeRuleInput{Name: &rule}
	if bus != "" {
		input.EventBusName = &bus
	}
	out, err := e.client.DescribeRule(ctx, input)
	if err != nil {
		return checkup.Rule{}, refused("events:DescribeRule", err)
	}
	if out.State == "" {
		return checkup.Rule{}, incomplete("events:DescribeRule", "State")
	}
	return checkup.Rule{On: out.State != types.RuleStateDisabled, Pattern: aws.ToString(out.EventPattern)}, nil
}

// Archive describes an archive.
func (e Events) Archive(ctx context.Context, name string) (checkup.Archive, error) {
	out, err := e.client.DescribeArchive(ctx, &eventbridge.DescribeArchiveInput{ArchiveName: &name})
	if err != nil {
		return checkup.Archive{}, refused("events:DescribeArchive", err)
	}
	if out.State == "" {
		return checkup.Archive{}, incomplete("events:DescribeArchive", "State")
	}
	off := []types.ArchiveState{types.ArchiveStateDisabled, types.ArchiveStateCreateFailed}
	return checkup.Archive{On: !slices.Contains(off, out.State), Source: aws.ToString(out.EventSourceArn), Pattern: aws.ToString(out.EventPattern), Days: int(aws.ToInt32(out.RetentionDays))}, nil
}

// Targets are a rule's targets; a rule has five at the most, which are one
// page [EventBridge quotas]. A further page is an error: the SDK has no paginator for it.
func (e Events) Targets(ctx context.Context, bus, rule string) ([]checkup.Target, error) {
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
	var targets []checkup.Target
	for _, t := range out.Targets {
		target := checkup.Target{ARN: aws.ToString(t.Arn), Role: aws.ToString(t.RoleArn)}
		if t.DeadLetterConfig != nil {
			target.DeadLetters = aws.ToString(t.DeadLetterConfig.Arn)
		}
		targets = append(targets, target)
	}
	return targets, nil
}
