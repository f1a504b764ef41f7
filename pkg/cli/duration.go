package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/ages"
)

// duration is the value of a flag that takes a length of time, such as 30s, 6h or 1d.
type duration time.Duration

// Set implements pflag.Value.
func (d *duration) Set(text string) error {
	parsed, err := ages.Parse(text)
	if err == nil {
		*d = duration(parsed)
	}
	return err
}

// String implements pflag.Value. Help shows it, without the units that are 0.
func (d *duration) String() string {
	text := time.Duration(*d).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// Type implements pflag.Value.
func (d *duration) Type() string { return "DURATION" }

// durationFlag gives a command a flag whose default is what to holds.
func durationFlag(command *cobra.Command, to *time.Duration, name, usage string) {
	command.Flags().Var((*duration)(to), name, usage)
}
