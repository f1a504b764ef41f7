package cli

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build is how this executable was built. Fields are empty where the build recorded nothing,
// as with -buildvcs=false.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"commitTime,omitempty"` // RFC 3339
	Modified bool   `json:"modified"`             // the working tree had changes
	Go       string `json:"go"`
	Platform string `json:"platform"` // os/architecture
}

// buildOf reads what the Go toolchain recorded in an executable; nil: nothing.
func buildOf(info *debug.BuildInfo) build {
	b := build{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.time":
			b.Time = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

// commitShown is how much of a commit's hash is printed.
const commitShown = 12

// String is one line for a person.
func (b build) String() string {
	text := "twohop " + b.Version
	if b.Commit != "" {
		text += ", commit " + b.Commit[:min(commitShown, len(b.Commit))]
		if b.Time != "" {
			text += " of " + b.Time
		}
		if b.Modified {
			text += " with changes"
		}
	}
	return fmt.Sprintf("%s, %s %s", text, b.Go, b.Platform)
}

// thisBuild is how the running executable was built.
func thisBuild() build {
	info, _ := debug.ReadBuildInfo() // nil without it
	return buildOf(info)
}

func newVersion() *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use: "version", Short: "Print the version of twohop", Args: cobra.NoArgs,
		Long: `Version prints the version of this executable, the commit that it was built from, and the
version of Go. It needs no account and no estate.`,
		Example: `  twohop version
  twohop version --json`,
		RunE: acting(func(_ context.Context, out io.Writer) error {
			if asJSON {
				return showJSON(out, thisBuild())
			}
			_, err := fmt.Fprintln(out, thisBuild())
			return err
		}),
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return command
}
