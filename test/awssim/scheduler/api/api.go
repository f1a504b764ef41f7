// Package api is the local EventBridge Scheduler on the wire, as far as an operator
// needs it: schedules are listed, shown and updated. Groups and schedules are made and
// deleted in Go.
package api

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/awssim/wire"
)

type service struct{ *scheduler.Service }

// Handler is a Scheduler on the wire, for the signing name "scheduler".
func Handler(of *scheduler.Service) wire.Handler {
	s := service{of}
	return wire.NewREST(map[string]wire.NamedOp{
		"GET /schedules":        {Action: "ListSchedules", Op: wire.NewOp(s.list).OnAll()},
		"GET /schedules/{Name}": {Action: "GetSchedule", Op: wire.Takes(wire.NewOp(s.get), onShown)},
		"PUT /schedules/{Name}": {Action: "UpdateSchedule", Op: wire.Takes(wire.NewOp(s.update), onUpdated)},
	})
}

// onShown is the right to the schedule [Service Authorization Reference: Amazon
// EventBridge Scheduler].
func onShown(r *wire.Request, action string, in getInput) []wire.Need {
	return []wire.Need{{Action: "scheduler:" + action, Resource: at(r, in.GroupName, in.Name).ARN()}}
}

// onUpdated is the right to the schedule, and to hand its role over.
func onUpdated(r *wire.Request, action string, in updateInput) []wire.Need {
	return []wire.Need{
		{Action: "scheduler:" + action, Resource: at(r, in.GroupName, in.Name).ARN()},
		{Action: "iam:PassRole", Resource: in.Target.RoleArn, Context: map[string][]string{"iam:PassedToService": {"scheduler.amazonaws.com"}}},
	}
}

// at is a schedule of the caller's account, in the Region of the call.
func at(r *wire.Request, group, name string) scheduler.Schedule {
	return scheduler.Schedule{Account: r.Account, Region: r.Region, Group: cmp.Or(group, scheduler.DefaultGroup), Name: name}
}

type getInput struct {
	Name      string `path:"Name"`
	GroupName string `query:"groupName"`
}

func (s service) get(r *wire.Request, in getInput) (scheduleOutput, error) {
	kept, err := s.Get(r.Account, r.Region, in.GroupName, in.Name)
	return output(kept), err
}

type updateOutput struct{ ScheduleArn string }

func (s service) update(r *wire.Request, in updateInput) (updateOutput, error) {
	wanted, err := in.schedule(r)
	if err != nil {
		return updateOutput{}, err
	}
	return updateOutput{wanted.ARN()}, s.Update(wanted)
}

type listInput struct {
	ScheduleGroup string `query:"ScheduleGroup"`
	NamePrefix    string `query:"NamePrefix"`
	State         string `query:"State"`
	MaxResults    int    `query:"MaxResults"`
	NextToken     string `query:"NextToken"`
}

type listOutput struct {
	Schedules []summary
	NextToken string `json:",omitempty"`
}

// most schedules of an answer [API: ListSchedules].
const most = 100

// list has the schedules of a page, by group and name; the order is UNCONFIRMED A100.
func (s service) list(r *wire.Request, in listInput) (listOutput, error) {
	last, err := base64.URLEncoding.DecodeString(in.NextToken)
	switch {
	case err != nil:
		return listOutput{}, invalid("Invalid NextToken: %q", in.NextToken)
	case in.MaxResults < 0 || in.MaxResults > most:
		return listOutput{}, invalid("MaxResults must be a number from 1 to %d, not %d", most, in.MaxResults)
	case in.State != "" && in.State != scheduler.Enabled && in.State != scheduler.Disabled:
		return listOutput{}, invalid("State must be %s or %s, not %q", scheduler.Enabled, scheduler.Disabled, in.State)
	}
	all, err := s.List(r.Account, r.Region, in.ScheduleGroup)
	if err != nil {
		return listOutput{}, err
	}
	out := listOutput{Schedules: []summary{}}
	for _, kept := range all {
		wanted := strings.HasPrefix(kept.Name, in.NamePrefix) && (in.State == "" || kept.State == in.State)
		switch {
		case !wanted || kept.ARN() <= string(last):
		case len(out.Schedules) == cmp.Or(in.MaxResults, most):
			out.NextToken = base64.URLEncoding.EncodeToString([]byte(out.Schedules[len(out.Schedules)-1].Arn))
			return out, nil
		default:
			out.Schedules = append(out.Schedules, summarized(kept))
		}
	}
	return out, nil
}

func invalid(format string, args ...any) error {
	return &wire.Error{Code: "ValidationException", Message: fmt.Sprintf(format, args...)}
}
