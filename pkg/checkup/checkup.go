// Package checkup is the use case of a preflight: what must be so for an estate's copies
// to succeed is looked up before a night fails on it. It changes nothing. Each family of
// checks is a file of its own, with the interface through which it sees AWS.
package checkup

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/twohop/twohop/pkg/hop"
)

// Check is one question about the estate.
type Check struct {
	Name string // "vault twohop-final", unique together with Place
	Place
	// Right is what asking takes first, such as backup:DescribeBackupVault; *Refusal
	// names another where that one is denied.
	Right string
	// Look answers: nothing where all is in order. An error is a check that could not
	// be made.
	Look func(context.Context) ([]Finding, error)
}

// Place is where something is.
type Place struct {
	Account  string
	Region   string // empty: the account's, or the organization's, as a whole
	Resource string // ARN or name; empty: the account itself
}

// Kind of a finding.
type Kind string

// Every kind.
const (
	Broken      Kind = "broken"      // a copy, a backup or a restore will fail, or a protection is missing
	Warning     Kind = "warning"     // nothing fails yet, and it may
	NotChecked  Kind = "not checked" // nobody knows: a right or a way into the account is missing, or AWS failed
	Unconfirmed Kind = "unconfirmed" // AWS does not tell; nothing is to be done
)

// Finding is what is wrong in one place, or what could not be found out.
type Finding struct {
	Kind  Kind
	Check string // name of the check
	Place
	Problem string // what is wrong
	Causes  string // which error it will cause, in AWS's words where they are documented
	Mend    string // what mends it, in words, with the statement or the command
}

// Refusal says that AWS denied a call for want of a right.
type Refusal struct {
	Right string // such as kms:GetKeyPolicy
	Said  string // AWS's own words
}

// Error names the right.
func (r *Refusal) Error() string { return fmt.Sprintf("lacks right %s (%s)", r.Right, r.Said) }

// ErrNotFound says that what was asked for does not exist.
var ErrNotFound = hop.ErrNotFound

// atOnce bounds how many checks are made at the same time, and of each how many
// resources are looked at, for the sake of AWS's request rates.
const atOnce = 8

// Run makes checks and returns their findings in the checks' order. One that could not
// be made is a finding and stops no other.
func Run(ctx context.Context, checks []Check) []Finding {
	answers := make([][]Finding, len(checks))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, check := range checks {
		group.Go(func() error {
			answers[i] = check.run(ctx)
			return nil
		})
	}
	_ = group.Wait() // no check returns an error
	var all []Finding
	for _, answer := range answers {
		all = append(all, answer...)
	}
	return all
}

func (c Check) run(ctx context.Context) []Finding {
	found, err := c.Look(ctx)
	if err != nil {
		found = append(found, c.unchecked(c.Place, err))
	}
	for i := range found {
		found[i].Check = c.Name
		if found[i].Account == "" {
			found[i].Place = c.Place
		}
	}
	return found
}

// unchecked is the finding that something could not be looked at.
func (c Check) unchecked(at Place, err error) Finding {
	f := Finding{Kind: NotChecked, Check: c.Name, Place: at}
	var refusal *Refusal
	var refused *hop.Failure
	switch {
	case errors.As(err, &refusal):
	case errors.As(err, &refused) && refused.Class == hop.ClassRole:
		refusal = &Refusal{Right: c.Right, Said: refused.Error()}
	default:
		f.Problem = fmt.Sprintf("%s could not be checked: %v", c.Name, err)
		f.Mend = "run it again; if it goes on, look at what AWS says"
		return f
	}
	f.Problem = fmt.Sprintf("%s could not be checked: %v", c.Name, refusal)
	f.Mend = "allow " + refusal.Right + ": in the backup account as twohop doctor --policy prints it, in a member by the role that its stack deploys"
	return f
}

// Unmade is a check that cannot be made at all, with why and how it can.
func Unmade(name string, at Place, why, mend string) Check {
	return Check{Name: name, Place: at, Look: func(context.Context) ([]Finding, error) {
		return []Finding{{Kind: NotChecked, Problem: name + ": " + why, Mend: mend}}, nil
	}}
}

// broken is a finding at the check's own place.
func broken(problem, causes, mend string) []Finding {
	return []Finding{{Kind: Broken, Problem: problem, Causes: causes, Mend: mend}}
}
