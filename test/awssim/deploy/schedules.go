package deploy

import (
	"context"
	"time"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
	"github.com/twohop/twohop/test/awssim/scheduler"
)

func (d *deployment) scheduleGroup(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	name := p.Text("Name")
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	arn, err := d.Scheduler.AddGroup(d.Account, d.Region, name)
	return ref(name, arn), err
}

func (d *deployment) schedule(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	s := scheduler.Schedule{
		Account: d.Account, Region: d.Region, Group: p.TextOr("GroupName", ""), Name: p.Text("Name"), Description: p.TextOr("Description", ""),
		Expression: p.Text("ScheduleExpression"), Timezone: p.TextOr("ScheduleExpressionTimezone", ""), State: p.OneOf("State", "ENABLED", "ENABLED", "DISABLED"),
	}
	window := p.Object("FlexibleTimeWindow")
	if window.Word("Mode", "OFF", "FLEXIBLE") == "FLEXIBLE" {
		s.FlexibleMinutes = window.Whole("MaximumWindowInMinutes")
	}
	target := p.Object("Target")
	s.Target = scheduler.Target{ARN: target.Text("Arn"), RoleARN: target.Text("RoleArn"), Input: target.TextOr("Input", "")}
	if target.Given("DeadLetterConfig") {
		s.Target.DeadLetterARN = target.Object("DeadLetterConfig").Text("Arn")
	}
	if target.Given("RetryPolicy") {
		policy := target.Object("RetryPolicy")
		attempts, age := policy.WholeOr("MaximumRetryAttempts", 185), policy.WholeOr("MaximumEventAgeInSeconds", 86400)
		s.Target.MaximumRetryAttempts, s.Target.MaximumEventAge = &attempts, time.Duration(age)*time.Second
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	arn, err := d.Scheduler.Add(s)
	return ref(s.Name, arn), err
}
