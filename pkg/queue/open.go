package queue

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Open is the queue of a URL, with the credentials of config.
func Open(config aws.Config, url string) Copies {
	return Copies{Client: sqs.NewFromConfig(config), URL: url}
}

// OpenLetters is the dead-letter queue of a URL, with the credentials of config.
func OpenLetters(config aws.Config, url string) DeadLetters { return DeadLetters(Open(config, url)) }
