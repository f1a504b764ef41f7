package deploy

import (
	"context"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/events/archive"
	"github.com/twohop/twohop/test/awssim/events/pattern"
)

func (d *deployment) bus(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	name, description, policy := p.Text("Name"), p.TextOr("Description", ""), ""
	if p.Given("Policy") {
		policy = p.JSON("Policy")
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	arn, err := d.Events.CreateBus(d.Account, d.Region, name, description, policy)
	made := ref(name, arn)
	made.Attributes["Name"] = name
	return made, err
}

// archive declares an archive. It keeps nothing: no event is replayed here.
func (d *deployment) archive(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	name, source := p.Text("ArchiveName"), p.Text("SourceArn")
	made := archive.Archive{ArchiveName: name, ArchiveArn: d.arn("events", "archive/"+name), EventSourceArn: source, State: "ENABLED", RetentionDays: p.WholeOr("RetentionDays", 0)}
	p.TextOr("Description", "")
	if p.Given("EventPattern") {
		made.EventPattern = p.JSON("EventPattern")
		if _, err := pattern.Compile(made.EventPattern); err != nil {
			p.Fault("EventPattern", "%v", err)
		}
	}
	if source == "" {
		p.Fault("SourceArn", "names no bus")
	}
	err := p.Done()
	if err == nil {
		d.Events.Archives.Set(made.ArchiveArn, made)
	}
	return ref(name, made.ArchiveArn), err
}

func (d *deployment) rule(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	r := events.DeclaredRule{
		Name: p.Text("Name"), Bus: p.TextOr("EventBusName", ""), Description: p.TextOr("Description", ""),
		Pattern: p.JSON("EventPattern"), State: p.OneOf("State", "ENABLED", "ENABLED", "DISABLED"),
	}
	for _, t := range p.Objects("Targets") {
		target := events.RuleTarget{Id: t.Text("Id"), Arn: t.Text("Arn"), RoleArn: t.TextOr("RoleArn", "")}
		if t.Given("DeadLetterConfig") {
			target.DeadLetterConfig = &events.DeadLetterConfig{Arn: t.Object("DeadLetterConfig").Text("Arn")}
		}
		if t.Given("RetryPolicy") {
			policy := t.Object("RetryPolicy")
			attempts, age := policy.WholeOr("MaximumRetryAttempts", 185), policy.WholeOr("MaximumEventAgeInSeconds", 86400)
			target.RetryPolicy = &events.RetryPolicy{MaximumRetryAttempts: &attempts, MaximumEventAgeInSeconds: &age}
		}
		r.Targets = append(r.Targets, target)
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	arn, err := d.Events.DeclareRule(d.Account, d.Region, r)
	return ref(r.Name, arn), err
}
