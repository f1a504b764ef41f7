package stacks

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Memory in MB. The reconciler holds the recovery points of a day, and lists of copy
// jobs.
const (
	usualMemory = 256
	largeMemory = 512
)

// function is a Lambda function, made from an executable that is built already.
type function struct {
	part        string
	description string
	role        policy.Role
	environment map[string]string
	timeout     time.Duration
	memory      int    // MB
	deadLetters string // part of the queue for asynchronous runs that failed; empty where none are asynchronous
	errors      string // what to do about a run that failed; empty: queues and their alarms tell of those that matter
}

func (s *stack) addFunction(f function) awslambda.CfnFunction {
	e, id := s.Estate, camel(f.part)
	logs := awslogs.NewCfnLogGroup(s.scope, str(id+"Logs"), &awslogs.CfnLogGroupProps{
		LogGroupName: str(e.LogGroup(f.part)), RetentionInDays: number(e.Logs.RetentionDays),
	})
	code := awss3assets.NewAsset(s.scope, str(id+"Code"), &awss3assets.AssetProps{Path: str(filepath.Join(s.Functions, f.part))})
	properties := &awslambda.CfnFunctionProps{
		FunctionName:  str(e.Called(f.part)),
		Description:   str(f.description),
		Architectures: strs("arm64"),
		Runtime:       str("provided.al2023"),
		Handler:       str("bootstrap"),
		Code:          &awslambda.CfnFunction_CodeProperty{S3Bucket: code.S3BucketName(), S3Key: code.S3ObjectKey()},
		Role:          s.addRole(id+"Role", f.role).AttrArn(),
		Environment:   &awslambda.CfnFunction_EnvironmentProperty{Variables: f.environment},
		MemorySize:    number(f.memory),
		Timeout:       number(seconds(f.timeout)),
		LoggingConfig: &awslambda.CfnFunction_LoggingConfigProperty{LogGroup: logs.Ref()},
	}
	if f.deadLetters != "" {
		properties.DeadLetterConfig = &awslambda.CfnFunction_DeadLetterConfigProperty{TargetArn: s.queues[f.deadLetters].AttrArn()}
	}
	if slices.Contains(estate.Recursive, f.part) {
		properties.RecursiveLoop = str("Allow")
	}
	s.alarmFunction(f.part, f.errors)
	return awslambda.NewCfnFunction(s.scope, str(id+"Function"), properties)
}

// addStarter adds the function copystarter and its feed.
func (s *stack) addStarter() {
	e := s.Estate
	environment, err := e.Starter().Environment()
	s.fault(err)
	starter := s.addFunction(function{
		part:        estate.CopyStarter,
		description: "Starts the second hop of copied recovery points",
		role:        policy.CopyStarter(e),
		environment: environment,
		timeout:     estate.StarterTimeout,
		memory:      usualMemory,
	})
	s.addMapping(estate.CopiesQueue, starter)
}

// addTracker adds the function outcometracker and its feed.
func (s *stack) addTracker() {
	e := s.Estate
	environment, err := e.Tracker().Environment()
	s.fault(err)
	tracker := s.addFunction(function{
		part:        estate.OutcomeTracker,
		description: "Follows second hops to their end, and takes up first hops that failed",
		role:        policy.OutcomeTracker(e),
		environment: environment,
		timeout:     estate.TrackerTimeout,
		memory:      usualMemory,
	})
	s.addMapping(estate.OutcomesQueue, tracker)
}

// addMapping has a queue feed its function.
func (s *stack) addMapping(queue string, f awslambda.CfnFunction) {
	for _, feed := range s.Estate.Feeds() {
		if feed.Queue != queue {
			continue
		}
		properties := &awslambda.CfnEventSourceMappingProps{
			EventSourceArn: s.queues[queue].AttrArn(), FunctionName: f.Ref(), Enabled: jsii.Bool(true), BatchSize: number(feed.BatchSize),
			ScalingConfig: &awslambda.CfnEventSourceMapping_ScalingConfigProperty{MaximumConcurrency: number(estate.MappingConcurrency)},
		}
		if feed.PerMessage {
			properties.FunctionResponseTypes = strs("ReportBatchItemFailures")
		}
		awslambda.NewCfnEventSourceMapping(s.scope, str(camel(queue)+"Mapping"), properties)
	}
}
