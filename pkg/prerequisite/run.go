package prerequisite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

// Runner does duties. It does not change and may run concurrently; what is nil is
// not configured.
type Runner struct {
	Account      string    // id of the account that the function runs in
	Own          []Setting // of that account
	Organization *Organization
	Members      *Members
	Observer     Observer
}

// Organization is the organization and what must be so in it.
type Organization struct {
	// Identity tells whether it is the right organization, seen from the right
	// account. Unless it is, nothing else is touched.
	Identity Setting
	Settings []Setting
}

// ErrNotConfigured is the failure of a duty that the function has no
// configuration of.
var ErrNotConfigured = errors.New("this function has no configuration of the duty; it belongs to the other account's function")

// Run does duties in the order in which they are given. When ctx ends, what is
// left is reported as not done. A panic of a setting is its failure.
func (r *Runner) Run(ctx context.Context, duties []Duty) Report {
	var report Report
	for _, duty := range duties {
		report = append(report, r.run(ctx, duty)...)
	}
	return report
}

func (r *Runner) run(ctx context.Context, duty Duty) []Finding {
	switch {
	case duty == OwnAccount && r.Own != nil:
		return r.all(ctx, duty, r.Account, r.Own)
	case duty == TheOrganization && r.Organization != nil:
		identity := r.ensure(ctx, Finding{Duty: duty, Account: r.Account}, r.Organization.Identity)
		if identity.Err != nil {
			return []Finding{identity}
		}
		return append([]Finding{identity}, r.all(ctx, duty, r.Account, r.Organization.Settings)...)
	case duty == TheMembers && r.Members != nil:
		return r.members(ctx)
	default:
		return []Finding{r.observed(Finding{Duty: duty, Setting: fmt.Sprintf("duty %q", duty), Outcome: Failed, Err: ErrNotConfigured})}
	}
}

// all puts settings in order. One that fails keeps no other from it.
func (r *Runner) all(ctx context.Context, duty Duty, account string, settings []Setting) []Finding {
	findings := make([]Finding, len(settings))
	for i, setting := range settings {
		findings[i] = r.ensure(ctx, Finding{Duty: duty, Account: account}, setting)
	}
	return findings
}

func (r *Runner) ensure(ctx context.Context, f Finding, s Setting) Finding {
	f.Setting, f.Outcome = s.String(), InOrder
	f.Err = attempt(ctx, func() error {
		changed, err := s.Ensure(ctx)
		if changed {
			f.Outcome = Changed
		}
		return err
	})
	return r.observed(f.settled(ctx))
}

// settled names the outcome that an error means.
func (f Finding) settled(ctx context.Context) Finding {
	if f.Err == nil {
		return f
	}
	f.Outcome = Failed
	if ctx.Err() != nil {
		f.Outcome, f.Err = NotDone, context.Cause(ctx)
	}
	return f
}

func (r *Runner) observed(f Finding) Finding {
	r.Observer.Observe(f)
	return f
}

// Panic is a panic that was caught.
type Panic struct {
	Value any
	Stack string
}

// Error names the value; the stack is for the log alone.
func (p *Panic) Error() string {
	return fmt.Sprintf("panic: %v (a fault of this function; its log has the stack)", p.Value)
}

// attempt calls step unless ctx has ended, and turns its panic into an error:
// goroutines of members would end the whole process with theirs.
func attempt(ctx context.Context, step func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Panic{Value: value, Stack: string(debug.Stack())}
		}
	}()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return step()
}
