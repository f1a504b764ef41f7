package relay_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestARecentRunGoesBackToTheOneBefore(t *testing.T) {
	k := newComparing(0)
	k.arrive("since", 26*time.Minute)
	k.arrive("before", 28*time.Minute)
	k.look(t)
	assert.Equal(t, []string{"since"}, k.asked(), "a quarter of an hour, two minutes in which it may be late, and ten that are left to events")
}

// counting notes how many requests come at once.
type counting struct {
	relay.Queue
	sizes []int
}

func (c *counting) Split(ctx context.Context, m relay.Message, requests []hop.Request) error {
	c.sizes = append(c.sizes, len(requests))
	return c.Queue.Split(ctx, m, requests)
}

func TestManyCopiesAreAskedForSomeAtATime(t *testing.T) {
	k := newComparing(0)
	queue := &counting{Queue: k.mail}
	k.reconciler.Copies = queue
	for i := range 250 {
		k.arrive(fmt.Sprint("p", i), 20*time.Minute)
	}
	assert.Equal(t, 250, k.look(t).Asked)
	assert.Len(t, k.asked(), 250)
	assert.Equal(t, []int{100, 100, 50}, queue.sizes)
}

func TestARunThatCannotAskOrTellFails(t *testing.T) {
	away := errors.New("away")
	full := func(k *comparing) error {
		_, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
		return err
	}
	recent := func(k *comparing) error {
		_, err := k.reconciler.Look(t.Context(), k.backup.Now())
		return err
	}
	for sentence, test := range map[string]struct {
		run   func(*comparing) error
		begin func(*comparing)
	}{
		"a recent run, of the queue of copies":   {recent, func(k *comparing) { k.arrive("p", 20*time.Minute); k.mail.refuse = away }},
		"a recent run that cannot count":         {recent, func(k *comparing) { k.mail.uncounted = away }},
		"a recent run, of people or its letters": {recent, func(k *comparing) { k.arrive("p", 20*time.Minute); k.refuse = away }},
		"a full run, of the queue of copies":     {full, func(k *comparing) { k.arrive("p", 20*time.Minute); k.mail.refuse = away }},
		"a full run, of the queue of outcomes": {full, func(k *comparing) {
			k.arrive("p", time.Hour)
			job := k.again(t, "p", final)
			require.NoError(t, k.backup.Complete(job))
			k.backup.DeletePoint(final, "copy-of-"+job)
			k.catchUp()
			k.outcomes.refuse = away
		}},
		"a full run, of its letters": {full, func(k *comparing) { k.arrive("p", 20*time.Minute); k.refuse = away }},
		"a full run, of people":      {full, func(k *comparing) { k.refuse = away }},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newComparing(0)
			test.begin(k)
			require.ErrorIs(t, test.run(k), away)
		})
	}
}

func TestWhoeverCannotBeToldFailsTheRun(t *testing.T) {
	for name, deafen := range map[string]func(*comparing){
		"people":         func(k *comparing) { k.reconciler.Digests = deaf{} },
		"the supervisor": func(k *comparing) { k.reconciler.Supervisor = deaf{} },
	} {
		k := newComparing(0)
		k.arrive("p", 31*24*time.Hour)
		deafen(k)
		_, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
		require.ErrorContains(t, err, "nobody listens", name)
	}
}

type deaf struct{}

func (deaf) Ran(relay.Report) error { return errors.New("nobody listens") }

func (deaf) Publish(context.Context, string, string) error { return errors.New("nobody listens") }

func TestARunLooksAtWhatIsMadeWhileItBegins(t *testing.T) {
	for name, run := range map[string]func(*comparing) (relay.Report, error){
		"recent": func(k *comparing) (relay.Report, error) { return k.reconciler.Look(t.Context(), now) },
		"full":   func(k *comparing) (relay.Report, error) { return k.reconciler.Sweep(t.Context(), relay.NewSweep(now)) },
	} {
		k := newComparing(0)
		k.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: "p", ResourceARN: "r", ResourceType: "RDS", Status: hop.PointCompleted,
			Created: now.Add(5 * time.Minute), SourceVault: local})
		report, err := run(k)
		require.NoError(t, err, name)
		assert.Equal(t, 1, report.Points, name)
	}
}
