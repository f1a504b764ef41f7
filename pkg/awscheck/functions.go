package awscheck

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/checkup"
)

// Functions are the Lambda functions of an account's Region.
type Functions struct{ client *lambda.Client }

var (
	_ checkup.Functions = Functions{}
	_ checkup.Triggers  = Functions{}
)

// NewFunctions returns the functions of config's account and Region.
func NewFunctions(config aws.Config) Functions { return Functions{lambda.NewFromConfig(config)} }

// AllowsLoops reports whether a function's RecursiveLoop is Allow.
func (f Functions) AllowsLoops(ctx context.Context, name string) (bool, error) {
	out, err := f.client.GetFunctionRecursionConfig(ctx, &lambda.GetFunctionRecursionConfigInput{FunctionName: &name})
	if err != nil {
		return false, refused("lambda:GetFunctionRecursionConfig", err)
	}
	return out.RecursiveLoop == types.RecursiveLoopAllow, nil
}

// Function is a function's configuration, with its reserved concurrency.
func (f Functions) Function(ctx context.Context, name string) (checkup.Function, error) {
	out, err := f.client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
	if err != nil {
		return checkup.Function{}, refused("lambda:GetFunctionConfiguration", err)
	}
	if out.Timeout == nil {
		return checkup.Function{}, incomplete("lambda:GetFunctionConfiguration", "Timeout")
	}
	function := checkup.Function{Timeout: time.Duration(*out.Timeout) * time.Second, Role: aws.ToString(out.Role)}
	if out.DeadLetterConfig != nil {
		function.DeadLetters = aws.ToString(out.DeadLetterConfig.TargetArn)
	}
	if out.Environment != nil {
		function.Environment = out.Environment.Variables
	}
	reserved, err := f.client.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: &name})
	if err != nil {
		return checkup.Function{}, refused("lambda:GetFunctionConcurrency", err)
	}
	function.Throttled = reserved.ReservedConcurrentExecutions != nil && *reserved.ReservedConcurrentExecutions == 0
	return function, nil
}

// Mapping is the event source mapping from a queue to a function: there is never more than
// one [API: CreateEventSourceMapping, ResourceConflictException].
func (f Functions) Mapping(ctx context.Context, function, queueARN string) (checkup.Mapping, error) {
	pages := lambda.NewListEventSourceMappingsPaginator(f.client, &lambda.ListEventSourceMappingsInput{FunctionName: &function, EventSourceArn: &queueARN})
	for page, err := range awscall.Pages(ctx, pages, func(page *lambda.ListEventSourceMappingsOutput) *string { return page.NextMarker }) {
		if err != nil {
			return checkup.Mapping{}, refused("lambda:ListEventSourceMappings", err)
		}
		if len(page.EventSourceMappings) > 0 {
			return mappingOf(page.EventSourceMappings[0])
		}
	}
	return checkup.Mapping{}, fmt.Errorf("%w: no event source mapping from %s to %s", checkup.ErrNotFound, queueARN, function)
}

func mappingOf(m types.EventSourceMappingConfiguration) (checkup.Mapping, error) {
	if m.UUID == nil || m.BatchSize == nil {
		return checkup.Mapping{}, incomplete("lambda:ListEventSourceMappings", "UUID or BatchSize")
	}
	mapping := checkup.Mapping{UUID: *m.UUID, BatchSize: int(*m.BatchSize),
		PerMessage: slices.Contains(m.FunctionResponseTypes, types.FunctionResponseTypeReportBatchItemFailures),
		Filtered:   m.FilterCriteria != nil && len(m.FilterCriteria.Filters) > 0}
	if m.ScalingConfig != nil {
		mapping.MaxConcurrency = int(aws.ToInt32(m.ScalingConfig.MaximumConcurrency))
	}
	return mapping, nil
}
