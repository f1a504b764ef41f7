package backuptest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Backup is the part of AWS Backup that the use cases see.
type Backup interface {
	relay.Points
	relay.Jobs
	relay.Copies
	relay.Inventory
	relay.AllJobs
	relay.Vaults
	relay.Retention
	relay.Holder
}

// Stage is what a suite plays on: an AWS Backup with one recovery point, of type
// Aurora, complete in the vault Source, and an empty vault Destination in another
// Region, and the means to have time do its work.
type Stage struct {
	Backup              Backup
	Source, Destination hop.Vault
	Point               hop.RecoveryPoint
	Role                string
	Now                 func() time.Time
	// NextFails has the jobs started from now on end FAILED with the message.
	NextFails func(message string)
	// Begin lets the time pass that jobs need to begin where nothing holds them up.
	Begin func(t *testing.T)
	// Finish lets the time pass that the job needs to end, once it has begun.
	Finish func(t *testing.T, job string)
	// Pass lets any time pass.
	Pass func(t *testing.T, d time.Duration)
	// Lag is how long after a change lists and descriptions may still be of before it; 0
	// where they never are. AWS promises nothing of it.
	Lag time.Duration
	// Add puts a point of another resource, of type Aurora too, into Source, and returns
	// its ARN.
	Add func(t *testing.T, resource string) string
	// Limit has so many Aurora copies to another Region run at once. Over it they wait,
	// or are refused.
	Limit func(n int, refuse bool)
}

// Conformance checks that an AWS Backup behaves as package relay relies on. begin
// makes a new stage for each test.
func Conformance(t *testing.T, begin func(t *testing.T) Stage) {
	for name, test := range map[string]func(*testing.T, Stage){
		"describes a point":                         describesAPoint,
		"does not find what is not there":           doesNotFind,
		"starts a copy that is listed":              startsACopy,
		"answers a token with its first job":        answersAToken,
		"refuses to copy what is not there":         refusesToCopy,
		"completes a copy":                          completesACopy,
		"keeps the text of a failure and its class": keepsAFailure,
		"lists jobs by creation":                    listsByCreation,
		"lists points by creation":                  listsPoints,
		"lists resources with their newest copies":  listsResources,
		"lists a resource's points":                 holdsPoints,
		"encrypts a copy with the vault's key":      encrypts,
		"shortens a point's retention":              shortens,
		"forgets a point whose time is over":        forgets,
		"refuses a token for something else":        refusesAToken,
		"copies a resource once at a time":          copiesOnceAtATime,
		"has copies over the quota wait":            waitsForTheQuota,
		"may refuse copies over the quota":          refusesOverTheQuota,
	} {
		t.Run(name, func(t *testing.T) { test(t, begin(t)) })
	}
}

// settle lets the time pass after which every change is listed and described.
func (s Stage) settle(t *testing.T) {
	t.Helper()
	if s.Lag > 0 {
		s.Pass(t, s.Lag)
	}
}

func (s Stage) order() hop.Order {
	return hop.Order{Point: s.Point.ARN, Source: s.Source, Destination: s.Destination, DeleteAfterDays: 35, Role: s.Role, Token: "one"}
}

func describesAPoint(t *testing.T, s Stage) {
	got, err := s.Backup.Point(t.Context(), s.Source, s.Point.ARN)
	require.NoError(t, err)
	assert.Equal(t, s.Point, got)
}

func doesNotFind(t *testing.T, s Stage) {
	_, err := s.Backup.Point(t.Context(), s.Source, s.Point.ARN+"0")
	require.ErrorIs(t, err, hop.ErrNotFound)
	_, err = s.Backup.Point(t.Context(), s.Destination, s.Point.ARN)
	require.ErrorIs(t, err, hop.ErrNotFound)
	jobs, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Destination)
	require.NoError(t, err)
	assert.Empty(t, jobs)
}

func startsACopy(t *testing.T, s Stage) {
	begun := s.Now()
	started, err := s.Backup.Start(t.Context(), s.order())
	require.NoError(t, err)
	assert.WithinDuration(t, begun, started.Created, time.Second)
	s.settle(t)

	inFlight, err := s.Backup.InFlight(t.Context())
	require.NoError(t, err)
	require.Len(t, inFlight, 1)
	job := inFlight[0]
	assert.Equal(t, started.JobID, job.ID)
	assert.True(t, job.State.InFlight())
	assert.Equal(t, s.Point.ARN, job.Source)
	assert.Equal(t, s.Destination, job.Destination)
	assert.Equal(t, "Aurora", job.ResourceType)
	assert.Equal(t, s.Point.Account(), job.Account())
	assert.Empty(t, job.Copy)
	assert.Zero(t, job.Completed)

	of, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Destination)
	require.NoError(t, err)
	assert.Equal(t, inFlight, of)
	elsewhere, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Source)
	require.NoError(t, err)
	assert.Empty(t, elsewhere)
}

func answersAToken(t *testing.T, s Stage) {
	first, err := s.Backup.Start(t.Context(), s.order())
	require.NoError(t, err)
	again, err := s.Backup.Start(t.Context(), s.order())
	require.NoError(t, err)
	assert.Equal(t, first, again)
	s.settle(t)
	jobs, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Destination)
	require.NoError(t, err)
	assert.Len(t, jobs, 1)
}

func refusesToCopy(t *testing.T, s Stage) {
	order := s.order()
	order.Point += "0"
	_, err := s.Backup.Start(t.Context(), order)
	require.ErrorIs(t, err, hop.ErrNotFound)
}

func completesACopy(t *testing.T, s Stage) {
	started, err := s.Backup.Start(t.Context(), s.order())
	require.NoError(t, err)
	s.Finish(t, started.JobID)
	s.settle(t)

	inFlight, err := s.Backup.InFlight(t.Context())
	require.NoError(t, err)
	assert.Empty(t, inFlight)
	jobs, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Destination)
	require.NoError(t, err)
	require.Len(t, jobs, 1)
	assert.Equal(t, hop.Completed, jobs[0].State)
	assert.False(t, jobs[0].Completed.IsZero())

	copied, err := s.Backup.Point(t.Context(), s.Destination, jobs[0].Copy)
	require.NoError(t, err)
	assert.Equal(t, s.Point.ResourceARN, copied.ResourceARN)
	assert.Equal(t, s.Point.Created, copied.Created, "a copy keeps the original creation date")
}

func keepsAFailure(t *testing.T, s Stage) {
	s.NextFails("Given key ID is not accessible")
	started, err := s.Backup.Start(t.Context(), s.order())
	require.NoError(t, err)
	s.Finish(t, started.JobID)
	s.settle(t)
	jobs, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Destination)
	require.NoError(t, err)
	require.Len(t, jobs, 1)
	assert.Equal(t, hop.Failed, jobs[0].State)
	assert.Equal(t, "Given key ID is not accessible", jobs[0].Message)
	assert.Equal(t, hop.ClassKey, jobs[0].Class)
	assert.Empty(t, jobs[0].Copy)
}

func listsByCreation(t *testing.T, s Stage) {
	_, err := s.Backup.Start(t.Context(), s.order())
	require.NoError(t, err)
	s.settle(t)
	for since, want := range map[time.Time]int{s.Now().Add(-time.Hour): 1, s.Now().Add(time.Hour): 0} {
		jobs, err := s.Backup.Since(t.Context(), since)
		require.NoError(t, err)
		assert.Len(t, jobs, want, since)
	}
}

func listsPoints(t *testing.T, s Stage) {
	created := s.Point.Created
	for name, c := range map[string]struct {
		after, before time.Time
		want          []hop.RecoveryPoint
	}{
		"around it": {created.Add(-time.Hour), created.Add(time.Hour), []hop.RecoveryPoint{s.Point}},
		"after it":  {created.Add(time.Hour), created.Add(2 * time.Hour), nil},
		"before it": {created.Add(-2 * time.Hour), created.Add(-time.Hour), nil},
	} {
		var found []hop.RecoveryPoint
		require.NoError(t, s.Backup.Made(t.Context(), s.Source, c.after, c.before, func(page []hop.RecoveryPoint) error {
			found = append(found, page...)
			return nil
		}), name)
		assert.Equal(t, c.want, found, name)
	}
	for before, want := range map[time.Time]bool{created.Add(time.Hour): true, created.Add(-time.Hour): false} {
		older, err := s.Backup.Older(t.Context(), s.Source, before)
		require.NoError(t, err)
		assert.Equal(t, want, older, before)
	}
}

func listsResources(t *testing.T, s Stage) {
	resources, err := s.Backup.Resources(t.Context(), s.Source)
	require.NoError(t, err)
	assert.Equal(t, []hop.Resource{{ARN: s.Point.ResourceARN, Type: "Aurora", Newest: s.Point.Created}}, resources)
	resources, err = s.Backup.Resources(t.Context(), s.Destination)
	require.NoError(t, err)
	assert.Empty(t, resources)
}

func encrypts(t *testing.T, s Stage) {
	started, err := s.Backup.Start(t.Context(), s.order())
	require.NoError(t, err)
	s.Finish(t, started.JobID)
	s.settle(t)
	from, err := s.Backup.From(t.Context(), s.Point.ARN)
	require.NoError(t, err)
	of, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Destination)
	require.NoError(t, err)
	require.Len(t, from, 1)
	assert.Equal(t, of, from)
	key, err := s.Backup.Key(t.Context(), s.Destination)
	require.NoError(t, err)
	require.NotEmpty(t, key)
	copied, err := s.Backup.Point(t.Context(), s.Destination, from[0].Copy)
	require.NoError(t, err)
	assert.Equal(t, key, copied.KeyARN)
	assert.Equal(t, hop.CustomerManagedKey, copied.KeyType)
	assert.True(t, copied.Encrypted)
	var listed hop.RecoveryPoint
	require.NoError(t, s.Backup.Made(t.Context(), s.Destination, s.Point.Created.Add(-time.Hour), s.Now(), func(page []hop.RecoveryPoint) error {
		listed = page[0]
		return nil
	}))
	assert.Equal(t, []any{key, copied.KeyType, true}, []any{listed.KeyARN, listed.KeyType, listed.Encrypted})
	assert.Equal(t, s.Point.Created.AddDate(0, 0, 35), copied.DeleteAt)
	into, err := s.Backup.Into(t.Context(), s.Source.Region, s.Destination)
	require.NoError(t, err)
	assert.Equal(t, of, into)
	for _, elsewhere := range []hop.Vault{s.Source, s.Destination} {
		into, err = s.Backup.Into(t.Context(), s.Destination.Region, elsewhere)
		require.NoError(t, err)
		assert.Empty(t, into)
	}
}

func shortens(t *testing.T, s Stage) {
	require.NoError(t, s.Backup.Keep(t.Context(), s.Source, s.Point.ARN, 3))
	point, err := s.Backup.Point(t.Context(), s.Source, s.Point.ARN)
	require.NoError(t, err)
	assert.Equal(t, s.Point.Created.AddDate(0, 0, 3), point.DeleteAt)
	require.ErrorIs(t, s.Backup.Keep(t.Context(), s.Source, s.Point.ARN+"0", 3), hop.ErrNotFound)
}
