package cli

import "github.com/spf13/cobra"

func newResume() *cobra.Command {
	return (&switching{
		use:   "resume",
		short: "Go on after pause",
		long: `Resume switches on what pause has switched off, and leaves everything else about it as it
was. The messages that waited are taken then; what a schedule has missed is not made up
for: its next run is at its next time.`,
		already: "not paused",
		done:    "resumed",
		on:      true,
	}).command()
}
