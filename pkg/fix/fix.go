// Package fix says why a job failed and how to fix it in one estate: with the statements to
// add and the commands to run, account ids, Regions and ARNs filled in. Every command of
// twohop that advises about a failure uses it, so that all of them give one diagnosis.
//
// A failure of a KMS key does not say which key it is. The package asks AWS for the state
// and the policy of both keys before it names one; where it may not ask, it names both and
// the commands that find out.
package fix

import (
	"context"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/policy"
)

// Adviser advises about the failures of one estate. It remembers what AWS answered, so one
// is made for each run of a command. It is safe for concurrent use.
type Adviser struct {
	Estate   estate.Estate
	File     string            // the estate's file, as printed commands name it
	Profiles map[string]string // AWS profile by account, which printed commands name; may be nil
	// Open leads into an account, to read. Nil: AWS is not asked.
	Open func(ctx context.Context, account string) (Account, error)

	mu       sync.Mutex
	accounts map[string]opened
	keys     map[string]keyState
}

// Account is what is read in an account.
type Account struct {
	Backup Backup
	Keys   checkup.Keys
	Vaults Vaults
}

// Vaults are the vaults of an account.
type Vaults interface {
	// VaultPolicy is the JSON of a vault's access policy, empty for none.
	VaultPolicy(ctx context.Context, region, vault string) (string, error)
}

// Backup is AWS Backup of an account.
type Backup interface {
	// Point describes a recovery point; hop.ErrNotFound where there is none.
	Point(ctx context.Context, vault hop.Vault, point string) (hop.RecoveryPoint, error)
	// Key is the ARN of a vault's key; hop.ErrNotFound where there is no vault.
	Key(ctx context.Context, vault hop.Vault) (string, error)
}

type opened struct {
	Account
	err error
}

// Advice is what is known about a failed job and what to do about it.
type Advice struct {
	Class hop.Class
	Cause string // empty where only the class is known
	Fix   string // in words, without commands
	Steps []Step
}

// Step is one step of a fix.
type Step struct {
	Text string // what the step does; ends without a colon
	// Account is whose credentials the commands of the AWS CLI need.
	Account string
	// Statements go into the policy that the commands read and write, between the two.
	Statements []policy.Statement
	Commands   []string // for a POSIX shell, to run as they are, one after the other
}

// Of is the advice about a failed job.
func (a *Adviser) Of(ctx context.Context, f hop.FailedJob) Advice {
	found := diagnose.Of(f.Class, f.Message)
	w := writer{Adviser: a, job: f, found: found}
	advice := w.advice(ctx)
	advice.Class = f.Class
	advice.Steps = append(advice.Steps, w.repeat()...)
	return advice
}

// atOnce is about how many jobs AWS is asked side by side.
const atOnce = 8

// All is the advice about several failed jobs, in their order.
func (a *Adviser) All(ctx context.Context, jobs []hop.FailedJob) []Advice {
	all := make([]Advice, len(jobs))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, job := range jobs {
		group.Go(func() error {
			all[i] = a.Of(ctx, job)
			return nil
		})
	}
	_ = group.Wait() // none returns an error
	return all
}

// Words are the cause and the fix in one sentence, without steps.
func (a Advice) Words() string {
	switch {
	case a.Cause == "":
		return a.Fix
	case a.Fix == "":
		return a.Cause
	default:
		return a.Cause + ": " + a.Fix
	}
}

// Full are the words and the steps.
func (a Advice) Full() string {
	a.Fix = a.Words()
	return a.String()
}

// String is the advice for an operator, without its cause: the fix in words, then each step
// with its statements and commands.
func (a Advice) String() string {
	var text strings.Builder
	text.WriteString(a.Fix)
	for _, step := range a.Steps {
		if text.Len() > 0 {
			text.WriteString("\n")
		}
		text.WriteString("- " + step.Text)
		if step.Account != "" {
			text.WriteString(" (credentials of account " + step.Account + ")")
		}
		if len(step.Commands)+len(step.Statements) > 0 {
			text.WriteString(":")
		}
		if len(step.Statements) > 0 {
			text.WriteString("\n" + indent(checkup.Statements(step.Statements)))
		}
		for _, command := range step.Commands {
			text.WriteString("\n" + indent(command))
		}
	}
	return text.String()
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

// account opens an account once.
func (a *Adviser) account(ctx context.Context, id string) (Account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	known, ok := a.accounts[id]
	if !ok {
		if a.accounts == nil {
			a.accounts = map[string]opened{}
		}
		known.err = errNotAsked
		if a.Open != nil && id != "" {
			known.Account, known.err = a.Open(ctx, id)
		}
		a.accounts[id] = known
	}
	return known.Account, known.err
}
