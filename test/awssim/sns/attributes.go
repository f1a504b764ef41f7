package sns

import "github.com/twohop/twohop/test/awssim/wire"

type attributesInput struct {
	TopicArn string `query:"TopicArn"`
}

type attributesOutput struct {
	Attributes []attribute `xml:"Attributes>entry"`
}

type attribute struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

func onAttributes(_ *wire.Request, action string, in attributesInput) []wire.Need {
	return []wire.Need{{Action: "sns:" + action, Resource: in.TopicArn}}
}

// getAttributes shows a topic's policy and key. A topic that was made without a policy has the
// default one on AWS; here that attribute is missing.
func (s *Service) getAttributes(_ *wire.Request, in attributesInput) (attributesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.topics[in.TopicArn]
	if !ok {
		return attributesOutput{}, notFound()
	}
	out := attributesOutput{[]attribute{{"TopicArn", in.TopicArn}, {"Owner", t.Account}}}
	if t.Policy != "" {
		out.Attributes = append(out.Attributes, attribute{"Policy", t.Policy})
	}
	if t.KeyID != "" {
		out.Attributes = append(out.Attributes, attribute{"KmsMasterKeyId", t.KeyID})
	}
	return out, nil
}

// SetKey replaces the key that encrypts a topic; empty: none.
func (s *Service) SetKey(arn, key string) error {
	return s.change(arn, func(t *topic) { t.KeyID = key })
}

// Attributes are a topic's own settings.
func (s *Service) Attributes(arn string) (Topic, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.topics[arn]
	if !ok {
		return Topic{}, notFound()
	}
	return t.Topic, nil
}
