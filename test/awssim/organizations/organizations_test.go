package organizations_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	member     = "111111111111"
	management = "333333333333"
	unit       = "ou-ab12-11111111"
)

func serve(t *testing.T) (*organizations.Service, func(account string) *api.Client) {
	t.Helper()
	c := clock.New(time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC))
	service := organizations.New(c)
	require.NoError(t, service.AddOrganization(organizations.Organization{ID: "o-a1b2c3d4e5", Root: "r-ab12", Management: management}))
	require.NoError(t, service.AddUnit(organizations.Unit{ID: unit, Parent: "r-ab12", Name: "databases"}))
	require.NoError(t, service.AddAccount(organizations.Account{ID: member, Parent: unit, Name: "orders"}))
	server := httptest.NewServer(&wire.Server{Clock: c, Identify: sts.New(ids.New(1)).Identify,
		Services: map[string]wire.Handler{"organizations": service.Handler()}})
	t.Cleanup(server.Close)
	return service, func(account string) *api.Client {
		return api.NewFromConfig(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	}
}

func TestAccountsAreListedWhateverTheirStatePageByPage(t *testing.T) {
	service, as := serve(t)
	for i := range 20 {
		require.NoError(t, service.AddAccount(organizations.Account{ID: fmt.Sprintf("4%011d", i), Parent: unit, State: organizations.Suspended}))
	}
	require.NoError(t, service.AddAccount(organizations.Account{ID: "500000000000", Parent: unit, Status: organizations.Active}))
	var found []types.Account
	sizes := []int{}
	pages := api.NewListAccountsForParentPaginator(as(management), &api.ListAccountsForParentInput{ParentId: aws.String(unit)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		found, sizes = append(found, page.Accounts...), append(sizes, len(page.Accounts))
	}
	assert.Equal(t, []int{20, 2}, sizes)
	assert.Equal(t, types.AccountStateActive, found[0].State)
	assert.Empty(t, found[0].Status, "retired")
	assert.Equal(t, types.AccountStateSuspended, found[1].State)
	assert.Equal(t, types.AccountStatusActive, found[21].Status)
	assert.Empty(t, found[21].State)
}

func TestAPolicyTypeMayTakeItsTime(t *testing.T) {
	service, as := serve(t)
	service.EnableSlowly(2)
	made, err := as(management).EnablePolicyType(t.Context(), &api.EnablePolicyTypeInput{RootId: aws.String("r-ab12"), PolicyType: types.PolicyTypeBackupPolicy})
	require.NoError(t, err)
	assert.Equal(t, types.PolicyTypeStatusPendingEnable, made.Root.PolicyTypes[0].Status)
	for _, want := range []types.PolicyTypeStatus{types.PolicyTypeStatusPendingEnable, types.PolicyTypeStatusPendingEnable, types.PolicyTypeStatusEnabled} {
		roots, err := as(management).ListRoots(t.Context(), &api.ListRootsInput{})
		require.NoError(t, err)
		assert.Equal(t, want, roots.Roots[0].PolicyTypes[0].Status)
	}
}

func TestTrustIsKeptByOrganization(t *testing.T) {
	service, _ := serve(t)
	assert.False(t, service.Trust(member, "s.amazonaws.com"), "not the management account")
	assert.False(t, service.Trust("999999999999", "s.amazonaws.com"))
	assert.False(t, service.Trusts(member, "s.amazonaws.com"))
	assert.True(t, service.Trust(management, "s.amazonaws.com"))
	assert.True(t, service.Trusts(member, "s.amazonaws.com"))
	assert.False(t, service.Trusts("999999999999", "s.amazonaws.com"))
}

func TestRefusals(t *testing.T) {
	_, as := serve(t)
	ctx := t.Context()
	for name, test := range map[string]struct {
		call func() error
		code string
	}{
		"an account without an organization": {func() error { _, err := as("999999999999").DescribeOrganization(ctx, nil); return err }, "AWSOrganizationsNotInUseException"},
		"an account that does not manage":    {func() error { _, err := as(member).ListRoots(ctx, nil); return err }, "AccessDeniedException"},
		"a parent unknown": {func() error {
			_, err := as(management).ListAccountsForParent(ctx, &api.ListAccountsForParentInput{ParentId: aws.String("ou-ab12-99999999")})
			return err
		}, "ParentNotFoundException"},
		"a page too large": {func() error {
			_, err := as(management).ListAccountsForParent(ctx, &api.ListAccountsForParentInput{ParentId: aws.String(unit), MaxResults: aws.Int32(21)})
			return err
		}, "InvalidInputException"},
		"a token that is none": {func() error {
			_, err := as(management).ListRoots(ctx, &api.ListRootsInput{NextToken: aws.String("OTk=")})
			return err
		}, "InvalidInputException"},
		"a root unknown": {func() error {
			_, err := as(management).EnablePolicyType(ctx, &api.EnablePolicyTypeInput{RootId: aws.String("r-zzzz"), PolicyType: types.PolicyTypeBackupPolicy})
			return err
		}, "RootNotFoundException"},
		"a policy type unknown": {func() error {
			_, err := as(management).EnablePolicyType(ctx, &api.EnablePolicyTypeInput{RootId: aws.String("r-ab12"), PolicyType: "POLICY"})
			return err
		}, "InvalidInputException"},
	} {
		t.Run(name, func(t *testing.T) {
			var refused smithy.APIError
			require.ErrorAs(t, test.call(), &refused)
			assert.Equal(t, test.code, refused.ErrorCode())
		})
	}
}

func TestFaultsOfTheSetUp(t *testing.T) {
	service, _ := serve(t)
	for name, err := range map[string]error{
		"an organization's id":              service.AddOrganization(organizations.Organization{ID: "o-1", Root: "r-zz12", Management: member}),
		"an organization twice":             service.AddOrganization(organizations.Organization{ID: "o-a1b2c3d4e5", Root: "r-zz12", Management: member}),
		"a unit's id":                       service.AddUnit(organizations.Unit{ID: "databases", Parent: unit}),
		"a unit twice":                      service.AddUnit(organizations.Unit{ID: unit, Parent: unit}),
		"a unit's parent":                   service.AddUnit(organizations.Unit{ID: "ou-ab12-22222222", Parent: "r-none"}),
		"an account's id":                   service.AddAccount(organizations.Account{ID: "1", Parent: unit}),
		"an account in two places":          service.AddAccount(organizations.Account{ID: member, Parent: "r-ab12"}),
		"an account's parent":               service.AddAccount(organizations.Account{ID: "500000000000", Parent: "r-none"}),
		"a state that is none":              service.AddAccount(organizations.Account{ID: "500000000000", Parent: unit, State: "GONE"}),
		"an organization of a member of it": service.AddOrganization(organizations.Organization{ID: "o-zzzzzzzzzz", Root: "r-zz12", Management: member}),
	} {
		require.Error(t, err, name)
	}
}
