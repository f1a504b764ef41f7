package hop_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

func TestWhatANoticeIsAbout(t *testing.T) {
	for sentence, c := range map[string]struct {
		notice hop.Notice
		point  string
		hop    int
	}{
		"a request":                   {hop.Notice{Request: &hop.Request{Point: "p", Copy: "c"}}, "p", 2},
		"a request of no point":       {hop.Notice{Request: &hop.Request{}}, "", 2},
		"a first hop that completed":  {hop.Notice{CopyJob: &hop.CopyJobEvent{Source: "s", Copy: "p"}}, "p", 2},
		"a copy job without a copy":   {hop.Notice{CopyJob: &hop.CopyJobEvent{Source: "s"}}, "s", 1},
		"an event of something else":  {hop.Notice{Foreign: "aws.ec2 x"}, "", 2},
		"a message that says nothing": {hop.Notice{}, "", 2},
	} {
		t.Run(sentence, func(t *testing.T) {
			point, number := c.notice.About()
			assert.Equal(t, c.point, point)
			assert.Equal(t, c.hop, number)
		})
	}
}

func TestARequestWithoutAPointIsMalformed(t *testing.T) {
	for _, request := range []hop.Request{
		{Source: intermediate, Destination: final}, {Source: intermediate}, {Source: other}, {},
	} {
		requests, decision := hop.Triage(hop.Notice{Request: &request}, routes)
		assert.Empty(t, requests)
		assert.Equal(t, hop.ReasonMalformed, decision.Reason)
	}
}

func TestARequestThatNamesItsDestinationIsNotSplit(t *testing.T) {
	fanned := hop.Routes{routes[0]}
	fanned[0].Destinations = []hop.Destination{{Vault: final}, {Vault: other}}
	typed := hop.Request{Point: point, Source: intermediate, Destination: final, ResourceType: "RDS"}
	requests, _ := hop.Triage(hop.Notice{Request: &typed}, fanned)
	assert.Equal(t, []hop.Request{typed}, requests)
	untyped := hop.Request{Point: point, Source: intermediate}
	requests, _ = hop.Triage(hop.Notice{Request: &untyped}, fanned)
	assert.Equal(t, []hop.Request{untyped}, requests, "where its type is unknown the description decides")
}
