package sqs

import (
	"cmp"
	"encoding/base64"
	"maps"
	"slices"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/queue"
	"github.com/twohop/twohop/test/awssim/sqs/settings"
	"github.com/twohop/twohop/test/awssim/wire"
)

type createInput struct {
	QueueName  string
	Attributes map[string]string
	Tags       map[string]string `json:"tags"`
}

type urlAnswer struct {
	QueueURL string `json:"QueueUrl"`
}

func (s *Service) createQueue(r *wire.Request, in createInput) (urlAnswer, error) {
	queueARN, err := s.Create(r.Account, r.Region, in.QueueName, in.Attributes, in.Tags)
	if err != nil {
		return urlAnswer{}, err
	}
	return urlAnswer{QueueURL: s.URL(queueARN)}, nil
}

func (s *Service) deleteQueue(_ *wire.Request, queueARN string, _ queueInput) (nothing, error) {
	return nothing{}, s.Remove(queueARN)
}

type getURLInput struct {
	QueueName              string
	QueueOwnerAWSAccountID string `json:"QueueOwnerAWSAccountId"`
}

func (in getURLInput) queueARN(r *wire.Request) string {
	return queue.ARN(r.Region, cmp.Or(in.QueueOwnerAWSAccountID, r.Account), in.QueueName)
}

// getQueueURL tells the URL of another account's queue too: where rights are not
// judged, knowing it opens nothing.
func (s *Service) getQueueURL(r *wire.Request, in getURLInput) (urlAnswer, error) {
	if in.QueueName == "" {
		return urlAnswer{}, fault.Invalid("Value for parameter QueueName is invalid. Reason: Must specify a queue name.")
	}
	queueARN := in.queueARN(r)
	if err := s.Exists(queueARN); err != nil {
		return urlAnswer{}, err
	}
	return urlAnswer{QueueURL: s.URL(queueARN)}, nil
}

type listInput struct {
	QueueNamePrefix string
	paging
}

type listAnswer struct {
	QueueURLs []string `json:"QueueUrls,omitempty"`
	NextToken string   `json:"NextToken,omitempty"`
}

func (s *Service) listQueues(r *wire.Request, in listInput) (listAnswer, error) {
	found, token, err := in.page(s.List(r.Account, r.Region, in.QueueNamePrefix))
	return listAnswer{QueueURLs: s.urls(found), NextToken: token}, err
}

type sourcesInput struct {
	queueInput
	paging
}

type sourcesAnswer struct {
	QueueURLs []string `json:"queueUrls"` // the one list that the API spells like this
	NextToken string   `json:"NextToken,omitempty"`
}

func (s *Service) listDeadLetterSourceQueues(_ *wire.Request, queueARN string, in sourcesInput) (sourcesAnswer, error) {
	if err := s.Exists(queueARN); err != nil {
		return sourcesAnswer{}, err
	}
	found, token, err := in.page(s.SourcesOf(queueARN))
	return sourcesAnswer{QueueURLs: s.urls(found), NextToken: token}, err
}

func (s *Service) urls(queueARNs []string) []string {
	urls := make([]string, len(queueARNs))
	for i, queueARN := range queueARNs {
		urls[i] = s.URL(queueARN)
	}
	return urls
}

// paging is the part of a request that asks for one page of a list.
type paging struct {
	MaxResults *int
	NextToken  string
}

const maxPage = 1000 // queues, per the API reference of ListQueues

// page cuts a sorted list. As on AWS there is a next token only if MaxResults
// was given.
func (p paging) page(all []string) (page []string, token string, err error) {
	if err := fault.Range("MaxResults", p.MaxResults, 1, maxPage); err != nil {
		return nil, "", err
	}
	if p.NextToken != "" {
		last, err := base64.StdEncoding.DecodeString(p.NextToken)
		if err != nil {
			return nil, "", fault.Invalid("Invalid or expired next token.")
		}
		after, found := slices.BinarySearch(all, string(last))
		if found {
			after++
		}
		all = all[after:]
	}
	size := maxPage
	if p.MaxResults != nil {
		size = *p.MaxResults
	}
	if len(all) <= size {
		return all, "", nil
	}
	if p.MaxResults != nil {
		token = base64.StdEncoding.EncodeToString([]byte(all[size-1]))
	}
	return all[:size], token, nil
}

type getAttributesInput struct {
	queueInput
	AttributeNames []string
}

type attributesAnswer struct {
	Attributes map[string]string `json:"Attributes,omitempty"`
}

func (s *Service) getQueueAttributes(_ *wire.Request, queueARN string, in getAttributesInput) (attributesAnswer, error) {
	all, err := s.Attributes(queueARN)
	if err != nil {
		return attributesAnswer{}, err
	}
	asked := map[string]string{}
	for _, name := range in.AttributeNames {
		switch value, set := all[name]; {
		case name == "All":
			maps.Copy(asked, all)
		case set:
			asked[name] = value
		case !settings.Readable(name):
			return attributesAnswer{}, fault.UnknownAttribute(name)
		}
	}
	return attributesAnswer{Attributes: asked}, nil
}

type setAttributesInput struct {
	queueInput
	Attributes map[string]string
}

func (s *Service) setQueueAttributes(_ *wire.Request, queueARN string, in setAttributesInput) (nothing, error) {
	if len(in.Attributes) == 0 {
		return nothing{}, fault.Missing("Attribute.Name")
	}
	return nothing{}, s.SetAttributes(queueARN, in.Attributes)
}

type tagInput struct {
	queueInput
	Tags map[string]string
}

func (s *Service) tagQueue(_ *wire.Request, queueARN string, in tagInput) (nothing, error) {
	_, err := s.Tags(queueARN, func(tags map[string]string) { maps.Copy(tags, in.Tags) })
	return nothing{}, err
}

type untagInput struct {
	queueInput
	TagKeys []string
}

func (s *Service) untagQueue(_ *wire.Request, queueARN string, in untagInput) (nothing, error) {
	_, err := s.Tags(queueARN, func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
	return nothing{}, err
}

type tagsAnswer struct{ Tags map[string]string }

func (s *Service) listQueueTags(_ *wire.Request, queueARN string, _ queueInput) (tagsAnswer, error) {
	tags, err := s.Tags(queueARN, nil)
	return tagsAnswer{Tags: tags}, err
}

func (s *Service) purgeQueue(_ *wire.Request, queueARN string, _ queueInput) (nothing, error) {
	return nothing{}, s.Purge(queueARN)
}
