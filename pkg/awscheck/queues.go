package awscheck

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/twohop/twohop/pkg/checkup"
)

// Queues are the queues of an account's Region.
type Queues struct {
	client  *sqs.Client
	account string
	region  string
}

var _ checkup.Queues = Queues{}

// NewQueues returns the queues of an account, whose credentials config carries.
func NewQueues(config aws.Config, account string) Queues {
	return Queues{sqs.NewFromConfig(config), account, config.Region}
}

// counts are how many messages a queue has, of each kind.
var counts = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
}

// Queue tells of a queue.
func (q Queues) Queue(ctx context.Context, name string) (checkup.Queue, error) {
	url := fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s", q.region, q.account, name)
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(url), AttributeNames: append([]types.QueueAttributeName{types.QueueAttributeNamePolicy}, counts...),
	})
	if err != nil {
		return checkup.Queue{}, refused("sqs:GetQueueAttributes", err)
	}
	queue := checkup.Queue{Policy: out.Attributes[string(types.QueueAttributeNamePolicy)]}
	for _, name := range counts {
		n, err := strconv.Atoi(out.Attributes[string(name)])
		if err != nil {
			return checkup.Queue{}, fmt.Errorf("read %s: %w", name, err)
		}
		queue.Messages += n
	}
	return queue, nil
}
