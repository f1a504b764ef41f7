package deploy

import (
	"context"
	"fmt"
	"path"
	"strconv"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
)

func (d *deployment) queue(_ context.Context, r template.Resource, p *properties.Reader) (template.Made, error) {
	name := p.Text("QueueName")
	attributes := map[string]string{}
	for property, attribute := range map[string]string{"MessageRetentionPeriod": "MessageRetentionPeriod", "VisibilityTimeout": "VisibilityTimeout"} {
		if p.Given(property) {
			attributes[attribute] = strconv.Itoa(p.Whole(property))
		}
	}
	if p.FlagOr("SqsManagedSseEnabled", true) {
		attributes["SqsManagedSseEnabled"] = "true"
	}
	for _, property := range []string{"RedrivePolicy", "RedriveAllowPolicy"} {
		if p.Given(property) {
			attributes[property] = p.JSON(property)
		}
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	if d.SQS.Exists(d.arn("sqs", name)) == nil { // the API would answer with the one that is there
		return template.Made{}, fmt.Errorf("a queue %s already exists", name)
	}
	arn, err := d.SQS.Create(d.Account, d.Region, name, attributes, nil)
	return ref(d.SQS.URL(arn), arn), err
}

func (d *deployment) queuePolicy(_ context.Context, r template.Resource, p *properties.Reader) (template.Made, error) {
	document, urls := p.JSON("PolicyDocument"), p.Texts("Queues")
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	for _, url := range urls {
		if err := d.SQS.SetAttributes(d.arn("sqs", path.Base(url)), map[string]string{"Policy": document}); err != nil {
			return template.Made{}, err
		}
	}
	return template.Made{PhysicalID: r.LogicalID}, nil
}
