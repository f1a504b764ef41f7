package deploy

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
	"github.com/twohop/twohop/test/awssim/organizations/policies"
)

// organizationsPolicy creates a policy. Its creation counts as in progress until a
// resource that waits for it is made: CloudFormation creates at the same time what it
// need not create in order, and Organizations refuses calls that overlap.
func (d *deployment) organizationsPolicy(_ context.Context, r template.Resource, p *properties.Reader) (template.Made, error) {
	made := policies.Policy{Management: d.Account, Name: p.Text("Name"), Content: p.JSON("Content"), Targets: p.Texts("TargetIds")}
	p.Word("Type", policies.Type)
	p.TextOr("Description", "")
	tags(p)
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	for id, settled := range d.creating {
		if !slices.Contains(r.Alongside, id) {
			settled()
			delete(d.creating, id)
		}
	}
	settled, err := d.Policies.Create(made)
	if err != nil {
		return template.Made{}, err
	}
	d.creating[r.LogicalID] = settled
	return template.Made{PhysicalID: "p-" + made.Name}, d.Backup.Plans.Refresh()
}

// custom asks a custom resource's function, and takes its answer. CloudFormation
// hands every scalar over as text [CloudFormation: custom resource requests].
func (d *deployment) custom(ctx context.Context, r template.Resource, _ *properties.Reader) (template.Made, error) {
	function, _ := r.Properties["ServiceToken"].(string)
	answer, err := d.CloudFormation.Send(ctx, cloudformation.CustomResource{
		Function: function, Type: cloudformation.Create, LogicalID: r.LogicalID, ResourceType: r.Type,
		StackID: d.arn("cloudformation", "stack/"+d.Name+"/"+d.IDs.UUID()), Properties: asTexts(r.Properties).(map[string]any),
	})
	if err != nil {
		return template.Made{}, err
	}
	if answer.Status != "SUCCESS" {
		return template.Made{}, fmt.Errorf("the function answered %s: %s", answer.Status, answer.Reason)
	}
	made := template.Made{PhysicalID: answer.PhysicalID, Attributes: map[string]string{}}
	for name, value := range answer.Data {
		made.Attributes[name] = fmt.Sprint(value)
	}
	return made, nil
}

func asTexts(value any) any {
	switch v := value.(type) {
	case map[string]any:
		texts := map[string]any{}
		for name, member := range v {
			texts[name] = asTexts(member)
		}
		return texts
	case []any:
		texts := make([]any, len(v))
		for i, item := range v {
			texts[i] = asTexts(item)
		}
		return texts
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	default:
		return v
	}
}
