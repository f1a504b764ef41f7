#!/usr/bin/env bash
# Field: AWS SDK for Go, lists of AWS Backup
# Packages: github.com/aws/aws-sdk-go-v2/service/backup v1.69.8 (any paginator of the SDK)
#
# StopOnDuplicateToken looks like protection against a service that repeats a page token.
# It ends the list without an error, so that a list cut short is taken for a whole one, and
# it compares a token only with the one before it: a service that alternates between two
# tokens is followed for ever (here: until the server counts 50 requests and ends the list).
#
# Output seen:
#   token a, a, a, ...: 2 pages, error <nil>
#   token a, b, a, ...: 50 pages, error <nil>
#
# The script runs the paginator of ListCopyJobs against a server on the loopback interface.
# It fails if the output changes.
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

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
)

// pages follows a list whose pages bear the tokens in turn.
func pages(tokens ...string) (int, error) {
	served := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		served++
		w.Header().Set("Content-Type", "application/json")
		if served == 50 {
			fmt.Fprint(w, `{"CopyJobs":[]}`)
			return
		}
		fmt.Fprintf(w, `{"CopyJobs":[],"NextToken":%q}`, tokens[(served-1)%len(tokens)])
	}))
	defer server.Close()
	client := backup.New(backup.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
	})
	list := backup.NewListCopyJobsPaginator(client, &backup.ListCopyJobsInput{}, func(o *backup.ListCopyJobsPaginatorOptions) {
		o.StopOnDuplicateToken = true
	})
	n := 0
	for list.HasMorePages() {
		if _, err := list.NextPage(context.Background()); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func main() {
	n, err := pages("a")
	fmt.Printf("token a, a, a, ...: %d pages, error %v\n", n, err)
	n, err = pages("a", "b")
	fmt.Printf("token a, b, a, ...: %d pages, error %v\n", n, err)
}
GO

export GOFLAGS=-mod=mod
{
	go mod init example.com/finding
	go get github.com/aws/aws-sdk-go-v2@v1.47.8 github.com/aws/aws-sdk-go-v2/service/backup@v1.69.8
	go build -o list .
} >build.log 2>&1 || {
	cat build.log
	exit 1
}

./list >seen
diff seen - <<'EXPECTED'
token a, a, a, ...: 2 pages, error <nil>
token a, b, a, ...: 50 pages, error <nil>
EXPECTED
echo "as described"
