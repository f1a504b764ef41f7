package checkup

import (
	"context"
	"errors"

	"github.com/twohop/twohop/pkg/estate"
)

// Functions are the Lambda functions of an account's Region.
type Functions interface {
	// AllowsLoops reports whether a function's RecursiveLoop is Allow; ErrNotFound without
	// the function.
	AllowsLoops(ctx context.Context, name string) (bool, error)
}

// loopsEnd is what follows where Lambda's recursive loop detection stops a function
// [Lambda: invocation-recursion].
const loopsEnd = "RecursiveInvocationException: a message that waits is re-sent, and Lambda stops it after about 16 invocations; it goes to the dead-letter queue without a reason"

// Recursive checks that the backup account's functions that send to a queue that triggers
// them allow recursive loops.
func Recursive(e estate.Estate, deploy Deploys, functions Functions) []Check {
	var checks []Check
	for _, part := range estate.Recursive {
		name := e.Called(part)
		at := Place{Account: e.Accounts.Backup, Region: e.Regions.Primary, Resource: e.FunctionARN(e.Accounts.Backup, part)}
		checks = append(checks, Check{Name: "loop detection of " + name, Place: at, Right: "lambda:GetFunctionRecursionConfig", Look: func(ctx context.Context) ([]Finding, error) {
			allowed, err := functions.AllowsLoops(ctx, name)
			switch {
			case errors.Is(err, ErrNotFound):
				return broken("there is no function "+name, "none: what the function does is not done", deploy.String()), nil
			case err != nil || allowed:
				return nil, err
			default:
				return broken("RecursiveLoop of the function "+name+" is not Allow", loopsEnd,
					"aws lambda put-function-recursion-config --region "+e.Regions.Primary+" --function-name "+name+" --recursive-loop Allow"), nil
			}
		}})
	}
	return checks
}
