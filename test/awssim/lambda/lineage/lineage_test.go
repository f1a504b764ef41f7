package lineage_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/lambda/sqsevent"
)

const (
	starter = "arn:aws:lambda:eu-central-1:222222222222:function:twohop-copystarter"
	tracker = "arn:aws:lambda:eu-central-1:222222222222:function:twohop-outcometracker"
)

// after is a chain that begins, after invocations.
func after(functions ...string) lineage.Chain {
	var c lineage.Chain
	for _, f := range functions {
		c = c.After(f)
	}
	return c
}

// times is n invocations of one function.
func times(n int, function string) lineage.Chain {
	var c lineage.Chain
	for range n {
		c = c.After(function)
	}
	return c
}

func header(c lineage.Chain) string {
	return "Root=1-6a00a200-000000000000000000000001;Parent=0000000000000001;Sampled=0;" + c.String()
}

func TestAChainIsReadFromTheHeaderThatItWrites(t *testing.T) {
	chain := after(starter, tracker, starter, starter)
	assert.Regexp(t, `^Lineage=[0-9a-f]{8}:\d\|[0-9a-f]{8}:\d$`, chain.String())
	read := lineage.Read(header(chain))
	assert.Equal(t, chain, read)
	assert.Equal(t, 3, read.Invocations(starter))
	assert.Equal(t, 1, read.Invocations(tracker))
	assert.Zero(t, read.Invocations(starter+"s"))
	assert.Regexp(t, `^Lineage=[0-9a-f]{8}:0$`, after(starter).String(), "the first invocation, as recorded of AWS")
}

func TestAHeaderWithoutALineageBeginsAChain(t *testing.T) {
	for _, text := range []string{"", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", "Lineage=", "Lineage=1:fe460cdd:0", "Lineage=fe460cdd:x|fe460cdd", ";;=;"} {
		assert.Equal(t, 1, lineage.Read(text).After(starter).Invocations(starter), text)
	}
}

func TestAChainIsNotChangedByTheInvocationsAfterIt(t *testing.T) {
	chain := after(starter)
	chain.After(starter)
	assert.Equal(t, 1, chain.Invocations(starter))
}

func TestAChainEndsAfterSixteenInvocationsOfOneFunction(t *testing.T) {
	assert.False(t, times(15, starter).Ended(starter))
	assert.True(t, times(16, starter).Ended(starter))
	assert.False(t, times(16, starter).Ended(tracker))
	assert.True(t, times(40, starter).Ended(starter))
}

// message has a chain in its trace header.
func message(id string, c lineage.Chain) sqsevent.Message {
	return sqsevent.Message{ID: id, TraceHeader: header(c)}
}

func TestBatchesOfSeveralChains(t *testing.T) {
	fresh, short, ended, other := sqsevent.Message{ID: "fresh"}, message("short", times(3, starter)), message("ended", times(16, starter)), message("other", after(tracker, tracker))
	for sentence, test := range map[string]struct {
		reading lineage.Reading
		setting lineage.RecursiveLoop
		batch   []sqsevent.Message

		invoked, stopped string
		starter, tracker int // invocations in the chain that the function continues
	}{
		"a message alone":                       {lineage.LongestChain, lineage.Terminate, []sqsevent.Message{short}, "short", "", 4, 0},
		"a message alone, each":                 {lineage.EachMessage, lineage.Terminate, []sqsevent.Message{short}, "short", "", 4, 0},
		"one that has ended, alone":             {lineage.LongestChain, lineage.Terminate, []sqsevent.Message{ended}, "", "ended", 0, 0},
		"one that has ended, alone, each":       {lineage.EachMessage, lineage.Terminate, []sqsevent.Message{ended}, "", "ended", 0, 0},
		"the longest chain counts":              {lineage.LongestChain, lineage.Terminate, []sqsevent.Message{fresh, short, other}, "fresh short other", "", 4, 2},
		"the first message's is continued":      {lineage.EachMessage, lineage.Terminate, []sqsevent.Message{fresh, short, other}, "fresh short other", "", 1, 0},
		"the whole batch is stopped":            {lineage.LongestChain, lineage.Terminate, []sqsevent.Message{fresh, ended, short}, "", "fresh ended short", 0, 0},
		"each message is stopped by itself":     {lineage.EachMessage, lineage.Terminate, []sqsevent.Message{ended, short, fresh}, "short fresh", "ended", 4, 0},
		"a function that allows it":             {lineage.LongestChain, lineage.Allow, []sqsevent.Message{fresh, ended, short}, "fresh ended short", "", 17, 0},
		"a function that allows it, each":       {lineage.EachMessage, lineage.Allow, []sqsevent.Message{ended, fresh}, "ended fresh", "", 17, 0},
		"another function's chain stops nobody": {lineage.LongestChain, lineage.Terminate, []sqsevent.Message{message("tracked", times(16, tracker))}, "tracked", "", 1, 16},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := test.reading.Detect(starter, test.batch, test.setting)
			assert.Equal(t, test.invoked, ids(b.Messages))
			assert.Equal(t, test.stopped, ids(b.Stopped))
			assert.Equal(t, test.starter, b.Chain.Invocations(starter))
			assert.Equal(t, test.tracker, b.Chain.Invocations(tracker))
		})
	}
}

func ids(messages []sqsevent.Message) string {
	var all []string
	for _, m := range messages {
		all = append(all, m.ID)
	}
	return strings.Join(all, " ")
}
