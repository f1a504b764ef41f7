package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/intrinsic"
)

// deployment is one deployment of a template, as far as it has come.
type deployment struct {
	*Template
	Input
	scope *intrinsic.Scope
	needs graph
}

// active reports whether what has the condition is made.
func (d *deployment) active(condition string) bool {
	return condition == "" || d.scope.Conditions[condition]
}

// prepare finds whatever can be known to be wrong before a resource is made, and
// the order in which to make them.
func prepare(in Input) (*deployment, []string, document.Faults) {
	if in.Template == nil {
		return nil, nil, document.At("", "there is no template")
	}
	d := &deployment{Template: in.Template, Input: in, scope: &intrinsic.Scope{
		Account: in.Account, Region: in.Region, Imports: in.Imports, Values: pseudoValues(in),
		Conditions: map[string]bool{}, Resources: map[string]intrinsic.Resource{},
	}}
	faults := d.takeParameters()
	for _, name := range d.conditionsOrder {
		outcome, wrong := d.conditions[name].Resolve(d.scope)
		faults.Join(wrong)
		d.scope.Conditions[name] = outcome == true
	}
	if len(faults) > 0 {
		return d, nil, faults // what the conditions leave out is not known
	}
	d.needs = graph{}
	for _, id := range slices.Sorted(maps.Keys(d.resources)) {
		if r := d.resources[id]; d.active(r.condition) {
			faults.Join(d.checkResource(id, r))
		}
	}
	faults.Join(d.checkOutputs())
	order, circles := d.needs.order("Resources")
	faults.Join(circles)
	return d, order, faults
}

// pseudoValues are the pseudo parameters' values [CloudFormation: pseudo
// parameters reference].
func pseudoValues(in Input) map[string]any {
	partition, suffix := "aws", "amazonaws.com"
	switch {
	case strings.HasPrefix(in.Region, "cn-"):
		partition, suffix = "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(in.Region, "us-gov-"):
		partition = "aws-us-gov"
	}
	return map[string]any{
		"AWS::AccountId": in.Account, "AWS::Region": in.Region, "AWS::Partition": partition, "AWS::URLSuffix": suffix,
		"AWS::StackName": in.StackName, "AWS::StackId": in.StackID,
	}
}

func (d *deployment) takeParameters() document.Faults {
	var faults document.Faults
	for _, name := range slices.Sorted(maps.Keys(d.Parameters)) {
		if _, known := d.parameters[name]; !known {
			faults.Add("Parameters", "the stack is given %s, which is no parameter of this template; it has %s",
				name, words(slices.Sorted(maps.Keys(d.parameters))))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.parameters)) {
		p := d.parameters[name]
		value, isGiven := d.Parameters[name]
		if !isGiven && !p.hasDefault {
			faults.Add(p.at, "has no Default, and the stack is given no value for it")
			continue
		}
		if !isGiven {
			value = p.fallback
		}
		taken, wrong := p.give(p.at, value)
		faults.Join(wrong)
		d.scope.Values[name] = taken
	}
	return faults
}

func (d *deployment) checkResource(id string, r resource) document.Faults {
	var faults document.Faults
	if d.Knows != nil && !d.Knows(r.kind) {
		faults.Add(r.at.Key("Type"), "the local AWS does not know the resource type %s", r.kind)
	}
	d.needs.add(id)
	for _, other := range r.dependsOn {
		// That CloudFormation waits for nothing where the other's condition is
		// false is UNCONFIRMED A99; there is nothing to wait for.
		if d.active(d.resources[other].condition) {
			d.needs.need(id, other, r.at.Key("DependsOn"))
		}
	}
	for _, e := range []intrinsic.Expression{r.properties, r.metadata} {
		faults.Join(d.check(e))
		for _, to := range intrinsic.References(e, d.scope) {
			if d.active(d.resources[to.ID].condition) {
				d.needs.need(id, to.ID, to.At)
			}
		}
	}
	return faults
}

func (d *deployment) checkOutputs() document.Faults {
	var faults document.Faults
	exports := map[any]document.Path{}
	for _, name := range slices.Sorted(maps.Keys(d.outputs)) {
		o := d.outputs[name]
		if !d.active(o.condition) {
			continue
		}
		faults.Join(d.check(o.value))
		if o.export == nil {
			continue
		}
		exported, wrong := o.export.Resolve(d.scope)
		faults.Join(wrong)
		if first, twice := exports[exported]; twice && len(wrong) == 0 {
			faults.Add(o.at.Key("Export"), "exports %q, as %s does", exported, first)
		}
		exports[exported] = o.at
	}
	return faults
}

// check refuses references to resources that are not made, and works out whatever
// does not wait for a resource.
func (d *deployment) check(e intrinsic.Expression) document.Faults {
	faults := intrinsic.Early(e, d.scope)
	for _, to := range intrinsic.References(e, d.scope) {
		if condition := d.resources[to.ID].condition; !d.active(condition) {
			faults.Add(to.At, "refers to %s, which is not made: its condition %s is false", to.ID, condition)
		}
	}
	return faults
}

// words lists them for a sentence.
func words(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// Order lists the logical ids of the resources that the deployment makes, each
// after those it refers to or depends on, by id among equals. Resources whose
// condition is false are not in it. The error is Deploy's before anything is made.
func Order(in Input) ([]string, error) {
	_, order, faults := prepare(in)
	if len(faults) > 0 {
		return nil, fmt.Errorf("order stack %s: %w", in.StackName, faults)
	}
	return order, nil
}
