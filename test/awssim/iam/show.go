package iam

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/wire"
)

// What a role that was made may do, as it is shown. Service-linked roles show none: AWS
// attaches managed policies to them, which are not kept here by their ARNs.

type policyInput struct {
	RoleName   string `query:"RoleName"`
	PolicyName string `query:"PolicyName"`
}

type policyOutput struct {
	RoleName, PolicyName string
	PolicyDocument       string // URL-encoded JSON
}

func (s *Service) getRolePolicy(r *wire.Request, in policyInput) (policyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made, ok := s.made[key{r.Account, in.RoleName}]
	if !ok {
		return policyOutput{}, absent(in.RoleName)
	}
	text, ok := made.Inline[in.PolicyName]
	if !ok {
		return policyOutput{}, &wire.Error{Status: http.StatusNotFound, Code: "NoSuchEntity",
			Message: fmt.Sprintf("The role policy with name %s cannot be found.", in.PolicyName)}
	}
	return policyOutput{in.RoleName, in.PolicyName, url.PathEscape(text)}, nil
}

type attachedInput struct {
	RoleName string `query:"RoleName"`
}

type attached struct{ PolicyName, PolicyArn string }

type attachedOutput struct {
	AttachedPolicies []attached `xml:"AttachedPolicies>member"`
	IsTruncated      bool
}

// listAttachedRolePolicies answers with all in one page.
func (s *Service) listAttachedRolePolicies(r *wire.Request, in attachedInput) (attachedOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made, ok := s.made[key{r.Account, in.RoleName}]
	if !ok {
		return attachedOutput{}, absent(in.RoleName)
	}
	var out attachedOutput
	for _, arn := range made.Managed {
		out.AttachedPolicies = append(out.AttachedPolicies, attached{arn[strings.LastIndex(arn, "/")+1:], arn})
	}
	return out, nil
}

type inlineOutput struct {
	PolicyNames []string `xml:"PolicyNames>member"`
	IsTruncated bool
}

// listRolePolicies answers with all in one page.
func (s *Service) listRolePolicies(r *wire.Request, in attachedInput) (inlineOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made, ok := s.made[key{r.Account, in.RoleName}]
	if !ok {
		return inlineOutput{}, absent(in.RoleName)
	}
	return inlineOutput{PolicyNames: slices.Sorted(maps.Keys(made.Inline))}, nil
}
