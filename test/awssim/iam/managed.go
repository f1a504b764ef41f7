package iam

import (
	"embed"
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/wire"
)

// documents are the policies of AWS that are known here: below policies by what follows
// policy/ in their ARNs, below linked those of service-linked roles by service. They
// are excerpts of AWS's own [AWS managed policy reference]: with AWS's names of
// statements, actions, resources and conditions, but without
//   - the services and resource types that are not simulated,
//   - actions that nothing asks for here, such as describing and tagging,
//   - conditions on the tags of snapshots and on encryption contexts, which are not
//     kept here.
//
// AWSServiceRoleForBackup's permits two things more than AWS's: what AWS's samples of
// key policies name for it, kms:Decrypt and kms:RevokeGrant; and the use of keys
// through backup beside ec2 and rds, for recovery points of S3. With which rights AWS
// Backup copies those is UNCONFIRMED A107.
//
//go:embed policies linked
var documents embed.FS

func managedPolicy(arn string) (policy.Document, error) {
	name, ok := strings.CutPrefix(arn, "arn:aws:iam::aws:policy/")
	text, err := documents.ReadFile("policies/" + name + ".json")
	if !ok || err != nil {
		return policy.Document{}, &wire.Error{Code: "NoSuchEntity", Message: fmt.Sprintf("Policy %s does not exist or is not attachable: awssim knows none of this ARN.", arn)}
	}
	return policy.Parse(policy.Identity, name, text)
}

// linkedPolicies are those of a service's role; roleNames tells the services.
func (s *Service) linkedPolicies(service string) []policy.Document {
	text, err := documents.ReadFile("linked/" + service + ".json")
	if err != nil {
		panic(fmt.Sprintf("a table of this package: %v", err))
	}
	return []policy.Document{s.parsed(policy.Identity, "the service-linked role of "+service, string(text))}
}

// linkedTrust lets a service, and nobody else, take on its service-linked role.
func linkedTrust(service string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":%q},"Action":"sts:AssumeRole"}]}`, service)
}

// parsed reads a document of this package's own.
func (s *Service) parsed(kind policy.Kind, name, text string) policy.Document {
	d, err := s.memo.Parse(kind, name, text)
	if err != nil {
		panic(fmt.Sprintf("a table of this package: %v", err))
	}
	return d
}
