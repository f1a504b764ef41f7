package backuptest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

func forgets(t *testing.T, s Stage) {
	require.NoError(t, s.Backup.Keep(t.Context(), s.Source, s.Point.ARN, 2))
	s.Pass(t, 49*time.Hour)
	s.settle(t)
	_, err := s.Backup.Point(t.Context(), s.Source, s.Point.ARN)
	require.ErrorIs(t, err, hop.ErrNotFound)
	older, err := s.Backup.Older(t.Context(), s.Source, s.Now())
	require.NoError(t, err)
	assert.False(t, older)
	resources, err := s.Backup.Resources(t.Context(), s.Source)
	require.NoError(t, err)
	assert.Empty(t, resources)
	require.NoError(t, s.Backup.Made(t.Context(), s.Source, s.Point.Created.Add(-time.Hour), s.Now(), func(page []hop.RecoveryPoint) error {
		assert.Empty(t, page)
		return nil
	}))
	_, err = s.Backup.Start(t.Context(), s.order())
	require.ErrorIs(t, err, hop.ErrNotFound)
}

func refusesAToken(t *testing.T, s Stage) {
	_, err := s.Backup.Start(t.Context(), s.order())
	require.NoError(t, err)
	other := s.order()
	other.DeleteAfterDays++
	_, err = s.Backup.Start(t.Context(), other)
	var failure *hop.Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, hop.ClassUnknown, failure.Class)
	s.settle(t)
	assert.Len(t, s.states(t), 1)
}

// start starts a copy of a point under a token.
func (s Stage) start(t *testing.T, point, token string) string {
	t.Helper()
	order := s.order()
	order.Point, order.Token = point, token
	started, err := s.Backup.Start(t.Context(), order)
	require.NoError(t, err)
	return started.JobID
}

// states are those of all jobs, by id.
func (s Stage) states(t *testing.T) map[string]hop.State {
	t.Helper()
	jobs, err := s.Backup.Since(t.Context(), time.Time{}.AddDate(2000, 0, 0))
	require.NoError(t, err)
	states := map[string]hop.State{}
	for _, job := range jobs {
		states[job.ID] = job.State
	}
	return states
}

// takesTurns: the second of two jobs begins when the first has ended.
func (s Stage) takesTurns(t *testing.T, first, second string) {
	t.Helper()
	s.Begin(t)
	s.settle(t)
	assert.Equal(t, map[string]hop.State{first: hop.Running, second: hop.Created}, s.states(t))
	inFlight, err := s.Backup.InFlight(t.Context())
	require.NoError(t, err)
	assert.Len(t, inFlight, 2, "what waits is in flight too")
	s.Finish(t, first)
	s.Begin(t)
	s.settle(t)
	assert.Equal(t, map[string]hop.State{first: hop.Completed, second: hop.Running}, s.states(t))
	s.Finish(t, second)
	s.settle(t)
	assert.Equal(t, map[string]hop.State{first: hop.Completed, second: hop.Completed}, s.states(t))
}

func copiesOnceAtATime(t *testing.T, s Stage) {
	s.takesTurns(t, s.start(t, s.Point.ARN, "one"), s.start(t, s.Point.ARN, "two"))
}

func waitsForTheQuota(t *testing.T, s Stage) {
	s.Limit(1, false)
	other := s.Add(t, "arn:aws:rds:eu-central-1:111111111111:cluster:orders")
	s.takesTurns(t, s.start(t, s.Point.ARN, "one"), s.start(t, other, "two"))
}

func refusesOverTheQuota(t *testing.T, s Stage) {
	s.Limit(1, true)
	order := s.order()
	order.Token, order.Point = "two", s.Add(t, "arn:aws:rds:eu-central-1:111111111111:cluster:orders")
	first := s.start(t, s.Point.ARN, "one")
	for range 2 { // what is CREATED counts as what is RUNNING does
		_, err := s.Backup.Start(t.Context(), order)
		var failure *hop.Failure
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, hop.ClassLimit, failure.Class)
		s.Begin(t)
	}
	s.Finish(t, first)
	s.start(t, order.Point, order.Token)
}
