package deploy

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/logs"
)

func (d *deployment) logGroup(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	g := logs.Group{Account: d.Account, Region: d.Region, Name: p.Text("LogGroupName"), RetentionDays: p.WholeOr("RetentionInDays", 0)}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	return ref(g.Name, g.ARN()), d.Logs.Create(g)
}

// function declares a function. Its memory is told to it and not enforced.
func (d *deployment) function(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	f := lambda.Function{
		Name: p.Text("FunctionName"), Account: d.Account, Region: d.Region, RoleARN: p.Text("Role"),
		MemoryMB: p.WholeOr("MemorySize", 128), Timeout: time.Duration(p.WholeOr("Timeout", 3)) * time.Second,
		RecursiveLoop: lineage.RecursiveLoop(p.TextOr("RecursiveLoop", string(lineage.Terminate))),
	}
	if err := f.RecursiveLoop.Check(); err != nil {
		p.Fault("RecursiveLoop", "%v", err)
	}
	p.Word("Runtime", "provided.al2023")
	p.Word("Handler", "bootstrap")
	// The executable is built for this machine.
	if kinds := p.Texts("Architectures"); p.Given("Architectures") && !slices.Contains([]string{"arm64", "x86_64"}, strings.Join(kinds, " ")) {
		p.Fault("Architectures", "is %q; it is either arm64 or x86_64", kinds)
	}
	p.TextOr("Description", "")
	tags(p)
	if p.Given("DeadLetterConfig") {
		f.DeadLetterARN = p.Object("DeadLetterConfig").Text("TargetArn")
		if err := d.SQS.Exists(f.DeadLetterARN); err != nil {
			p.Fault("DeadLetterConfig", "%v", err)
		}
	}
	if p.Given("Environment") {
		f.Environment = p.Object("Environment").TextMap("Variables")
	}
	if p.Given("LoggingConfig") {
		if group := p.Object("LoggingConfig").Text("LogGroup"); group != "" {
			if _, ok := d.Logs.Group(d.Account, d.Region, group); !ok {
				p.Fault("LoggingConfig", "there is no log group %s", group)
			}
		}
	}
	code := p.Object("Code")
	code.Text("S3Bucket")
	path, err := d.Executable(code.Text("S3Key"))
	if err != nil {
		p.Fault("Code", "%v", err)
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	if err := d.CheckFunctionRole(f.RoleARN); err != nil {
		return template.Made{}, err
	}
	if f.DeadLetterARN != "" {
		if err := d.CheckSender(f.RoleARN, f.DeadLetterARN); err != nil {
			return template.Made{}, err
		}
	}
	f.Bootstrap = path
	arn, err := d.Lambda.CreateFunction(f)
	return ref(f.Name, arn), err
}

func (d *deployment) mapping(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	m := lambda.Mapping{
		QueueARN:              p.Text("EventSourceArn"),
		BatchSize:             p.WholeOr("BatchSize", 10),
		MaximumBatchingWindow: time.Duration(p.WholeOr("MaximumBatchingWindowInSeconds", 0)) * time.Second,
		Enabled:               p.FlagOr("Enabled", true),
	}
	name := p.Text("FunctionName")
	m.Function = lambda.Function{Account: d.Account, Region: d.Region, Name: name}.ARN()
	for i, kind := range p.Texts("FunctionResponseTypes") {
		if kind != "ReportBatchItemFailures" {
			p.Fault("FunctionResponseTypes", "item %d is %q; ReportBatchItemFailures is known", i, kind)
		}
		m.ReportBatchItemFailures = true
	}
	if p.Given("ScalingConfig") {
		m.MaximumConcurrency = p.Object("ScalingConfig").Whole("MaximumConcurrency")
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	f, err := d.Lambda.Function(m.Function)
	if err != nil {
		return template.Made{}, err
	}
	if err := d.CheckReader(f.RoleARN, m.QueueARN); err != nil {
		return template.Made{}, err
	}
	id, err := d.Lambda.CreateMapping(m)
	return template.Made{PhysicalID: id, Attributes: map[string]string{"Id": id}}, err
}
