package organizations

import (
	"maps"
	"slices"

	"github.com/twohop/twohop/test/awssim/wire"
)

// policyTypes [API: PolicyType].
var policyTypes = []string{
	"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY", "CHATBOT_POLICY",
	"DECLARATIVE_POLICY_EC2", "SECURITYHUB_POLICY", "INSPECTOR_POLICY", "UPGRADE_ROLLOUT_POLICY", "BEDROCK_POLICY", "S3_POLICY",
	"NETWORK_SECURITY_DIRECTOR_POLICY", "GUARDDUTY_POLICY",
}

// policyType is one that was enabled, or is about to be.
type policyType struct {
	pending int // lists of the roots that still show it as PENDING_ENABLE
}

type policyTypeOut struct {
	Status string
	Type   string
}

// EnableSlowly makes a policy type that is enabled from now on show itself as
// PENDING_ENABLE in that many lists of the roots: AWS enables it in the
// background [API: EnablePolicyType].
func (s *Service) EnableSlowly(lists int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enabling = lists
}

type rootOut struct {
	Arn         string
	ID          string `json:"Id"`
	Name        string
	PolicyTypes []policyTypeOut
}

func (o *organization) root() rootOut {
	out := rootOut{Arn: o.arn("root/" + o.ID + "/" + o.Root), ID: o.Root, Name: "Root", PolicyTypes: []policyTypeOut{}}
	for _, name := range slices.Sorted(maps.Keys(o.policies)) {
		status := "ENABLED"
		if o.policies[name].pending > 0 {
			status = "PENDING_ENABLE"
		}
		out.PolicyTypes = append(out.PolicyTypes, policyTypeOut{Status: status, Type: name})
	}
	return out
}

type listRootsOutput struct {
	Roots     []rootOut
	NextToken string `json:",omitempty"`
}

func (s *Service) listRoots(r *wire.Request, in paging) (listRootsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.managed(r)
	if err != nil {
		return listRootsOutput{}, err
	}
	roots, next, err := page([]rootOut{o.root()}, in)
	if err != nil {
		return listRootsOutput{}, err
	}
	for _, p := range o.policies {
		p.pending = max(p.pending-1, 0)
	}
	return listRootsOutput{roots, next}, nil
}

type enablePolicyTypeInput struct {
	PolicyType string
	RootID     string `json:"RootId"`
}

type enablePolicyTypeOutput struct{ Root rootOut }

func (s *Service) enablePolicyType(r *wire.Request, in enablePolicyTypeInput) (enablePolicyTypeOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.managed(r)
	switch {
	case err != nil:
		return enablePolicyTypeOutput{}, err
	case in.RootID != o.Root:
		return enablePolicyTypeOutput{}, refuse("RootNotFoundException", "You specified a root that doesn't exist.")
	case !slices.Contains(policyTypes, in.PolicyType):
		return enablePolicyTypeOutput{}, refuse("InvalidInputException", "You specified an invalid value: %q is no policy type.", in.PolicyType)
	case o.policies[in.PolicyType] != nil:
		return enablePolicyTypeOutput{}, refuse("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.")
	}
	o.policies[in.PolicyType] = &policyType{pending: s.enabling}
	return enablePolicyTypeOutput{o.root()}, nil
}

type serviceAccessOut struct {
	DateEnabled      wire.Epoch
	ServicePrincipal string
}

type listServiceAccessOutput struct {
	EnabledServicePrincipals []serviceAccessOut
	NextToken                string `json:",omitempty"`
}

func (s *Service) listServiceAccess(r *wire.Request, in paging) (listServiceAccessOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.managed(r)
	if err != nil {
		return listServiceAccessOutput{}, err
	}
	found := []serviceAccessOut{}
	for _, principal := range slices.Sorted(maps.Keys(o.trusted)) {
		found = append(found, serviceAccessOut{wire.Epoch{Time: o.trusted[principal]}, principal})
	}
	found, next, err := page(found, in)
	return listServiceAccessOutput{found, next}, err
}

type enableServiceAccessInput struct{ ServicePrincipal string }

// enableServiceAccess changes nothing where the service has access already. That
// AWS then answers without an error is UNCONFIRMED A106.
func (s *Service) enableServiceAccess(r *wire.Request, in enableServiceAccessInput) (struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.managed(r)
	if err != nil {
		return struct{}{}, err
	}
	if in.ServicePrincipal == "" {
		return struct{}{}, refuse("InvalidInputException", "You specified an invalid value: ServicePrincipal is missing.")
	}
	s.trust(o, in.ServicePrincipal)
	return struct{}{}, nil
}

func (s *Service) trust(o *organization, principal string) {
	if _, ok := o.trusted[principal]; !ok {
		o.trusted[principal] = s.clock.Now()
	}
}

// Trust gives a service trusted access to the organization of a management
// account, as the service's own call does; false if the account manages none.
func (s *Service) Trust(management, principal string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of(management)
	if o == nil || o.Management != management {
		return false
	}
	s.trust(o, principal)
	return true
}

// Trusts tells whether a service has trusted access to the organization of an
// account.
func (s *Service) Trusts(account, principal string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of(account)
	if o == nil {
		return false
	}
	_, ok := o.trusted[principal]
	return ok
}

// Distrust takes trusted access from a service, as DisableAWSServiceAccess does.
func (s *Service) Distrust(management, principal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.of(management); o != nil && o.Management == management {
		delete(o.trusted, principal)
	}
}

// SetPolicyType enables a policy type at once, or disables it as DisablePolicyType does;
// the policies themselves stay.
func (s *Service) SetPolicyType(management, name string, enabled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of(management)
	switch {
	case o == nil || o.Management != management:
	case enabled:
		o.policies[name] = &policyType{}
	default:
		delete(o.policies, name)
	}
}
