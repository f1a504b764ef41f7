package keys_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/kms/keys"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	member  = "111111111111"
	backup  = "222222222222"
	primary = "eu-central-1"
	linked  = "role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
)

var (
	start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	here  = keys.Place{Account: member, Region: primary}
)

// world has roles with their policies in memory: who is not in it does not exist.
type world struct {
	*keys.Store
	clock *clock.Clock
	roles map[string][]policy.Document
}

func (w *world) Exists(arn string) bool { _, ok := w.roles[arn]; return ok }

func (w *world) Policies(roleARN string) ([]policy.Document, bool) {
	documents, ok := w.roles[roleARN]
	return documents, ok
}

func (w *world) Of(account string) (string, []string) {
	if account == "999999999999" {
		return "", nil
	}
	return "o-a1b2c3d4e5", []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{clock: clock.New(start), roles: map[string][]policy.Document{}}
	w.Store = keys.New(keys.Config{Clock: w.clock, IDs: ids.New(1), Principals: w, Identities: w, Organizations: w})
	for _, account := range []string{member, backup, "999999999999"} {
		w.roles["arn:aws:iam::"+account+":"+linked] = identity(t, `"kms:*"`)
		w.roles["arn:aws:iam::"+account+":role/admin"] = identity(t, `"kms:*"`)
		w.roles["arn:aws:iam::"+account+":role/nothing"] = nil
	}
	return w
}

// identity is a policy of a role that allows actions.
func identity(t *testing.T, actions string) []policy.Document {
	t.Helper()
	d, err := policy.Parse(policy.Identity, "own", fmt.Appendf(nil, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[%s],"Resource":"*"}]}`, actions))
	require.NoError(t, err)
	return []policy.Document{d}
}

// role is a session of a role of the world.
func (w *world) role(account, name string) authz.Principal {
	p := authz.RoleSession("arn:aws:iam::"+account+":"+name, "night")
	p.Organization, p.OrganizationPaths = w.Of(account)
	return p
}

func (w *world) add(t *testing.T, statements string) string {
	t.Helper()
	k := keys.Key{Account: member, Region: primary}
	if statements != "" {
		k.Policy = written(statements)
	}
	arn, err := w.AddKey(k)
	require.NoError(t, err)
	return arn
}

func written(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

const accountsOwn = `{"Sid":"AccountsOwnPolicies","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}`

// What the backup account's copies need of a source's key: its use, and grants for
// AWS services.
const (
	use = `{"Sid":"Use","Effect":"Allow","Principal":{"AWS":"*"},"Action":["kms:DescribeKey","kms:Decrypt","kms:Encrypt","kms:ReEncrypt*","kms:GenerateDataKey*"],"Resource":"*","Condition":` +
		`{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::222222222222:` + linked + `"},"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`
	grants = `{"Sid":"Grants","Effect":"Allow","Principal":{"AWS":"*"},"Action":["kms:CreateGrant","kms:ListGrants","kms:RevokeGrant"],"Resource":"*","Condition":` +
		`{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::222222222222:` + linked + `"},"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"Bool":{"kms:GrantIsForAWSResource":"true"}}}`
)

func code(t *testing.T, err error) string {
	t.Helper()
	var refused *wire.Error
	require.ErrorAs(t, err, &refused)
	return refused.Code
}
