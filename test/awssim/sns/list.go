package sns

import (
	"fmt"
	"strconv"

	"github.com/twohop/twohop/test/awssim/wire"
)

// mostListed subscriptions are in one answer [SNS API: ListSubscriptionsByTopic].
const mostListed = 100

type listInput struct {
	TopicArn  string `query:"TopicArn"`
	NextToken string `query:"NextToken"`
}

type listOutput struct {
	Subscriptions []listed `xml:"Subscriptions>member"`
	NextToken     string   `xml:",omitempty"`
}

type listed struct {
	TopicArn, Protocol, SubscriptionArn, Owner, Endpoint string
}

func onListed(_ *wire.Request, action string, in listInput) []wire.Need {
	return []wire.Need{{Action: "sns:" + action, Resource: in.TopicArn}}
}

// listSubscriptions shows who is told; the token is a position, since nothing is ever
// taken out of a list here.
func (s *Service) listSubscriptions(_ *wire.Request, in listInput) (listOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.topics[in.TopicArn]
	if !ok {
		return listOutput{}, notFound()
	}
	from := 0
	if in.NextToken != "" {
		var err error
		if from, err = strconv.Atoi(in.NextToken); err != nil || from < 0 || from > len(t.subscriptions) {
			return listOutput{}, invalid("Invalid parameter: NextToken")
		}
	}
	var out listOutput
	for i := from; i < len(t.subscriptions) && i < from+mostListed; i++ {
		one := t.subscriptions[i]
		arn := string(one.State)
		if one.State == Confirmed {
			arn = fmt.Sprintf("%s:00000000-0000-4000-8000-%012d", in.TopicArn, i)
		}
		out.Subscriptions = append(out.Subscriptions, listed{in.TopicArn, one.Protocol, arn, t.Account, one.Endpoint})
	}
	if from+mostListed < len(t.subscriptions) {
		out.NextToken = strconv.Itoa(from + mostListed)
	}
	return out, nil
}
