// Package kms is the local AWS Key Management Service: keys with their policies,
// states, aliases and grants, and the judgement who may do what with them. Nothing is
// encrypted.
//
// Package keys below it keeps and judges: who asks in process uses Authorize, or
// MayOpen for all that a copy needs of its source's key. Here are the calls on the
// wire, judged in the same way by the key's policy, the caller's own policies and
// grants.
//
// Left out: cryptographic operations, other keys than symmetric ones, imported and
// multi-Region keys, encryption contexts, tags, and on the wire the making of keys and
// aliases.
package kms

import (
	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/kms/keys"
	"github.com/twohop/twohop/test/awssim/wire"
)

type (
	// Config is what a Service works with. All of it is needed.
	Config = keys.Config
	// Key is a key to be made.
	Key = keys.Key
	// Place is where a key is.
	Place = keys.Place
	// Use is what a principal wants to do with a key.
	Use = keys.Use
	// Opening is the use of a key to copy what it encrypts.
	Opening = keys.Opening
	// Grant lets a principal use a key, beside all policies.
	Grant = keys.Grant
)

// Classes of errors about keys.
var (
	ErrNotFound        = fault.ErrNotFound
	ErrDisabled        = fault.ErrDisabled
	ErrPendingDeletion = fault.ErrPendingDeletion
	ErrDenied          = fault.ErrDenied
)

// Service is the KMS of all accounts and Regions, safe for concurrent use.
type Service struct {
	*keys.Store
	organizations keys.Organizations
}

// New returns a KMS without keys.
func New(config Config) *Service {
	return &Service{Store: keys.New(config), organizations: config.Organizations}
}

// Handler is the service on the wire, for the signing name "kms". Every operation
// judges its caller itself, so none of them takes rights beforehand.
func (s *Service) Handler() wire.Handler {
	return wire.NewJSON("1.1", "TrentService", map[string]wire.Op{
		"CancelKeyDeletion":    wire.NewOp(s.cancelKeyDeletion).Free(),
		"CreateGrant":          wire.NewOp(s.createGrant).Free(),
		"DescribeKey":          wire.NewOp(s.describeKey).Free(),
		"DisableKey":           wire.NewOp(s.disableKey).Free(),
		"EnableKey":            wire.NewOp(s.enableKey).Free(),
		"EnableKeyRotation":    wire.NewOp(s.enableKeyRotation).Free(),
		"GetKeyPolicy":         wire.NewOp(s.getKeyPolicy).Free(),
		"GetKeyRotationStatus": wire.NewOp(s.getKeyRotationStatus).Free(),
		"ListAliases":          wire.NewOp(s.listAliases).Free(),
		"ListGrants":           wire.NewOp(s.listGrants).Free(),
		"ListKeys":             wire.NewOp(s.listKeys).Free(),
		"PutKeyPolicy":         wire.NewOp(s.putKeyPolicy).Free(),
		"RevokeGrant":          wire.NewOp(s.revokeGrant).Free(),
		"ScheduleKeyDeletion":  wire.NewOp(s.scheduleKeyDeletion).Free(),
	})
}

// none is the answer of operations that answer nothing.
type none struct{}

type keyInput struct{ KeyId string }
