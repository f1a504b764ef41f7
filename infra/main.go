// Command infra is the CDK app: it synthesizes the stacks of one estate. The file
// that describes the estate is the context value `estate`
// (cdk synth -c estate=path), the functions' executables are those that
// `make build` leaves in .build.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

func main() {
	defer jsii.Close()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "infra:", err)
		jsii.Close()
		os.Exit(1)
	}
}

func run() (err error) {
	defer func() {
		if cause := recover(); cause != nil { // how the CDK tells that it found a fault
			err = fmt.Errorf("synthesize: %v", cause)
		}
	}()
	app := awscdk.NewApp(nil)
	path, ok := app.Node().TryGetContext(jsii.String("estate")).(string)
	if !ok || path == "" {
		return errors.New("no estate: give its file with -c estate=path; cdk.json names infra/config/example.yaml")
	}
	described, err := load(path, os.Stderr)
	if err != nil {
		return err
	}
	if err := stacks.Build(app, stacks.Input{Estate: described, Functions: ".build"}); err != nil {
		return err
	}
	app.Synth(nil)
	return nil
}

// load reads the estate's file, and writes what is valid in it but not recommended to out.
func load(path string, out io.Writer) (estate.Estate, error) {
	described, err := estate.Load(path)
	if err != nil {
		return estate.Estate{}, err
	}
	for _, warning := range described.Warnings() {
		fmt.Fprintln(out, "infra: warning:", warning)
	}
	return described, nil
}
