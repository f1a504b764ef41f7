// Package iam is the local AWS Identity and Access Management: roles with their
// policies, made in Go and shown on the wire, and service-linked roles with their
// creation on the wire.
// There are no users, groups, boundaries or customer managed policies.
package iam

import (
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// roleNames are the names of the service-linked roles that are simulated, by
// service principal [IAM: AWS services that work with IAM].
var roleNames = map[string]string{
	"backup.amazonaws.com": "AWSServiceRoleForBackup",
	"rds.amazonaws.com":    "AWSServiceRoleForRDS",
}

// Service is the IAM of all accounts, safe for concurrent use.
type Service struct {
	clock *clock.Clock
	ids   *ids.Source

	mu    sync.Mutex
	roles map[key]role // service-linked
	made  map[key]madeRole
	memo  policy.Memo
}

type key struct{ account, name string }

type role struct {
	service, id, description string
	created                  time.Time
}

// New returns an IAM in which no account has a role.
func New(c *clock.Clock, source *ids.Source) *Service {
	return &Service{clock: c, ids: source, roles: map[key]role{}, made: map[key]madeRole{}}
}

// HasRole tells whether an account has a role of this name.
func (s *Service) HasRole(account, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exists(account, name)
}

// AddServiceLinkedRole makes a service's role, as the service itself does at its
// first use. Its errors are those of CreateServiceLinkedRole, *wire.Error.
func (s *Service) AddServiceLinkedRole(account, service string) error {
	_, err := s.create(account, createInput{AWSServiceName: service})
	return err
}

// RemoveServiceLinkedRole deletes a service's role.
func (s *Service) RemoveServiceLinkedRole(account, service string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.roles, key{account, roleNames[service]})
}

// Handler is the service on the wire, for the signing name "iam".
func (s *Service) Handler() wire.Handler {
	return wire.NewQuery("https://iam.amazonaws.com/doc/2010-05-08/", map[string]wire.Op{
		"GetRole":                  wire.Takes(wire.NewOp(s.getRole), onRole(s, func(in getRoleInput) string { return in.RoleName })),
		"GetRolePolicy":            wire.Takes(wire.NewOp(s.getRolePolicy), onRole(s, func(in policyInput) string { return in.RoleName })),
		"ListRolePolicies":         wire.Takes(wire.NewOp(s.listRolePolicies), onRole(s, func(in attachedInput) string { return in.RoleName })),
		"ListAttachedRolePolicies": wire.Takes(wire.NewOp(s.listAttachedRolePolicies), onRole(s, func(in attachedInput) string { return in.RoleName })),
		"CreateServiceLinkedRole":  wire.Takes(wire.NewOp(s.createServiceLinkedRole), onServiceRole),
	})
}

type roleOut struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	Arn                      string
	CreateDate               string
	AssumeRolePolicyDocument string // URL-encoded JSON
	Description              string `xml:",omitempty"`
	MaxSessionDuration       int
}

type roleOutput struct{ Role roleOut }

func output(account, name string, r role) roleOutput {
	path := linkedPath(r.service)
	return roleOutput{roleOut{
		Path: path, RoleName: name, RoleID: r.id, Arn: "arn:aws:iam::" + account + ":role" + path + name,
		CreateDate:               r.created.UTC().Format(time.RFC3339),
		AssumeRolePolicyDocument: url.PathEscape(linkedTrust(r.service)), Description: r.description, MaxSessionDuration: 3600,
	}}
}

type getRoleInput struct {
	RoleName string `query:"RoleName"`
}

func (s *Service) getRole(r *wire.Request, in getRoleInput) (roleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.roles[key{r.Account, in.RoleName}]; ok {
		return output(r.Account, in.RoleName, found), nil
	}
	made, ok := s.made[key{r.Account, in.RoleName}]
	if !ok {
		return roleOutput{}, absent(in.RoleName)
	}
	return roleOutput{roleOut{
		Path: "/", RoleName: made.Name, RoleID: made.id, Arn: made.ARN(), CreateDate: made.created.UTC().Format(time.RFC3339),
		AssumeRolePolicyDocument: url.PathEscape(made.Trust), Description: made.Description, MaxSessionDuration: 3600,
	}}, nil
}

type createInput struct {
	AWSServiceName string `query:"AWSServiceName"`
	Description    string `query:"Description"`
	CustomSuffix   string `query:"CustomSuffix"`
}

func (s *Service) createServiceLinkedRole(r *wire.Request, in createInput) (roleOutput, error) {
	return s.create(r.Account, in)
}

func (s *Service) create(account string, in createInput) (roleOutput, error) {
	name, ok := roleNames[in.AWSServiceName]
	if !ok {
		return roleOutput{}, invalid("awssim does not know the service-linked role of %q", in.AWSServiceName)
	}
	if in.CustomSuffix != "" {
		return roleOutput{}, invalid("Custom suffix is not allowed for %s", in.AWSServiceName)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.exists(account, name) {
		return roleOutput{}, invalid("Service role name %s has been taken in this account, please try a different suffix.", name)
	}
	made := role{service: in.AWSServiceName, id: "AROA" + s.ids.Hex(8), description: in.Description, created: s.clock.Now()}
	s.roles[key{account, name}] = made
	return output(account, name, made), nil
}

func invalid(format string, args ...any) error {
	return &wire.Error{Code: "InvalidInput", Message: fmt.Sprintf(format, args...)}
}
