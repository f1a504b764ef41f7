package main

import (
	"context"
	"os"
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

// programs are what is compared, and the functions of the estate around it.
type programs struct {
	built     [sides]binary
	functions *stage.Functions
}

// build builds both programs with the flags of the real build, for this machine
// and for Lambda's.
func build(ctx context.Context) (programs, error) {
	p := programs{functions: &stage.Functions{}}
	for s := range sides {
		path, err := stage.Build(ctx, packages[s])
		if err != nil {
			return p, err
		}
		host, err := os.Stat(path)
		if err != nil {
			return p, err
		}
		deployed, err := stage.Build(ctx, packages[s], "GOOS=linux", "GOARCH=arm64")
		if err != nil {
			return p, err
		}
		arm64, err := os.Stat(deployed)
		if err != nil {
			return p, err
		}
		p.built[s] = binary{path: path, size: host.Size(), arm64Size: arm64.Size()}
	}
	return p, nil
}
