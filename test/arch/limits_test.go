package arch

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/stage"
)

// ceilings of the functions' executables for linux/arm64, in MiB: what is loaded at a cold
// start counts. A client of a further service is about half of one.
var ceilings = map[string]float64{"copystarter": 9.8, "outcometracker": 9.8, "reconciler": 10.3, "prerequisites": 11.2}

func TestFunctionsStaySmall(t *testing.T) {
	mains, err := filepath.Glob("../../lambdas/*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, mains)
	for _, main := range mains {
		name := filepath.Base(filepath.Dir(main))
		t.Run(name, func(t *testing.T) {
			executable, err := stage.Build(t.Context(), "lambdas/"+name, "GOOS=linux", "GOARCH=arm64")
			require.NoError(t, err)
			info, err := os.Stat(executable)
			require.NoError(t, err)
			size := float64(info.Size()) / (1 << 20)
			assert.LessOrEqual(t, size, ceilings[name], "MiB of %s", name)
			t.Logf("%s: %.2f MiB", name, size)
		})
	}
}

// longest a file of code may become; most are around 120 lines.
const longest = 300

func TestFilesStayShort(t *testing.T) {
	for _, p := range packages(t) {
		for _, name := range append(append(p.GoFiles, p.TestGoFiles...), p.XTestGoFiles...) {
			code, err := os.ReadFile(filepath.Join(p.Dir, name))
			require.NoError(t, err)
			assert.LessOrEqual(t, bytes.Count(code, []byte("\n")), longest, "lines of %s/%s", p.ImportPath, name)
		}
	}
}

// A package of the local AWS is found by the sentence that says what it is.
func TestEachPackageOfTheLocalAWSSaysWhatItIs(t *testing.T) {
	for _, p := range packages(t) {
		if below(p.ImportPath, "test/awssim") && len(p.GoFiles) > 0 {
			assert.Regexp(t, `^Package \w+ .*\.$`, p.Doc, p.ImportPath)
		}
	}
}

func TestMainsOnlyTie(t *testing.T) {
	mains, err := filepath.Glob("../../lambdas/*/main.go")
	require.NoError(t, err)
	commands, err := filepath.Glob("../../pkg/cmd/*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, commands)
	for _, main := range append(mains, commands...) {
		code, err := os.ReadFile(main)
		require.NoError(t, err)
		assert.LessOrEqual(t, strings.Count(string(code), "\n"), 60, main)
	}
}
