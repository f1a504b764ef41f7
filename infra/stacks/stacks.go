// Package stacks is the estate as AWS CDK stacks, in the order of their
// deployment: the backup account's secondary Regions, its primary Region, the
// management account, the members. Names and ARNs come from package estate and
// policies from package policy; the stacks only place them.
//
// Constructs of level 1 are used throughout: what is deployed is what stands
// here, and no construct grants rights of its own accord.
package stacks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Parts of the estate that are stacks; estate.StackName makes their names.
const (
	Secondary  = "BackupSecondary" // one in each secondary Region, "-" and the Region after it
	Primary    = "BackupPrimary"
	Management = "Management"
	Member     = "Member"
)

// functions are those of the backup account; others have no more.
var functions = []string{estate.CopyStarter, estate.OutcomeTracker, estate.VaultReconciler, estate.PrerequisiteDuty}

// Input is what the stacks are made of.
type Input struct {
	Estate    estate.Estate
	Functions string // folder with a folder for each function, its bootstrap in it
}

// stack is one stack while it is being filled.
type stack struct {
	scope awscdk.Stack
	Input
	account string // where it is deployed; a token in the member stack
	region  string
	queues  map[string]awssqs.CfnQueue // by part
	alarms  []string                   // ARNs
	// What schedules share, once addSchedules has added it.
	schedules awsscheduler.CfnScheduleGroup
	scheduler awsiam.CfnRole
	faults    []error
}

// Build adds the estate's stacks to an app, in the order of their deployment.
func Build(scope constructs.Construct, in Input) error {
	for _, name := range functions {
		bootstrap := filepath.Join(in.Functions, name, "bootstrap")
		if _, err := os.Stat(bootstrap); err != nil {
			return fmt.Errorf("find function %s: %w; `make build` makes it", name, err)
		}
	}
	var built []*stack
	for _, region := range in.Estate.Regions.Secondary {
		built = append(built, in.secondary(scope, region))
	}
	built = append(built, in.primary(scope), in.management(scope))
	for i, later := range built[1:] {
		later.scope.AddStackDependency(built[i].scope, str("vaults stand before what copies into them"))
	}
	var faults []error
	for _, s := range append(built, in.member(scope)) {
		faults = append(faults, s.faults...)
	}
	return errors.Join(faults...)
}

// fault keeps an error for the end: Build reports all at once.
func (s *stack) fault(err error) {
	if err != nil {
		s.faults = append(s.faults, fmt.Errorf("stack %s: %w", *s.scope.StackName(), err))
	}
}

// document is a policy as a construct takes it.
func (s *stack) document(d policy.Document, err error) map[string]any {
	s.fault(err)
	return d.Map()
}

func (in Input) stack(scope constructs.Construct, id, account, region, description string) *stack {
	return newStack(in, account, region, awscdk.NewStack(scope, str(id), &awscdk.StackProps{
		StackName:   str(id),
		Description: str(description),
		Env:         &awscdk.Environment{Account: str(account), Region: str(region)},
		// On every resource, so that costs can be told apart.
		Tags: &map[string]*string{estate.EstateTag: str(in.Estate.Name)},
		// The CLI asks for the bootstrap's version itself.
		Synthesizer:           awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{GenerateBootstrapVersionRule: jsii.Bool(false)}),
		TerminationProtection: jsii.Bool(true),
	}))
}

func newStack(in Input, account, region string, made awscdk.Stack) *stack {
	return &stack{Input: in, account: account, region: region, scope: made, queues: map[string]awssqs.CfnQueue{}}
}

func str(s string) *string { return jsii.String(s) }

func strs(values ...string) *[]*string { return jsii.Strings(values...) }

func number(n int) *float64 { return jsii.Number(n) }
