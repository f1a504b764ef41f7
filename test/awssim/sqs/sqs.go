// Package sqs is the local Amazon SQS: standard queues with delays, visibility,
// redrive to dead-letter queues, move tasks and expiry, all on simulated time.
// This package is its API on the wire; the queues themselves are in package
// queue, move tasks in package move.
//
// FIFO and fair queues are refused; keys are kept and not used. Who may call is judged
// by who serves the calls, queue policies included; where that is not judged, a queue
// serves its own account only. A queue is found by the account and name in its URL and
// the Region of the caller; the URL's host is not looked at.
package sqs

import (
	"net/http"
	"net/url"
	"regexp"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/message"
	"github.com/twohop/twohop/test/awssim/sqs/move"
	"github.com/twohop/twohop/test/awssim/sqs/queue"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Message is a message at one moment.
type Message = message.Message

// Attribute is a message attribute.
type Attribute = message.Attribute

// Service is the SQS of all accounts and Regions, safe for concurrent use. The
// methods of its store are how other services use it, in process.
type Service struct {
	*queue.Store
	tasks    *move.Tasks
	endpoint func() string
}

// New returns an SQS without queues. endpoint is asked whenever a queue URL is
// made: <endpoint>/<account>/<name>.
func New(c *clock.Clock, source *ids.Source, endpoint func() string) *Service {
	queues := queue.NewStore(c, source)
	return &Service{Store: queues, tasks: move.NewTasks(c, source, queues), endpoint: endpoint}
}

// Handler is the service on the wire (awsJson1.0, target prefix AmazonSQS).
func (s *Service) Handler() wire.Handler {
	return wire.NewJSON("1.0", "AmazonSQS", map[string]wire.Op{
		"CreateQueue":                  wire.Takes(wire.NewOp(s.createQueue), onNewQueue),
		"GetQueueUrl":                  wire.Takes(wire.NewOp(s.getQueueURL), onNamedQueue),
		"ListQueues":                   wire.NewOp(s.listQueues).OnAll(),
		"DeleteQueue":                  onOwnQueue(s.deleteQueue),
		"ListDeadLetterSourceQueues":   onQueue(s.listDeadLetterSourceQueues),
		"GetQueueAttributes":           onQueue(s.getQueueAttributes),
		"SetQueueAttributes":           onOwnQueue(s.setQueueAttributes),
		"TagQueue":                     onOwnQueue(s.tagQueue),
		"UntagQueue":                   onOwnQueue(s.untagQueue),
		"ListQueueTags":                onOwnQueue(s.listQueueTags),
		"SendMessage":                  onQueue(s.sendMessage),
		"SendMessageBatch":             onQueue(s.sendMessageBatch),
		"ReceiveMessage":               onQueue(s.receiveMessage),
		"DeleteMessage":                onQueue(s.deleteMessage),
		"DeleteMessageBatch":           onQueue(s.deleteMessageBatch),
		"ChangeMessageVisibility":      onQueue(s.changeMessageVisibility),
		"ChangeMessageVisibilityBatch": onQueue(s.changeMessageVisibilityBatch),
		"PurgeQueue":                   onQueue(s.purgeQueue),
		"StartMessageMoveTask":         wire.Takes(wire.NewOp(s.startMessageMoveTask), onMovedQueues),
		"ListMessageMoveTasks":         wire.Takes(wire.NewOp(s.listMessageMoveTasks), onMoveSource),
		"CancelMessageMoveTask":        wire.Takes(wire.NewOp(s.cancelMessageMoveTask), onCancelledMove),
	})
}

// queueInput is the part of a request that says which queue it is about.
type queueInput struct {
	QueueURL string `json:"QueueUrl"`
}

func (in queueInput) queueURL() string { return in.QueueURL }

// nothing is the answer of actions that have none.
type nothing struct{}

// onQueue makes an action of a function on the queue, given by its ARN, that
// the request names by its URL.
func onQueue[In interface{ queueURL() string }, Out any](f func(r *wire.Request, queueARN string, in In) (Out, error)) wire.Op {
	return wire.Takes(wire.NewOp(func(r *wire.Request, in In) (Out, error) {
		queueARN, err := target(r, in.queueURL())
		if err != nil {
			var none Out
			return none, err
		}
		return f(r, queueARN, in)
	}), onThatQueue[In])
}

// onOwnQueue is onQueue for actions to which no policy admits another account [SQS API
// reference: "Cross-account permissions don't apply to this action"].
func onOwnQueue[In interface{ queueURL() string }, Out any](f func(r *wire.Request, queueARN string, in In) (Out, error)) wire.Op {
	return onQueue(func(r *wire.Request, queueARN string, in In) (Out, error) {
		if _, account, _, _ := queue.SplitARN(queueARN); account != r.Account {
			var none Out
			return none, fault.Denied(r.Principal, queueARN, "no policy opens this action to another account")
		}
		return f(r, queueARN, in)
	})
}

var queuePath = regexp.MustCompile(`^/(\d{12})/([\w-]{1,80})$`)

func target(r *wire.Request, queueURL string) (queueARN string, err error) {
	if queueURL == "" {
		return "", fault.Missing("QueueUrl")
	}
	parsed, err := url.Parse(queueURL)
	if err != nil || parsed.Host == "" || !queuePath.MatchString(parsed.Path) {
		return "", fault.WithStatus(http.StatusNotFound, fault.Modeled("InvalidAddress", "The address %s is not valid for this endpoint.", queueURL))
	}
	match := queuePath.FindStringSubmatch(parsed.Path)
	account, name := match[1], match[2]
	if account != r.Account && !r.Judged() {
		return "", fault.Denied(r.Principal, queueURL, "awssim is not asked to judge rights, and a queue then serves its own account only")
	}
	return queue.ARN(r.Region, account, name), nil
}

// URL is the address of a queue, whether it exists or not; empty if queueARN is
// not the ARN of a queue.
func (s *Service) URL(queueARN string) string {
	_, account, name, ok := queue.SplitARN(queueARN)
	if !ok {
		return ""
	}
	return s.endpoint() + "/" + account + "/" + name
}
