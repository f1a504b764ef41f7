package awsaccount_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	api "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsaccount"
	"github.com/twohop/twohop/pkg/prerequisite"
	"github.com/twohop/twohop/test/awssim"
	simbackup "github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/wire"
)

const management = "333333333333"

func start(t *testing.T, c awssim.Config) *awssim.World {
	t.Helper()
	w, err := awssim.Start(c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, w.Organizations.AddOrganization(organizations.Organization{ID: "o-a1b2c3d4e5", Root: "r-ab12", Management: management}))
	return w
}

func client(w *awssim.World) aws.Config {
	return aws.Config{Region: "eu-central-1", BaseEndpoint: aws.String(w.Endpoint()), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(management, "local", "")}
}

// setting is the one of the organization with this name.
func setting(t *testing.T, w *awssim.World, name string) prerequisite.Setting {
	t.Helper()
	return named(t, client(w), name)
}

func named(t *testing.T, config aws.Config, name string) prerequisite.Setting {
	t.Helper()
	all := awsaccount.Organization(config, "o-a1b2c3d4e5", management, time.Millisecond).Settings
	i := slices.IndexFunc(all, func(s prerequisite.Setting) bool { return s.String() == name })
	require.GreaterOrEqual(t, i, 0)
	return all[i]
}

func TestAPolicyTypeIsWaitedForUntilAWSHasEnabledIt(t *testing.T) {
	looks := 0
	w := start(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
		if c.Action == "ListRoots" {
			looks++
		}
		return wire.Fault{}
	}})
	w.Organizations.EnableSlowly(3)
	policies := setting(t, w, "policy type BACKUP_POLICY")
	changed, err := policies.Ensure(t.Context())
	require.NoError(t, err)
	assert.True(t, changed)
	assert.Equal(t, 5, looks, "one before, three while it is pending, one that finds it enabled")

	changed, err = policies.Ensure(t.Context())
	require.NoError(t, err)
	assert.False(t, changed)
}

func TestWaitingForAPolicyTypeEndsWithTheTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := start(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
		if c.Action == "EnablePolicyType" {
			cancel()
		}
		return wire.Fault{}
	}})
	w.Organizations.EnableSlowly(1 << 30)
	_, err := setting(t, w, "policy type BACKUP_POLICY").Ensure(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAPolicyTypeThatSomebodyElseHasJustEnabledIsNoFailure(t *testing.T) {
	var w *awssim.World
	first := true
	w = start(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
		if c.Action == "EnablePolicyType" && first {
			first = false
			_, err := api.NewFromConfig(client(w)).EnablePolicyType(t.Context(), &api.EnablePolicyTypeInput{
				RootId: aws.String("r-ab12"), PolicyType: types.PolicyTypeBackupPolicy,
			})
			assert.NoError(t, err)
		}
		return wire.Fault{}
	}})
	changed, err := setting(t, w, "policy type BACKUP_POLICY").Ensure(t.Context())
	require.NoError(t, err)
	assert.False(t, changed)
	assert.False(t, first)
}

// The local AWS disables no policy type, so a server answers in its place.
func TestAPolicyTypeThatIsBeingDisabledIsLeftToTheNextRun(t *testing.T) {
	var actions []string
	status := "PENDING_DISABLE"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actions = append(actions, r.Header.Get("X-Amz-Target"))
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprintf(w, `{"Roots":[{"Id":"r-ab12","PolicyTypes":[{"Type":"BACKUP_POLICY","Status":%q}]}]}`, status)
		status = "ENABLED" // for whoever looks again
	}))
	defer server.Close()
	config := aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(management, "local", "")}
	changed, err := named(t, config, "policy type BACKUP_POLICY").Ensure(t.Context())
	require.EqualError(t, err, "it is being disabled; the next run enables it once that is over")
	assert.False(t, changed)
	assert.Equal(t, []string{"AWSOrganizationsV20161128.ListRoots"}, actions, "nothing is changed, and nothing waited for")
}

func TestATrustedServiceIsFoundOnWhateverPage(t *testing.T) {
	var actions []string
	w := start(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
		actions = append(actions, c.Action)
		return wire.Fault{}
	}})
	for i := range 21 { // a page has 20, sorted by name
		require.True(t, w.Organizations.Trust(management, fmt.Sprintf("a%02d.amazonaws.com", i)))
	}
	require.True(t, w.Organizations.Trust(management, "backup.amazonaws.com"))
	changed, err := setting(t, w, "trusted access of backup.amazonaws.com").Ensure(t.Context())
	require.NoError(t, err)
	assert.False(t, changed)
	const look = "ListAWSServiceAccessForOrganization"
	assert.Equal(t, []string{look, look}, actions)
}

func TestOtherGlobalSettingsStayAsTheyAre(t *testing.T) {
	for name, omittedIsOff := range map[string]bool{
		"AWS keeps what an update leaves out": false,
		"AWS switches it off":                 true,
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, awssim.Config{Backup: func(c *simbackup.Config) { c.Settings.OmittedIsOff = omittedIsOff }})
			calls := backup.NewFromConfig(client(w))
			_, err := calls.UpdateGlobalSettings(t.Context(), &backup.UpdateGlobalSettingsInput{GlobalSettings: map[string]string{"isMpaEnabled": "true"}})
			require.NoError(t, err)
			changed, err := setting(t, w, "cross-account backup").Ensure(t.Context())
			require.NoError(t, err)
			assert.True(t, changed)
			out, err := calls.DescribeGlobalSettings(t.Context(), &backup.DescribeGlobalSettingsInput{})
			require.NoError(t, err)
			assert.Equal(t, map[string]string{
				"isCrossAccountBackupEnabled": "true", "isMpaEnabled": "true", "isDelegatedAdministratorEnabled": "false",
			}, out.GlobalSettings)
		})
	}
}
