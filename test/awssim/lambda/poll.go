package lambda

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/lambda/sandbox"
	"github.com/twohop/twohop/test/awssim/lambda/sqsevent"
)

// mapping reads a queue and invokes a function.
//
// It does not poll: the queue says when there is something, and the reading is
// done as an event of the clock at the same simulated time, so that everything
// that becomes visible at one time is there to fill batches. From then on each
// batch that ends makes room for the next.
type mapping struct {
	service *Service
	uuid    string
	stop    func() // the watching of the queue

	mu       sync.Mutex
	spec     Mapping
	modified time.Time
	last     string // LastProcessingResult
	busy     int    // batches gathered or processed
	open     *batch // gathered in a batching window; nil if none
	planned  bool   // reading is due on the clock

	reading bool   // one reads at a time
	asked   uint64 // how often reading has been asked for
	answers uint64 // the asked that the receive under way answers
	dry     uint64 // the asked that was answered with no message
}

// batch is the messages of one batching window.
type batch struct {
	messages []Message
	end      *clock.Timer
}

func (m *mapping) state() MappingState {
	m.mu.Lock()
	defer m.mu.Unlock()
	return MappingState{Mapping: m.spec, UUID: m.uuid, LastProcessingResult: m.last, LastModified: m.modified}
}

func (m *mapping) enable() {
	m.mu.Lock()
	m.set(true)
	m.mu.Unlock()
	m.available()
}

func (m *mapping) disable() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set(false)
	m.closeWindow(m.open)
}

// set is a change only if it changes something. m.mu is locked.
func (m *mapping) set(enabled bool) {
	if m.spec.Enabled != enabled {
		m.spec.Enabled, m.modified = enabled, m.service.config.Clock.Now()
	}
}

// close stops the reading for good. The messages of an open window are left to
// their visibility timeout.
func (m *mapping) close() {
	m.stop()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.spec.Enabled = false
	if m.open != nil {
		m.open.end.Stop()
		m.open = nil
	}
}

// available is what the queue calls.
func (m *mapping) available() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.spec.Enabled && !m.planned {
		m.planned = true
		m.service.config.Clock.After(0, m.due)
	}
}

// due is what the clock calls.
func (m *mapping) due() {
	m.mu.Lock()
	m.planned = false
	m.mu.Unlock()
	m.read()
}

// read takes messages as long as there are any and there is room for them.
func (m *mapping) read() {
	if !m.startReading() {
		return
	}
	for room := m.room(); room > 0; room = m.room() {
		m.take(m.service.config.Queues.Receive(m.spec.QueueARN, room))
	}
}

// startReading reports whether the caller is to read; if not, the one who reads
// already will look once more.
func (m *mapping) startReading() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	if m.reading {
		return false
	}
	m.reading = true
	return true
}

// room is how many messages may be received now; the reading ends with 0.
func (m *mapping) room() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	full := m.open == nil && m.busy >= cmp.Or(m.spec.MaximumConcurrency, defaultConcurrency)
	if full || !m.spec.Enabled || m.dry == m.asked {
		m.reading = false
		return 0
	}
	m.answers = m.asked
	if m.open != nil {
		return m.spec.BatchSize - len(m.open.messages)
	}
	return m.spec.BatchSize
}

// take puts received messages into a batch, and a batch that is full to work.
func (m *mapping) take(messages []Message, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.last = "PROBLEM: receive from queue: " + err.Error()
	}
	if len(messages) == 0 {
		m.dry = m.answers
		return
	}
	if m.open == nil {
		m.busy++
		m.open = &batch{}
		if m.spec.MaximumBatchingWindow > 0 {
			opened := m.open
			opened.end = m.service.config.Clock.After(m.spec.MaximumBatchingWindow, func() { m.windowEnds(opened) })
		}
	}
	m.open.messages = append(m.open.messages, messages...)
	if m.spec.MaximumBatchingWindow == 0 || len(m.open.messages) >= m.spec.BatchSize || !m.spec.Enabled {
		m.closeWindow(m.open)
	}
}

func (m *mapping) windowEnds(b *batch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closeWindow(b)
}

// closeWindow puts the batch to work, unless that was done already. m.mu is
// locked.
func (m *mapping) closeWindow(b *batch) {
	if b == nil || m.open != b {
		return
	}
	m.open = nil
	if b.end != nil {
		b.end.Stop()
	}
	if !m.service.join() {
		return
	}
	hold := m.service.config.Clock.Hold()
	go m.work(b.messages, hold)
}

// work has the messages processed, then makes room for others before it lets
// the clock go on.
func (m *mapping) work(messages []Message, hold *clock.Hold) {
	defer m.service.work.Done()
	defer hold.Release()
	result := "OK"
	if err := m.process(messages); err != nil {
		result = "PROBLEM: " + err.Error()
	}
	m.mu.Lock()
	m.busy--
	m.last = result
	m.mu.Unlock()
	m.read()
}

// process invokes the function, more than once where the messages are too large
// for one payload, and deletes what it has done. It returns the last failure.
func (m *mapping) process(messages []Message) error {
	batch, failure := m.detect(messages)
	events, err := sqsevent.Encode(m.spec.QueueARN, batch.Messages, sandbox.MaxPayload)
	if err != nil {
		failure = err
	}
	for _, e := range events {
		if err := m.invoke(e, batch.Chain); err != nil {
			failure = err
		}
	}
	return failure
}

func (m *mapping) invoke(e sqsevent.Event, chain lineage.Chain) error {
	invocation, err := m.service.invoke(context.Background(), m.spec.Function, e.Payload, chain)
	if err != nil {
		return err
	}
	if invocation.Err != nil {
		return fmt.Errorf("Function call failed: %w", invocation.Err) // AWS's words
	}
	done := e.Messages
	if m.spec.ReportBatchItemFailures {
		done = sqsevent.Succeeded(e.Messages, invocation.Response)
	}
	var failure error
	for _, message := range done {
		if err := m.service.config.Queues.Delete(m.spec.QueueARN, message.ReceiptHandle); err != nil {
			failure = fmt.Errorf("delete message %s: %w", message.ID, err)
		}
	}
	return failure
}
