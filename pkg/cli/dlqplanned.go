package cli

import (
	"context"
	"time"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
)

// planned are the dead-letter messages that a command's flags and arguments select, with what
// a replay would do about each.
type planned struct {
	*deadLetters
	replayer *relay.Replayer
	plans    []relay.Replay // in the order of the messages
	held     bool           // until end
	missing  error          // the resource that was asked for has no message
}

// planned reads the messages, hides them from other readers for hold, and releases those that
// are not selected. An error has released all.
func (f *letterFlags) planned(ctx context.Context, hold time.Duration, ids []string) (*planned, error) {
	all, err := f.access.readDeadLetters(ctx, hold)
	if err != nil {
		return nil, err
	}
	p := &planned{deadLetters: all, held: hold > 0}
	if err := f.lookUp(ctx, p, ids); err != nil {
		p.end(ctx)
		return nil, err
	}
	return p, nil
}

func (f *letterFlags) lookUp(ctx context.Context, p *planned, ids []string) (err error) {
	letters := p.letters
	if len(ids) > 0 {
		if letters, err = p.pick(ids); err != nil {
			return firstError(p.trouble(), err)
		}
	}
	if p.replayer, err = f.access.replayer(ctx); err != nil {
		return err
	}
	chosen := f.chosen(letters, p.now)
	if p.held {
		p.release(ctx, bare(p.without(chosen)))
	}
	p.plans = p.replayer.Plan(ctx, bare(chosen), p.now)
	if len(p.plans) == 0 {
		p.missing = f.found(letters, p.now)
	}
	return ctx.Err()
}

// end shows every message that is left to other readers again.
func (p *planned) end(ctx context.Context) {
	if p.held {
		p.release(ctx, bare(p.letters))
	}
}

// replayer is the use case of replays in this estate.
func (a *access) replayer(ctx context.Context) (*relay.Replayer, error) {
	config, err := a.backup(ctx)
	if err != nil {
		return nil, err
	}
	e, backup := a.estate, awsbackup.New(config)
	return &relay.Replayer{
		Routes: e.Routes(), Retry: hop.Retry{Attempts: e.Copies.Attempts}, FirstHop: e.FirstHop,
		Points: backup, Jobs: backup, Vaults: backup, Members: operated{a},
		Copies: queue.Open(config, e.QueueURL(estate.CopiesQueue)),
		Later:  queue.NewSweeps(config, e.QueueURL(estate.SweepsQueue)),
	}, nil
}

// operated leads into members with the role that may start copies there.
type operated struct{ access *access }

// Member implements relay.Members.
func (o operated) Member(ctx context.Context, account string) (relay.Member, error) {
	config, err := o.access.operator(ctx, account)
	if err != nil {
		return nil, err
	}
	return awsbackup.New(config), nil
}
