// Command reconciler is the Lambda function that compares the vaults, for what events
// did not tell. It runs by two schedules, goes on by the queue `sweeps`, and is
// configured by the environment that package estate describes.
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
		fmt.Fprintln(os.Stderr, "reconciler:", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}

// wire builds the function's handler from its environment.
func wire(ctx context.Context, getenv func(string) string, out io.Writer) (*runs, error) {
	config, err := estate.ReadReconciler(getenv)
	if err != nil {
		return nil, err
	}
	cloud, err := boot.AWS(ctx, getenv)
	if err != nil {
		return nil, err
	}
	return newRuns(config, cloud, out), nil
}
