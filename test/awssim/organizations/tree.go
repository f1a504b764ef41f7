package organizations

import (
	"fmt"

	"github.com/twohop/twohop/test/awssim/wire"
)

type organizationOut struct {
	Arn                  string
	AvailablePolicyTypes []policyTypeOut
	FeatureSet           string
	ID                   string `json:"Id"`
	MasterAccountArn     string
	MasterAccountEmail   string
	MasterAccountID      string `json:"MasterAccountId"`
}

type describeOrganizationOutput struct{ Organization organizationOut }

// describeOrganization answers every account of the organization. AWS advises
// against its AvailablePolicyTypes and gives service control policies alone
// [API: Organization]; here the list is empty.
func (s *Service) describeOrganization(r *wire.Request, _ struct{}) (describeOrganizationOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.member(r)
	if err != nil {
		return describeOrganizationOutput{}, err
	}
	return describeOrganizationOutput{organizationOut{
		Arn:                  o.arn("organization/" + o.ID),
		AvailablePolicyTypes: []policyTypeOut{},
		FeatureSet:           "ALL",
		ID:                   o.ID,
		MasterAccountArn:     o.arn("account/" + o.ID + "/" + o.Management),
		MasterAccountEmail:   email(o.Management),
		MasterAccountID:      o.Management,
	}}, nil
}

func (o *organization) arn(resource string) string {
	return fmt.Sprintf("arn:aws:organizations::%s:%s", o.Management, resource)
}

func email(account string) string { return account + "@example.com" }

type parentInput struct {
	ParentID string `json:"ParentId"`
	paging
}

// below is the organization that a list of a parent's children is about. s.mu is
// held.
func (s *Service) below(r *wire.Request, parent string) (*organization, error) {
	o, err := s.managed(r)
	if err == nil && !o.holds(parent) {
		return nil, refuse("ParentNotFoundException", "You specified parent that doesn't exist: %q.", parent)
	}
	return o, err
}

type unitOut struct {
	Arn  string
	ID   string `json:"Id"`
	Name string
}

type listUnitsOutput struct {
	OrganizationalUnits []unitOut
	NextToken           string `json:",omitempty"`
}

func (s *Service) listUnits(r *wire.Request, in parentInput) (listUnitsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.below(r, in.ParentID)
	if err != nil {
		return listUnitsOutput{}, err
	}
	found := []unitOut{}
	for _, u := range o.units {
		if u.Parent == in.ParentID {
			found = append(found, unitOut{Arn: o.arn("ou/" + o.ID + "/" + u.ID), ID: u.ID, Name: u.Name})
		}
	}
	found, next, err := page(found, in.paging)
	return listUnitsOutput{found, next}, err
}

type accountOut struct {
	Arn          string
	Email        string
	ID           string `json:"Id"`
	JoinedMethod string
	Name         string
	State        string `json:",omitempty"`
	Status       string `json:",omitempty"`
}

type listAccountsOutput struct {
	Accounts  []accountOut
	NextToken string `json:",omitempty"`
}

// listAccounts lists the accounts right in a root or unit, whatever their state.
func (s *Service) listAccounts(r *wire.Request, in parentInput) (listAccountsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.below(r, in.ParentID)
	if err != nil {
		return listAccountsOutput{}, err
	}
	found := []accountOut{}
	for _, a := range o.accounts {
		if a.Parent == in.ParentID {
			found = append(found, accountOut{
				Arn: o.arn("account/" + o.ID + "/" + a.ID), Email: email(a.ID), ID: a.ID, Name: a.Name,
				JoinedMethod: "CREATED", State: a.State, Status: a.Status,
			})
		}
	}
	found, next, err := page(found, in.paging)
	return listAccountsOutput{found, next}, err
}
