// Command prerequisites is the Lambda function that does what CloudFormation has
// no resource for. It runs in the backup account and in the management account,
// as a custom resource and once a day, configured by the environment that package
// estate describes.
package main

import (
	"context"
	"io"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/twohop/twohop/lambdas/internal/boot"
	"github.com/twohop/twohop/pkg/estate"
)

func main() {
	lambda.Start(wire(context.Background(), os.Getenv, os.Stdout).Handle)
}

// wire builds the function's handler from its environment. One that is faulty is
// the handler's to tell.
func wire(ctx context.Context, getenv func(string) string, out io.Writer) *handler {
	config, err := estate.ReadPrerequisites(getenv)
	if err != nil {
		return newHandler(config, err, aws.Config{}, out)
	}
	cloud, err := boot.AWS(ctx, getenv)
	return newHandler(config, err, cloud, out)
}
