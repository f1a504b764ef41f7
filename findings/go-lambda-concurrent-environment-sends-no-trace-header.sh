#!/usr/bin/env bash
# Field: AWS Lambda functions in Go
# Packages: github.com/aws/aws-lambda-go v1.55.1, github.com/aws/aws-sdk-go-v2 v1.47.8
#           (with service/sqs v1.52.10 as the client that sends)
#
# The SDK's middleware RecursionDetection copies the trace header of the running invocation
# to every request, so that Lambda can detect a function that triggers itself through a
# queue. It reads the environment variable _X_AMZN_TRACE_ID and nothing else. aws-lambda-go
# sets that variable only where an environment runs one invocation at a time; with
# AWS_LAMBDA_MAX_CONCURRENCY above 1 it puts the trace header into the context alone, which
# the SDK does not read. The same function then sends messages without the header, and a
# service that follows the header sees no chain.
#
# Output seen:
#   concurrency 1: header sent: Root=1-5759e988-bd862e3fe1be46a994272793
#   concurrency 2: header sent: none
#
# The script runs a function against a Runtime API and an SQS endpoint on the loopback
# interface. It fails if the output changes.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// serve is the Runtime API, which gives one invocation, and the queue.
func serve() *httptest.Server {
	given := make(chan struct{}, 1)
	given <- struct{}{}
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/invocation/next"):
			select {
			case <-given:
			case <-r.Context().Done():
				return
			}
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "one")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:222222222222:function:f")
			w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793")
			fmt.Fprint(w, "{}")
		case strings.HasSuffix(r.URL.Path, "/response"), strings.HasSuffix(r.URL.Path, "/error"):
			w.WriteHeader(http.StatusAccepted)
			os.Exit(0)
		default:
			_, _ = io.Copy(io.Discard, r.Body)
			header := r.Header.Get("X-Amzn-Trace-Id")
			if header == "" {
				header = "none"
			}
			fmt.Printf("concurrency %s: header sent: %s\n", os.Getenv("AWS_LAMBDA_MAX_CONCURRENCY"), header)
			w.Header().Set("Content-Type", "application/x-amz-json-1.0")
			fmt.Fprint(w, `{"MessageId":"1"}`)
		}
	}))
}

func main() {
	server := serve()
	os.Setenv("AWS_LAMBDA_RUNTIME_API", strings.TrimPrefix(server.URL, "http://"))
	client := sqs.New(sqs.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL), DisableMessageChecksumValidation: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
	})
	lambda.Start(func(ctx context.Context) error {
		_, err := client.SendMessage(ctx, &sqs.SendMessageInput{
			QueueUrl: aws.String(server.URL + "/222222222222/queue"), MessageBody: aws.String("body"),
		})
		return err
	})
}
GO

export GOFLAGS=-mod=mod
{
	go mod init example.com/finding
	go get github.com/aws/aws-lambda-go@v1.55.1 github.com/aws/aws-sdk-go-v2@v1.47.8 github.com/aws/aws-sdk-go-v2/service/sqs@v1.52.10
	go build -o function .
} >build.log 2>&1 || {
	cat build.log
	exit 1
}

for n in 1 2; do
	AWS_LAMBDA_FUNCTION_NAME=f AWS_LAMBDA_MAX_CONCURRENCY=$n timeout 20 ./function 2>/dev/null
done >seen

diff seen - <<'EXPECTED'
concurrency 1: header sent: Root=1-5759e988-bd862e3fe1be46a994272793
concurrency 2: header sent: none
EXPECTED
echo "as described"
