package cli

import "github.com/spf13/cobra"

func newPause() *cobra.Command {
	return (&switching{
		use:   "pause",
		short: "Start no second hops until resume",
		long: `Pause switches off what starts second hops: the schedules that ask for copies, and the
reading of the queue of copies. Messages wait there, for 14 days at most and without
being counted as received; alarms ring from about an hour on, so that a pause is not
forgotten. Copies that are in flight go on and are followed to their end.`,
		already: "paused already",
		done:    "paused; twohop resume goes on",
		on:      false,
	}).command()
}
