package lineage

import "github.com/twohop/twohop/test/awssim/lambda/sqsevent"

// Reading is how the messages of one batch, each with a chain of its own, count. AWS does
// not document it (UNCONFIRMED A24).
type Reading int

// Every reading.
const (
	// LongestChain makes a batch one event: it has the largest count that any of its
	// messages has, of each function, and is stopped as a whole.
	LongestChain Reading = iota
	// EachMessage stops each message by its own chain. What the function sends continues
	// the chain of the first message that is left.
	EachMessage
)

// Batch is a batch of messages after loop detection.
type Batch struct {
	Messages []sqsevent.Message // what the function is invoked with
	Stopped  []sqsevent.Message // the function is not invoked with these
	Chain    Chain              // of the invocation, which it counts
}

// Detect says with which messages a function is invoked. A function that allows loops is
// invoked with all of them, and counted nevertheless.
func (r Reading) Detect(functionARN string, messages []sqsevent.Message, setting RecursiveLoop) Batch {
	var b Batch
	var longest Chain
	for _, m := range messages {
		chain := Read(m.TraceHeader)
		longest = chain.with(longest)
		if r == EachMessage && setting != Allow && chain.Ended(functionARN) {
			b.Stopped = append(b.Stopped, m)
			continue
		}
		if len(b.Messages) == 0 {
			b.Chain = chain.After(functionARN)
		}
		b.Messages = append(b.Messages, m)
	}
	if r == EachMessage {
		return b
	}
	if setting != Allow && longest.Ended(functionARN) {
		return Batch{Stopped: messages}
	}
	b.Chain = longest.After(functionARN)
	return b
}
