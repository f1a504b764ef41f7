// Package sts is the local AWS Security Token Service: it says who a key
// belongs to and hands out role sessions. A session's access key names its
// account, so that logs can be read; nothing is secret here.
package sts

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Service is the STS of all accounts.
type Service struct {
	ids *ids.Source

	mu       sync.Mutex
	sessions map[string]wire.Identity // by access key
}

// New returns an STS in which every account's own twelve digits are the access
// key of its root.
func New(source *ids.Source) *Service {
	return &Service{ids: source, sessions: map[string]wire.Identity{}}
}

var accountKey = regexp.MustCompile(`^\d{12}$`)

// Identify tells whose an access key is; false for an unknown key.
func (s *Service) Identify(accessKeyID string) (wire.Identity, bool) {
	if accountKey.MatchString(accessKeyID) {
		return wire.Identity{Account: accessKeyID, Principal: "arn:aws:iam::" + accessKeyID + ":root"}, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	identity, ok := s.sessions[accessKeyID]
	return identity, ok
}

// Credentials of a role session, as environment variables and SDKs want them.
type Credentials struct {
	AccessKeyID     string    `xml:"AccessKeyId"`
	SecretAccessKey string    `xml:"SecretAccessKey"`
	SessionToken    string    `xml:"SessionToken"`
	Expiration      time.Time `xml:"Expiration"` // real time: SDKs compare it with their own clock
}

// roleARN: a role's path is no part of its sessions' names.
var roleARN = regexp.MustCompile(`^arn:aws:iam::(\d{12}):role/(?:[!-~]+/)?([\w+=,.@-]+)$`)

// Session makes credentials for a role. Who may assume it is judged before.
func (s *Service) Session(role, name string, lifetime time.Duration) (Credentials, error) {
	match := roleARN.FindStringSubmatch(role)
	if match == nil {
		return Credentials{}, &wire.Error{Code: "ValidationError", Message: fmt.Sprintf("%q is not the ARN of a role", role)}
	}
	account, roleName := match[1], match[2]
	s.mu.Lock()
	defer s.mu.Unlock()
	key := fmt.Sprintf("%s-session-%d", account, len(s.sessions)+1)
	s.sessions[key] = wire.Identity{
		Account:   account,
		Principal: fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", account, roleName, name),
	}
	return Credentials{
		AccessKeyID:     key,
		SecretAccessKey: "local",
		SessionToken:    s.ids.Hex(8),
		Expiration:      time.Now().UTC().Add(lifetime),
	}, nil
}

// Handler is the service on the wire.
func (s *Service) Handler() wire.Handler {
	return wire.NewQuery("https://sts.amazonaws.com/doc/2011-06-15/", map[string]wire.Op{
		"GetCallerIdentity": wire.NewOp(s.getCallerIdentity).Free(),
		"AssumeRole": wire.Takes(wire.NewOp(s.assumeRole), func(_ *wire.Request, _ string, in assumeRoleInput) []wire.Need {
			if !strings.HasPrefix(in.RoleArn, "arn:") {
				return nil // it is for the action to refuse
			}
			return []wire.Need{{Action: "sts:AssumeRole", Resource: in.RoleArn}}
		}),
	})
}

type callerIdentity struct {
	Arn     string
	UserID  string `xml:"UserId"`
	Account string
}

func (s *Service) getCallerIdentity(r *wire.Request, _ struct{}) (callerIdentity, error) {
	return callerIdentity{Arn: r.Principal, UserID: r.AccessKeyID, Account: r.Account}, nil
}

type assumeRoleInput struct {
	RoleArn         string `query:"RoleArn"`
	RoleSessionName string `query:"RoleSessionName"`
	DurationSeconds int    `query:"DurationSeconds"`
	ExternalID      string `query:"ExternalId"` // accepted: no trust policy here asks for it
}

type assumedRole struct {
	AssumedRoleUser assumedRoleUser
	Credentials     Credentials
}

type assumedRoleUser struct {
	Arn           string
	AssumedRoleID string `xml:"AssumedRoleId"`
}

// assumeRole makes a session of any role: whether it exists and trusts the caller is
// judged before.
func (s *Service) assumeRole(_ *wire.Request, in assumeRoleInput) (assumedRole, error) {
	if in.RoleSessionName == "" {
		return assumedRole{}, &wire.Error{Code: "ValidationError",
			Message: "RoleSessionName is missing"}
	}
	lifetime := time.Hour
	if in.DurationSeconds != 0 {
		lifetime = time.Duration(in.DurationSeconds) * time.Second
	}
	credentials, err := s.Session(in.RoleArn, in.RoleSessionName, lifetime)
	if err != nil {
		return assumedRole{}, err
	}
	identity, _ := s.Identify(credentials.AccessKeyID)
	return assumedRole{
		AssumedRoleUser: assumedRoleUser{Arn: identity.Principal, AssumedRoleID: credentials.AccessKeyID},
		Credentials:     credentials,
	}, nil
}
