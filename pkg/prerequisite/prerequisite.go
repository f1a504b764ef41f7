// Package prerequisite is the use case behind what CloudFormation has no resource
// for: settings of accounts and of the organization that copies need. A duty is a
// list of settings; each is looked at, put in order if it is not, and reported.
// Nothing is ever switched off.
package prerequisite

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Duty is a part of the work that one invocation may be asked for.
type Duty string

// Every duty.
const (
	OwnAccount      Duty = "account"      // the account that the function runs in
	TheOrganization Duty = "organization" // from the management account only
	TheMembers      Duty = "members"      // from the management account only
)

var duties = []Duty{OwnAccount, TheOrganization, TheMembers}

// ParseDuties reads the names of duties. The error names everything that is wrong
// with them.
func ParseDuties(names []string) ([]Duty, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("no duty; some of %v are needed", duties)
	}
	var parsed []Duty
	var faults []error
	for _, name := range names {
		switch duty := Duty(name); {
		case !slices.Contains(duties, duty):
			faults = append(faults, fmt.Errorf("%q is no duty; %v are", name, duties))
		case slices.Contains(parsed, duty):
			faults = append(faults, fmt.Errorf("duty %q stands in the list twice; keep one", name))
		default:
			parsed = append(parsed, duty)
		}
	}
	return parsed, errors.Join(faults...)
}

// Setting is one thing that must be so.
type Setting interface {
	// String says what it is: "opt-in of RDS in eu-north-1".
	String() string
	// Ensure makes it so and tells whether it had to change anything. Where it is
	// so already it makes no changing call.
	Ensure(ctx context.Context) (changed bool, err error)
}

// Directory knows who is in the organization.
type Directory interface {
	// Accounts are the ids of the active accounts of a unit or the root, those of
	// the units below included; none for an empty unit.
	Accounts(ctx context.Context, unit string) ([]string, error)
}

// Entrance leads into member accounts.
type Entrance interface {
	// Enter returns the settings of a member account, reached with its role. An
	// error where the role cannot be assumed.
	Enter(ctx context.Context, account string) ([]Setting, error)
}

// Outcome is what became of a setting.
type Outcome string

// Every outcome.
const (
	InOrder Outcome = "in order" // it was so already
	Changed Outcome = "changed"  // it is so now
	Failed  Outcome = "failed"
	NotDone Outcome = "not done" // time was up before, or while it was tried
)

// Finding is what became of one setting.
type Finding struct {
	Duty    Duty
	Account string // whose setting it is; empty where none could be reached
	Setting string
	Outcome Outcome
	Err     error // why it failed or was not done; nil otherwise
}

// Observer is told of every finding as it is made. It must be safe for concurrent
// use.
type Observer interface {
	Observe(Finding)
}

// String is "setting of account: why", for people.
func (f Finding) String() string {
	text := f.Setting
	if f.Account != "" {
		text += " of " + f.Account
	}
	if f.Err != nil {
		text += ": " + f.Err.Error()
	}
	return text
}
