package stacks

import (
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Timeouts in seconds. The starter's calls end after ten seconds each; duties in
// all members of an organization take as long as Lambda allows.
const (
	starterTimeout = 60
	dutyTimeout    = 15 * minute
)

// function is a Lambda function, made from an executable that is built already.
type function struct {
	part        string
	description string
	role        policy.Role
	environment map[string]string
	timeout     int    // seconds
	deadLetters string // part of the queue for asynchronous runs that failed; empty where none are asynchronous
	advice      string
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
		MemorySize:    number(256),
		Timeout:       number(f.timeout),
		LoggingConfig: &awslambda.CfnFunction_LoggingConfigProperty{LogGroup: logs.Ref()},
	}
	if f.deadLetters != "" {
		properties.DeadLetterConfig = &awslambda.CfnFunction_DeadLetterConfigProperty{TargetArn: s.queues[f.deadLetters].AttrArn()}
	}
	s.alarmFunction(f.part, f.advice)
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
		timeout:     starterTimeout,
		advice:      "Its messages come again, five times, and are then in the queue " + e.Called(estate.CopiesDLQ),
	})
	awslambda.NewCfnEventSourceMapping(s.scope, str("CopiesMapping"), &awslambda.CfnEventSourceMappingProps{
		EventSourceArn:        s.queues[estate.CopiesQueue].AttrArn(),
		FunctionName:          starter.Ref(),
		BatchSize:             number(10),
		FunctionResponseTypes: strs("ReportBatchItemFailures"),
		// Two at once overshoot a pool by no more than its headroom.
		ScalingConfig: &awslambda.CfnEventSourceMapping_ScalingConfigProperty{MaximumConcurrency: number(2)},
		Enabled:       jsii.Bool(true),
	})
}
