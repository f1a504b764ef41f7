package stage

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build compiles a function of this module into dir, with the flags of the real
// build, and returns the executable's path. It is for the machine it runs on
// unless target (GOOS=linux, GOARCH=arm64) says otherwise.
func Build(ctx context.Context, pkg, dir string, target ...string) (string, error) {
	out := filepath.Join(dir, filepath.Base(pkg))
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc",
		"-ldflags", "-s -w", "-o", out, "github.com/twohop/twohop/"+pkg)
	command.Env = append(append(os.Environ(), "CGO_ENABLED=0"), target...)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, output)
	}
	return out, nil
}
