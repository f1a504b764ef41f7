package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/lambda/sqsevent"
	"github.com/twohop/twohop/test/stage"
)

// turn is one invocation with recovery points of its own.
type turn struct {
	side  side
	batch int           // events
	delay time.Duration // of each API call, real time
}

// outcome is what a turn showed.
type outcome struct {
	lambda.Invocation
	calls int64 // to the API
}

const (
	// arrival is more simulated time than hop 1 and its event need.
	arrival = 30 * time.Minute
	// aDay passes after each turn; then its jobs are in no list that is read.
	aDay = 25 * time.Hour
)

// take takes a turn. It is an error if anything but exactly one copy job per
// recovery point comes of it.
func (r *round) take(ctx context.Context, t turn) (outcome, error) {
	databases, err := r.backUp(ctx, t.batch)
	if err != nil {
		return outcome{}, err
	}
	messages, payload, err := r.event(t.batch)
	if err != nil {
		return outcome{}, err
	}
	runtime.GC() // none of this process's collections in the measurement
	r.road.clear(t.delay)
	invocation, err := r.World.Lambda.Invoke(ctx, r.functions[t.side], payload)
	if err != nil {
		return outcome{}, err
	}
	calls := r.road.calls.Load()
	r.road.clear(0)
	if err := r.verify(invocation, messages, databases); err != nil {
		return outcome{}, fmt.Errorf("%s, batch of %d: %w", t.side, t.batch, err)
	}
	if err := r.World.Clock.Advance(ctx, aDay); err != nil {
		return outcome{}, err
	}
	// Hop 2's own events, which the next turn shall not find.
	return outcome{invocation, calls}, r.World.SQS.Purge(r.Copies.ARN)
}

// backUp makes databases whose recovery points have arrived in the intermediate
// vault, so that hop 2 is due.
func (r *round) backUp(ctx context.Context, n int) ([]stage.Resource, error) {
	databases := make([]stage.Resource, n)
	for i := range databases {
		r.databases++
		d, err := r.Add(stage.Resource{Name: fmt.Sprintf("database-%d", r.databases), Type: "RDS", Bytes: 10 << 30})
		if err != nil {
			return nil, err
		}
		databases[i] = d
	}
	if err := r.HopOne(ctx, databases...); err != nil {
		return nil, err
	}
	return databases, r.World.Clock.Advance(ctx, arrival)
}

// event receives what hop 1 has brought to the queue, as one SQS event.
func (r *round) event(n int) ([]sqsevent.Message, []byte, error) {
	received, err := r.World.SQS.Receive(r.Copies.ARN, n)
	if err != nil {
		return nil, nil, err
	}
	if len(received) != n {
		return nil, nil, fmt.Errorf("%d messages are in the queue after hop 1 of %d recovery points", len(received), n)
	}
	messages := make([]sqsevent.Message, n)
	for i, m := range received {
		messages[i] = sqsevent.Message{
			ID: m.ID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.MD5OfBody,
			Sender: m.Sender, Sent: m.Sent, FirstReceived: m.FirstReceived, ReceiveCount: m.ReceiveCount,
		}
		if err := r.World.SQS.Delete(r.Copies.ARN, m.ReceiptHandle); err != nil {
			return nil, nil, err
		}
	}
	const limit = 6 << 20 // of a payload, never reached
	events, err := sqsevent.Encode(r.Copies.ARN, messages, limit)
	if err != nil {
		return nil, nil, err
	}
	return messages, events[0].Payload, nil
}

// verify finds out whether the invocation did what it was measured for.
func (r *round) verify(invocation lambda.Invocation, messages []sqsevent.Message, databases []stage.Resource) error {
	if invocation.Err != nil {
		return invocation.Err
	}
	if done := sqsevent.Succeeded(messages, invocation.Response); len(done) != len(messages) {
		return fmt.Errorf("only %d of %d messages were settled: %s", len(done), len(messages), invocation.Response)
	}
	started := map[string]int{}
	for _, job := range r.World.Backup.CopyJobs(stage.Backup, stage.Primary) {
		if job.DestinationBackupVaultArn == r.Final.ARN {
			started[job.ResourceArn]++
		}
	}
	for _, d := range databases {
		if n := started[d.ARN]; n != 1 {
			return fmt.Errorf("%d copy jobs of %s to the final vault, 1 was expected", n, d.Name)
		}
	}
	return nil
}
