package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/cfn"

	"github.com/twohop/twohop/pkg/prerequisite"
	"github.com/twohop/twohop/pkg/telemetry"
)

// answerLimit is the most bytes of an answer [CloudFormation: custom resource
// response objects].
const answerLimit = 4096

// accountsLimit is how many failed accounts an answer names; the log names all.
const accountsLimit = 50

// answer handles a request about a custom resource and sends what came of it.
func (d *handler) answer(ctx context.Context, raw json.RawMessage) error {
	var event cfn.Event
	if err := json.Unmarshal(raw, &event); err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	response := cfn.NewResponse(&event)
	response.Status = cfn.StatusSuccess
	duties, err := d.settle(ctx, event, response)
	if err != nil {
		response.Status, response.Reason, response.Data = cfn.StatusFailed, err.Error(), nil
	}
	response.PhysicalResourceID = d.physicalID(event, duties)
	d.log.Answered(telemetry.Reply{Request: string(event.RequestType), Duties: duties, Status: string(response.Status), Reason: response.Reason})
	if err := fit(response); err != nil {
		return err
	}
	if err := response.Send(); err != nil {
		return fmt.Errorf("send answer: %w", err)
	}
	return nil
}

// settle does what is asked for; what goes wrong, panics included, is the error.
func (d *handler) settle(ctx context.Context, event cfn.Event, response *cfn.Response) (duties []prerequisite.Duty, err error) {
	defer func() {
		if value := recover(); value != nil {
			caught := &prerequisite.Panic{Value: value, Stack: string(debug.Stack())}
			d.log.Trouble(caught)
			err = caught
		}
	}()
	switch event.RequestType {
	case cfn.RequestDelete:
		// Protection is not switched off with a stack. So also after a create
		// that failed, and with a configuration that cannot be read.
		return nil, nil
	case cfn.RequestCreate, cfn.RequestUpdate:
	default:
		return nil, fmt.Errorf("RequestType is %q; Create, Update or Delete are possible", event.RequestType)
	}
	duties, err = readDuties(event.ResourceProperties)
	if err = errors.Join(d.fault, err); err != nil {
		return duties, err
	}
	report := d.do(ctx, duties)
	if slices.Contains(duties, prerequisite.TheMembers) {
		response.Data = membersData(report)
	}
	return duties, report.DeploymentErr()
}

// readDuties reads the properties of a custom resource.
func readDuties(properties map[string]any) ([]prerequisite.Duty, error) {
	var faults []error
	var names []string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		switch name {
		case "ServiceToken", "ServiceTimeout", // CloudFormation's own
			"Revision": // another one makes CloudFormation ask again
		case "Duties":
			given, ok := properties[name].([]any)
			if !ok {
				faults = append(faults, fmt.Errorf("property Duties is %v; a list of names is needed", properties[name]))
			}
			for _, duty := range given {
				names = append(names, fmt.Sprint(duty))
			}
		default:
			faults = append(faults, fmt.Errorf("property %q is not known; Duties and Revision are", name))
		}
	}
	duties, err := prerequisite.ParseDuties(names)
	return duties, errors.Join(append(faults, err)...)
}

// membersData is for whoever reads the stack's attributes: failed members do not
// fail a deployment.
func membersData(r prerequisite.Report) map[string]any {
	failed := r.FailedMembers()
	named := strings.Join(failed[:min(len(failed), accountsLimit)], ", ")
	if more := len(failed) - accountsLimit; more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}
	return map[string]any{"Members": r.Members(), "Failed": len(failed), "FailedAccounts": named}
}

// physicalID stays what it is over updates, whatever they change: CloudFormation
// takes another one for another resource, and sends a Delete for the old.
func (d *handler) physicalID(event cfn.Event, duties []prerequisite.Duty) string {
	if event.PhysicalResourceID != "" {
		return event.PhysicalResourceID
	}
	id := d.estate + "/prerequisites"
	for _, duty := range duties {
		id += "/" + string(duty)
	}
	return id
}

// fit shortens the reason until the answer is one that CloudFormation reads.
func fit(r *cfn.Response) error {
	const cut = " … (the log has the rest)"
	reason := r.Reason
	for {
		body, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("encode answer: %w", err)
		}
		if len(body) <= answerLimit {
			return nil
		}
		if reason == "" {
			return fmt.Errorf("encode answer: it has %d bytes without its reason, CloudFormation takes %d", len(body), answerLimit)
		}
		// By steps: how many bytes a byte becomes in JSON depends on which it is.
		keep := min(len(reason), answerLimit) * 3 / 4
		for keep > 0 && !utf8.RuneStart(reason[keep]) {
			keep--
		}
		reason = reason[:keep]
		r.Reason = reason + cut
	}
}
