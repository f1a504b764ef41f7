package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/stage"
)

// otherRule has the queues take events of another rule than the one that sends them.
var otherRule = stage.Replace(primaryStack,
	`"arn:aws:events:eu-central-1:222222222222:rule/twohop/twohop-hop1-completed"`, `"arn:aws:events:eu-central-1:222222222222:rule/twohop/other"`)

// TestAnEventThatMayNotPassIsKept breaks one policy on the way of the events. The
// second hop is not made by them, and the event is in the dead-letter queue of who could
// not deliver it.
func TestAnEventThatMayNotPassIsKept(t *testing.T) {
	t.Parallel()
	const atMember, atCentral = "arn:aws:sqs:eu-central-1:111111111111:twohop-forward-dlq", "arn:aws:sqs:eu-central-1:222222222222:twohop-events-dlq"
	for sentence, test := range map[string]struct {
		change stage.Change
		kept   string
	}{
		"the bus admits another role": {
			stage.Replace(primaryStack, `"arn:aws:iam::*:role/twohop-forward"`, `"arn:aws:iam::*:role/other"`), atMember,
		},
		"the forwarding role may not put events": {
			stage.Replace(managementStack, `\"events:PutEvents\"`, `\"events:DescribeRule\"`), atMember,
		},
		"the forwarding role trusts another rule": {
			stage.Replace(managementStack, `:rule/twohop-forward\"]]}]},\"StringEquals\":{\"aws:SourceAccount\"`,
				`:rule/other\"]]}]},\"StringEquals\":{\"aws:SourceAccount\"`), atMember,
		},
		"the queue takes no events of the rule": {otherRule, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := setUp(t, awssim.Config{}, stage.Options{Change: stage.All(eventsAlone, test.change)})
			r := s.add(cluster)
			s.pass(13 * time.Hour)
			assert.Len(t, s.In(s.Intermediate, r), 1, "the first hop is the plan's")
			assert.Empty(t, s.In(s.Final, r))
			if test.kept == "" { // the dead-letter queue admits the same rule by the same statement
				assert.NotEmpty(t, s.World.Events.Dropped())
				assert.Empty(t, s.World.SQS.Peek(atCentral))
				return
			}
			kept := s.World.SQS.Peek(test.kept)
			require.NotEmpty(t, kept)
			assert.Equal(t, "NO_PERMISSIONS", kept[0].Attributes["ERROR_CODE"].StringValue)
			assert.Empty(t, s.World.Events.Dropped())
		})
	}
}

// TestACopyIsAskedForByHand sends the request that the README gives, after the event
// of a first hop was lost.
func TestACopyIsAskedForByHand(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{Change: stage.All(eventsAlone, otherRule)})
	r := s.add(cluster)
	s.pass(13 * time.Hour)
	require.NotEmpty(t, s.World.Events.Dropped())
	s.send(`{"source":"twohop","detail-type":"Copy Request","detail":{"recoveryPointArn":"` + s.only(s.Intermediate, r).RecoveryPointArn +
		`","sourceBackupVaultArn":"` + s.Intermediate.ARN + `"}}`)
	s.pass(6 * time.Hour)
	s.only(s.Final, r)
}
