package awslogin_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
)

const account = "222222222222"

// surround gives the SDK the environment of an account, and nothing of the person's
// who runs the tests.
func surround(t *testing.T, key string) {
	t.Helper()
	world, err := awssim.Start(awssim.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, world.Close()) })
	nothing := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing, "AWS_PROFILE": "", "AWS_SESSION_TOKEN": "",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	for name, value := range world.Environment(key, "eu-north-1") {
		t.Setenv(name, value)
	}
}

func TestTheRightAccount(t *testing.T) {
	surround(t, account)
	config, err := awslogin.In(t.Context(), account, "eu-central-1")
	require.NoError(t, err)
	assert.Equal(t, "eu-central-1", config.Region, "whatever the environment says")
}

func TestAnotherAccount(t *testing.T) {
	surround(t, "111111111111")
	_, err := awslogin.In(t.Context(), account, "eu-central-1")
	var wrong *awslogin.WrongAccount
	require.ErrorAs(t, err, &wrong)
	assert.EqualError(t, wrong, "the credentials are of account 111111111111, not of 222222222222")
}

func TestCredentialsThatAWSDoesNotKnow(t *testing.T) {
	surround(t, "nobody")
	_, err := awslogin.In(t.Context(), account, "eu-central-1")
	var refused *hop.Failure
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, hop.ClassRole, refused.Class)
}

func TestNoCredentials(t *testing.T) {
	surround(t, account)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	_, err := awslogin.In(t.Context(), account, "eu-central-1")
	require.ErrorIs(t, err, awslogin.ErrNoCredentials)
}

func TestNoNetwork(t *testing.T) {
	surround(t, account)
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	_, err := awslogin.In(t.Context(), account, "eu-central-1")
	var passing *hop.Failure
	require.ErrorAs(t, err, &passing)
	assert.Equal(t, hop.ClassTransient, passing.Class)
}
