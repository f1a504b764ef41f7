package settings_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/settings"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	member     = "111111111111"
	management = "333333333333"
)

// managed is an organization of member and management.
type managed struct{}

func (managed) Management(account string) (string, bool) {
	return management, account == member || account == management
}

func serve(t *testing.T, config settings.Config) (*settings.Store, func(account, region string) *api.Client) {
	t.Helper()
	c := clock.New(time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC))
	config.Organizations = managed{}
	store := settings.New(c, config)
	server := httptest.NewServer(&wire.Server{Clock: c, Identify: sts.New(ids.New(1)).Identify,
		Services: map[string]wire.Handler{"backup": wire.NewREST(store.Routes())}})
	t.Cleanup(server.Close)
	return store, func(account, region string) *api.Client {
		return api.NewFromConfig(aws.Config{Region: region, BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	}
}

func refused(t *testing.T, want string, err error) {
	t.Helper()
	var fault smithy.APIError
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, want, fault.ErrorCode())
}

func TestAnUpdateChangesOneAccountInOneRegion(t *testing.T) {
	for name, test := range map[string]struct {
		config settings.Config
		ebs    bool // which was on, and is left out
	}{
		"what is left out is kept":         {settings.Config{}, true},
		"what is left out is switched off": {settings.Config{OmittedIsOff: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			store, as := serve(t, test.config)
			_, err := as(member, "eu-central-1").UpdateRegionSettings(t.Context(), &api.UpdateRegionSettingsInput{
				ResourceTypeOptInPreference: map[string]bool{"Neptune": true},
			})
			require.NoError(t, err)
			got := store.OptIns(member, "eu-central-1")
			assert.True(t, got["Neptune"])
			assert.Equal(t, test.ebs, got["EBS"])
			assert.False(t, store.OptIns(member, "eu-north-1")["Neptune"])
			assert.False(t, store.OptIns(management, "eu-central-1")["Neptune"])
		})
	}
}

func TestARegionHasTheTypesThatItHas(t *testing.T) {
	store, as := serve(t, settings.Config{})
	store.SetConfig(settings.Config{Unsupported: map[string][]string{"eu-north-1": {"Neptune"}}})
	out, err := as(member, "eu-north-1").DescribeRegionSettings(t.Context(), &api.DescribeRegionSettingsInput{})
	require.NoError(t, err)
	assert.NotContains(t, out.ResourceTypeOptInPreference, "Neptune")
	_, err = as(member, "eu-north-1").UpdateRegionSettings(t.Context(), &api.UpdateRegionSettingsInput{
		ResourceTypeOptInPreference: map[string]bool{"Neptune": true, "S3": true},
	})
	refused(t, "InvalidParameterValueException", err)
	assert.False(t, store.OptIns(member, "eu-north-1")["S3"], "nothing of a refused update is kept")
	_, err = as(member, "eu-north-1").UpdateRegionSettings(t.Context(), &api.UpdateRegionSettingsInput{
		ResourceTypeManagementPreference: map[string]bool{"S3": true},
	})
	refused(t, "InvalidParameterValueException", err)
}

func TestGlobalSettingsAreTheOrganizations(t *testing.T) {
	_, as := serve(t, settings.Config{})
	update := func(account string, given map[string]string) error {
		_, err := as(account, "eu-central-1").UpdateGlobalSettings(t.Context(), &api.UpdateGlobalSettingsInput{GlobalSettings: given})
		return err
	}
	require.NoError(t, update(management, map[string]string{"isCrossAccountBackupEnabled": "true"}))
	out, err := as(member, "eu-north-1").DescribeGlobalSettings(t.Context(), &api.DescribeGlobalSettingsInput{})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"isCrossAccountBackupEnabled": "true", "isMpaEnabled": "false", "isDelegatedAdministratorEnabled": "false",
	}, out.GlobalSettings)
	assert.Equal(t, time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC), *out.LastUpdateTime)

	refused(t, "InvalidRequestException", update(member, map[string]string{"isCrossAccountBackupEnabled": "false"}))
	refused(t, "ERROR_9601", update("999999999999", map[string]string{"isCrossAccountBackupEnabled": "false"}))
	refused(t, "InvalidParameterValueException", update(management, map[string]string{"crossAccount": "true"}))
	refused(t, "InvalidParameterValueException", update(management, map[string]string{"isMpaEnabled": "yes"}))
}
