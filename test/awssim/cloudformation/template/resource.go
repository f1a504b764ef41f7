package template

import (
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/intrinsic"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
)

// resource is one that a template declares.
type resource struct {
	at                  document.Path
	kind                string // AWS::SQS::Queue
	condition           string // empty: always made
	dependsOn           []string
	properties          intrinsic.Expression
	metadata            intrinsic.Expression // what it refers to is made before, like what properties refer to
	deletionPolicy      string
	updateReplacePolicy string
}

// output is one that a template declares.
type output struct {
	at        document.Path
	condition string
	value     intrinsic.Expression
	export    intrinsic.Expression // name; nil: not exported
}

// declare makes a resource known to what refers to it.
func (d *draft) declare(at document.Path, id string, _ any) {
	d.logicalID(at, id)
	if d.Parameters[id] {
		d.Faults.Add(at, "is the name of a parameter, too; give one of them another")
	}
	d.Resources[id] = true
}

func (d *draft) resource(at document.Path, id string, v any) {
	values, ok := v.(map[string]any)
	if !ok {
		d.Faults.Add(at, "is %s; a resource is an object", document.Kind(v))
		return
	}
	read := properties.New(at, values)
	r := resource{
		at: at, kind: read.Text("Type"), condition: d.conditionOf(read),
		deletionPolicy:      read.OneOf("DeletionPolicy", "", "Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
		updateReplacePolicy: read.OneOf("UpdateReplacePolicy", "", "Delete", "Retain", "Snapshot"),
		dependsOn:           d.dependsOn(at.Key("DependsOn"), read.Value("DependsOn")),
		properties:          d.Members(at.Key("Properties"), read.Value("Properties")),
		metadata:            d.Members(at.Key("Metadata"), read.Value("Metadata")),
	}
	if r.kind != "" && !strings.Contains(r.kind, "::") {
		read.Fault("Type", "is %q, which is no type; AWS::SQS::Queue is one", r.kind)
	}
	d.resources[id] = r
	d.Faults.Join(read.Faults())
}

func (d *draft) conditionOf(read *properties.Reader) string {
	name := read.TextOr("Condition", "")
	if read.Given("Condition") && !d.Conditions[name] {
		read.Fault("Condition", "%q is no condition of this template", name)
	}
	return name
}

func (d *draft) dependsOn(at document.Path, v any) []string {
	if id, ok := v.(string); ok {
		v = []any{id}
	}
	list, ok := v.([]any)
	if !ok && v != nil {
		d.Faults.Add(at, "is %s; a logical id or a list of them belongs here", document.Kind(v))
	}
	var ids []string
	seen := map[string]bool{}
	for i, item := range list {
		id, ok := item.(string)
		switch {
		case !ok:
			d.Faults.Add(at.Item(i), "is %s; a logical id belongs here, no function", document.Kind(item))
		case !d.Resources[id]:
			d.Faults.Add(at.Item(i), "%q is no resource of this template", id)
		case seen[id]:
			d.Faults.Add(at.Item(i), "names %s a second time", id)
		}
		seen[id] = true
		ids = append(ids, id)
	}
	return ids
}

func (d *draft) output(at document.Path, name string, v any) {
	d.logicalID(at, name)
	values, ok := v.(map[string]any)
	if !ok {
		d.Faults.Add(at, "is %s; an output is an object", document.Kind(v))
		return
	}
	read := properties.New(at, values)
	o := output{at: at, condition: d.conditionOf(read)}
	read.TextOr("Description", "")
	if !read.Given("Value") {
		read.Fault("Value", "is missing")
	} else {
		o.value = d.Text(at.Key("Value"), read.Value("Value"), intrinsic.Anywhere)
	}
	if read.Given("Export") {
		if export := read.Object("Export"); export.Given("Name") {
			// A name that depends on a resource is refused [CloudFormation: Outputs].
			o.export = d.Text(export.Path().Key("Name"), export.Value("Name"), intrinsic.Beforehand)
		} else {
			export.Fault("Name", "is missing")
		}
	}
	d.outputs[name] = o
	d.Faults.Join(read.Faults())
}
