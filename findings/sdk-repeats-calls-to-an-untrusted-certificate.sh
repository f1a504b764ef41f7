#!/usr/bin/env bash
# Field: AWS SDK for Go
# Packages: github.com/aws/aws-sdk-go-v2 v1.48.0, .../config v1.33.18, .../service/sqs v1.53.0
#
# A server whose certificate cannot be verified (a proxy that inspects TLS and whose root is
# not installed, an endpoint with a certificate of another name) is a mistake in a
# configuration, and the next attempt finds the same certificate. The standard retryer
# takes the failed handshake for a connection error and repeats the call as often as it
# does for a broken network, with its growing pauses: a wrong certificate costs an operator
# or a function as long as an outage, and with AWS_MAX_ATTEMPTS set high much longer.
#
# Output seen, with AWS_MAX_ATTEMPTS=5:
#   5 handshakes; the error is about the certificate: true
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
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func main() {
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "5",
		"AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none",
	} {
		os.Setenv(name, value)
	}
	var handshakes atomic.Int64
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			handshakes.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	loaded, err := config.LoadDefaultConfig(context.Background(), config.WithBaseEndpoint(server.URL))
	if err != nil {
		panic(err)
	}
	_, err = sqs.NewFromConfig(loaded).ListQueues(context.Background(), nil)
	var unknown x509.UnknownAuthorityError
	fmt.Printf("%d handshakes; the error is about the certificate: %t\n", handshakes.Load(), errors.As(err, &unknown))
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

timeout 120 ./program >seen
diff seen - <<'EXPECTED'
5 handshakes; the error is about the certificate: true
EXPECTED
echo "as described"
