package cli

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/hop"
)

func TestEveryErrorHasItsExitCodeAndHint(t *testing.T) {
	t.Setenv("AWS_PROFILE", "")
	for sentence, c := range map[string]struct {
		err  error
		code int
		hint string
	}{
		"the command line is wrong":       {errors.New("unknown flag"), 2, "twohop pause --help"},
		"a plan waits for --yes":          {&failure{errFindings}, 3, "--yes"},
		"a right is missing":              {&failure{&hop.Failure{Class: hop.ClassRole}}, 4, "right"},
		"there are no credentials":        {&failure{fmt.Errorf("%w: no profile", awslogin.ErrNoCredentials)}, 4, "AWS_PROFILE"},
		"the account is another":          {&failure{&awslogin.WrongAccount{Wanted: "222222222222", Got: "111111111111"}}, 1, "AWS_PROFILE"},
		"the sign-in is over":             {&failure{fmt.Errorf("log in: %w", awslogin.ErrExpired)}, 4, "aws sso login --profile NAME"},
		"a profile needs an MFA code":     {&failure{fmt.Errorf("load: %w", awslogin.ErrMFA)}, 4, "aws configure export-credentials --profile NAME --format env"},
		"the network is down":             {&failure{&hop.Failure{Class: hop.ClassTransient, Code: awslogin.Network}}, 1, "check the network"},
		"another SDK's retry mode":        {&failure{fmt.Errorf("load: %w", awslogin.ErrRetryMode)}, 1, "set retry_mode to standard or adaptive"},
		"AWS is busy":                     {&failure{&hop.Failure{Class: hop.ClassTransient}}, 1, "again in a minute"},
		"somebody pressed a key":          {&failure{fmt.Errorf("list: %w", context.Canceled)}, 130, "where it stopped"},
		"a value is none of the estate's": {&failure{&badValue{errors.New("--from")}}, 2, "twohop pause --help"},
		"what is to be done is said":      {&failure{&hinted{hop.ErrNotFound, "deploy it"}}, 1, "deploy it"},
		"findings beside a missing right": {&failure{errors.Join(&findingsError{errors.New("late")}, &hop.Failure{Class: hop.ClassRole})}, 4, "right"},
		"findings beside an error":        {&failure{errors.Join(errors.New("strange"), &findingsError{errors.New("late")})}, 3, "--yes"},
		"nothing is known about it":       {&failure{errors.New("strange")}, 1, ""},
		"AWS says something that is new":  {&failure{&hop.Failure{Class: hop.ClassUnknown}}, 1, ""},
		"a missing right is said further": {&failure{&hinted{&hop.Failure{Class: hop.ClassRole}, "add it"}}, 4, "add it"},
	} {
		t.Run(sentence, func(t *testing.T) {
			code, hint := explain(c.err, "twohop pause")
			assert.Equal(t, c.code, code)
			if c.hint == "" {
				assert.Empty(t, hint)
			}
			assert.Contains(t, hint, c.hint)
		})
	}
}

func TestAHintNamesTheProfileThatIsNotUsed(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIA")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_PROFILE", "backup")
	for _, err := range []error{&awslogin.WrongAccount{Wanted: "222222222222", Got: "111111111111"}, &hop.Failure{Class: hop.ClassRole}} {
		_, hint := explain(&failure{err}, "twohop pause")
		assert.Contains(t, hint, "the keys in AWS_ACCESS_KEY_ID were used, not AWS_PROFILE=backup (the CDK uses the profile): unset AWS_ACCESS_KEY_ID ")
	}
	_, hint := explain(&failure{&hop.Failure{Class: hop.ClassTransient}}, "twohop pause")
	assert.NotContains(t, hint, "AWS_PROFILE", "credentials are no cause of that")
	_, hint = explain(&failure{fmt.Errorf("%w: there is no profile backup", awslogin.ErrNoCredentials)}, "twohop pause")
	assert.NotContains(t, hint, "were used", "none were")
}

func TestAnInterruptionKeepsWhatACommandSaysItself(t *testing.T) {
	own := &failure{&hinted{fmt.Errorf("interrupted while copies were awaited: %w", context.Canceled), "run the same command again"}}
	assert.Equal(t, errorReport{130, "interrupted while copies were awaited: context canceled", "run the same command again"}, reportOf(interruption(own), "twohop"))
	found := &failure{&findingsError{errors.New("2 dead letters")}}
	assert.Equal(t, 3, reportOf(interruption(found), "twohop").Code)
	for _, err := range []error{errors.New("broken pipe"), &failure{context.Canceled}, &failure{&hinted{errors.New("network"), "check it"}}} {
		assert.Equal(t, errorReport{130, "interrupted", "run it again: it goes on where it stopped"}, reportOf(interruption(err), "twohop"))
	}
}

func TestAQueueThatIsMissingIsAFindingAndADenialADenial(t *testing.T) {
	unread := func(errs ...error) *deadLetters {
		p := &deadLetters{}
		for _, err := range errs {
			p.unread = append(p.unread, unreadQueue{"events-dlq", err.Error(), err})
		}
		return p
	}
	missing, refused := fmt.Errorf("queue events-dlq: %w", hop.ErrNotFound), &hop.Failure{Class: hop.ClassRole, Code: "AccessDenied"}
	assert.Equal(t, 3, reportOf(&failure{unread(missing).trouble()}, "twohop").Code)
	assert.Equal(t, 4, reportOf(&failure{unread(missing, refused).trouble()}, "twohop").Code)
}
