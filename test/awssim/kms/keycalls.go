package kms

import (
	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/kms/keys"
	"github.com/twohop/twohop/test/awssim/wire"
)

// metadata of a key [API: KeyMetadata].
type metadata struct {
	AWSAccountId, KeyId, Arn string
	CreationDate             wire.Epoch
	Enabled                  bool
	Description              string
	KeyUsage                 string
	KeyState                 keys.State
	DeletionDate             wire.Epoch `json:",omitzero"`
	Origin                   string
	KeyManager               string
	CustomerMasterKeySpec    string
	KeySpec                  string
	EncryptionAlgorithms     []string
	MultiRegion              bool
}

type describeKeyInput struct {
	KeyId       string
	GrantTokens []string
}

type describeKeyOutput struct{ KeyMetadata metadata }

func (s *Service) describeKey(r *wire.Request, in describeKeyInput) (describeKeyOutput, error) {
	const symmetric = "SYMMETRIC_DEFAULT"
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:DescribeKey", byAlias: true, acrossAccounts: true, tokens: in.GrantTokens})
	return describeKeyOutput{metadata{
		AWSAccountId: k.Account, KeyId: k.ID, Arn: k.ARN, CreationDate: wire.Epoch{Time: k.Made}, Enabled: k.State == keys.Enabled,
		Description: k.Description, KeyUsage: "ENCRYPT_DECRYPT", KeyState: k.State, DeletionDate: wire.Epoch{Time: k.Deletion}, Origin: "AWS_KMS",
		KeyManager: k.Manager, CustomerMasterKeySpec: symmetric, KeySpec: symmetric, EncryptionAlgorithms: []string{symmetric},
	}}, err
}

// policyName is the only one that there is [API: GetKeyPolicy].
const policyName = "default"

func checkPolicyName(name string) error {
	if name != "" && name != policyName {
		return fault.NotFound("No such policy exists")
	}
	return nil
}

type policyInput struct{ KeyId, PolicyName string }

type policyOutput struct{ Policy, PolicyName string }

func (s *Service) getKeyPolicy(r *wire.Request, in policyInput) (policyOutput, error) {
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:GetKeyPolicy"})
	if err == nil {
		err = checkPolicyName(in.PolicyName)
	}
	return policyOutput{k.Policy, policyName}, err
}

type putPolicyInput struct {
	KeyId, PolicyName, Policy      string
	BypassPolicyLockoutSafetyCheck bool
}

func (s *Service) putKeyPolicy(r *wire.Request, in putPolicyInput) (none, error) {
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:PutKeyPolicy"})
	if err == nil {
		err = checkPolicyName(in.PolicyName)
	}
	if err != nil {
		return none{}, err
	}
	setter := s.principal(r.Caller)
	if in.BypassPolicyLockoutSafetyCheck {
		setter = nobody()
	}
	return none{}, s.SetPolicy(k.ARN, in.Policy, setter)
}

func (s *Service) enableKey(r *wire.Request, in keyInput) (none, error) {
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:EnableKey"})
	if err != nil {
		return none{}, err
	}
	return none{}, s.SetEnabled(k.ARN, true)
}

func (s *Service) disableKey(r *wire.Request, in keyInput) (none, error) {
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:DisableKey"})
	if err != nil {
		return none{}, err
	}
	return none{}, s.SetEnabled(k.ARN, false)
}
