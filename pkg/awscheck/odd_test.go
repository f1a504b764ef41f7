package awscheck_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/awscheck"
)

// saying is an AWS that gives this answer to every call.
func saying(t *testing.T, body string) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
	t.Cleanup(server.Close)
	return aws.Config{Region: region, BaseEndpoint: &server.URL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")}
}

func TestAListWithoutAnEndIsAnError(t *testing.T) {
	ctx, errs := t.Context(), map[string]error{}
	config := saying(t, `{"NextToken":"again"}`)
	_, errs["plans"] = awscheck.NewBackup(config).Plans(ctx)
	_, errs["tagged"] = awscheck.NewDatabases(saying(t, string(cbor.Encode(cbor.Map{"PaginationToken": cbor.String("again")})))).Tagged(ctx, "backup")
	_, errs["tags"] = awscheck.NewDatabases(saying(t, string(cbor.Encode(cbor.Map{"PaginationToken": cbor.String("again")})))).Tags(ctx)
	_, errs["quotas"] = awscheck.NewQuotas(config).Quotas(ctx, region)
	_, errs["roots"] = awscheck.NewOrganization(config).BackupPolicies(ctx)
	_, errs["services"] = awscheck.NewOrganization(config).TrustedServices(ctx)
	_, errs["attached"] = awscheck.NewRoles(saying(t, `<R><ListAttachedRolePoliciesResult><IsTruncated>true</IsTruncated><Marker>again</Marker></ListAttachedRolePoliciesResult></R>`)).Attached(ctx, "r")
	_, errs["engines"] = awscheck.NewEngines(saying(t, `<R><DescribeDBEngineVersionsResult><Marker>again</Marker></DescribeDBEngineVersionsResult></R>`)).Offered(ctx, region, "e")
	for list, err := range errs {
		require.ErrorIs(t, err, awscall.ErrRepeatedToken, list)
	}
	_, err := awscheck.NewEvents(config).Targets(ctx, "", "rule")
	require.ErrorContains(t, err, "the rule rule has more targets than one page holds")
}

func TestNothingIsConcludedFromAnAnswerThatIsNotWhole(t *testing.T) {
	ctx, errs := t.Context(), map[string]error{}
	config := saying(t, `{}`)
	_, errs["EncryptionKeyArn"] = awscheck.NewBackup(config).Vault(ctx, region, "v")
	_, errs["ResourceTypeOptInPreference"] = awscheck.NewBackup(config).OptIns(ctx, region)
	_, errs["KeyMetadata"] = awscheck.NewKeys(config).Key(ctx, "k")
	_, errs["State"] = awscheck.NewEvents(config).Rule(ctx, "", "r")
	_, errs["AssumeRolePolicyDocument"] = awscheck.NewRoles(saying(t, `<R><GetRoleResult></GetRoleResult></R>`)).Trust(ctx, "r")
	_, errs["PolicyDocument"] = awscheck.NewRoles(saying(t, `<R><GetRolePolicyResult></GetRolePolicyResult></R>`)).Inline(ctx, "r", "p")
	_, errs["BackupPlan"] = awscheck.NewBackup(config).Rules(ctx, "p")
	_, errs["Timeout"] = awscheck.NewFunctions(config).Function(ctx, "f")
	_, errs["UUID or BatchSize"] = awscheck.NewFunctions(saying(t, `{"EventSourceMappings":[{}]}`)).Mapping(ctx, "f", "q")
	for member, err := range errs {
		require.ErrorContains(t, err, "AWS answered without "+member)
	}
}
