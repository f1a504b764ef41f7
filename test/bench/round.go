package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/stage"
)

// round is a fresh world with the deployed estate and, beside its copystarter, the
// floor.
type round struct {
	*stage.Stage
	road      *road
	functions [sides]string // ARNs
	databases int           // made so far
}

// roomy are pools that nothing waits for.
var roomy = stage.Variables("TwohopBackupPrimary", "CopystarterFunction", map[string]any{
	"TWOHOP_POOLS": `[{"Types":["RDS"],"Size":1000,"Headroom":2},{"Types":["Aurora","DocumentDB","Neptune"],"Size":1000,"Headroom":1}]`,
})

func newRound(ctx context.Context, p programs, seed uint64) (*round, error) {
	r := &round{road: &road{}}
	world := awssim.Config{Seed: seed, Intercept: r.road.pass, Backup: func(c *backup.Config) {
		c.Plan = func(backup.CopyJob) backup.Course { return backup.Course{Run: time.Minute} }
	}}
	var err error
	r.Stage, err = stage.Start(ctx, stage.Options{World: world, Functions: p.functions, Change: roomy})
	if err == nil {
		err = errors.Join(withoutRuns(r.Stage), r.addFloor(p.built[floor]))
	}
	if err != nil && r.Stage != nil {
		err = errors.Join(err, r.Close())
	}
	return r, err
}

// withoutRuns removes the schedules of the reconciler: its runs would cost most of the time
// that passes between measurements, and are no part of them.
func withoutRuns(s *stage.Stage) error {
	for _, schedule := range []string{"recent", "full"} {
		if err := s.World.Scheduler.Remove(stage.Backup, stage.Primary, s.Name, s.Name+"-"+schedule); err != nil {
			return err
		}
	}
	return nil
}

// addFloor makes the floor a function like the copystarter, which is itself invoked
// by hand from now on.
func (r *round) addFloor(program binary) error {
	if err := r.World.Lambda.DisableMapping(r.Mapping); err != nil {
		return err
	}
	copystarter, err := r.World.Lambda.Function(r.Function)
	if err != nil {
		return err
	}
	r.functions[product] = r.Function
	r.functions[floor], err = r.World.Lambda.CreateFunction(lambda.Function{
		Name: "floor", Account: stage.Backup, Region: stage.Primary, Bootstrap: program.path,
		RoleARN: copystarter.RoleARN, Timeout: time.Minute, MemoryMB: copystarter.MemoryMB,
		Environment: map[string]string{
			"FLOOR_VAULT":       r.Intermediate.Name,
			"FLOOR_DESTINATION": r.Final.ARN,
			"FLOOR_ROLE":        r.Role(stage.Backup, "copy"),
			"FLOOR_DAILY":       "true", // the estate has a daily ceiling
		},
	})
	if err != nil {
		return fmt.Errorf("create the floor: %w", err)
	}
	return nil
}
