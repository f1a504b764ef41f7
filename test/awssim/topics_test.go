package awssim_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	api "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	simkms "github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/awssim/sns"
)

const reports = "arn:aws:sns:eu-central-1:222222222222:reports"

// topic makes one that is encrypted with a key of its own. The account's policies decide
// about both.
func topic(t *testing.T, world *awssim.World, policy string) (keyID string) {
	t.Helper()
	key, err := world.KMS.AddKey(simkms.Key{Account: central, Region: region})
	require.NoError(t, err)
	keyID = key[strings.LastIndex(key, "/")+1:]
	require.NoError(t, world.SNS.Create(sns.Topic{Account: central, Region: region, Name: "reports", KeyID: keyID, Policy: policy}))
	return keyID
}

func publish(t *testing.T, config aws.Config) (code, message string) {
	t.Helper()
	_, err := api.NewFromConfig(config).Publish(t.Context(), &api.PublishInput{TopicArn: aws.String(reports), Subject: aws.String("Report"), Message: aws.String("all is well")})
	if err == nil {
		return "", ""
	}
	var refused smithy.APIError
	require.ErrorAs(t, err, &refused)
	return refused.ErrorCode(), refused.ErrorMessage()
}

const (
	publishes = `{"Effect":"Allow","Action":"sns:Publish","Resource":"` + reports + `"}`
	generates = `{"Effect":"Allow","Action":"kms:GenerateDataKey*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"sns.eu-central-1.amazonaws.com"}}}`
	decrypts  = `{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"sns.eu-central-1.amazonaws.com"}}}`
)

func allowed(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func TestPublishingTakesRightsToTheTopicAndToItsKey(t *testing.T) {
	deny := allowed(`{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"` + reports + `"}`)
	admit := allowed(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + member + `:root"},"Action":"sns:Publish","Resource":"` + reports + `"}`)
	for sentence, test := range map[string]struct {
		account, topicPolicy, role, code, want string
	}{
		"all rights":                 {central, "", allowed(publishes, generates, decrypts), "", ""},
		"none to the topic":          {central, "", allowed(generates, decrypts), "AuthorizationError", "not authorized to perform: sns:Publish on resource: " + reports},
		"a topic that denies it":     {central, deny, allowed(publishes, generates, decrypts), "AuthorizationError", "explicit deny in a resource-based policy"},
		"none to generate data keys": {central, "", allowed(publishes, decrypts), "KMSAccessDenied", "kms:GenerateDataKey"},
		"none to decrypt":            {central, "", allowed(publishes, generates), "KMSAccessDenied", "kms:Decrypt"},
		"another account":            {member, "", allowed(publishes, generates, decrypts), "AuthorizationError", "sns:Publish"},
		"another account that only the key is closed to": {member, admit, allowed(publishes, generates, decrypts), "KMSAccessDenied", "kms:Decrypt"},
	} {
		t.Run(sentence, func(t *testing.T) {
			world := permissions(t)
			topic(t, world, test.topicPolicy)
			code, message := publish(t, session(t, world, test.account, "reporter", test.role))
			assert.Equal(t, test.code, code)
			assert.Contains(t, message, test.want)
			if test.code == "" {
				assert.Equal(t, []sns.Message{{Topic: reports, Subject: "Report", Body: "all is well"}}, world.SNS.Messages(reports))
			} else {
				assert.Empty(t, world.SNS.Messages(reports))
			}
		})
	}
}

func TestATopicWhoseKeyCannotBeUsed(t *testing.T) {
	world := permissions(t)
	keyID := topic(t, world, "")
	reporter := session(t, world, central, "reporter", allowed(publishes, generates, decrypts))
	keys := kms.NewFromConfig(client(world, central))
	_, err := keys.DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: &keyID})
	require.NoError(t, err)
	code, _ := publish(t, reporter)
	assert.Equal(t, "KMSDisabled", code)
	_, err = keys.ScheduleKeyDeletion(t.Context(), &kms.ScheduleKeyDeletionInput{KeyId: &keyID})
	require.NoError(t, err)
	code, _ = publish(t, reporter)
	assert.Equal(t, "KMSInvalidState", code)

	code, _ = publish(t, client(world, central))
	assert.Equal(t, "KMSInvalidState", code, "no right helps, not even the root user's")
}
