package iam

import "github.com/twohop/twohop/test/awssim/wire"

// onRole: IAM knows a role by its ARN, path included.
func onRole[In any](s *Service, name func(In) string) func(*wire.Request, string, In) []wire.Need {
	return func(r *wire.Request, action string, in In) []wire.Need {
		return []wire.Need{{Action: "iam:" + action, Resource: s.arn(r.Account, name(in))}}
	}
}

// arn is that of a role, whether it exists or not.
func (s *Service) arn(account, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := "/"
	if found, ok := s.roles[key{account, name}]; ok {
		path = linkedPath(found.service)
	}
	return "arn:aws:iam::" + account + ":role" + path + name
}

func linkedPath(service string) string { return "/aws-service-role/" + service + "/" }

// onServiceRole: the role that is to be made, and the service that it is for.
func onServiceRole(r *wire.Request, action string, in createInput) []wire.Need {
	return []wire.Need{{
		Action: "iam:" + action, Resource: "arn:aws:iam::" + r.Account + ":role" + linkedPath(in.AWSServiceName) + roleNames[in.AWSServiceName],
		Context: map[string][]string{"iam:AWSServiceName": {in.AWSServiceName}},
	}}
}
