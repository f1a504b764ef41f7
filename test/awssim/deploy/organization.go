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

func (d *deployment) organizationsPolicy(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	made := policies.Policy{Management: d.Account, Name: p.Text("Name"), Content: p.JSON("Content"), Targets: p.Texts("TargetIds")}
	p.OneOf("Type", "", policies.Type)
	p.NoEffect("Description", "Tags")
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	if err := d.Policies.Put(made); err != nil {
		return template.Made{}, err
	}
	return template.Made{PhysicalID: "p-" + made.Name}, d.Backup.Plans.Refresh()
}

// stackSet deploys its template into every account that it targets. Accounts that
// join later are left to the caller.
func (d *deployment) stackSet(ctx context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	name, text := p.Text("StackSetName"), p.Text("TemplateBody")
	p.OneOf("PermissionModel", "", "SERVICE_MANAGED")
	p.NoEffect("Description", "Capabilities", "AutoDeployment", "ManagedExecution", "OperationPreferences", "Tags")
	instances := map[string][]string{} // Regions by account
	for _, group := range p.Objects("StackInstancesGroup") {
		regions, targets := group.Texts("Regions"), group.Object("DeploymentTargets")
		filter := targets.OneOf("AccountFilterType", "NONE", "NONE", "DIFFERENCE", "INTERSECTION")
		named, units := targets.Texts("Accounts"), targets.Texts("OrganizationalUnitIds")
		for _, account := range d.Organizations.Accounts() {
			if d.targeted(account, units, filter, named) {
				instances[account] = append(instances[account], regions...)
			}
		}
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	if !d.Organizations.Trusts(d.Account, "member.org.stacksets.cloudformation.amazonaws.com") {
		return template.Made{}, fmt.Errorf("you must enable organizations access to operate a service managed stack set")
	}
	for _, account := range d.Organizations.Accounts() {
		for _, region := range instances[account] {
			in := d.Input
			in.Name, in.Account, in.Region, in.Template = "StackSet-"+name, account, region, []byte(text)
			if _, err := Stack(ctx, d.World, in); err != nil {
				return template.Made{}, fmt.Errorf("deploy into account %s: %w", account, err)
			}
		}
	}
	return template.Made{PhysicalID: name, Attributes: map[string]string{"StackSetId": name}}, nil
}

// targeted: the management account is never [CloudFormation: service-managed
// permissions].
func (d *deployment) targeted(account string, units []string, filter string, named []string) bool {
	if management, ok := d.Organizations.Management(account); !ok || management == account {
		return false
	}
	lineage, _ := d.Organizations.Lineage(account)
	if !slices.ContainsFunc(units, func(unit string) bool { return slices.Contains(lineage, unit) }) {
		return false
	}
	switch filter {
	case "DIFFERENCE":
		return !slices.Contains(named, account)
	case "INTERSECTION":
		return slices.Contains(named, account)
	default:
		return true
	}
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
