package stage

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// maxReceives is the redrive policy's: five crashes, since waiting costs none.
const maxReceives = 5

func (s *Stage) addQueues(ctx context.Context, o Options) error {
	client := sqs.NewFromConfig(s.Client(Backup, Primary))
	create := func(name string, attributes map[string]string) (Queue, error) {
		made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
		if err != nil {
			return Queue{}, fmt.Errorf("create queue %s: %w", name, err)
		}
		got, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: made.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn},
		})
		if err != nil {
			return Queue{}, fmt.Errorf("ask for the ARN of queue %s: %w", name, err)
		}
		return Queue{ARN: got.Attributes["QueueArn"], URL: aws.ToString(made.QueueUrl)}, nil
	}
	const fourteenDays = "1209600"
	var err error
	if s.DeadLetters, err = create("twohop-copies-dlq", map[string]string{"MessageRetentionPeriod": fourteenDays}); err != nil {
		return err
	}
	s.Copies, err = create("twohop-copies", map[string]string{
		"MessageRetentionPeriod": fourteenDays,
		"VisibilityTimeout":      strconv.Itoa(int(o.visibility().Seconds())),
		"RedrivePolicy":          fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, s.DeadLetters.ARN, maxReceives),
	})
	return err
}

// completedCopies matches every event of a completed copy job; which of them are
// hop 1 is for the copystarter to tell.
const completedCopies = `{"source":["aws.backup"],"detail-type":["Copy Job State Change"],"detail":{"state":["COMPLETED"]}}`

// addEventPath: the member's default bus forwards to the bus twohop of the backup
// account, whose rule feeds the queue; so does a rule on the backup account's own
// default bus: whether AWS emits hop 1 there too is UNCONFIRMED.
func (s *Stage) addEventPath(ctx context.Context, _ Options) error {
	s.World.Events.SetOrganization(Member, organization)
	s.World.Events.SetOrganization(Backup, organization)
	member := eventbridge.NewFromConfig(s.Client(Member, Primary))
	central := eventbridge.NewFromConfig(s.Client(Backup, Primary))

	bus, err := central.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: aws.String("twohop")})
	if err != nil {
		return fmt.Errorf("create the bus: %w", err)
	}
	_, err = central.PutPermission(ctx, &eventbridge.PutPermissionInput{
		EventBusName: aws.String("twohop"), Policy: aws.String(fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{
			"Sid":"MembersForwardBackupEvents","Effect":"Allow","Principal":"*","Action":"events:PutEvents","Resource":%q,
			"Condition":{
				"StringEquals":{"aws:PrincipalOrgID":%q,"events:source":"aws.backup","events:detail-type":"Copy Job State Change"},
				"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/twohop-forward"}}}]}`, *bus.EventBusArn, organization)),
	})
	if err != nil {
		return fmt.Errorf("admit members to the bus: %w", err)
	}
	forward := eventtypes.Target{Id: aws.String("twohop"), Arn: bus.EventBusArn,
		RoleArn: aws.String("arn:aws:iam::" + Member + ":role/twohop-forward")}
	queue := eventtypes.Target{Id: aws.String("copies"), Arn: &s.Copies.ARN}
	for _, r := range []struct {
		client *eventbridge.Client
		bus    string
		target eventtypes.Target
	}{
		{member, "default", forward},
		{central, "twohop", queue},
		{central, "default", queue},
	} {
		if err := addRule(ctx, r.client, r.bus, r.target); err != nil {
			return err
		}
	}
	return nil
}

func addRule(ctx context.Context, client *eventbridge.Client, bus string, target eventtypes.Target) error {
	const name = "twohop-completed-copies"
	_, err := client.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: aws.String(name), EventBusName: &bus, EventPattern: aws.String(completedCopies),
	})
	if err != nil {
		return fmt.Errorf("put a rule on bus %s: %w", bus, err)
	}
	out, err := client.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: aws.String(name), EventBusName: &bus, Targets: []eventtypes.Target{target},
	})
	if err != nil {
		return fmt.Errorf("put a target on bus %s: %w", bus, err)
	}
	if out.FailedEntryCount > 0 {
		return fmt.Errorf("put a target on bus %s: %s", bus, aws.ToString(out.FailedEntries[0].ErrorMessage))
	}
	return nil
}
