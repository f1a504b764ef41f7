package awscheck

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/twohop/twohop/pkg/checkup"
)

// Functions are the Lambda functions of an account's Region.
type Functions struct{ client *lambda.Client }

var _ checkup.Functions = Functions{}

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
