// Package awslogin is who the operator is at AWS, in each account of an estate: the
// SDK's configuration as the environment or a profile gives it, once it is known to lead
// to the right account, or a role that is assumed with it.
package awslogin

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithymiddleware "github.com/aws/smithy-go/middleware"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/hop"
)

// callTimeout ends a call that hangs, so that another attempt is made.
const callTimeout = 10 * time.Second

// Config is what the adapters of AWS are made from.
type Config = aws.Config

// Logins are an operator's ways into accounts. Each is taken once. Safe for concurrent
// use.
type Logins struct {
	Profiles map[string]string              // AWS profiles by account; without one the environment's credentials count
	Called   func(operation, region string) // receives each call to AWS; may be nil

	mu    sync.Mutex
	taken map[string]*way // by account, or by role
	ahead time.Duration   // of AWS's clock before this machine's
}

// way is a login. Who takes it first holds up others who want the same, and nobody else.
type way struct {
	mu     sync.Mutex
	taken  bool
	config aws.Config
}

// Now is the time by AWS's clock, to the second, as it was told at the last login; by this
// machine's before the first. An age is of two times of AWS then, whatever a laptop says.
func (l *Logins) Now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Add(l.ahead).UTC() //nolint:forbidigo // the command line reads the clock here
}

// Own is the SDK's configuration for a Region of an account, with the account's profile
// or the environment's credentials. Without the account's credentials it is an error:
// ErrNoCredentials, *WrongAccount, or *hop.Failure where AWS refuses them or cannot be
// reached.
func (l *Logins) Own(ctx context.Context, account, region string) (Config, error) {
	return l.take(account, region, func() (aws.Config, error) {
		config, ahead, err := l.login(ctx, account, region)
		if err == nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.ahead = ahead
		}
		return config, err
	})
}

// Role is the SDK's configuration for a Region of a role's account: with the account's
// profile where there is one, else with the role, which the credentials of Own for the
// account home assume. Errors are those of Own.
func (l *Logins) Role(ctx context.Context, home, account, role, region string) (Config, error) {
	if l.Profiles[account] != "" {
		return l.Own(ctx, account, region)
	}
	own, err := l.Own(ctx, home, region)
	if err != nil {
		return aws.Config{}, err
	}
	return l.take(role, region, func() (aws.Config, error) {
		assumed := own.Copy()
		assumed.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(own), role,
			func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "twohop" }))
		if _, err := assumed.Credentials.Retrieve(ctx); err != nil {
			return aws.Config{}, fmt.Errorf("assume %s: %w", role, classify(err))
		}
		return assumed, nil
	})
}

func (l *Logins) take(key, region string, login func() (aws.Config, error)) (aws.Config, error) {
	w := l.way(key)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.taken {
		config, err := login()
		if err != nil {
			return aws.Config{}, err
		}
		w.taken, w.config = true, config
	}
	config := w.config.Copy()
	config.Region = region
	return config, nil
}

func (l *Logins) way(key string) *way {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken == nil {
		l.taken = map[string]*way{}
	}
	if l.taken[key] == nil {
		l.taken[key] = &way{}
	}
	return l.taken[key]
}

// login returns how far AWS's clock is ahead, too.
func (l *Logins) login(ctx context.Context, account, region string) (loaded aws.Config, ahead time.Duration, err error) {
	options := []func(*config.LoadOptions) error{
		config.WithRegion(region), config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(callTimeout)),
		config.WithAPIOptions([]func(*smithymiddleware.Stack) error{l.counting}),
	}
	if profile := l.Profiles[account]; profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	loaded, err = awscall.Load(ctx, awscall.LongestPause, options...)
	if err != nil {
		return aws.Config{}, 0, loadError(err)
	}
	if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
		return aws.Config{}, 0, fetchError(err)
	}
	who, err := sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return aws.Config{}, 0, fmt.Errorf("get caller identity: %w", classify(err))
	}
	switch got := aws.ToString(who.Account); got {
	case account:
	case "":
		return aws.Config{}, 0, &hop.Failure{Class: hop.ClassTransient, Code: "incomplete answer", Message: "GetCallerIdentity answered without Account"}
	default:
		return aws.Config{}, 0, &WrongAccount{Wanted: account, Got: got}
	}
	told, ok := middleware.GetServerTime(who.ResultMetadata)
	if at, both := middleware.GetResponseAt(who.ResultMetadata); ok && both {
		ahead = told.Sub(at)
	}
	return loaded, ahead, nil
}

// counting passes each call to Called.
func (l *Logins) counting(stack *smithymiddleware.Stack) error {
	return stack.Initialize.Add(smithymiddleware.InitializeMiddlewareFunc("Called", func(ctx context.Context, in smithymiddleware.InitializeInput,
		next smithymiddleware.InitializeHandler) (smithymiddleware.InitializeOutput, smithymiddleware.Metadata, error) {
		if l.Called != nil {
			l.Called(middleware.GetOperationName(ctx), middleware.GetRegion(ctx))
		}
		return next.HandleInitialize(ctx, in)
	}), smithymiddleware.After)
}
