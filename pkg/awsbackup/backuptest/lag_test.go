package backuptest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

// slow is an AWS Backup whose reads lag, with one point in the vault of an order's source.
type slow struct {
	*backuptest.Memory
	t     *testing.T
	order hop.Order
}

func newSlow(t *testing.T, reads lag.Config) slow {
	t.Helper()
	now := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	s := slow{Memory: backuptest.NewMemory(now), t: t}
	s.ReadsLag(reads)
	vault := func(region, name string) hop.Vault {
		v, err := hop.ParseVault("arn:aws:backup:" + region + ":222222222222:backup-vault:" + name)
		require.NoError(t, err)
		return v
	}
	s.order = hop.Order{Point: "point", Source: vault("eu-central-1", "intermediate"), Destination: vault("eu-north-1", "final"), Token: "one"}
	s.AddPoint(s.order.Source, hop.RecoveryPoint{ARN: "point", ResourceARN: "database", ResourceType: "RDS", Status: hop.PointCompleted, Created: now.Add(-time.Hour)})
	return s
}

func (s slow) start() string {
	s.t.Helper()
	started, err := s.Start(s.t.Context(), s.order)
	require.NoError(s.t, err)
	return started.JobID
}

// listed are the states of the order's jobs that each list shows: they agree.
func (s slow) listed() []hop.State {
	s.t.Helper()
	of, err := s.Of(s.t.Context(), s.order.Point, s.order.Destination)
	require.NoError(s.t, err)
	from, err := s.From(s.t.Context(), s.order.Point)
	require.NoError(s.t, err)
	into, err := s.Into(s.t.Context(), s.order.Source.Region, s.order.Destination)
	require.NoError(s.t, err)
	since, err := s.Since(s.t.Context(), time.Time{})
	require.NoError(s.t, err)
	inFlight, err := s.InFlight(s.t.Context())
	require.NoError(s.t, err)
	states, flying := []hop.State{}, 0
	for _, job := range of {
		states = append(states, job.State)
		if job.State.InFlight() {
			flying++
			assert.Zero(s.t, job.Completed)
			assert.Empty(s.t, job.Copy)
		}
	}
	for _, list := range [][]hop.CopyJob{from, into, since} {
		assert.Equal(s.t, of, list)
	}
	assert.Len(s.t, inFlight, flying)
	return states
}

func TestMemoryShowsAJobAndItsStatesAfterAWhile(t *testing.T) {
	s := newSlow(t, lag.Config{Seed: 1, Jobs: lag.Delay{Usual: time.Minute, Most: time.Minute}})
	id := s.start()
	assert.Empty(t, s.listed())
	assert.Equal(t, id, s.start(), "the token is known at once")
	s.Advance(time.Minute)
	assert.Equal(t, []hop.State{hop.Created}, s.listed())
	s.Begin()
	assert.Equal(t, []hop.State{hop.Created}, s.listed())
	s.Advance(time.Minute)
	assert.Equal(t, []hop.State{hop.Running}, s.listed())
	require.NoError(t, s.Complete(id))
	assert.Equal(t, []hop.State{hop.Running}, s.listed())
	assert.Equal(t, hop.Completed, s.Jobs()[0].State, "as it is")
	s.Advance(time.Minute)
	assert.Equal(t, []hop.State{hop.Completed}, s.listed())
}

func TestMemoryMayShowWhatItHasShownBefore(t *testing.T) {
	s := newSlow(t, lag.Config{Seed: 1, Stale: 0.5, Jobs: lag.Delay{Most: time.Minute}})
	s.start()
	s.Advance(time.Second)
	shown := func() (n int) {
		for range 40 {
			jobs, err := s.Of(t.Context(), s.order.Point, s.order.Destination)
			require.NoError(t, err)
			n += len(jobs)
		}
		return n
	}
	some := shown()
	assert.Positive(t, some)
	assert.Less(t, some, 40)
	s.Advance(time.Minute)
	assert.Equal(t, 40, shown())
}

// shows tells whether each read shows a point in a vault: all do, or none.
func (s slow) shows(vault hop.Vault, point string) bool {
	s.t.Helper()
	_, err := s.Point(s.t.Context(), vault, point)
	if err != nil {
		require.ErrorIs(s.t, err, hop.ErrNotFound)
	}
	var made int
	require.NoError(s.t, s.Made(s.t.Context(), vault, time.Time{}, s.Now(), func(page []hop.RecoveryPoint) error {
		made += len(page)
		return nil
	}))
	older, failed := s.Older(s.t.Context(), vault, s.Now())
	require.NoError(s.t, failed)
	resources, failed := s.Resources(s.t.Context(), vault)
	require.NoError(s.t, failed)
	of, failed := s.PointsOf(s.t.Context(), vault, "database")
	require.NoError(s.t, failed)
	n := 0
	if err == nil {
		n = 1
	}
	require.Equal(s.t, fmt.Sprint(n, n, n == 1, n), fmt.Sprint(made, len(resources), older, len(of)))
	return err == nil
}

func TestMemoryShowsACopyInAnotherRegionAfterAWhile(t *testing.T) {
	for region, hidden := range map[string]bool{"eu-north-1": true, "eu-central-1": false} {
		t.Run(region, func(t *testing.T) {
			s := newSlow(t, lag.Config{Seed: 1, Copies: lag.Delay{Usual: time.Minute, Most: time.Minute}})
			s.order.Destination.Region = region
			require.NoError(t, s.Complete(s.start()))
			require.Equal(t, []hop.State{hop.Completed}, s.listed())
			made := s.Jobs()[0].Copy
			assert.Equal(t, !hidden, s.shows(s.order.Destination, made))
			_, held := s.Held(s.order.Destination, made)
			assert.True(t, held)
			s.Advance(time.Minute)
			assert.True(t, s.shows(s.order.Destination, made))
		})
	}
}

func TestMemoryStillShowsADeletedPoint(t *testing.T) {
	for name, remove := range map[string]func(s slow){
		"deleted": func(s slow) { s.DeletePoint(s.order.Source, "point") },
		"expired": func(s slow) {
			require.NoError(t, s.Keep(t.Context(), s.order.Source, "point", 1))
			s.Advance(23 * time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSlow(t, lag.Config{Seed: 1, Deletions: lag.Delay{Usual: time.Minute, Most: time.Minute}})
			remove(s)
			assert.True(t, s.shows(s.order.Source, "point"))
			_, err := s.Start(t.Context(), s.order)
			require.ErrorIs(t, err, hop.ErrNotFound, "what AWS Backup decides does not lag")
			s.Advance(time.Minute)
			assert.False(t, s.shows(s.order.Source, "point"))
		})
	}
}
