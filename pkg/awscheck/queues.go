package awscheck

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

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

// settings of a queue.
var settings = []types.QueueAttributeName{
	types.QueueAttributeNamePolicy, types.QueueAttributeNameRedrivePolicy, types.QueueAttributeNameKmsMasterKeyId,
	types.QueueAttributeNameVisibilityTimeout, types.QueueAttributeNameMessageRetentionPeriod, types.QueueAttributeNameRedriveAllowPolicy,
}

// Queue tells of a queue.
func (q Queues) Queue(ctx context.Context, name string) (checkup.Queue, error) {
	url := fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s", q.region, q.account, name)
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(url), AttributeNames: append(settings, counts...),
	})
	if err != nil {
		return checkup.Queue{}, refused("sqs:GetQueueAttributes", err)
	}
	return queueOf(out.Attributes)
}

// queueOf reads the attributes of a queue.
func queueOf(attributes map[string]string) (checkup.Queue, error) {
	queue := checkup.Queue{
		Policy: attributes[string(types.QueueAttributeNamePolicy)], KMSKey: attributes[string(types.QueueAttributeNameKmsMasterKeyId)],
	}
	for _, name := range counts {
		n, err := strconv.Atoi(attributes[string(name)])
		if err != nil {
			return checkup.Queue{}, fmt.Errorf("read %s: %w", name, err)
		}
		queue.Messages += n
	}
	for name, to := range map[types.QueueAttributeName]*time.Duration{
		types.QueueAttributeNameVisibilityTimeout: &queue.Visibility, types.QueueAttributeNameMessageRetentionPeriod: &queue.Retention,
	} {
		seconds, err := strconv.Atoi(attributes[string(name)])
		if err != nil {
			return checkup.Queue{}, fmt.Errorf("read %s: %w", name, err)
		}
		*to = time.Duration(seconds) * time.Second
	}
	if text := attributes[string(types.QueueAttributeNameRedriveAllowPolicy)]; text != "" {
		var allow struct {
			Permission string   `json:"redrivePermission"`
			Sources    []string `json:"sourceQueueArns"`
		}
		if err := json.Unmarshal([]byte(text), &allow); err != nil {
			return checkup.Queue{}, fmt.Errorf("read RedriveAllowPolicy: %w", err)
		}
		queue.Allows = checkup.RedriveAllow{Permission: allow.Permission, Sources: allow.Sources}
	}
	if text := attributes[string(types.QueueAttributeNameRedrivePolicy)]; text != "" {
		var redrive struct {
			Target   string      `json:"deadLetterTargetArn"`
			Receives json.Number `json:"maxReceiveCount"` // AWS answers with a number, and takes a string too
		}
		if err := json.Unmarshal([]byte(text), &redrive); err != nil {
			return checkup.Queue{}, fmt.Errorf("read RedrivePolicy: %w", err)
		}
		receives, err := redrive.Receives.Int64()
		if err != nil {
			return checkup.Queue{}, fmt.Errorf("read RedrivePolicy: %w", err)
		}
		queue.DeadLetters, queue.Receives = redrive.Target, int(receives)
	}
	return queue, nil
}
