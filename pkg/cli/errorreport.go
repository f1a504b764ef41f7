package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// errorReport is how a command that did not end with 0 has ended; with --json it is one line
// on stderr.
type errorReport struct {
	Code    int    `json:"code"` // exit code
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"` // what to do next
}

// reportOf explains an error of a command, which is named by its path.
func reportOf(err error, command string) errorReport {
	code, hint := explain(err, command)
	return errorReport{code, err.Error(), hint}
}

func (r errorReport) text(errOut io.Writer) {
	fmt.Fprintf(errOut, "twohop: %s\n", strings.ReplaceAll(r.Message, "\n", "\n  "))
	if r.Hint != "" {
		fmt.Fprintf(errOut, "hint: %s\n", r.Hint)
	}
}

func (r errorReport) line(errOut io.Writer) {
	_ = showJSONLine(errOut, r) // an error that stderr does not take is lost with it
}

// wantsJSON reports whether a command line has --json, even where its parsing ended before it.
func wantsJSON(command *cobra.Command, args []string) bool {
	if flag := command.Flags().Lookup("json"); flag != nil && flag.Changed {
		return flag.Value.String() == "true"
	}
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.Contains(args, "--json")
}
