package awslogin_test

import (
	"crypto/sha1" //nolint:gosec // the SDK names a file by it
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
)

// profiles has AWS read these profiles, and takes keys of the environment away.
func profiles(t *testing.T, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
}

const onCallProfile = `[profile base]
aws_access_key_id = 222222222222
aws_secret_access_key = local
[profile oncall]
role_arn = arn:aws:iam::222222222222:role/OnCall
source_profile = base
`

func TestARoleOfAProfileIsAssumedWhereTheOtherCallsGo(t *testing.T) {
	in(t, account, awssim.Config{}) // in which everyone may assume every role
	url := os.Getenv("AWS_ENDPOINT_URL")
	for sentence, prepare := range map[string]func(t *testing.T){
		"as AWS_ENDPOINT_URL says": func(*testing.T) {},
		"as AWS_ENDPOINT_URL_STS says": func(t *testing.T) {
			t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
			t.Setenv("AWS_ENDPOINT_URL_STS", url)
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			profiles(t, onCallProfile)
			prepare(t)
			logins := awslogin.Logins{Profiles: map[string]string{account: "oncall"}}
			config, err := logins.Own(t.Context(), account, "eu-central-1")
			require.NoError(t, err)
			who, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), nil)
			require.NoError(t, err)
			assert.Contains(t, *who.Arn, "arn:aws:sts::222222222222:assumed-role/OnCall/")
		})
	}
}

func TestAWebIdentityIsTakenWhereTheOtherCallsGo(t *testing.T) {
	surround(t, account)
	profiles(t, "")
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("token"), 0o600))
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
	t.Setenv("AWS_ROLE_ARN", reader)
	var asked string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.FormValue("Action")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>because</Message></Error></ErrorResponse>`)
	}))
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	require.EqualError(t, err, "fetch AWS credentials: AccessDenied: because")
	assert.Equal(t, "AssumeRoleWithWebIdentity", asked)
}

// TestWhyCredentialsCannotBeFetchedIsTold: only where there are none it is said that there are none.
func TestWhyCredentialsCannotBeFetchedIsTold(t *testing.T) {
	refusing := func(status int, code string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprintf(w, `<ErrorResponse><Error><Code>%s</Code><Message>because</Message></Error></ErrorResponse>`, code)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	for sentence, c := range map[string]struct {
		url   string
		class hop.Class // empty: no *hop.Failure
		text  string
	}{
		"the role trusts another":     {refusing(http.StatusForbidden, "AccessDenied"), hop.ClassRole, "AccessDenied: because"},
		"its own session has expired": {refusing(http.StatusForbidden, "ExpiredToken"), hop.ClassRole, "ExpiredToken: because"},
		"AWS is busy":                 {refusing(http.StatusBadRequest, "Throttling"), hop.ClassTransient, "Throttling: because"},
		"AWS is busy, in other words": {refusing(http.StatusBadRequest, "RequestLimitExceeded"), hop.ClassTransient, "RequestLimitExceeded: because"},
		"AWS is broken":               {refusing(http.StatusInternalServerError, "InternalFailure"), hop.ClassTransient, "InternalFailure: because"},
		"there is no network":         {"http://127.0.0.1:1", hop.ClassTransient, "connection refused"},
		"a proxy has a certificate":   {secure.URL, "", "certificate"},
	} {
		t.Run(sentence, func(t *testing.T) {
			surround(t, account)
			profiles(t, onCallProfile)
			t.Setenv("AWS_ENDPOINT_URL", c.url)
			logins := awslogin.Logins{Profiles: map[string]string{account: "oncall"}}
			_, err := logins.Own(t.Context(), account, "eu-central-1")
			require.ErrorContains(t, err, "fetch AWS credentials: ")
			assert.ErrorContains(t, err, c.text)
			assert.NotErrorIs(t, err, awslogin.ErrNoCredentials)
			var refused *hop.Failure
			assert.Equal(t, c.class != "", errors.As(err, &refused))
			if refused != nil {
				assert.Equal(t, c.class, refused.Class)
			}
		})
	}
}

// signedIn is a profile of IAM Identity Center, with a token in the cache, or none. The cache's
// file is named by the SHA-1 of the session's name.
func signedIn(t *testing.T, token string) {
	t.Helper()
	profiles(t, `[profile oncall]
sso_session = corp
sso_account_id = 222222222222
sso_role_name = OnCall
[sso-session corp]
sso_start_url = https://corp.example.com/start
sso_region = eu-central-1
`)
	home := t.TempDir()
	t.Setenv("HOME", home)
	cache := filepath.Join(home, ".aws", "sso", "cache")
	require.NoError(t, os.MkdirAll(cache, 0o700))
	if token != "" {
		name := fmt.Sprintf("%x.json", sha1.Sum([]byte("corp"))) //nolint:gosec // the SDK's name of the file
		require.NoError(t, os.WriteFile(filepath.Join(cache, name), []byte(token), 0o600))
	}
}

func TestASignInThatIsOverIsTold(t *testing.T) {
	for sentence, token := range map[string]string{
		"it was never made": "",
		"it has expired":    `{"accessToken": "a", "expiresAt": "2020-01-01T00:00:00Z"}`,
	} {
		t.Run(sentence, func(t *testing.T) {
			surround(t, account)
			signedIn(t, token)
			logins := awslogin.Logins{Profiles: map[string]string{account: "oncall"}}
			_, err := logins.Own(t.Context(), account, "eu-central-1")
			require.ErrorIs(t, err, awslogin.ErrExpired)
		})
	}
}

func TestARoleWithAnMFACodeIsTold(t *testing.T) {
	surround(t, account)
	profiles(t, onCallProfile+"mfa_serial = arn:aws:iam::222222222222:mfa/me\n")
	logins := awslogin.Logins{Profiles: map[string]string{account: "oncall"}}
	_, err := logins.Own(t.Context(), account, "eu-central-1")
	require.ErrorIs(t, err, awslogin.ErrMFA)
}

func TestAMachineWithoutMetadataHasNoCredentials(t *testing.T) {
	surround(t, account)
	profiles(t, "[default]\nregion = eu-central-1\n")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")
	_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	require.ErrorIs(t, err, awslogin.ErrNoCredentials)
}

func TestARetryModeOfOtherSDKsIsNamed(t *testing.T) {
	for sentence, prepare := range map[string]func(t *testing.T){
		"in the environment": func(t *testing.T) { t.Setenv("AWS_RETRY_MODE", "legacy") },
		"in a profile": func(t *testing.T) {
			profiles(t, onCallProfile+"[default]\nretry_mode = legacy\n")
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			surround(t, account)
			prepare(t)
			_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
			require.ErrorIs(t, err, awslogin.ErrRetryMode)
			assert.ErrorContains(t, err, "legacy")
		})
	}
}

// TestKeysCountBeforeAProfile: the SDK's rule, and what is said of it.
func TestKeysCountBeforeAProfile(t *testing.T) {
	surround(t, account)
	file := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(file, []byte("[profile member]\naws_access_key_id = "+member+"\naws_secret_access_key = local\n"), 0o600))
	t.Setenv("AWS_CONFIG_FILE", file)
	assert.Empty(t, awslogin.UnusedProfile())
	t.Setenv("AWS_PROFILE", "member")
	_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	require.NoError(t, err, "the keys are of the account, the profile is of another")
	assert.Equal(t, "member", awslogin.UnusedProfile())
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	assert.Empty(t, awslogin.UnusedProfile(), "half a key is none")
	_, err = new(awslogin.Logins).Own(t.Context(), member, "eu-central-1")
	require.NoError(t, err)
}

func TestEachCallIsTold(t *testing.T) {
	in(t, account, awssim.Config{})
	var called []string
	logins := awslogin.Logins{Called: func(operation, region string) { called = append(called, operation+" "+region) }}
	_, err := logins.Role(t.Context(), account, member, reader, "eu-central-1")
	require.NoError(t, err)
	assert.Equal(t, []string{"GetCallerIdentity eu-central-1", "AssumeRole eu-central-1"}, called)
}
