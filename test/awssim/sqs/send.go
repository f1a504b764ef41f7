package sqs

import (
	"net/url"
	"strings"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/message"
	"github.com/twohop/twohop/test/awssim/sqs/settings"
	"github.com/twohop/twohop/test/awssim/wire"
)

// draft gives message.Draft a name that can be embedded without being seen.
type draft = message.Draft

type sendInput struct {
	queueInput
	draft
}

// receipt is what the sender gets.
type receipt struct {
	MessageID                    string `json:"MessageId"`
	MD5OfMessageBody             string
	MD5OfMessageAttributes       string `json:"MD5OfMessageAttributes,omitempty"`
	MD5OfMessageSystemAttributes string `json:"MD5OfMessageSystemAttributes,omitempty"`
}

func (s *Service) sendMessage(r *wire.Request, queueARN string, in sendInput) (receipt, error) {
	return s.send(r, queueARN, in.draft)
}

func (s *Service) send(r *wire.Request, queueARN string, d draft) (receipt, error) {
	sent, err := s.Send(queueARN, traced(r, d), senderID(r.Caller))
	if err != nil {
		return receipt{}, err
	}
	return receipt{
		MessageID: sent.ID, MD5OfMessageBody: sent.MD5OfBody, MD5OfMessageAttributes: sent.MD5OfAttributes,
		MD5OfMessageSystemAttributes: message.MD5OfAttributes(d.MessageSystemAttributes),
	}, nil
}

// traced is a draft with the trace header of the request, which SDKs send in Lambda
// functions and percent-encode, unless the sender has set one in the draft [SQS: X-Ray; that
// the draft's wins is UNCONFIRMED A18].
func traced(r *wire.Request, d draft) draft {
	header := r.Header.Get("X-Amzn-Trace-Id")
	if _, set := d.MessageSystemAttributes[message.TraceHeader]; set || header == "" {
		return d
	}
	if decoded, err := url.PathUnescape(header); err == nil {
		header = decoded
	}
	d.MessageSystemAttributes = map[string]Attribute{message.TraceHeader: {DataType: "String", StringValue: header}}
	return d
}

// senderID is the account for its root, role:session for a role session. (AWS
// has the role's unique id in the place of its name.)
func senderID(c wire.Caller) string {
	_, roleSession, ok := strings.Cut(c.Principal, ":assumed-role/")
	if !ok {
		return c.Account
	}
	return strings.Replace(roleSession, "/", ":", 1)
}

type sendBatchInput struct {
	queueInput
	Entries []sendEntry
}

type sendEntry struct {
	batchID
	draft
}

type sentEntry struct {
	batchID
	receipt
}

func (s *Service) sendMessageBatch(r *wire.Request, queueARN string, in sendBatchInput) (batchAnswer[sentEntry], error) {
	if err := checkBatch("SendMessageBatchRequestEntry", in.Entries); err != nil {
		return batchAnswer[sentEntry]{}, err
	}
	var total int
	for _, e := range in.Entries {
		total += e.Size()
	}
	if total > settings.MaxMessage {
		return batchAnswer[sentEntry]{}, fault.Legacy("BatchRequestTooLong",
			"Batch requests cannot be longer than %d bytes. You have sent %d bytes.", settings.MaxMessage, total)
	}
	return runBatch(s, queueARN, in.Entries, func(e sendEntry) (sentEntry, error) {
		sent, err := s.send(r, queueARN, e.draft)
		return sentEntry{e.batchID, sent}, err
	})
}
