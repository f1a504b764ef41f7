package sns

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/twohop/twohop/test/awssim/wire"
)

// Limits of a message [SNS API: Publish].
const (
	maxBody    = 256 << 10 // bytes
	subjectEnd = 100       // a subject has fewer characters
)

// Handler is the service on the wire: Publish to a topic, its policy and key, and who is told by it.
// Attributes, structured messages, telephones and FIFO topics are refused, as all that
// it does not know.
func (s *Service) Handler() wire.Handler {
	return wire.NewQuery("http://sns.amazonaws.com/doc/2010-03-31/", map[string]wire.Op{
		"Publish":                  wire.Takes(wire.NewOp(s.publish), onTopic),
		"GetTopicAttributes":       wire.Takes(wire.NewOp(s.getAttributes), onAttributes),
		"ListSubscriptionsByTopic": wire.Takes(wire.NewOp(s.listSubscriptions), onListed),
	})
}

type publishInput struct {
	TopicArn  string `query:"TopicArn"`
	TargetArn string `query:"TargetArn"` // another name for it
	Message   string `query:"Message"`
	Subject   string `query:"Subject"`
}

type publishOutput struct {
	MessageID string `xml:"MessageId"`
}

func (in publishInput) topic() string {
	if in.TopicArn != "" {
		return in.TopicArn
	}
	return in.TargetArn
}

func onTopic(_ *wire.Request, action string, in publishInput) []wire.Need {
	return []wire.Need{{Action: "sns:" + action, Resource: in.topic()}}
}

// publish takes a message of a caller who may publish, as far as role and topic are
// concerned; the topic's key is asked here.
func (s *Service) publish(r *wire.Request, in publishInput) (publishOutput, error) {
	if err := in.check(r.Region); err != nil {
		return publishOutput{}, err
	}
	s.mu.Lock()
	t, ok := s.topics[in.topic()]
	s.mu.Unlock()
	if !ok {
		return publishOutput{}, notFound()
	}
	if s.MayPublish != nil && t.KeyID != "" {
		if err := s.MayPublish(t.Topic, r.Caller); err != nil {
			return publishOutput{}, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t.messages = append(t.messages, Message{Topic: in.topic(), Subject: in.Subject, Body: in.Message})
	s.published++
	return publishOutput{MessageID: fmt.Sprintf("00000000-0000-4000-8000-%012d", s.published)}, nil
}

func (in publishInput) check(region string) error {
	fields := strings.Split(in.topic(), ":")
	switch {
	case in.TopicArn != "" && in.TargetArn != "":
		return invalid("Invalid parameter: TopicArn or TargetArn Reason: both are given")
	case len(fields) != 6 || fields[2] != "sns" || fields[3] != region:
		return invalid("Invalid parameter: TopicArn Reason: %q is no topic of the Region %s", in.topic(), region)
	case in.Message == "":
		return invalid("Invalid parameter: Empty message")
	case len(in.Message) > maxBody:
		return invalid("Invalid parameter: Message too long")
	case utf8.RuneCountInString(in.Subject) >= subjectEnd || strings.ContainsFunc(in.Subject, unicode.IsControl):
		return invalid("Invalid parameter: Subject")
	default:
		return nil
	}
}
