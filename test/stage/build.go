package stage

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Functions are the executables of the functions, each built when it is first asked
// for. It is safe for concurrent use.
type Functions struct {
	// Instead are packages of this module that stand for functions, by the function's name.
	Instead map[string]string

	mu    sync.Mutex
	built map[string]string // paths, by package
}

// Executable is the path of what stands for an asset of the templates, such as
// copystarter.zip.
func (f *Functions) Executable(ctx context.Context, asset string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	function := strings.TrimSuffix(asset, ".zip")
	if path, ok := f.built[function]; ok {
		return path, nil
	}
	path, err := Build(ctx, cmp.Or(f.Instead[function], "lambdas/"+function))
	if err != nil {
		return "", err
	}
	if f.built == nil {
		f.built = map[string]string{}
	}
	f.built[function] = path
	return path, nil
}

// Build compiles a command of this module with the flags of the real build, and returns
// the executable's path. It is for the machine it runs on unless target (GOOS=linux,
// GOARCH=arm64) says otherwise. It stays where it is in .build, for all processes that ask
// for it: go build links it again only where a source has changed.
func Build(ctx context.Context, pkg string, target ...string) (string, error) {
	module, err := Module()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(append([]string{module, ".build", "local"}, target...)...)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	out := filepath.Join(dir, strings.ReplaceAll(pkg, "/", "-"))
	unlock, err := lockedfile.MutexAt(out + ".lock").Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc",
		"-ldflags", "-s -w", "-o", out, "github.com/twohop/twohop/"+pkg)
	command.Env = append(append(os.Environ(), "CGO_ENABLED=0"), target...)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, output)
	}
	return out, lookAtSources(ctx, pkg)
}

// Module is the folder of this module.
var Module = sync.OnceValues(func() (string, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module's folder: %w", err)
	}
	return strings.TrimSpace(string(root)), nil
})

// sources prints the files of this module that a package is built from.
const sources = `{{if .Module}}{{if .Module.Main}}{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{end}}{{end}}`

// lookAtSources lets the cache of go test know what the executable is made of: a
// test's result counts as old news only while the files that the test itself has
// looked at stay as they are, and those that a child process reads go unseen.
func lookAtSources(ctx context.Context, pkg string) error {
	files, err := exec.CommandContext(ctx, "go", "list", "-deps", "-f", sources, "github.com/twohop/twohop/"+pkg).Output()
	if err != nil {
		return fmt.Errorf("list the sources of %s: %w", pkg, err)
	}
	for _, file := range strings.Fields(string(files)) {
		if _, err := os.Stat(file); err != nil {
			return err
		}
	}
	return nil
}
