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

	exitInterrupted = 130 // as shells have it for Ctrl-C
)

const exitCodes = `Exit codes:
  0  done, or nothing was to be done
  1  error, such as an estate that is not deployed
  2  usage: the command line is wrong
  3  findings: something is to be done, such as a plan that waits for --yes, a copy that
     is late, or an account, vault or queue that could not be read
  4  denied: AWS refuses the credentials, or they lack a right, so that nothing was read
  130  interrupted with Ctrl-C
The highest that applies is returned.`

// failure is an error of a command's own work; any other is one of its usage.
type failure struct{ error }

func (f *failure) Unwrap() error { return f.error }

// errFindings says that something is to be done.
var errFindings = errors.New("nothing was changed")

// errInterrupted says that Ctrl-C ended a command.
var errInterrupted = errors.New("interrupted")

// findingsError is the end of a command that has found something a person has to see to; what to
// do about it is the hint of the hinted error around it.
type findingsError struct{ error }

func (f *findingsError) Is(target error) bool { return target == errFindings }

// explain is the exit code of an error, and what to do next; empty where the error
// says that itself. Of joined errors the highest code counts. command is the command's path,
// such as "twohop pause".
func explain(err error, command string) (code int, hint string) {
	var own *failure
	var bad *badValue
	switch {
	case !errors.As(err, &own), errors.As(err, &bad):
		return exitUsage, command + " --help"
	case interrupted(err):
		return exitInterrupted, hintOf(err)
	case denied(err):
		return exitDenied, hintOf(err)
	case errors.Is(err, errFindings):
		return exitFindings, cmp.Or(hintOf(err), "repeat with --yes to do it")
	default:
		return exitError, hintOf(err)
	}
}

// interruption is the error of a command that Ctrl-C ended, whatever failed because of it. What it
// found before, and its own words for where it stopped, are kept.
func interruption(err error) error {
	var own *hinted
	if errors.Is(err, errFindings) || errors.As(err, &own) && interrupted(own) {
		return err
	}
	return &failure{errInterrupted}
}

func interrupted(err error) bool {
	return errors.Is(err, errInterrupted) || errors.Is(err, context.Canceled)
}

// denied tells whether AWS refuses the credentials, or they lack a right.
func denied(err error) bool {
	var refused *hop.Failure
	for _, lacking := range []error{awslogin.ErrNoCredentials, awslogin.ErrExpired, awslogin.ErrMFA} {
		if errors.Is(err, lacking) {
			return true
		}
	}
	return errors.As(err, &refused) && refused.Class == hop.ClassRole
}

const setProfile = "set AWS_PROFILE to a profile of the estate's backup account, and --profile to those of others; aws sts get-caller-identity tells whose credentials there are"

func hintOf(err error) string {
	var hinted *hinted
	var wrong *awslogin.WrongAccount
	var refused *hop.Failure
	switch {
	case errors.As(err, &hinted):
		return hinted.hint
	case interrupted(err):
		return "run it again: it goes on where it stopped"
	case errors.Is(err, awslogin.ErrExpired):
		return "sign in with that profile again (aws sso login --profile NAME, or aws login --profile NAME), and run it again"
	case errors.Is(err, awslogin.ErrMFA):
		return `get the role's keys with the AWS CLI, which asks for the code, and run it again: eval "$(aws configure export-credentials --profile NAME --format env)"`
	case errors.Is(err, awslogin.ErrRetryMode):
		return "set retry_mode to standard or adaptive in the AWS profile, or AWS_RETRY_MODE where that is set; legacy is for the AWS CLI and boto3 only"
	case errors.Is(err, awslogin.ErrNoCredentials):
		return setProfile
	case errors.As(err, &wrong):
		return unusedProfile() + setProfile
	case denied(err):
		return unusedProfile() + "sign in again, or give the role the right that is named; the README lists the rights of each command"
	case errors.As(err, &refused) && refused.Code == awslogin.Network:
		return "check the network, and HTTPS_PROXY and AWS_ENDPOINT_URL where they are set, and run it again: it goes on where it stopped"
	case errors.As(err, &refused) && refused.Class == hop.ClassTransient:
		return "run it again in a minute: it goes on where it stopped"
	default:
		return ""
	}
}

// unusedProfile begins the hint of an operator whose profile is not the one that counts.
func unusedProfile() string {
	profile := awslogin.UnusedProfile()
	if profile == "" {
		return ""
	}
	return "the keys in AWS_ACCESS_KEY_ID were used, not AWS_PROFILE=" + profile +
		" (the CDK uses the profile): unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN; or "
}

// hinted is an error with what to do next.
type hinted struct {
	error
	hint string
}

func (h *hinted) Unwrap() error { return h.error }
