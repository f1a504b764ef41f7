package kms_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	member  = "111111111111"
	backup  = "222222222222"
	primary = "eu-central-1"
	admin   = "arn:aws:iam::111111111111:role/admin"
	reader  = "arn:aws:iam::111111111111:role/reader"
	nothing = "arn:aws:iam::111111111111:role/nothing"
	copier  = "arn:aws:iam::222222222222:role/copier"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// world is a KMS behind a listener, with roles in memory.
type world struct {
	*kms.Service
	clock *clock.Clock
	sts   *sts.Service
	url   string
	roles map[string][]policy.Document
}

func (w *world) Exists(arn string) bool { _, ok := w.roles[arn]; return ok }

func (w *world) Policies(roleARN string) ([]policy.Document, bool) {
	documents, ok := w.roles[roleARN]
	return documents, ok
}

func (w *world) Of(string) (string, []string) { return "o-a1b2c3d4e5", nil }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{clock: clock.New(start), sts: sts.New(ids.New(1)), roles: map[string][]policy.Document{}}
	for role, actions := range map[string]string{admin: `"kms:*"`, reader: `"kms:Describe*","kms:List*","kms:Get*"`, nothing: "", copier: `"kms:*"`} {
		w.roles[role] = nil
		if actions != "" {
			d, err := policy.Parse(policy.Identity, "own", fmt.Appendf(nil, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[%s],"Resource":"*"}]}`, actions))
			require.NoError(t, err)
			w.roles[role] = []policy.Document{d}
		}
	}
	w.Service = kms.New(kms.Config{Clock: w.clock, IDs: ids.New(1), Principals: w, Identities: w, Organizations: w})
	server := httptest.NewServer(&wire.Server{Clock: w.clock, Identify: w.sts.Identify, Services: map[string]wire.Handler{"kms": w.Handler()},
		// Rights are the service's own business.
		Authorize: func(wire.Caller, wire.Need) *wire.Error {
			return &wire.Error{Code: "Asked", Message: "nobody must be asked"}
		}})
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// as is a client of an account's root user, or of a session of a role.
func (w *world) as(t *testing.T, who string) *api.Client {
	t.Helper()
	key := who
	if len(who) > len(member) {
		session, err := w.sts.Session(who, "night", time.Hour)
		require.NoError(t, err)
		key = session.AccessKeyID
	}
	return api.NewFromConfig(aws.Config{Region: primary, BaseEndpoint: &w.url, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(key, "local", "")})
}

// add makes a key in the member account; an empty policy is AWS's default.
func (w *world) add(t *testing.T, statements string) string {
	t.Helper()
	k := kms.Key{Account: member, Region: primary, Description: "orders"}
	if statements != "" {
		k.Policy = `{"Version":"2012-10-17","Statement":[` + statements + `]}`
	}
	arn, err := w.AddKey(k)
	require.NoError(t, err)
	return arn
}

const accountsOwn = `{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"kms:*","Resource":"*"}`

func refusal(t *testing.T, err error) (code, message string) {
	t.Helper()
	var refused smithy.APIError
	require.ErrorAs(t, err, &refused)
	return refused.ErrorCode(), refused.ErrorMessage()
}
