package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/twohop/twohop/lambdas/internal/boot"
	"github.com/twohop/twohop/pkg/awsaccount"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/prerequisite"
	"github.com/twohop/twohop/pkg/telemetry"
)

// enabling is the time between two looks at a policy type that AWS enables in the
// background.
const enabling = 2 * time.Second

// margin is what is left of the function's time to answer when work stops.
const margin = 10 * time.Second

var errTimeUp = errors.New("the function's time was up (run it again: what is done stays done; or give it more time)")

// handler is the handler of the function prerequisites: a custom resource of
// CloudFormation, and once a day an input of EventBridge Scheduler.
type handler struct {
	estate string
	run    func(context.Context, []prerequisite.Duty) prerequisite.Report
	fault  error // of the configuration; run is nil then
	log    telemetry.Prerequisites
}

// newHandler makes the handler of the function prerequisites, which logs to
// out. A fault of its configuration is answered, not died of: CloudFormation
// would wait for an hour for a function that does not begin.
func newHandler(c estate.Prerequisites, fault error, a aws.Config, out io.Writer) *handler {
	d := &handler{estate: c.Estate, fault: fault, log: telemetry.NewPrerequisites(out)}
	if fault != nil {
		d.log.Trouble(fault)
		return d
	}
	runner := &prerequisite.Runner{Account: c.Account, Observer: d.log}
	if len(c.OptIns) > 0 {
		runner.Own = awsaccount.Settings(a, c.OptIns)
	}
	if c.Organization != nil {
		runner.Organization = awsaccount.Organization(a, c.Organization.ID, c.Account, enabling)
	}
	if m := c.Members; m != nil {
		runner.Members = &prerequisite.Members{
			Units: m.Units, Only: m.Accounts, Except: m.Except,
			Directory: awsaccount.NewDirectory(a),
			Entrance:  awsaccount.Entrance{Config: a, Role: m.RoleARN, Session: c.Session(), OptIns: m.OptIns},
		}
	}
	d.run = runner.Run
	return d
}

// Handle answers a custom resource, or does the duties of a daily run. An error
// has Lambda try again, twice, and then keep the event in the dead-letter queue:
// of a daily run whenever something is not in order, of a custom resource only
// when the answer could not be sent.
func (d *handler) Handle(ctx context.Context, event json.RawMessage) error {
	var custom struct{ RequestType, ResponseURL string }
	if err := json.Unmarshal(event, &custom); err == nil && custom.RequestType+custom.ResponseURL != "" {
		return d.answer(ctx, event)
	}
	return d.daily(ctx, event)
}

func (d *handler) daily(ctx context.Context, event json.RawMessage) error {
	if d.fault != nil {
		return d.fault
	}
	var input struct{ Duties []string }
	if err := boot.Strictly(event, &input); err != nil {
		return fmt.Errorf(`read input: %w; it would look like {"duties":["members"]}`, err)
	}
	duties, err := prerequisite.ParseDuties(input.Duties)
	if err != nil {
		return fmt.Errorf("read input: %w", err)
	}
	return d.do(ctx, duties).Err()
}

// do does duties until shortly before the function's time is up.
func (d *handler) do(ctx context.Context, duties []prerequisite.Duty) prerequisite.Report {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, deadline.Add(-margin), errTimeUp)
		defer cancel()
	}
	return d.run(ctx, duties)
}
