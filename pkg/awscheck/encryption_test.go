package awscheck_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awscheck"
	"github.com/twohop/twohop/pkg/checkup"
)

// TestHowADatabaseIsEncrypted covers answers without StorageEncryptionType too, which the
// local AWS does not give.
func TestHowADatabaseIsEncrypted(t *testing.T) {
	for sentence, test := range map[string]struct {
		answer string
		want   checkup.Encryption
	}{
		"an AWS owned key":                     {"<StorageEncrypted>false</StorageEncrypted><StorageEncryptionType>sse-rds</StorageEncryptionType>", checkup.AWSOwnedKey},
		"a KMS key":                            {"<StorageEncrypted>true</StorageEncrypted><StorageEncryptionType>sse-kms</StorageEncryptionType>", checkup.KMSKey},
		"no encryption":                        {"<StorageEncrypted>false</StorageEncrypted><StorageEncryptionType>none</StorageEncryptionType>", checkup.NotEncrypted},
		"a KMS key, and no type in the answer": {"<StorageEncrypted>true</StorageEncrypted>", checkup.KMSKey},
		"no encryption, nor a type of it":      {"<StorageEncrypted>false</StorageEncrypted>", checkup.NotEncrypted},
	} {
		t.Run(sentence, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				assert.NoError(t, r.ParseForm())
				kind := "DBCluster"
				if r.Form.Get("Action") == "DescribeDBInstances" {
					kind = "DBInstance"
				}
				fmt.Fprintf(w, "<Describe%[1]ssResponse><Describe%[1]ssResult><%[1]ss><%[1]s><Engine>x</Engine>%[2]s</%[1]s></%[1]ss></Describe%[1]ssResult></Describe%[1]ssResponse>", kind, test.answer)
			}))
			t.Cleanup(server.Close)
			databases := awscheck.NewDatabases(aws.Config{Region: region, BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
				Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
			for _, name := range []string{"db:x", "cluster:x"} {
				found, err := databases.Database(t.Context(), arn+name)
				require.NoError(t, err)
				assert.Equal(t, test.want, found.Encryption, name)
			}
		})
	}
}
