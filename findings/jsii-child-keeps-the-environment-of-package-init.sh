#!/usr/bin/env bash
# Field: AWS CDK in Go
# Package: github.com/aws/jsii-runtime-go v1.142.0 (with constructs-go/constructs/v10 v10.8.1)
#
# The Go bindings of the CDK run a Node process. That process gets the environment as it was
# when the runtime's package was initialised, not as it is when the first construct is made:
# a variable that main or TestMain sets with os.Setenv has no effect on it (NODE_OPTIONS,
# JSII_DEBUG, the variables that silence warnings). After jsii.Close the next call starts a
# new process, with the environment of that moment.
#
# Output seen:
#   set before the program: Node sees it
#   set by main: Node does not see it
#   set by main, then jsii.Close: Node sees it
#
# Needs Node. It fails if the output changes.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'GO'
package main

import (
	"os"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	if len(os.Args) > 1 {
		os.Setenv("NODE_OPTIONS", os.Getenv("OPTIONS"))
	}
	if len(os.Args) > 2 {
		jsii.Close()
	}
	constructs.NewRootConstruct(jsii.String("root"))
	jsii.Close()
}
GO

export GOFLAGS=-mod=mod
{
	go mod init example.com/finding
	go get github.com/aws/jsii-runtime-go@v1.142.0 github.com/aws/constructs-go/constructs/v10@v10.8.1
	go build -o program .
} >build.log 2>&1 || {
	cat build.log
	exit 1
}

echo 'process.stderr.write("loaded by an option\n")' >say.js
export OPTIONS="--require=$work/say.js"
says() {
	timeout 60 "$@" >output 2>&1
	if grep -q 'loaded by an option' output; then echo "Node sees it"; else echo "Node does not see it"; fi
}
unset NODE_OPTIONS
{
	echo "set before the program: $(says env NODE_OPTIONS="$OPTIONS" ./program)"
	echo "set by main: $(says ./program set)"
	echo "set by main, then jsii.Close: $(says ./program set close)"
} >seen

diff seen - <<'EXPECTED'
set before the program: Node sees it
set by main: Node does not see it
set by main, then jsii.Close: Node sees it
EXPECTED
echo "as described"
