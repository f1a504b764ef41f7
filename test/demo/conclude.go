package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/twohop/twohop/test/stage"
)

// conclude prints where every point is, and the count. Anything but each point
// exactly once in the final vault is an error with its reasons.
func conclude(s *stage.Stage, plays []*play, out io.Writer) error {
	t := table.NewWriter()
	t.SetOutputMirror(out)
	t.AppendHeader(table.Row{"database", "engine", s.Local.Name, s.Intermediate.Name, s.Final.Name, "copy in the final vault"})
	var arrived, missing, doubled int
	var faults []string
	for _, p := range plays {
		final := s.In(s.Final.ARN, p.Database)
		where := "-"
		switch n := len(final); n {
		case 1:
			arrived++
			where = short(final[0].RecoveryPointArn)
		case 0:
			missing++
			faults = append(faults, fmt.Sprintf("%s is missing: %s", p.Name, reason(s, p)))
		default:
			doubled++
			where = short(final[0].RecoveryPointArn) + ", ..."
			faults = append(faults, fmt.Sprintf("%s is there %d times", p.Name, n))
		}
		t.AppendRow(table.Row{p.Name, p.ResourceType, len(s.In(s.Local.ARN, p.Database)), len(s.In(s.Intermediate.ARN, p.Database)), len(final), where})
	}
	t.Render()
	fmt.Fprintf(out, "demo: %d of %d recovery points in the final vault, %d missing, %d doubled\n", arrived, len(plays), missing, doubled)
	if len(faults) > 0 {
		return errors.New(strings.Join(faults, "\n"))
	}
	return nil
}

// short is the part of a snapshot's ARN that tells it apart.
func short(arn string) string {
	_, name, _ := strings.Cut(arn, ":awsbackup:")
	return name
}
