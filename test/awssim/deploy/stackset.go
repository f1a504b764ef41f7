package deploy

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
)

// stackSet deploys its template into every account that it targets and, where it is
// to, into those that are targeted later.
func (d *deployment) stackSet(ctx context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	name, text := p.Text("StackSetName"), p.Text("TemplateBody")
	set := cloudformation.StackSet{Management: d.Account, Name: name, FailureTolerance: preferences(p), Deploy: d.instance(ctx, name, text)}
	p.Word("PermissionModel", "SERVICE_MANAGED")
	p.TextOr("Description", "")
	tags(p)
	capabilities(p, text)
	if p.Given("ManagedExecution") {
		p.Object("ManagedExecution").FlagOr("Active", false) // operations here never meet
	}
	joining := p.Object("AutoDeployment")
	set.AutoDeployment = joining.Flag("Enabled")
	if retains := joining.FlagOr("RetainStacksOnAccountRemoval", false); retains != set.AutoDeployment {
		joining.Fault("RetainStacksOnAccountRemoval", "is %t; the local AWS deletes no stacks: it is true where AutoDeployment is enabled, and belongs nowhere else", retains)
	}
	targets := d.targets(p)
	set.Regions = func(account string) []string {
		var regions []string
		for _, target := range targets {
			if target.holds(d, account) {
				regions = append(regions, target.regions...)
			}
		}
		return regions
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	return template.Made{PhysicalID: name, Attributes: map[string]string{"StackSetId": name}}, d.CloudFormation.CreateStackSet(set)
}

// instance deploys the set's stack into an account and Region, now and later.
func (d *deployment) instance(ctx context.Context, name, text string) func(account, region string) error {
	ctx = context.WithoutCancel(ctx)
	return func(account, region string) error {
		_, err := Stack(ctx, d.World, Input{
			Name: "StackSet-" + name, Account: account, Region: region, Template: []byte(text), Executable: d.Executable,
		})
		return err
	}
}

// preferences reads how many accounts of a Region may fail before an operation does,
// in percent. In which order and how many at a time changes nothing here.
func preferences(p *properties.Reader) (tolerance int) {
	if !p.Given("OperationPreferences") {
		return 0
	}
	read := p.Object("OperationPreferences")
	read.OneOf("ConcurrencyMode", "STRICT_FAILURE_TOLERANCE", "STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE")
	if most := read.WholeOr("MaxConcurrentPercentage", 1); most < 1 || most > 100 {
		read.Fault("MaxConcurrentPercentage", "is %d; 1 to 100 are possible", most)
	}
	tolerance = read.WholeOr("FailureTolerancePercentage", 0)
	if tolerance < 0 || tolerance > 100 {
		read.Fault("FailureTolerancePercentage", "is %d; 0 to 100 are possible", tolerance)
	}
	return tolerance
}

// capabilities refuses a template whose roles nobody has acknowledged [CloudFormation
// API: CreateStackSet].
func capabilities(p *properties.Reader, text string) {
	given := p.Texts("Capabilities")
	for _, word := range given {
		if word != "CAPABILITY_IAM" && word != "CAPABILITY_NAMED_IAM" {
			p.Fault("Capabilities", "holds %q; the local AWS knows CAPABILITY_IAM, CAPABILITY_NAMED_IAM", word)
		}
	}
	var body struct {
		Resources map[string]struct {
			Type       string
			Properties struct{ RoleName any }
		}
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		p.Fault("TemplateBody", "cannot be read: %v", err)
	}
	for _, r := range body.Resources {
		if r.Type == "AWS::IAM::Role" && !slices.Contains(given, "CAPABILITY_NAMED_IAM") && (r.Properties.RoleName != nil || len(given) == 0) {
			p.Fault("Capabilities", "Requires capabilities : [CAPABILITY_NAMED_IAM]")
			return
		}
	}
}

// target is which accounts get stacks, and where.
type target struct {
	units   []string
	filter  string
	named   []string
	regions []string
}

func (d *deployment) targets(p *properties.Reader) []target {
	var targets []target
	for _, group := range p.Objects("StackInstancesGroup") {
		read := group.Object("DeploymentTargets")
		t := target{
			regions: group.Texts("Regions"), units: read.Texts("OrganizationalUnitIds"), named: read.Texts("Accounts"),
			filter: read.OneOf("AccountFilterType", "NONE", "NONE", "DIFFERENCE", "INTERSECTION"),
		}
		if len(t.regions) == 0 {
			group.Fault("Regions", "names no Region")
		}
		if len(t.units) == 0 {
			read.Fault("OrganizationalUnitIds", "names no root or unit")
		}
		for _, unit := range t.units {
			if !d.Organizations.Manages(d.Account, unit) {
				read.Fault("OrganizationalUnitIds", "holds %q, which is not in the organization that %s manages", unit, d.Account)
			}
		}
		if (t.filter == "NONE") != (len(t.named) == 0) {
			read.Fault("AccountFilterType", "is %s, and Accounts are %q; a filter and accounts belong together", t.filter, t.named)
		}
		targets = append(targets, t)
	}
	return targets
}

// holds tells whether an account is targeted: the management account never is
// [CloudFormation: service-managed permissions].
func (t target) holds(d *deployment, account string) bool {
	lineage, _ := d.Organizations.Lineage(account)
	if account == d.Account || !slices.ContainsFunc(t.units, func(unit string) bool { return slices.Contains(lineage, unit) }) {
		return false
	}
	switch t.filter {
	case "DIFFERENCE":
		return !slices.Contains(t.named, account)
	case "INTERSECTION":
		return slices.Contains(t.named, account)
	default:
		return true
	}
}
