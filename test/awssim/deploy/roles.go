package deploy

import (
	"context"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
	"github.com/twohop/twohop/test/awssim/iam"
)

func (d *deployment) role(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	r := iam.Role{
		Account: d.Account, Name: p.Text("RoleName"), Description: p.TextOr("Description", ""),
		Trust: p.JSON("AssumeRolePolicyDocument"), Managed: p.Texts("ManagedPolicyArns"), Inline: map[string]string{},
	}
	for _, policy := range p.Objects("Policies") {
		r.Inline[policy.Text("PolicyName")] = policy.JSON("PolicyDocument")
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	return ref(r.Name, r.ARN()), d.IAM.AddRole(r)
}
