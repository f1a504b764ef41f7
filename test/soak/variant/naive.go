package main

import (
	"context"
	"crypto/rand"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// naive starts a copy for each event of a completed first hop, as the simplest
// function would: it looks at nothing first, waits for nothing, and leaves what fails to
// the queue.
type naive struct {
	routes hop.Routes
	copies relay.Copies
}

func (n naive) handle(ctx context.Context, messages []relay.Message) []relay.Result {
	var results []relay.Result
	for _, m := range messages {
		results = append(results, relay.Result{ID: m.ID, Err: n.start(ctx, m)})
	}
	return results
}

func (n naive) start(ctx context.Context, m relay.Message) error {
	if m.Malformed != nil || m.Notice.CopyJob == nil || m.Notice.CopyJob.State != hop.Completed {
		return m.Malformed
	}
	e := m.Notice.CopyJob
	route, ok := n.routes.For(e.Destination.ARN, e.ResourceType)
	if !ok {
		return nil
	}
	for _, destination := range route.Destinations {
		if _, err := n.copies.Start(ctx, hop.Order{
			Point: e.Copy, Source: e.Destination, Destination: destination.Vault,
			DeleteAfterDays: destination.DeleteAfterDays, Role: route.Role, Token: rand.Text(),
		}); err != nil {
			return err
		}
	}
	return nil
}
