package kms

import (
	"encoding/json"

	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

type createGrantInput struct {
	KeyId                                     string
	GranteePrincipal, RetiringPrincipal, Name string
	Operations                                []string
	Constraints                               json.RawMessage
	GrantTokens                               []string
	DryRun                                    bool
}

type createGrantOutput struct{ GrantId, GrantToken string }

// notForService: who calls KMS directly is no AWS service that does so on somebody's
// behalf. That the key is then "false" rather than absent is UNCONFIRMED A105; policies
// should ask for "true".
func notForService() map[string][]string {
	return map[string][]string{"kms:GrantIsForAWSResource": {"false"}}
}

// dryRun is the success of a call that only asks.
func dryRun() error {
	return fault.New("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
}

func (s *Service) createGrant(r *wire.Request, in createGrantInput) (createGrantOutput, error) {
	if len(in.Constraints) > 0 {
		return createGrantOutput{}, fault.Invalid("Constraints: awssim evaluates no encryption contexts")
	}
	g := Grant{Grantee: in.GranteePrincipal, Operations: in.Operations, Retiring: in.RetiringPrincipal, Name: in.Name,
		Issuer: "arn:aws:iam::" + r.Account + ":root"}
	if err := s.CheckGrant(g); err != nil {
		return createGrantOutput{}, err
	}
	context := notForService()
	context["kms:GranteePrincipal"], context["kms:GrantOperations"] = []string{g.Grantee}, g.Operations
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:CreateGrant", acrossAccounts: true, tokens: in.GrantTokens, context: context})
	if err == nil && in.DryRun {
		err = dryRun()
	}
	if err != nil {
		return createGrantOutput{}, err
	}
	g.KeyARN = k.ARN
	made, err := s.AddGrant(g)
	return createGrantOutput{made.ID, made.Token}, err
}

type revokeGrantInput struct {
	KeyId, GrantId string
	DryRun         bool
}

func (s *Service) revokeGrant(r *wire.Request, in revokeGrantInput) (none, error) {
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:RevokeGrant", acrossAccounts: true, context: notForService()})
	if err == nil && in.DryRun {
		err = dryRun()
	}
	if err != nil {
		return none{}, err
	}
	return none{}, s.RevokeGrant(k.ARN, in.GrantId)
}

type grantOut struct {
	KeyId             string // the ARN
	GrantId           string
	Name              string `json:",omitempty"`
	CreationDate      wire.Epoch
	GranteePrincipal  string
	RetiringPrincipal string `json:",omitempty"`
	IssuingAccount    string `json:",omitempty"`
	Operations        []string
}

type listGrantsInput struct {
	KeyId                     string
	GrantId, GranteePrincipal string
	paging
}

type listGrantsOutput struct {
	Grants []grantOut
	more
}

func (s *Service) listGrants(r *wire.Request, in listGrantsInput) (listGrantsOutput, error) {
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:ListGrants", acrossAccounts: true, context: notForService()})
	if err != nil {
		return listGrantsOutput{}, err
	}
	grants, err := s.Grants(k.ARN)
	if err != nil {
		return listGrantsOutput{}, err
	}
	found := []grantOut{}
	for _, g := range grants {
		if in.GrantId != "" && in.GrantId != g.ID || in.GranteePrincipal != "" && in.GranteePrincipal != g.Grantee {
			continue
		}
		found = append(found, grantOut{KeyId: k.ARN, GrantId: g.ID, Name: g.Name, CreationDate: wire.Epoch{Time: g.Made},
			GranteePrincipal: g.Grantee, RetiringPrincipal: g.Retiring, IssuingAccount: g.Issuer, Operations: g.Operations})
	}
	found, next, err := page(found, in.paging, usualGrants)
	return listGrantsOutput{found, next}, err
}
