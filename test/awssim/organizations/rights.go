package organizations

import "github.com/twohop/twohop/test/awssim/wire"

// onParent: the root or unit whose children are listed.
func (s *Service) onParent(_ *wire.Request, action string, in parentInput) []wire.Need {
	return []wire.Need{{Action: "organizations:" + action, Resource: s.arnOf(in.ParentID)}}
}

func (s *Service) onRoot(_ *wire.Request, action string, in enablePolicyTypeInput) []wire.Need {
	return []wire.Need{{
		Action: "organizations:" + action, Resource: s.arnOf(in.RootID), Context: map[string][]string{"organizations:PolicyType": {in.PolicyType}},
	}}
}

func onService(_ *wire.Request, action string, in enableServiceAccessInput) []wire.Need {
	return []wire.Need{{
		Action: "organizations:" + action, Resource: "*", Context: map[string][]string{"organizations:ServicePrincipal": {in.ServicePrincipal}},
	}}
}

// arnOf is the ARN of a root or unit; * for one that does not exist, of which the
// call then says so.
func (s *Service) arnOf(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.holding(id)
	switch {
	case !ok:
		return "*"
	case id == o.Root:
		return o.arn("root/" + o.ID + "/" + id)
	default:
		return o.arn("ou/" + o.ID + "/" + id)
	}
}
