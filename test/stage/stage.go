// Package stage sets an estate of twohop up on the local AWS: the organization with
// its accounts, and in them the stacks as the CDK app synthesizes them, deployed from
// the templates that are checked in, with the real functions and with rights judged by
// the deployed policies, within the limits of the local AWS that the README lists.
// Demo, end-to-end tests and benchmarks play on it.
package stage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/twohop/twohop/infra/templates"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/deploy"
	"github.com/twohop/twohop/test/awssim/organizations"
)

// The accounts and Regions of the stage.
const (
	Member     = "111111111111"
	Backup     = "222222222222"
	Management = "333333333333"
	Second     = "444444444444" // a member of payroll; it may join twohop
	Primary    = "eu-central-1"
	Secondary  = "eu-north-1"
	Third      = "eu-west-1" // a secondary Region of payroll only
)

const (
	organization = "o-a1b2c3d4e5"
	root         = "r-ab12"
	unit         = "ou-ab12-11111111"
)

// begins is a quarter of a day before the first plan fires.
var begins = time.Date(2026, 10, 31, 19, 0, 0, 0, time.UTC)

// Options say what is set up. Functions is needed; the rest has a zero value for the
// common case.
type Options struct {
	// World is the local AWS. Its permissions are always judged, and without a start
	// it begins hours before the first plan fires.
	World awssim.Config
	// Payroll deploys the estate of infra/stacks/testdata/whole.yaml, which has two
	// members, two secondary Regions and vaults that the example's does not have.
	Payroll bool
	// Functions are built from this module.
	Functions *Functions
	// Change is what happens to the templates before they are deployed; nil: nothing.
	Change Change
}

// Stage is an estate on a world.
type Stage struct {
	World *awssim.World
	Name  string // of the estate

	Local, Intermediate, Final hop.Vault // Local is the first member's
	Copies, DeadLetters        Queue
	Outcomes, OutcomesDLQ      Queue
	Sweeps, SweepsDLQ          Queue
	Function                   string // ARN of the copystarter
	Mapping                    string // id of its event source mapping
	// KeyStatements are what the key of a database needs, as the primary stack tells.
	KeyStatements string

	estate estate
}

// Queue is a queue of the backup account in the primary Region.
type Queue struct{ ARN, URL string }

// Start begins a world and deploys the estate on it. The caller closes it. With the
// error of a deployment the stage is returned too, as far as it came. What AWS Backup
// lists and describes lags as lag.Usual says, unless the world's own setting of it says
// otherwise: nothing that plays on a stage may count on seeing a change at once.
func Start(ctx context.Context, o Options) (*Stage, error) {
	config := o.World
	config.Permissions = true
	config.Backup = func(c *backup.Config) {
		c.Lag = lag.Usual()
		if o.World.Backup != nil {
			o.World.Backup(c)
		}
	}
	if config.Start.IsZero() {
		config.Start = begins
	}
	world, err := awssim.Start(config)
	if err != nil {
		return nil, err
	}
	e := twohop
	if o.Payroll {
		e = payroll
	}
	s := &Stage{World: world, Name: e.name, estate: e}
	if err := s.found(); err != nil {
		return nil, errors.Join(fmt.Errorf("found the organization: %w", err), world.Close())
	}
	if err := s.deploy(ctx, o); err != nil {
		return s, fmt.Errorf("deploy the estate %s: %w", e.name, err)
	}
	return s, nil
}

// Close ends the world.
func (s *Stage) Close() error { return s.World.Close() }

// Join brings an account into the unit of the members, and with it into the estate.
func (s *Stage) Join(account string) error {
	s.estate.members = append(slices.Clone(s.estate.members), account)
	return s.World.Organizations.AddAccount(organizations.Account{ID: account, Parent: unit})
}

// MemberStacks are the stacks of the estate's StackSet.
func (s *Stage) MemberStacks() []cloudformation.Instance {
	return s.World.CloudFormation.Instances(Management, s.estate.stack("Member"))
}

// found makes the organization with its accounts.
func (s *Stage) found() error {
	o := s.World.Organizations
	if err := o.AddOrganization(organizations.Organization{ID: organization, Root: root, Management: Management}); err != nil {
		return err
	}
	if err := o.AddUnit(organizations.Unit{ID: unit, Parent: root}); err != nil {
		return err
	}
	for _, account := range append([]string{Backup}, s.estate.members...) {
		if err := o.AddAccount(organizations.Account{ID: account, Parent: unit}); err != nil {
			return err
		}
	}
	return nil
}

// deploy deploys the stacks in the order that the README gives. A member that could not
// take its stack is an error here, though not for the StackSet.
func (s *Stage) deploy(ctx context.Context, o Options) error {
	for _, d := range s.estate.stacks() {
		text, err := templates.Read(s.estate.name, d.Name)
		if err != nil {
			return err
		}
		if o.Change != nil {
			if text, err = o.Change(d.Name, text); err != nil {
				return fmt.Errorf("change the template of stack %s: %w", d.Name, err)
			}
		}
		d.Template, d.Executable = text, func(asset string) (string, error) { return o.Functions.Executable(ctx, asset) }
		stack, err := deploy.Stack(ctx, s.World, d)
		if err != nil {
			return err
		}
		if d.Name == s.estate.stack("BackupPrimary") {
			s.take(stack)
			if err := s.World.SNS.Confirm(fmt.Sprintf("arn:aws:sns:%s:%s:%s-alarms", Primary, Backup, s.Name)); err != nil {
				return fmt.Errorf("confirm the mail of SNS: %w", err)
			}
		}
	}
	for _, instance := range s.MemberStacks() {
		if instance.Status != cloudformation.Current {
			return fmt.Errorf("the stack of member %s is %s: %s", instance.Account, instance.Status, instance.Reason)
		}
	}
	return nil
}

// take notes where things are, once the primary stack is deployed.
func (s *Stage) take(primary template.Stack) {
	s.Local = s.Vault(Member, Primary, "local")
	s.Intermediate = s.Vault(Backup, Primary, "intermediate")
	s.Final = s.Vault(Backup, Secondary, "final")
	s.Copies, s.DeadLetters = s.Queue("copies"), s.Queue("copies-dlq")
	s.Outcomes, s.OutcomesDLQ = s.Queue("outcomes"), s.Queue("outcomes-dlq")
	s.Sweeps, s.SweepsDLQ = s.Queue("sweeps"), s.Queue("reconciler-dlq")
	s.Function = primary.Resources["CopystarterFunction"].Attributes["Arn"]
	s.Mapping = primary.Resources["CopiesMapping"].PhysicalID
	s.KeyStatements = primary.Outputs["DatabaseKeyStatements"]
}

// Vault is a vault of the estate by its name in the estate's file.
func (s *Stage) Vault(account, region, name string) hop.Vault {
	vault := s.estate.name + "-" + name
	return hop.Vault{ARN: fmt.Sprintf("arn:aws:backup:%s:%s:backup-vault:%s", region, account, vault), Account: account, Region: region, Name: vault}
}

// Queue is a queue of the estate's in the backup account by its name without the
// estate's.
func (s *Stage) Queue(name string) Queue {
	arn := fmt.Sprintf("arn:aws:sqs:%s:%s:%s-%s", Primary, Backup, s.estate.name, name)
	return Queue{ARN: arn, URL: s.World.SQS.URL(arn)}
}

// Role is the ARN of a role of the estate by its name without the estate's.
func (s *Stage) Role(account, name string) string {
	return fmt.Sprintf("arn:aws:iam::%s:role/%s-%s", account, s.estate.name, name)
}

// Client is the SDK configuration of an account's root user in a Region.
func (s *Stage) Client(account, region string) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(s.World.Endpoint()),
		Credentials:  credentials.NewStaticCredentialsProvider(account, "local", ""),
	}
}
