package night

import (
	"fmt"

	"github.com/twohop/twohop/pkg/awsevent"
)

// letter is a message in the dead-letter queue of copies.
type letter struct {
	hop             int
	point, resource string
	reason, class   string
	body            string
	silent          bool // it has not all of reason, class and advice
}

// letters are those in the dead-letter queue of copies. Each should be one that a person
// can read, with its reason, its class and its advice. The redrive policy adds none.
func (n *nights) letters() ([]letter, error) {
	var letters []letter
	for _, m := range n.World.SQS.Peek(n.DeadLetters.ARN) {
		l := letter{body: m.Body, reason: m.Attributes["reason"].StringValue, class: m.Attributes["class"].StringValue}
		if l.reason == "" || l.class == "" || m.Attributes["advice"].StringValue == "" {
			l.silent, l.reason = true, fmt.Sprintf("no reason, class or advice; received %d times", m.ReceiveCount)
		}
		notice, err := awsevent.Decode([]byte(m.Body))
		if err != nil {
			return nil, fmt.Errorf("read a letter: %w", err)
		}
		l.point, l.hop = notice.About()
		if notice.CopyJob != nil {
			l.resource = notice.CopyJob.ResourceARN
		}
		letters = append(letters, l)
	}
	return letters, nil
}
