// Package awssns is Amazon SNS as twohop uses it: one topic that people hear.
package awssns

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/twohop/twohop/pkg/relay"
)

// Topic is a topic that tells people.
type Topic struct {
	Client *sns.Client
	ARN    string
}

var _ relay.Digests = Topic{}

// Bounds of a message [Publish]: a subject of less than 100 characters, 256 KB of text.
const (
	longestSubject = 99
	longestText    = 256 << 10
)

// cut ends a text that was too long.
const cut = "\n... the rest is in the function's log.\n"

// Publish tells a text under a subject. A text that is too long ends where it must,
// and says so.
func (t Topic) Publish(ctx context.Context, subject, text string) error {
	if len(text) > longestText {
		text = strings.ToValidUTF8(text[:longestText-len(cut)], "") + cut
	}
	subject = subjectOf(subject)
	out, err := t.Client.Publish(ctx, &sns.PublishInput{TopicArn: &t.ARN, Subject: &subject, Message: &text})
	switch {
	case err != nil:
		return fmt.Errorf("tell topic %s: %w", t.ARN, err)
	case aws.ToString(out.MessageId) == "":
		return fmt.Errorf("tell topic %s: SNS answered without a message id: it may not have been published", t.ARN)
	}
	return nil
}

// subjectOf is what of a subject SNS takes: printable ASCII without line breaks.
func subjectOf(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	return text[:min(len(text), longestSubject)]
}
