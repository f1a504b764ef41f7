package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/policy"
)

// doctor is the command that looks for what will make copies fail.
type doctor struct {
	access       access
	json, policy bool
}

func newDoctor() *cobra.Command {
	d := &doctor{}
	command := &cobra.Command{
		Use: "doctor", Short: "Look for what will make copies fail, before they do", Args: cobra.NoArgs,
		Long: `Doctor looks at what the copies of the estate need, in the backup account, in the members
and, with a profile of it, in the management account: switches and opt-ins, vaults, keys
and policies, roles, rules, queues, quotas, and every resource that carries the estate's
tag. It changes nothing. Each finding says what is wrong and where, which error it will
cause, and the statement or the command that mends it. What could not be looked at is a
finding too. What AWS does not tell is said, and is none.`,
		Example: `  AWS_PROFILE=backup twohop doctor --estate my.yaml --profile 333333333333=management
  AWS_PROFILE=backup twohop doctor --estate my.yaml --member 111111111111 --json
  twohop doctor --estate my.yaml --policy                  # the rights that it needs in the backup account`,
		RunE: acting(d.run),
	}
	d.access.flags(command)
	d.access.memberFlag(command)
	flags := command.Flags()
	flags.BoolVar(&d.json, "json", false, "print one JSON object")
	flags.BoolVar(&d.policy, "policy", false, "print the IAM policy of the rights that it needs in the backup account, and do nothing else")
	return command
}

func (d *doctor) run(ctx context.Context, out io.Writer) error {
	if err := d.access.open(); err != nil {
		return err
	}
	if d.policy {
		return showJSON(out, policy.Doctor(d.access.estate))
	}
	checks, err := d.checks(ctx)
	if err != nil {
		return err
	}
	found := checkup.Run(ctx, checks)
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.json {
		err = showJSON(out, d.told(checks, found))
	} else {
		d.tell(out, checks, found)
	}
	if err != nil {
		return err
	}
	return verdictOf(found)
}

// verdictOf is nil where nothing was found.
func verdictOf(found []checkup.Finding) error {
	n := 0
	for _, f := range found {
		if f.Kind != checkup.Unconfirmed {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return &hinted{&findingsError{fmt.Errorf("doctor: %d to see to", n)}, "mend them as said, and run it again"}
}
