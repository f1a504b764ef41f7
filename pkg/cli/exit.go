package cli

import (
	"cmp"
	"context"
	"errors"

	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/hop"
)

// The exit codes of all commands.
const (
	exitDone     = 0
	exitError    = 1
	exitUsage    = 2
	exitFindings = 3
	exitDenied   = 4
)

const exitCodes = `Exit codes:
  0  done, or nothing was to be done
  1  error, such as an estate that is not deployed
  2  usage: the command line is wrong
  3  findings: something is to be done, such as a plan that waits for --yes, a copy that
     is late, or an account, vault or queue that could not be read
  4  denied: AWS refuses the credentials, or they lack a right, so that nothing was read
The highest that applies is returned.`

// failure is an error of a command's own work; any other is one of its usage.
type failure struct{ error }

func (f *failure) Unwrap() error { return f.error }

// errFindings says that something is to be done.
var errFindings = errors.New("nothing was changed")

// findingsError is the end of a command that has found something a person has to see to; what to
// do about it is the hint of the hinted error around it.
type findingsError struct{ error }

func (f *findingsError) Is(target error) bool { return target == errFindings }

// explain is the exit code of an error, and what to do next; empty where the error
// says that itself. Of joined errors the highest code counts. command is the command's path,
// such as "twohop pause".
func explain(err error, command string) (code int, hint string) {
	var own *failure
	switch {
	case !errors.As(err, &own):
		return exitUsage, command + " --help"
	case denied(err):
		return exitDenied, hintOf(err)
	case errors.Is(err, errFindings):
		return exitFindings, cmp.Or(hintOf(err), "repeat with --yes to do it")
	default:
		return exitError, hintOf(err)
	}
}

// denied tells whether AWS refuses the credentials, or they lack a right.
func denied(err error) bool {
	var refused *hop.Failure
	return errors.Is(err, awslogin.ErrNoCredentials) || errors.As(err, &refused) && refused.Class == hop.ClassRole
}

func hintOf(err error) string {
	var hinted *hinted
	var wrong *awslogin.WrongAccount
	var refused *hop.Failure
	switch {
	case errors.As(err, &hinted):
		return hinted.hint
	case errors.Is(err, context.Canceled):
		return "run it again: it goes on where it stopped"
	case errors.Is(err, awslogin.ErrNoCredentials), errors.As(err, &wrong):
		return "set AWS_PROFILE to a profile of the estate's backup account, and --profile to those of others; aws sts get-caller-identity tells whose credentials there are"
	case denied(err):
		return "sign in again, or give the role the right that is named; the README lists the rights of each command"
	case errors.As(err, &refused) && refused.Class == hop.ClassTransient:
		return "run it again in a minute: it goes on where it stopped"
	default:
		return ""
	}
}

// hinted is an error with what to do next.
type hinted struct {
	error
	hint string
}

func (h *hinted) Unwrap() error { return h.error }
