package deploy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnEventThatMayNotPassIsKept breaks one policy on the way of the events. The
// second hop is not made, and the event is in the dead-letter queue of who could not
// deliver it.
func TestAnEventThatMayNotPassIsKept(t *testing.T) {
	const atMember, atCentral = "arn:aws:sqs:eu-central-1:111111111111:twohop-forward-dlq", "arn:aws:sqs:eu-central-1:222222222222:twohop-events-dlq"
	for sentence, test := range map[string]struct {
		stack, was, is string
		kept           string
	}{
		"the bus admits another role": {
			"TwohopBackupPrimary", `"arn:aws:iam::*:role/twohop-forward"`, `"arn:aws:iam::*:role/other"`, atMember,
		},
		"the forwarding role may not put events": {
			"TwohopManagement", `\"events:PutEvents\"`, `\"events:DescribeRule\"`, atMember,
		},
		"the forwarding role trusts another rule": {
			"TwohopManagement", `:rule/twohop-forward\"]]}]},\"StringEquals\":{\"aws:SourceAccount\"`, `:rule/other\"]]}]},\"StringEquals\":{\"aws:SourceAccount\"`, atMember,
		},
		"the queue takes no events of the rule": {
			"TwohopBackupPrimary", `"arn:aws:events:eu-central-1:222222222222:rule/twohop/twohop-hop1-completed"`, `"arn:aws:events:eu-central-1:222222222222:rule/twohop/other"`, "",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			world, err := estate(t, func(name, text string) string {
				if name != test.stack {
					return text
				}
				require.Contains(t, text, test.was)
				return strings.ReplaceAll(text, test.was, test.is)
			})
			require.NoError(t, err)
			cluster.add(t, world)
			require.NoError(t, world.Clock.Advance(t.Context(), 12*time.Hour))
			assert.Len(t, world.Backup.RecoveryPoints("arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate"), 1, "the first hop is the plan's")
			assert.Empty(t, world.Backup.RecoveryPoints("arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final"))
			if test.kept == "" { // the dead-letter queue admits the same rule by the same statement
				assert.NotEmpty(t, world.Events.Dropped())
				assert.Empty(t, world.SQS.Peek(atCentral))
				return
			}
			kept := world.SQS.Peek(test.kept)
			require.NotEmpty(t, kept)
			assert.Equal(t, "NO_PERMISSIONS", kept[0].Attributes["ERROR_CODE"].StringValue)
			assert.Empty(t, world.Events.Dropped())
		})
	}
}

func TestADailyRunThatMayNotBeStartedIsKept(t *testing.T) {
	world, err := estate(t, func(name, text string) string {
		if name == "TwohopManagement" {
			require.Contains(t, text, `"lambda:InvokeFunction"`)
		}
		return strings.ReplaceAll(text, `"lambda:InvokeFunction"`, `"lambda:GetFunction"`)
	})
	require.NoError(t, err)
	switchOff(t, world)
	require.NoError(t, world.Clock.Advance(t.Context(), 30*time.Hour))
	_, on := world.Backup.Settings.CopiesAcross(member)
	assert.False(t, on)
	kept := world.SQS.Peek("arn:aws:sqs:eu-central-1:333333333333:twohop-schedules-dlq")
	require.NotEmpty(t, kept)
	assert.JSONEq(t, `{"duties":["organization","members"]}`, kept[0].Body)
	assert.Contains(t, kept[0].Attributes["ERROR_MESSAGE"].StringValue, "not authorized to perform: lambda:InvokeFunction")
}

// TestACopyIsAskedForByHand sends the request that the README gives, after the event
// of a first hop was lost.
func TestACopyIsAskedForByHand(t *testing.T) {
	world, err := estate(t, func(_, text string) string {
		return strings.ReplaceAll(text, `"arn:aws:events:eu-central-1:222222222222:rule/twohop/twohop-hop1-completed"`, `"arn:aws:events:eu-central-1:222222222222:rule/twohop/other"`)
	})
	require.NoError(t, err)
	cluster.add(t, world)
	require.NoError(t, world.Clock.Advance(t.Context(), 12*time.Hour))
	require.NotEmpty(t, world.Events.Dropped())
	point, ok := pointOf(t, world, intermediateVault, cluster.arn)
	require.True(t, ok)

	endpoint := world.Endpoint()
	root := aws.Config{Region: region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider(central, "local", "")}
	_, err = sqs.NewFromConfig(root).SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: aws.String(endpoint + "/222222222222/twohop-copies"),
		MessageBody: aws.String(`{"source":"twohop","detail-type":"Copy Request","detail":{"recoveryPointArn":"` + point.RecoveryPointArn +
			`","sourceBackupVaultArn":"` + intermediateVault + `"}}`),
	})
	require.NoError(t, err)
	require.NoError(t, world.Clock.Advance(t.Context(), 6*time.Hour))
	_, ok = pointOf(t, world, finalVault, cluster.arn)
	assert.True(t, ok)
}
