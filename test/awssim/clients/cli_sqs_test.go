package clients_test

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// url is the address of a queue of the member.
func (s shell) url(queue string) string { return s.Endpoint() + "/" + member + "/" + queue }

func queueARN(name string) string { return "arn:aws:sqs:" + primary + ":" + member + ":" + name }

func (s shell) createQueue(name string) {
	s.t.Helper()
	s.prints(fmt.Sprintf(`{"QueueUrl": %q}`, s.url(name)), "sqs create-queue --queue-name", name)
}

// createDeadLetters makes the queue copies with the dead-letter queue letters.
func (s shell) createDeadLetters() {
	s.t.Helper()
	s.createQueue("letters")
	s.prints(fmt.Sprintf(`{"QueueUrl": %q}`, s.url("copies")),
		"sqs create-queue --queue-name copies --tags team=platform,night=yes", "--attributes",
		`{"DelaySeconds": "5", "RedrivePolicy": "{\"deadLetterTargetArn\":\"`+queueARN("letters")+`\",\"maxReceiveCount\":\"1\"}"}`)
}

func queuesByCLI(s shell) {
	s.createDeadLetters()
	s.prints(fmt.Sprintf(`{"QueueUrl": %q}`, s.url("copies")), "sqs get-queue-url --queue-name copies --queue-owner-aws-account-id", member)
	s.prints(fmt.Sprintf(`{"QueueUrls": [%q, %q]}`, s.url("copies"), s.url("letters")), "sqs list-queues --page-size 1")
	s.prints(fmt.Sprintf(`{"QueueUrls": [%q]}`, s.url("letters")), "sqs list-queues --queue-name-prefix let")
	s.prints(fmt.Sprintf(`{"queueUrls": [%q]}`, s.url("copies")), "sqs list-dead-letter-source-queues --page-size 1 --queue-url", s.url("letters"))

	s.prints(`{"Tags": {"team": "platform", "night": "yes"}}`, "sqs list-queue-tags --queue-url", s.url("copies"))
	s.prints("", "sqs tag-queue --tags team=backup --queue-url", s.url("copies"))
	s.prints("", "sqs untag-queue --tag-keys night --queue-url", s.url("copies"))
	s.prints(`{"Tags": {"team": "backup"}}`, "sqs list-queue-tags --queue-url", s.url("copies"))

	s.prints("", "sqs set-queue-attributes --attributes DelaySeconds=7,VisibilityTimeout=60 --queue-url", s.url("copies"))
	s.prints(`{"Attributes": {
		"QueueArn": "arn:aws:sqs:eu-central-1:111111111111:copies", "CreatedTimestamp": "1793502000", "LastModifiedTimestamp": "1793502000",
		"DelaySeconds": "7", "VisibilityTimeout": "60", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600",
		"ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "true",
		"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
		"RedrivePolicy": "{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-central-1:111111111111:letters\",\"maxReceiveCount\":1}"}}`,
		"sqs get-queue-attributes --attribute-names All --queue-url", s.url("copies"))
	s.prints(`{"Attributes": {"DelaySeconds": "7"}}`, "sqs get-queue-attributes --attribute-names DelaySeconds --queue-url", s.url("copies"))

	s.refused("QueueAlreadyExists", "CreateQueue", "sqs create-queue --queue-name copies --attributes DelaySeconds=8")

	s.prints("", "sqs delete-queue --queue-url", s.url("copies"))
	s.refused("AWS.SimpleQueueService.NonExistentQueue", "GetQueueUrl", "sqs get-queue-url --queue-name copies")
}

type cliMessages struct {
	Messages []struct {
		MessageID, ReceiptHandle, Body, MD5OfBody, MD5OfMessageAttributes string

		Attributes        map[string]string
		MessageAttributes map[string]struct{ DataType, StringValue string }
	}
}

type cliBatch struct {
	Successful []struct{ ID, MessageID, MD5OfMessageBody string }
	Failed     []struct {
		ID, Code, Message string
		SenderFault       bool
	}
}

func messagesByCLI(s shell) {
	s.createQueue("copies")
	queue := s.url("copies")

	sent := read[struct{ MessageID, MD5OfMessageBody, MD5OfMessageAttributes string }](s,
		"sqs send-message --message-body hello --delay-seconds 5", "--queue-url", queue,
		"--message-attributes", `{"reason": {"DataType": "String", "StringValue": "the pool is full"}}`)
	assert.Equal(s.t, "5d41402abc4b2a76b9719d911017c592", sent.MD5OfMessageBody)

	finish := s.passDuring("ReceiveMessage", 5*time.Second)
	got := read[cliMessages](s, "sqs receive-message --wait-time-seconds 20 --message-attribute-names All --queue-url", queue,
		"--attribute-names", "All")
	require.NoError(s.t, finish())
	require.Len(s.t, got.Messages, 1, "a long poll ends when the message's delay does")
	message := got.Messages[0]
	assert.Equal(s.t, sent.MessageID, message.MessageID)
	assert.Equal(s.t, "hello", message.Body)
	assert.Equal(s.t, sent.MD5OfMessageAttributes, message.MD5OfMessageAttributes)
	assert.Equal(s.t, "the pool is full", message.MessageAttributes["reason"].StringValue)
	assert.Equal(s.t, map[string]string{
		"SenderId": member, "ApproximateReceiveCount": "1",
		"SentTimestamp": "1793502000000", "ApproximateFirstReceiveTimestamp": "1793502005000",
	}, message.Attributes)

	s.prints("", "sqs change-message-visibility --visibility-timeout 0 --queue-url", queue, "--receipt-handle", message.ReceiptHandle)
	again := read[cliMessages](s, "sqs receive-message --queue-url", queue)
	require.Len(s.t, again.Messages, 1)
	s.prints("", "sqs delete-message --queue-url", queue, "--receipt-handle", again.Messages[0].ReceiptHandle)

	batch := read[cliBatch](s, "sqs send-message-batch --queue-url", queue, "--entries",
		"Id=a,MessageBody=one", "Id=b,MessageBody=two,DelaySeconds=901", "Id=c,MessageBody=three")
	require.Len(s.t, batch.Successful, 2)
	assert.Equal(s.t, "a", batch.Successful[0].ID)
	require.Len(s.t, batch.Failed, 1)
	assert.Equal(s.t, "b", batch.Failed[0].ID)
	assert.Equal(s.t, "InvalidParameterValue", batch.Failed[0].Code)
	assert.True(s.t, batch.Failed[0].SenderFault)

	both := read[cliMessages](s, "sqs receive-message --max-number-of-messages 10 --queue-url", queue).Messages
	require.Len(s.t, both, 2)
	handle := "Id=a,ReceiptHandle=" + both[0].ReceiptHandle
	changed := read[cliBatch](s, "sqs change-message-visibility-batch --queue-url", queue, "--entries", handle+",VisibilityTimeout=0")
	require.Len(s.t, changed.Successful, 1)
	deleted := read[cliBatch](s, "sqs delete-message-batch --queue-url", queue, "--entries", handle, "Id=b,ReceiptHandle=nonsense")
	require.Len(s.t, deleted.Successful, 1)
	require.Len(s.t, deleted.Failed, 1)
	assert.Equal(s.t, "ReceiptHandleIsInvalid", deleted.Failed[0].Code)

	s.prints("", "sqs purge-queue --queue-url", queue)
	s.prints("", "sqs receive-message --queue-url", queue)

	s.refused("ReceiptHandleIsInvalid", "DeleteMessage", "sqs delete-message --receipt-handle nonsense --queue-url", queue)
}

func moveTasksByCLI(s shell) {
	s.createDeadLetters()
	letters := queueARN("letters")
	for range 2 {
		read[struct{ MessageID string }](s, "sqs send-message --message-body poison --queue-url", s.url("letters"))
	}

	task := read[struct{ TaskHandle string }](s, "sqs start-message-move-task --max-number-of-messages-per-second 1",
		"--source-arn", letters, "--destination-arn", queueARN("copies"))
	s.pass(time.Second)
	type listed struct {
		Results []struct {
			TaskHandle, Status, SourceArn, DestinationArn string

			MaxNumberOfMessagesPerSecond, ApproximateNumberOfMessagesMoved, ApproximateNumberOfMessagesToMove int
			StartedTimestamp                                                                                  int64
		}
	}
	running := read[listed](s, "sqs list-message-move-tasks --source-arn", letters).Results
	require.Len(s.t, running, 1)
	assert.Equal(s.t, task.TaskHandle, running[0].TaskHandle)
	assert.Equal(s.t, "RUNNING", running[0].Status)
	assert.Equal(s.t, queueARN("copies"), running[0].DestinationArn)
	assert.Equal(s.t, 1, running[0].ApproximateNumberOfMessagesMoved)
	assert.Equal(s.t, 2, running[0].ApproximateNumberOfMessagesToMove)
	assert.EqualValues(s.t, 1793502000000, running[0].StartedTimestamp)

	s.prints(`{"ApproximateNumberOfMessagesMoved": 1}`, "sqs cancel-message-move-task --task-handle", task.TaskHandle)
	s.pass(time.Second)
	ended := read[listed](s, "sqs list-message-move-tasks --max-results 10 --source-arn", letters).Results
	require.Len(s.t, ended, 1)
	assert.Equal(s.t, "CANCELLED", ended[0].Status)

	s.refused("ResourceNotFoundException", "ListMessageMoveTasks", "sqs list-message-move-tasks --source-arn", queueARN("none"))
	s.refused("AWS.SimpleQueueService.UnsupportedOperation", "CancelMessageMoveTask", "sqs cancel-message-move-task --task-handle", task.TaskHandle)
}
