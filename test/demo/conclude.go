package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/stage"
)

// refusals prints what was refused, and returns what should have been and was not.
func refusals(plays []*play, out io.Writer) []string {
	var c count
	for _, p := range plays {
		if p.Closed {
			c.refusal(p, out)
		}
	}
	return c.faults
}

// conclude prints where every point is and with which key, and the count. Anything but
// each point exactly once in each vault of its plan is an error with its reasons, the
// faults before it among them.
func conclude(s *stage.Stage, plays []*play, before []string, out io.Writer) error {
	vaults := []hop.Vault{s.Local, s.Intermediate, s.Final}
	t := table.NewWriter()
	t.SetOutputMirror(out)
	header := table.Row{"resource", "type", "plan"}
	for _, vault := range vaults {
		header = append(header, "key in "+vault.Name)
	}
	t.AppendHeader(header)
	var c count
	for _, p := range plays {
		row := table.Row{p.Name, p.Type, orDash(p.Plan)}
		for _, vault := range vaults {
			row = append(row, keys(s, vault, p))
			c.compare(s, vault, p)
		}
		t.AppendRow(row)
	}
	t.Render()
	c.faults = append(c.faults, before...)
	if lost := len(s.World.Events.Dropped()); lost > 0 {
		c.fault("%d events were lost between the buses", lost)
	}
	fmt.Fprintf(out, "demo: %d of %d recovery points in the final vault, %d missing, %d doubled\n", c.arrived, c.wanted, c.missing, c.doubled)
	if len(c.faults) > 0 {
		return errors.New(strings.Join(c.faults, "\n"))
	}
	return nil
}

// count is of the points that must be in the final vault; the faults are of all.
type count struct {
	wanted, arrived, missing, doubled int
	faults                            []string
}

func (c *count) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// compare counts a resource's points in a vault.
func (c *count) compare(s *stage.Stage, vault hop.Vault, p *play) {
	is, want := len(s.In(vault, p.Resource)), p.wanted(s, vault.ARN)
	if vault == s.Final {
		c.wanted += want
	}
	switch {
	case is == want:
		if vault == s.Final {
			c.arrived += want
		}
	case vault == s.Final && is == 0:
		c.missing++
		c.fault("%s is missing: %s", p.Name, p.reason(s))
	case vault == s.Final && want == 1:
		c.doubled++
		c.fault("%s is there %d times", p.Name, is)
	default:
		c.fault("%s: %d recovery points in %s, %d expected", p.Name, is, vault.Name, want)
	}
}

// refusal prints how the copy under a key without the grant has failed, and what
// twohop advises.
func (c *count) refusal(p *play, out io.Writer) {
	failed, ok := p.failed()
	if !ok || failed.message == "" {
		c.fault("%s should have been refused with a reason: its key admits its own account alone", p.Name)
		return
	}
	fmt.Fprintf(out, "%s was refused, as its key admits its own account alone:\n  %s FAILED: %s\n  advice: %s\n",
		p.Name, failed.name, failed.message, diagnose.Text(failed.message).Advice(hop.FailedJob{Kind: hop.FirstHop}))
}

// keys are those of a resource's points in a vault, by their aliases.
func keys(s *stage.Stage, vault hop.Vault, p *play) string {
	var names []string
	for _, point := range s.In(vault, p.Resource) {
		names = append(names, alias(s, point.EncryptionKeyArn))
	}
	return orDash(strings.Join(names, ", "))
}

// alias is a key's alias; its ARN, where it has none.
func alias(s *stage.Stage, keyARN string) string {
	fields := strings.Split(keyARN, ":")
	if len(fields) < 6 {
		return keyARN
	}
	for _, alias := range s.World.KMS.Aliases(kms.Place{Account: fields[4], Region: fields[3]}, keyARN) {
		return alias.Name
	}
	return keyARN
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
