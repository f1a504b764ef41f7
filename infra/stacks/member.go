package stacks

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// largestTemplate is what CloudFormation takes without a bucket, in bytes
// [CloudFormation: quotas].
const largestTemplate = 51_200

// member is a member account in the primary Region. The same template serves all
// of them: the account is CloudFormation's pseudo parameter. It needs neither
// assets nor a bootstrapped account.
func (in Input) member(scope constructs.Construct) *stack {
	e := in.Estate
	id := e.StackName(Member)
	s := newStack(in, *awscdk.Aws_ACCOUNT_ID(), e.Regions.Primary, awscdk.NewStack(scope, str(id), &awscdk.StackProps{
		StackName:             str(id),
		Env:                   &awscdk.Environment{Region: str(e.Regions.Primary)},
		Description:           str("Local vault and event forwarding of the estate " + e.Name),
		Synthesizer:           awscdk.NewBootstraplessSynthesizer(nil),
		Tags:                  &map[string]*string{estate.EstateTag: str(e.Name)},
		TerminationProtection: jsii.Bool(true),
	}))
	for _, vault := range e.VaultsIn(estate.MemberAccount, s.region) {
		s.addVault(vault)
	}
	if e.SharedKey {
		s.addKey("Databases", e.Called(estate.SharedKeyAlias), "Databases and volumes of the estate "+e.Name, policy.SharedKey(e, s.account).Map())
	}
	retain(s.addRole("BackupRole", policy.Backup(e, s.account)))
	again := "send the bodies of the messages to the backup account's queue " + e.Called(estate.CopiesQueue) + " where the state is COMPLETED, else to " + e.Called(estate.OutcomesQueue)
	s.addDeadLetters(estate.ForwardDLQ, "copy events that could not be forwarded to the backup account",
		"Check the policy of the bus "+e.BusARN()+" and the role "+e.Called(estate.ForwardRule)+" (drift detection), then "+again+": the copies they tell of have not been copied onward")
	s.addRule(rule{
		id: "ForwardRule", part: estate.ForwardRule, alarms: "forward-rule",
		description: "Ended copies into the backup account, forwarded to it",
		target:      str(e.BusARN()), deadLetters: estate.ForwardDLQ,
		again:  again,
		remedy: "The archive does not hold these events. The backup account's function " + e.Called(estate.VaultReconciler) + " finds by itself the copies that were completed; list those that failed meanwhile with aws backup list-copy-jobs --by-state FAILED",
		role:   s.addRole("ForwardRole", policy.Forward(e, s.account)).AttrArn(),
	})
	if reader, ok := policy.Reader(e, s.account); ok {
		s.addRole("ReaderRole", reader)
	}
	s.addRole("OperatorRole", policy.Operator(e, s.account))
	return s
}

// memberTemplate is the member stack's template as the StackSet takes it: as text,
// without white space.
func (in Input) memberTemplate() (string, error) {
	app := awscdk.NewApp(&awscdk.AppProps{AnalyticsReporting: jsii.Bool(false)})
	in.member(app) // its faults are those of the stack that Build adds, and told there
	artifact := app.Synth(nil).GetStackByName(str(in.Estate.StackName(Member)))
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(artifact.Template()); err != nil {
		return "", fmt.Errorf("encode the member template: %w", err)
	}
	template := string(bytes.TrimSpace(text.Bytes()))
	if len(template) > largestTemplate {
		return "", fmt.Errorf("member template: %d bytes; CloudFormation takes %d: fewer member vaults, operators or plan targets make it shorter", len(template), largestTemplate)
	}
	return template, nil
}
