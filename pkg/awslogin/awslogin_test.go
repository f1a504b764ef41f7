package awslogin_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/iam"
)

const (
	account = "222222222222"
	member  = "111111111111"
	reader  = "arn:aws:iam::" + member + ":role/Reader"
)

// surround gives the SDK the environment of an account, and nothing of the person's
// who runs the tests.
func surround(t *testing.T, key string) *awssim.World {
	t.Helper()
	return in(t, key, awssim.Config{Permissions: true})
}

// in does so in a local AWS of another kind.
func in(t *testing.T, key string, config awssim.Config) *awssim.World {
	t.Helper()
	world, err := awssim.Start(config)
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
	return world
}

func TestTheRightAccount(t *testing.T) {
	surround(t, account)
	config, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	require.NoError(t, err)
	assert.Equal(t, "eu-central-1", config.Region, "whatever the environment says")
}

func TestAnotherAccount(t *testing.T) {
	surround(t, "111111111111")
	_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	var wrong *awslogin.WrongAccount
	require.ErrorAs(t, err, &wrong)
	assert.EqualError(t, wrong, "the credentials are of account 111111111111, not of 222222222222")
}

func TestCredentialsThatAWSDoesNotKnow(t *testing.T) {
	surround(t, "nobody")
	_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	var refused *hop.Failure
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, hop.ClassRole, refused.Class)
}

func TestNoCredentials(t *testing.T) {
	surround(t, account)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	require.ErrorIs(t, err, awslogin.ErrNoCredentials)
}

func TestAProfileThatThereIsNot(t *testing.T) {
	surround(t, account)
	logins := awslogin.Logins{Profiles: map[string]string{account: "nobody"}}
	_, err := logins.Own(t.Context(), account, "eu-central-1")
	require.ErrorIs(t, err, awslogin.ErrNoCredentials)
	assert.ErrorContains(t, err, "there is no profile nobody")
}

func TestAProfileOfAnotherAccount(t *testing.T) {
	surround(t, account)
	file := filepath.Join(t.TempDir(), "credentials")
	require.NoError(t, os.WriteFile(file, []byte("[member]\naws_access_key_id = "+member+"\naws_secret_access_key = none\n"), 0o600))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	logins := awslogin.Logins{Profiles: map[string]string{member: "member"}}
	_, err := logins.Own(t.Context(), member, "eu-central-1")
	require.NoError(t, err)
	_, err = logins.Role(t.Context(), account, member, reader, "eu-central-1")
	require.NoError(t, err, "a profile needs no role")
	_, err = logins.Own(t.Context(), account, "eu-central-1")
	require.NoError(t, err, "the environment's credentials are the other account's")
}

func TestARoleIsAssumed(t *testing.T) {
	world := surround(t, account)
	trust := func(who string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + who + `"},"Action":"sts:AssumeRole"}]}`
	}
	onCall := iam.Role{Account: account, Name: "OnCall", Trust: trust(account), Inline: map[string]string{
		"own": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}`}}
	require.NoError(t, world.IAM.AddRole(onCall))
	session, err := world.STS.Session(onCall.ARN(), "me", time.Hour)
	require.NoError(t, err)
	t.Setenv("AWS_ACCESS_KEY_ID", session.AccessKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", session.SecretAccessKey)
	t.Setenv("AWS_SESSION_TOKEN", session.SessionToken)
	require.NoError(t, world.IAM.AddRole(iam.Role{Account: member, Name: "Reader", Trust: trust(account)}))
	require.NoError(t, world.IAM.AddRole(iam.Role{Account: member, Name: "Stranger", Trust: trust("333333333333")}))
	logins := new(awslogin.Logins)
	config, err := logins.Role(t.Context(), account, member, reader, "eu-west-1")
	require.NoError(t, err)
	assert.Equal(t, "eu-west-1", config.Region)
	who, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:sts::"+member+":assumed-role/Reader/twohop", *who.Arn)

	_, err = logins.Role(t.Context(), account, member, "arn:aws:iam::"+member+":role/Stranger", "eu-west-1")
	var refused *hop.Failure
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, hop.ClassRole, refused.Class)
	assert.ErrorContains(t, err, "assume arn:aws:iam::"+member+":role/Stranger")
}

func TestNoNetwork(t *testing.T) {
	surround(t, account)
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	var passing *hop.Failure
	require.ErrorAs(t, err, &passing)
	assert.Equal(t, hop.ClassTransient, passing.Class)
}

func TestNobodyIsTakenForAnotherByAnAnswerThatIsNotWhole(t *testing.T) {
	for sentence, body := range map[string]string{
		"without an account": `<R><GetCallerIdentityResult></GetCallerIdentityResult></R>`,
		"cut off":            `<R><GetCallerIdentityResult><Account>2222`,
	} {
		t.Run(sentence, func(t *testing.T) {
			surround(t, account)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
			defer server.Close()
			t.Setenv("AWS_ENDPOINT_URL", server.URL)
			_, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
			var passing *hop.Failure
			require.ErrorAs(t, err, &passing)
			assert.Equal(t, hop.ClassTransient, passing.Class)
		})
	}
}

func TestCallsWaitAsLongAsThoseOfTheFunctions(t *testing.T) {
	surround(t, account)
	config, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	require.NoError(t, err)
	delay, err := config.Retryer().RetryDelay(30, http.ErrHandlerTimeout)
	require.NoError(t, err)
	assert.Equal(t, 20*time.Second, delay, "awscall's; the SDK's own would be shorter")
}

func TestTheTimeIsThatOfAWS(t *testing.T) {
	world := surround(t, account)
	var logins awslogin.Logins
	assert.WithinDuration(t, time.Now(), logins.Now(), time.Second, "this machine's, before the first login")
	require.NoError(t, world.Clock.Advance(t.Context(), 72*time.Hour))
	_, err := logins.Own(t.Context(), account, "eu-central-1")
	require.NoError(t, err)
	assert.WithinDuration(t, world.Clock.Now(), logins.Now(), 2*time.Second, "whatever a laptop's clock says")
}

func TestTheTimeIsAskedAnew(t *testing.T) {
	world := surround(t, account)
	config, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	require.NoError(t, err)
	require.NoError(t, world.Clock.Advance(t.Context(), time.Hour))
	now, err := awslogin.Now(t.Context(), config)
	require.NoError(t, err)
	assert.Equal(t, world.Clock.Now().Truncate(time.Second), now)
}

func TestTheCallerIsNamed(t *testing.T) {
	surround(t, account)
	config, err := new(awslogin.Logins).Own(t.Context(), account, "eu-central-1")
	require.NoError(t, err)
	caller, err := awslogin.Caller(t.Context(), config)
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:iam::222222222222:root", caller)
}
