// Package deploy is the local AWS's CloudFormation: it deploys a synthesized
// template into an account and a Region, resource by resource, through the services
// beside it. A type or a property that it does not know is an error with its place
// in the template, never passed over.
package deploy

import (
	"context"
	"fmt"
	"sync"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
)

// Input is what to deploy, and where.
type Input struct {
	Name            string // of the stack
	Account, Region string
	Template        []byte            // JSON
	Parameters      map[string]string // of the template; lists are texts with commas
	// Executable is the path of a function's executable for this machine, by the key
	// of its asset in the template, such as copystarter.zip.
	Executable func(asset string) (string, error)
}

// Stack deploys a template, and the world remembers what it exports. The error names the stack, the resource, its type and
// the place in the template; what was made until then stays.
func Stack(ctx context.Context, world *awssim.World, in Input) (template.Stack, error) {
	toDeploy, err := parse(in.Template)
	if err != nil {
		return template.Stack{}, fmt.Errorf("deploy stack %s: %w", in.Name, err)
	}
	d := &deployment{World: world, Input: in, creating: map[string]func(){}}
	defer func() {
		for _, settled := range d.creating {
			settled()
		}
	}()
	stack, err := template.Deploy(ctx, template.Input{
		Template: toDeploy, Parameters: in.Parameters, Account: in.Account, Region: in.Region, StackName: in.Name,
		StackID: fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/%s/%s", in.Region, in.Account, in.Name, world.IDs.UUID()),
		Knows:   func(resourceType string) bool { return makers()[resourceType] != nil },
		Make:    d.make,
		Imports: func(name string) (string, bool) { return world.CloudFormation.Import(in.Account, in.Region, name) },
	})
	if err != nil {
		return stack, err
	}
	if err := world.CloudFormation.PutExports(in.Account, in.Region, in.Name, stack.Exports); err != nil {
		return stack, fmt.Errorf("deploy stack %s: %w", in.Name, err)
	}
	return stack, nil
}

// read are templates and errors by their text: most worlds deploy the same few.
var read sync.Map

type parsed struct {
	template *template.Template
	err      error
}

func parse(text []byte) (*template.Template, error) {
	known, ok := read.Load(string(text))
	if !ok {
		t, err := template.Parse(text)
		known, _ = read.LoadOrStore(string(text), parsed{t, err})
	}
	return known.(parsed).template, known.(parsed).err
}

// deployment is a stack while it is being deployed.
type deployment struct {
	*awssim.World
	Input
	creating map[string]func() // ends the creation of a policy, by logical id
}

// maker makes a resource of one type. It reads every property that it knows; what
// it returns counts only if nothing is wrong with any of them.
type maker func(*deployment, context.Context, template.Resource, *properties.Reader) (template.Made, error)

// makers are the types that are known: a function and no table, since a stack set
// deploys stacks with it.
func makers() map[string]maker {
	return map[string]maker{
		"AWS::Backup::BackupVault":        (*deployment).vault,
		"AWS::CloudFormation::StackSet":   (*deployment).stackSet,
		"AWS::KMS::Alias":                 (*deployment).alias,
		"AWS::KMS::Key":                   (*deployment).key,
		"AWS::Organizations::Policy":      (*deployment).organizationsPolicy,
		"AWS::Scheduler::Schedule":        (*deployment).schedule,
		"AWS::Scheduler::ScheduleGroup":   (*deployment).scheduleGroup,
		"Custom::TwohopPrerequisites":     (*deployment).custom,
		"AWS::CloudWatch::Alarm":          (*deployment).alarm,
		"AWS::CloudWatch::Dashboard":      (*deployment).dashboard,
		"AWS::Events::Archive":            (*deployment).archive,
		"AWS::Events::EventBus":           (*deployment).bus,
		"AWS::Events::Rule":               (*deployment).rule,
		"AWS::IAM::Role":                  (*deployment).role,
		"AWS::Lambda::EventSourceMapping": (*deployment).mapping,
		"AWS::Lambda::Function":           (*deployment).function,
		"AWS::Logs::LogGroup":             (*deployment).logGroup,
		"AWS::SNS::Subscription":          (*deployment).subscription,
		"AWS::SNS::Topic":                 (*deployment).topic,
		"AWS::SNS::TopicPolicy":           (*deployment).topicPolicy,
		"AWS::SQS::Queue":                 (*deployment).queue,
		"AWS::SQS::QueuePolicy":           (*deployment).queuePolicy,
	}
}

func (d *deployment) make(ctx context.Context, r template.Resource) (template.Made, error) {
	return makers()[r.Type](d, ctx, r, template.Read(r))
}

// arn of something in the stack's account and Region.
func (d *deployment) arn(service, resource string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, d.Region, d.Account, resource)
}

// tags checks the tags of a resource. Nothing here reads them again.
func tags(p *properties.Reader) {
	seen := map[string]bool{}
	for _, tag := range p.Objects("Tags") {
		key := tag.Text("Key")
		tag.Text("Value")
		if seen[key] {
			tag.Fault("Key", "is %q, as another tag's", key)
		}
		seen[key] = true
	}
}

// ref is a resource that Ref gives a name, and Fn::GetAtt an ARN.
func ref(name, arn string) template.Made {
	return template.Made{PhysicalID: name, Attributes: map[string]string{"Arn": arn}}
}
