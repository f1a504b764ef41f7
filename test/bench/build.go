package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/twohop/twohop/test/stage"
)

// side is one of the two programs that are compared.
type side int

const (
	product side = iota // the copystarter
	floor
	sides // how many there are
)

var packages = [sides]string{product: "lambdas/copystarter", floor: "test/bench/floor"}

func (s side) String() string { return filepath.Base(packages[s]) }

// binary is a built program.
type binary struct {
	path      string // of the executable for this machine
	size      int64  // its bytes
	arm64Size int64  // bytes of what is deployed
}

// build builds both programs with the flags of the real build, for this machine
// and for Lambda's.
func build(ctx context.Context, dir string) ([sides]binary, error) {
	var built [sides]binary
	for s := range sides {
		path, err := stage.Build(ctx, packages[s], dir)
		if err != nil {
			return built, err
		}
		host, err := os.Stat(path)
		if err != nil {
			return built, err
		}
		deployed, err := deployedSize(ctx, packages[s], path+"-arm64")
		if err != nil {
			return built, err
		}
		built[s] = binary{path: path, size: host.Size(), arm64Size: deployed}
	}
	return built, nil
}

// deployedSize builds a package as it is deployed, on Lambda's arm64.
func deployedSize(ctx context.Context, pkg, path string) (int64, error) {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc",
		"-ldflags", "-s -w", "-o", path, "github.com/twohop/twohop/"+pkg)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	if output, err := command.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build %s for linux/arm64: %w\n%s", pkg, err, output)
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
