// Command copystarter is the Lambda function that starts the second hop. It is
// fed by the queue `copies` and configured by the environment that package estate
// describes.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/twohop/twohop/lambdas/internal/boot"
	"github.com/twohop/twohop/pkg/estate"
)

func main() {
	handler, err := wire(context.Background(), os.Getenv, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "copystarter:", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

// wire builds the function's handler from its environment.
func wire(ctx context.Context, getenv func(string) string, out io.Writer) (boot.Handler, error) {
	config, err := estate.ReadStarter(getenv)
	if err != nil {
		return nil, err
	}
	cloud, err := boot.AWS(ctx, getenv)
	if err != nil {
		return nil, err
	}
	return newHandler(config, cloud, out), nil
}
