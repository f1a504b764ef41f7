package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// quantity is what is measured of both sides.
type quantity int

const (
	none     quantity = iota // of turns that only warm up
	coldTime                 // ms from exec to the first response, one event
	warmOne                  // ms per event, batches of one
	warmTen                  // ms per event, batches of ten
	slowTen                  // ms per batch of ten, against a slow API
	callsOne                 // API calls of a batch of one
	callsTen                 // of a batch of ten
	memory                   // bytes, largest resident set of a round's process
	quantities
)

// samples are the measured values of each quantity and side.
type samples [quantities][sides][]float64

func (all *samples) add(q quantity, s side, value float64) {
	all[q][s] = append(all[q][s], value)
}

// slowCall is what each API call takes in the slow turns, about what a call from
// Lambda to AWS takes.
const slowCall = 50 * time.Millisecond

// many is the larger batch: the most that the event source mapping gives.
const many = 10

// step is a turn of each side.
type step struct {
	quantity quantity
	batch    int
	delay    time.Duration
}

// steps of one round.
func steps(warm int) []step {
	all := []step{{coldTime, 1, 0}, {none, many, 0}, {none, many, 0}}
	all = append(all, slices.Repeat([]step{{warmOne, 1, 0}}, warm)...)
	all = append(all, slices.Repeat([]step{{warmTen, many, 0}}, warm)...)
	return append(all, step{slowTen, many, slowCall})
}

// measure runs all rounds. A first one is not counted: it brings the executables
// into memory.
func measure(ctx context.Context, o options, p programs) (samples, error) {
	var all, unused samples
	if err := play(ctx, p, 0, 1, &unused); err != nil {
		return all, fmt.Errorf("warm up: %w", err)
	}
	for i := range o.rounds {
		if err := play(ctx, p, i+1, o.warm, &all); err != nil {
			return all, fmt.Errorf("round %d: %w", i+1, err)
		}
	}
	return all, nil
}

// play plays one round into the samples.
func play(ctx context.Context, p programs, number, warm int, into *samples) (err error) {
	r, err := newRound(ctx, p, uint64(number))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.World.Close()) }()
	var last [sides]outcome
	for i, step := range steps(warm) {
		order := []side{product, floor}
		if (number+i)%2 == 1 {
			slices.Reverse(order)
		}
		for _, s := range order {
			got, err := r.take(ctx, turn{side: s, batch: step.batch, delay: step.delay})
			if err != nil {
				return err
			}
			if got.Cold != (i == 0) {
				return fmt.Errorf("%s: a process began at turn %d; only the first turn may begin one", s, i+1)
			}
			step.note(s, got, into)
			last[s] = got
		}
	}
	for s := range sides {
		into.add(memory, s, float64(last[s].MaxRSSBytes))
	}
	return nil
}

// callsOf is where the calls of the turns that have a time per event are noted.
var callsOf = map[quantity]quantity{warmOne: callsOne, warmTen: callsTen}

// note adds what the turn showed.
func (step step) note(s side, got outcome, into *samples) {
	if step.quantity == none {
		return
	}
	took := milliseconds(got.Init + got.Duration) // Init is 0 for a warm one
	if calls, perEvent := callsOf[step.quantity]; perEvent {
		took /= float64(step.batch)
		into.add(calls, s, float64(got.calls))
	}
	into.add(step.quantity, s, took)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
