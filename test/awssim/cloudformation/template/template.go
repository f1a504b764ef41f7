// Package template is the local AWS's resolver of CloudFormation templates: it
// reads a JSON template, orders its resources, works out the intrinsic functions
// in their properties and hands each resource to whoever can make it.
//
// It knows the part of CloudFormation that is listed in the switches below. What
// it does not know - a section, an attribute, a function, a kind of parameter - is
// an error with the place in the template, never passed over. Everything that can
// be known to be wrong before the first resource is made is told before.
//
// document reads JSON, intrinsic reads values and works out functions, properties
// is for those who make resources. A template goes through the files of this
// package in order: template, parameter, resource (what it declares), prepare,
// order, deploy.
package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/intrinsic"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
)

// Template is a template whose references and functions are known to be sound as
// far as that can be told without parameters. Safe for concurrent use.
type Template struct {
	parameters      map[string]parameter
	conditions      map[string]intrinsic.Expression
	conditionsOrder []string // each after those it asks for
	resources       map[string]resource
	outputs         map[string]output
}

// draft is a template that is being read; the compiler collects the faults.
type draft struct {
	Template
	intrinsic.Compiler
}

// Parse reads a template. The error holds document.Faults: everything that is
// wrong with the template, each with its place.
func Parse(text []byte) (*Template, error) {
	d := draft{
		Template: Template{
			parameters: map[string]parameter{}, conditions: map[string]intrinsic.Expression{},
			resources: map[string]resource{}, outputs: map[string]output{},
		},
		Compiler: intrinsic.Compiler{
			Parameters: map[string]bool{}, Mappings: map[string]map[string]map[string]any{},
			Conditions: map[string]bool{}, Resources: map[string]bool{},
		},
	}
	root, faults := document.Decode(text)
	if len(faults) == 0 {
		d.sections(root)
	}
	d.Faults.Join(faults)
	if len(d.Faults) > 0 {
		return nil, fmt.Errorf("parse template: %w", d.Faults)
	}
	return &d.Template, nil
}

// sections reads the template from what is referred to, to what refers to it.
func (d *draft) sections(root any) {
	values, ok := root.(map[string]any)
	if !ok {
		d.Faults.Add("", "is %s; a template is an object", document.Kind(root))
		return
	}
	read := properties.New("", values)
	read.OneOf("AWSTemplateFormatVersion", "", "2010-09-09")
	read.TextOr("Description", "")
	read.NoEffect("Metadata")
	d.each("Parameters", read.Value("Parameters"), d.parameter)
	d.each("Mappings", read.Value("Mappings"), d.mapping)
	conditions, resources := read.Value("Conditions"), read.Value("Resources")
	d.each("Conditions", conditions, func(_ document.Path, name string, _ any) { d.Conditions[name] = true })
	d.each("Resources", resources, d.declare)
	d.each("Conditions", conditions, func(at document.Path, name string, v any) { d.conditions[name] = d.Condition(at, v) })
	d.orderConditions()
	d.each("Resources", resources, d.resource)
	d.each("Outputs", read.Value("Outputs"), d.output)
	if len(d.Resources) == 0 {
		read.Fault("Resources", "is missing or empty; a template has at least one resource")
	}
	d.Faults.Join(read.Faults())
}

// each visits the members of an object, by name. Where there is no object there
// is nothing to visit.
func (d *draft) each(at document.Path, v any, visit func(at document.Path, name string, v any)) {
	members, ok := v.(map[string]any)
	if !ok && v != nil {
		d.Faults.Add(at, "is %s; an object belongs here", document.Kind(v))
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		visit(at.Key(name), name, members[name])
	}
}

// orderConditions sees to it that no condition asks for its own outcome.
func (d *draft) orderConditions() {
	asks := graph{}
	for name, condition := range d.conditions {
		asks.add(name)
		for _, other := range intrinsic.Named(condition) {
			asks.need(name, other.ID, other.At)
		}
	}
	order, circles := asks.order("Conditions")
	d.conditionsOrder = order
	d.Faults.Join(circles)
}

var logicalIDForm = regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`)

// logicalID checks the name of a parameter, resource or output [CloudFormation:
// template anatomy].
func (d *draft) logicalID(at document.Path, name string) {
	if !logicalIDForm.MatchString(name) {
		d.Faults.Add(at, "%q is no logical id; those are letters and digits, 255 at most", name)
	}
}

// mapping reads a map of maps; functions have no place in it [CloudFormation:
// Mappings].
func (d *draft) mapping(at document.Path, name string, v any) {
	levels := map[string]map[string]any{}
	d.Mappings[name] = levels
	d.each(at, v, func(at document.Path, first string, v any) {
		levels[first] = map[string]any{}
		d.each(at, v, func(at document.Path, second string, v any) {
			items, isList := v.([]any)
			if !isList {
				items = []any{v}
			}
			for _, item := range items {
				if _, ok := document.Text(item); !ok {
					d.Faults.Add(at, "holds %s; a mapping holds text or lists of text, and no functions", document.Kind(item))
				}
			}
			levels[first][second] = v
		})
	})
}
