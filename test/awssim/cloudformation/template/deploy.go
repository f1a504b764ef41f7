package template

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/intrinsic"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
)

// Input is what a stack is deployed from.
type Input struct {
	Template   *Template
	Parameters map[string]string // lists are texts with commas
	Account    string            // AWS::AccountId
	Region     string            // AWS::Region
	StackName  string            // AWS::StackName
	StackID    string            // AWS::StackId, an ARN; may be empty if the template does not ask for it

	// Knows reports whether resources of a type can be made; nil: of any type.
	Knows func(resourceType string) bool
	// Imports is what the stacks of the account and Region export; nil: nothing.
	Imports func(name string) (value string, exported bool)
	// Make makes one resource. Those it refers to or depends on are made. Needed
	// by Deploy only.
	Make func(ctx context.Context, r Resource) (Made, error)
}

// Resource is one to be made.
type Resource struct {
	LogicalID           string
	Type                string         // AWS::SQS::Queue
	Properties          map[string]any // plain values: map[string]any, []any, string, float64, bool
	DeletionPolicy      string         // empty: what AWS does by itself
	UpdateReplacePolicy string         // likewise
	Path                document.Path  // where it stands in the template
	// Alongside are the logical ids of resources made before this one that it needs
	// neither itself nor through others: CloudFormation may still be creating them.
	Alongside []string
}

// Made is a resource that was made.
type Made struct {
	PhysicalID string            // what Ref gives; never empty
	Attributes map[string]string // what Fn::GetAtt gives, by name
}

// Stack is what a deployment has made.
type Stack struct {
	Resources map[string]Made   // by logical id
	Outputs   map[string]string // by name
	Exports   map[string]string // by the name of the export
}

// Read reads a resource's properties.
func Read(r Resource) *properties.Reader {
	return properties.New(r.Path.Key("Properties"), r.Properties)
}

// Deploy makes the resources of a template, in order. It makes none if anything
// is known to be wrong before - the error then holds document.Faults, all of them
// - and stops at the first resource that cannot be made. With an error comes the
// stack as far as it stands. Exports are unique in the stack; whether they are so
// in the account and Region is the caller's to see.
func Deploy(ctx context.Context, in Input) (Stack, error) {
	stack := Stack{Resources: map[string]Made{}, Outputs: map[string]string{}, Exports: map[string]string{}}
	d, order, faults := prepare(in)
	if len(faults) == 0 && in.Make == nil {
		faults = document.At("", "there is nothing to make resources with")
	}
	if len(faults) > 0 {
		return stack, fmt.Errorf("deploy stack %s: %w", in.StackName, faults)
	}
	for i, id := range order {
		made, err := d.makeOne(ctx, id, d.needs.without(order[:i], id))
		if err != nil {
			r := d.resources[id]
			return stack, fmt.Errorf("deploy stack %s: make %s (%s) at %s: %w", in.StackName, id, r.kind, r.at, err)
		}
		stack.Resources[id] = made
	}
	if faults := d.putOut(&stack); len(faults) > 0 {
		return stack, fmt.Errorf("deploy stack %s: work out its outputs: %w", in.StackName, faults)
	}
	return stack, nil
}

func (d *deployment) makeOne(ctx context.Context, id string, alongside []string) (Made, error) {
	if err := ctx.Err(); err != nil {
		return Made{}, err
	}
	r := d.resources[id]
	value, faults := r.properties.Resolve(d.scope)
	if len(faults) > 0 {
		return Made{}, faults
	}
	values, _ := value.(map[string]any)
	made, err := d.Make(ctx, Resource{
		LogicalID: id, Type: r.kind, Properties: values, Path: r.at,
		DeletionPolicy: r.deletionPolicy, UpdateReplacePolicy: r.updateReplacePolicy, Alongside: alongside,
	})
	if err != nil {
		return Made{}, err
	}
	if made.PhysicalID == "" {
		return Made{}, errors.New("what was made has no physical id")
	}
	d.scope.Resources[id] = intrinsic.Resource{Type: r.kind, PhysicalID: made.PhysicalID, Attributes: made.Attributes}
	return made, nil
}

// putOut works out the outputs.
func (d *deployment) putOut(stack *Stack) document.Faults {
	var faults document.Faults
	for _, name := range slices.Sorted(maps.Keys(d.outputs)) {
		o := d.outputs[name]
		if !d.active(o.condition) {
			continue
		}
		value, wrong := o.value.Resolve(d.scope)
		faults.Join(wrong)
		output, ok := value.(string)
		if !ok {
			continue
		}
		stack.Outputs[name] = output
		if o.export == nil {
			continue
		}
		exported, wrong := o.export.Resolve(d.scope)
		faults.Join(wrong)
		if export, ok := exported.(string); ok {
			stack.Exports[export] = output
		}
	}
	return faults
}
