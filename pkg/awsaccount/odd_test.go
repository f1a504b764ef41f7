package awsaccount_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsaccount"
	"github.com/twohop/twohop/pkg/awscall"
)

// saying is an AWS that gives this answer to every call.
func saying(t *testing.T, body string) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
	t.Cleanup(server.Close)
	return aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(management, "local", "")}
}

func TestAListWithoutAnEndIsAnError(t *testing.T) {
	config := saying(t, `{"NextToken":"again"}`)
	_, err := awsaccount.NewDirectory(config).Accounts(t.Context(), "r-ab12")
	require.ErrorIs(t, err, awscall.ErrRepeatedToken)
	for _, name := range []string{"trusted access of backup.amazonaws.com", "policy type BACKUP_POLICY"} {
		changed, err := named(t, config, name).Ensure(t.Context())
		require.ErrorIs(t, err, awscall.ErrRepeatedToken, name)
		require.False(t, changed, name)
	}
}

func TestNothingIsConcludedFromAnAnswerThatIsNotWhole(t *testing.T) {
	_, err := awsaccount.Organization(saying(t, `{}`), "o-a1b2c3d4e5", management, 0).Identity.Ensure(t.Context())
	require.ErrorContains(t, err, "DescribeOrganization answered without Organization")
	entrance := awsaccount.Entrance{Config: saying(t, `<R><AssumeRoleResult></AssumeRoleResult></R>`), Role: func(string) string { return "role" }, Session: "session"}
	_, err = entrance.Enter(t.Context(), "111111111111")
	require.ErrorContains(t, err, "AssumeRole answered without Credentials")
	for _, setting := range awsaccount.Settings(saying(t, `{}`), map[string][]string{"eu-central-1": {"RDS"}}) {
		if setting.String() == "opt-in of RDS in eu-central-1" {
			_, err = setting.Ensure(t.Context())
		}
	}
	require.ErrorContains(t, err, "DescribeRegionSettings answered without ResourceTypeOptInPreference")
}
