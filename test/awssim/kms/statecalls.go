package kms

import (
	"github.com/twohop/twohop/test/awssim/kms/keys"
	"github.com/twohop/twohop/test/awssim/wire"
)

type scheduleInput struct {
	KeyId               string
	PendingWindowInDays *int
}

type scheduleOutput struct {
	KeyId               string // the ARN
	DeletionDate        wire.Epoch
	KeyState            keys.State
	PendingWindowInDays int
}

func (s *Service) scheduleKeyDeletion(r *wire.Request, in scheduleInput) (scheduleOutput, error) {
	days := keys.LongestWindow
	if in.PendingWindowInDays != nil {
		days = *in.PendingWindowInDays
	}
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:ScheduleKeyDeletion"})
	if err == nil {
		err = s.ScheduleDeletion(k.ARN, days)
	}
	if err == nil {
		k, err = s.Describe(k.ARN)
	}
	return scheduleOutput{k.ARN, wire.Epoch{Time: k.Deletion}, k.State, days}, err
}

func (s *Service) cancelKeyDeletion(r *wire.Request, in keyInput) (keyInput, error) {
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:CancelKeyDeletion"})
	if err == nil {
		err = s.CancelDeletion(k.ARN)
	}
	return keyInput{k.ARN}, err
}

type rotationInput struct {
	KeyId                string
	RotationPeriodInDays *int
}

func (s *Service) enableKeyRotation(r *wire.Request, in rotationInput) (none, error) {
	days := keys.UsualRotation
	if in.RotationPeriodInDays != nil {
		days = *in.RotationPeriodInDays
	}
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:EnableKeyRotation"})
	if err != nil {
		return none{}, err
	}
	return none{}, s.Rotate(k.ARN, days)
}

type rotationOutput struct {
	KeyId                string // the ARN
	KeyRotationEnabled   bool
	RotationPeriodInDays int        `json:",omitempty"`
	NextRotationDate     wire.Epoch `json:",omitzero"`
}

func (s *Service) getKeyRotationStatus(r *wire.Request, in keyInput) (rotationOutput, error) {
	k, err := s.admit(r, call{keyID: in.KeyId, action: "kms:GetKeyRotationStatus", acrossAccounts: true})
	return rotationOutput{k.ARN, k.RotationDays > 0, k.RotationDays, wire.Epoch{Time: k.NextRotation}}, err
}
