#!/usr/bin/env bash
# Field: AWS SDK for Go
# Packages: github.com/aws/aws-sdk-go-v2/config v1.33.18, .../service/sts v1.52.0
#
# AWS_ENDPOINT_URL sends the calls of every client to another endpoint, such as a local AWS.
# The call of AssumeRole that LoadDefaultConfig itself prepares for a profile with role_arn
# does not follow it, since credentials are resolved before that setting is; it does follow
# AWS_ENDPOINT_URL_STS, which the client reads by itself. A program that works against a local
# endpoint with plain keys calls the real STS as soon as its profile names a role. The AWS
# CLI's AssumeRole follows both variables.
#
# Output seen ("elsewhere": the request was not for the endpoint of the environment):
#   GetCallerIdentity with keys, AWS_ENDPOINT_URL: here
#   AssumeRole for a profile with role_arn, AWS_ENDPOINT_URL: elsewhere
#   AssumeRole for a profile with role_arn, AWS_ENDPOINT_URL_STS: here
#
# The script talks to a server on the loopback interface. A proxy that does not exist, also on
# the loopback interface, keeps every other request on this machine. It fails if the output
# changes.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >config <<'INI'
[profile keys]
aws_access_key_id = id
aws_secret_access_key = secret
[profile role]
role_arn = arn:aws:iam::111111111111:role/reader
source_profile = keys
INI

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// where tells whether a profile's first call of STS reaches the endpoint that a variable names.
func where(profile, variable string) string {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusForbidden)
	}))
	defer server.Close()
	os.Setenv(variable, server.URL)
	defer os.Unsetenv(variable)
	loaded, err := config.LoadDefaultConfig(context.Background(), config.WithSharedConfigProfile(profile))
	if err != nil {
		panic(err)
	}
	if _, err := sts.NewFromConfig(loaded).GetCallerIdentity(context.Background(), nil); err == nil {
		panic("no error")
	}
	if calls.Load() > 0 {
		return "here"
	}
	return "elsewhere"
}

func main() {
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "none", "AWS_MAX_ATTEMPTS": "1",
		"HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1",
	} {
		os.Setenv(name, value)
	}
	fmt.Println("GetCallerIdentity with keys, AWS_ENDPOINT_URL:", where("keys", "AWS_ENDPOINT_URL"))
	fmt.Println("AssumeRole for a profile with role_arn, AWS_ENDPOINT_URL:", where("role", "AWS_ENDPOINT_URL"))
	fmt.Println("AssumeRole for a profile with role_arn, AWS_ENDPOINT_URL_STS:", where("role", "AWS_ENDPOINT_URL_STS"))
}
GO

export GOFLAGS=-mod=mod
{
	go mod init example.com/finding
	go get github.com/aws/aws-sdk-go-v2/config@v1.33.18 github.com/aws/aws-sdk-go-v2/service/sts@v1.52.0
	go build -o program .
} >build.log 2>&1 || {
	cat build.log
	exit 1
}

env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY timeout 60 ./program >seen
diff seen - <<'EXPECTED'
GetCallerIdentity with keys, AWS_ENDPOINT_URL: here
AssumeRole for a profile with role_arn, AWS_ENDPOINT_URL: elsewhere
AssumeRole for a profile with role_arn, AWS_ENDPOINT_URL_STS: here
EXPECTED
echo "as described"
