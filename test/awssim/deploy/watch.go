package deploy

import (
	"context"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/sns"
)

func (d *deployment) alarm(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	a := cloudwatch.Alarm{
		Account: d.Account, Region: d.Region, Name: p.Text("AlarmName"), Description: p.TextOr("AlarmDescription", ""),
		Namespace: p.Text("Namespace"), Metric: p.Text("MetricName"), Dimensions: map[string]string{},
		Statistic: p.Text("Statistic"), PeriodSeconds: p.Whole("Period"), Periods: p.Whole("EvaluationPeriods"), Datapoints: p.WholeOr("DatapointsToAlarm", 0),
		Comparison: p.Text("ComparisonOperator"), Threshold: p.Number("Threshold"), MissingData: p.TextOr("TreatMissingData", ""),
		Actions: p.Texts("AlarmActions"), OKActions: p.Texts("OKActions"),
	}
	for _, dimension := range p.Objects("Dimensions") {
		a.Dimensions[dimension.Text("Name")] = dimension.Text("Value")
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	return ref(a.Name, a.ARN()), d.CloudWatch.PutAlarm(a)
}

func (d *deployment) dashboard(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	name, body := p.Text("DashboardName"), p.Text("DashboardBody")
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	return template.Made{PhysicalID: name}, d.CloudWatch.PutDashboard(d.Account, name, body)
}

func (d *deployment) topic(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	t := sns.Topic{Account: d.Account, Region: d.Region, Name: p.Text("TopicName"), KeyID: p.TextOr("KmsMasterKeyId", "")}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	made := ref(t.ARN(), t.ARN())
	made.Attributes["TopicArn"], made.Attributes["TopicName"] = t.ARN(), t.Name
	return made, d.SNS.Create(t)
}

func (d *deployment) topicPolicy(_ context.Context, r template.Resource, p *properties.Reader) (template.Made, error) {
	document, topics := p.JSON("PolicyDocument"), p.Texts("Topics")
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	for _, topic := range topics {
		if err := d.SNS.SetPolicy(topic, document); err != nil {
			return template.Made{}, err
		}
	}
	return template.Made{PhysicalID: r.LogicalID}, nil
}

func (d *deployment) subscription(_ context.Context, r template.Resource, p *properties.Reader) (template.Made, error) {
	topic, to := p.Text("TopicArn"), sns.Subscription{Protocol: p.Text("Protocol"), Endpoint: p.Text("Endpoint")}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	return template.Made{PhysicalID: topic + ":" + r.LogicalID}, d.SNS.Subscribe(topic, to)
}
