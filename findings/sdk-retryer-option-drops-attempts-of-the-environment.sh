#!/usr/bin/env bash
# Field: AWS SDK for Go
# Packages: github.com/aws/aws-sdk-go-v2 v1.48.0, .../config v1.33.18, .../service/sqs v1.53.0
#
# config.LoadDefaultConfig reads AWS_MAX_ATTEMPTS and AWS_RETRY_MODE (and the keys of the same
# names of a profile). Given config.WithRetryer, it does not apply them: not even to a
# retryer that could take them, and without a word. A program that passes a standard retryer
# only to change its pauses makes three attempts, whatever the operator asks for.
#
# Output seen, with AWS_MAX_ATTEMPTS=5 and a service that answers 503:
#   LoadDefaultConfig: 5 attempts
#   LoadDefaultConfig with WithRetryer: 3 attempts
#
# The script talks to a server on the loopback interface. It fails if the output changes.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func attempts(options ...func(*config.LoadOptions) error) int64 {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	loaded, err := config.LoadDefaultConfig(context.Background(), append(options, config.WithBaseEndpoint(server.URL))...)
	if err != nil {
		panic(err)
	}
	if _, err := sqs.NewFromConfig(loaded).ListQueues(context.Background(), nil); err == nil {
		panic("no error")
	}
	return calls.Load()
}

func main() {
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "5",
		"AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none",
	} {
		os.Setenv(name, value)
	}
	fmt.Printf("LoadDefaultConfig: %d attempts\n", attempts())
	fmt.Printf("LoadDefaultConfig with WithRetryer: %d attempts\n", attempts(config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
	})))
}
GO

export GOFLAGS=-mod=mod
{
	go mod init example.com/finding
	go get github.com/aws/aws-sdk-go-v2@v1.48.0 github.com/aws/aws-sdk-go-v2/config@v1.33.18 github.com/aws/aws-sdk-go-v2/service/sqs@v1.53.0
	go build -o program .
} >build.log 2>&1 || {
	cat build.log
	exit 1
}

timeout 60 ./program >seen

diff seen - <<'EXPECTED'
LoadDefaultConfig: 5 attempts
LoadDefaultConfig with WithRetryer: 3 attempts
EXPECTED
echo "as described"
