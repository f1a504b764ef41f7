package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/stage"
)

// round is a fresh world with both programs as functions of it.
type round struct {
	*stage.Stage
	road      *road
	functions [sides]string // ARNs
	databases int           // made so far
}

// roomy is a size of pools that nothing waits for.
const roomy = 1000

func newRound(ctx context.Context, binaries [sides]binary, seed uint64) (*round, error) {
	r := &round{road: &road{}}
	world, err := awssim.Start(awssim.Config{Seed: seed, Intercept: r.road.pass, Backup: func(c *backup.Config) {
		c.Plan = func(backup.CopyJob) backup.Course { return backup.Course{Run: time.Minute} }
	}})
	if err != nil {
		return nil, err
	}
	if err := r.setUp(ctx, world, binaries); err != nil {
		return nil, errors.Join(err, world.Close())
	}
	return r, nil
}

func (r *round) setUp(ctx context.Context, world *awssim.World, binaries [sides]binary) error {
	var config estate.Starter
	var err error
	r.Stage, err = stage.New(ctx, world, stage.Options{Bootstrap: binaries[product].path, Starter: func(c *estate.Starter) {
		for i := range c.Pools {
			c.Pools[i].Size = roomy
		}
		config = *c
	}})
	if err != nil {
		return err
	}
	if err := world.Lambda.DisableMapping(r.Mapping); err != nil {
		return err
	}
	mapping, err := world.Lambda.Mapping(r.Mapping)
	if err != nil {
		return err
	}
	r.functions[product] = mapping.Function
	r.functions[floor], err = world.Lambda.CreateFunction(lambda.Function{
		Name: "floor", Account: stage.Backup, Region: stage.Primary, Bootstrap: binaries[floor].path,
		RoleARN: "arn:aws:iam::" + stage.Backup + ":role/floor", Timeout: time.Minute, MemoryMB: 256,
		Environment: map[string]string{
			"FLOOR_VAULT":       r.Intermediate.Name,
			"FLOOR_DESTINATION": r.Final.ARN,
			"FLOOR_ROLE":        config.Routes[0].Role,
			"FLOOR_DAILY":       strconv.FormatBool(config.DailyCeiling > 0),
		},
	})
	if err != nil {
		return fmt.Errorf("create the floor: %w", err)
	}
	return nil
}
