// Package stage sets the estate of twohop up on the local AWS: a member account
// and the backup account, two Regions, the vaults, the event path and the real
// copystarter. Demo, end-to-end tests and benchmarks play on it.
//
// Buses, rules and queues are made over the wire, with the AWS SDK, as a person
// would make them with the AWS CLI.
package stage

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/lambda"
)

// The accounts and Regions of the stage, and its organization.
const (
	Member       = "111111111111"
	Backup       = "222222222222"
	Primary      = "eu-central-1"
	Secondary    = "eu-north-1"
	third        = "eu-west-1"
	organization = "o-a1b2c3d4e5"
)

// Roles that the stage's resources name.
const (
	memberRole = "arn:aws:iam::" + Member + ":role/BackupandRestore"
	starter    = "arn:aws:iam::" + Backup + ":role/twohop-copystarter"
	copyRole   = "arn:aws:iam::" + Backup + ":role/twohop-copy"
)

// Options change what is set up. The zero value is the common case.
type Options struct {
	Bootstrap string // path of the copystarter's executable; see Build
	// FanOut adds a second final vault, in a third Region, to the route.
	FanOut bool
	// Starter, if set, changes the copystarter's configuration.
	Starter func(*estate.Starter)
	// Environment is added to the function's.
	Environment map[string]string
	// Visibility is the queue's visibility timeout; 0: six times the function's.
	Visibility time.Duration
	// Timeout is the function's, in real time; 0: a minute.
	Timeout time.Duration
}

// Stage is an estate on a world.
type Stage struct {
	World   *awssim.World
	Mapping string // id of the event source mapping

	Local, Intermediate, Final hop.Vault
	Second                     hop.Vault // only with FanOut
	Copies, DeadLetters        Queue
}

// Queue is a queue of the backup account in the primary Region.
type Queue struct{ ARN, URL string }

// New sets an estate up on the world.
func New(ctx context.Context, w *awssim.World, o Options) (*Stage, error) {
	s := &Stage{World: w}
	for _, step := range []func(context.Context, Options) error{
		s.addVaults, s.addQueues, s.addEventPath, s.addStarter,
	} {
		if err := step(ctx, o); err != nil {
			return nil, fmt.Errorf("set the stage: %w", err)
		}
	}
	return s, nil
}

// Client is the SDK configuration of an account in a Region.
func (s *Stage) Client(account, region string) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(s.World.Endpoint()),
		Credentials:  credentials.NewStaticCredentialsProvider(account, "local", ""),
	}
}

func (s *Stage) addVaults(_ context.Context, o Options) error {
	type vault struct {
		into                  *hop.Vault
		account, region, name string
	}
	vaults := []vault{
		{&s.Local, Member, Primary, "local"},
		{&s.Intermediate, Backup, Primary, "intermediate"},
		{&s.Final, Backup, Secondary, "final"},
	}
	if o.FanOut {
		vaults = append(vaults, vault{&s.Second, Backup, third, "final"})
	}
	for _, v := range vaults {
		arn, err := s.World.Backup.AddVault(backup.Vault{
			Account: v.account, Region: v.region, Name: v.name,
			EncryptionKeyArn: fmt.Sprintf("arn:aws:kms:%s:%s:key/%s-vault", v.region, v.account, v.name),
		})
		if err != nil {
			return fmt.Errorf("add vault %s: %w", v.name, err)
		}
		if *v.into, err = hop.ParseVault(arn); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stage) addStarter(_ context.Context, o Options) error {
	config := estate.Starter{
		Estate: "demo", QueueURL: s.Copies.URL, DeadLetters: s.DeadLetters.URL,
		MaxReceives: maxReceives, Attempts: 4, DailyCeiling: 500,
		Routes: hop.Routes{{
			Name: "databases", Source: s.Intermediate, Types: estate.TwoHopTypes, Role: copyRole,
			Destinations: []hop.Destination{{Vault: s.Final, DeleteAfterDays: 35}},
		}},
		Pools: estate.DefaultPools(),
	}
	if o.FanOut {
		config.Routes[0].Destinations = append(config.Routes[0].Destinations, hop.Destination{Vault: s.Second, DeleteAfterDays: 7})
	}
	if o.Starter != nil {
		o.Starter(&config)
	}
	environment, err := config.Environment()
	if err != nil {
		return err
	}
	maps.Copy(environment, o.Environment)
	function, err := s.World.Lambda.CreateFunction(lambda.Function{
		Name: "twohop-copystarter", Account: Backup, Region: Primary, Bootstrap: o.Bootstrap,
		Environment: environment, RoleARN: starter, Timeout: o.timeout(), MemoryMB: 256,
	})
	if err != nil {
		return fmt.Errorf("create the copystarter: %w", err)
	}
	s.Mapping, err = s.World.Lambda.CreateMapping(lambda.Mapping{
		QueueARN: s.Copies.ARN, Function: function, BatchSize: 10, MaximumConcurrency: 2,
		ReportBatchItemFailures: true, Enabled: true,
	})
	if err != nil {
		return fmt.Errorf("map the queue to the copystarter: %w", err)
	}
	return nil
}

func (o Options) timeout() time.Duration {
	if o.Timeout == 0 {
		return time.Minute
	}
	return o.Timeout
}

func (o Options) visibility() time.Duration {
	if o.Visibility == 0 {
		return 6 * o.timeout()
	}
	return o.Visibility
}
