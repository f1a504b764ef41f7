package hop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
)

const (
	copyARN  = "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-2"
	finalKey = "arn:aws:kms:eu-north-1:222222222222:key/final"
)

// verified is a copy that has arrived and is right; each test changes what it is about.
func verified() hop.Tracked {
	p := due().Point
	return hop.Tracked{
		Request: hop.Request{Point: point, Source: intermediate, Destination: final, ResourceType: "RDS"},
		Jobs: []hop.CopyJob{{ID: "done", State: hop.Completed, Copy: copyARN, Source: point, Destination: final, ResourceARN: p.ResourceARN,
			Created: now.Add(-2 * time.Hour), Completed: now.Add(-time.Hour)}},
		Copy: hop.RecoveryPoint{ARN: copyARN, ResourceARN: p.ResourceARN, ResourceType: "RDS", Status: hop.PointCompleted,
			Created: p.Created, DeleteAt: p.Created.AddDate(0, 0, 35), KeyARN: finalKey},
		VaultKey: finalKey, Destination: hop.Destination{Vault: final, DeleteAfterDays: 35}, Retry: retry,
		FirstSeen: now.Add(-time.Minute), Now: now,
	}
}

// unmade is the same before any copy was made.
func unmade(jobs ...hop.CopyJob) func(*hop.Tracked) {
	return func(c *hop.Tracked) { c.Jobs, c.Copy = jobs, hop.RecoveryPoint{} }
}

func TestTrack(t *testing.T) {
	long := now.Add(-time.Hour)
	for sentence, test := range map[string]struct {
		change func(*hop.Tracked)
		want   hop.Verdict
		reason hop.Reason
		class  hop.Class
	}{
		"the copy is there and right":          {func(*hop.Tracked) {}, hop.Skip, hop.ReasonVerified, ""},
		"a copy that never expires":            {func(c *hop.Tracked) { c.Copy.DeleteAt = time.Time{} }, hop.Skip, hop.ReasonVerified, ""},
		"a copy that expires later than asked": {func(c *hop.Tracked) { c.Copy.DeleteAt = c.Copy.DeleteAt.AddDate(1, 0, 0) }, hop.Skip, hop.ReasonVerified, ""},
		"another copy is on its way":           {func(c *hop.Tracked) { c.Jobs = append(c.Jobs, hop.CopyJob{ID: "a", State: hop.Running}) }, hop.Skip, hop.ReasonInFlight, ""},
		"its end is told of, and not listed yet": {func(c *hop.Tracked) {
			unmade(hop.CopyJob{ID: "a", State: hop.Running})(c)
			c.Event = hop.CopyJobEvent{JobID: "a", State: hop.Failed}
		}, hop.Wait, hop.ReasonNotYet, ""},
		"its end is told of, and not listed for long": {func(c *hop.Tracked) {
			unmade(hop.CopyJob{ID: "a", State: hop.Running})(c)
			c.Event, c.FirstSeen = hop.CopyJobEvent{JobID: "a", State: hop.Failed}, now.Add(-15*time.Minute)
		}, hop.Skip, hop.ReasonInFlight, ""},
		"the end of an earlier copy is told of": {func(c *hop.Tracked) {
			unmade(hop.CopyJob{ID: "b", State: hop.Running}, failed("a", hop.ClassUnknown, now))(c)
			c.Event = hop.CopyJobEvent{JobID: "a", State: hop.Failed}
		}, hop.Skip, hop.ReasonInFlight, ""},
		"it runs by event and by list": {func(c *hop.Tracked) {
			unmade(hop.CopyJob{ID: "a", State: hop.Running})(c)
			c.Event = hop.CopyJobEvent{JobID: "a", State: hop.Running}
		}, hop.Skip, hop.ReasonInFlight, ""},
		"a copy that is not whole yet":                           {func(c *hop.Tracked) { c.Copy.Status = hop.PointCreating }, hop.Wait, hop.ReasonNotYet, ""},
		"a copy that is partial":                                 {func(c *hop.Tracked) { c.Copy.Status = hop.PointPartial }, hop.Reject, hop.ReasonWrong, hop.ClassWrong},
		"a copy of something else":                               {func(c *hop.Tracked) { c.Copy.ResourceARN = "arn:aws:rds:eu-central-1:111111111111:db:else" }, hop.Reject, hop.ReasonWrong, hop.ClassWrong},
		"a copy that expires an hour early":                      {func(c *hop.Tracked) { c.Copy.DeleteAt = c.Copy.DeleteAt.Add(-time.Hour) }, hop.Skip, hop.ReasonVerified, ""},
		"a copy that expires too early":                          {func(c *hop.Tracked) { c.Copy.DeleteAt = c.Copy.DeleteAt.Add(-time.Hour - time.Second) }, hop.Reject, hop.ReasonWrong, hop.ClassWrong},
		"a copy under another key":                               {func(c *hop.Tracked) { c.Copy.KeyARN = "arn:aws:kms:eu-north-1:222222222222:key/other" }, hop.Skip, hop.ReasonUnderprotected, hop.ClassUnderprotected},
		"a copy without a key":                                   {func(c *hop.Tracked) { c.Copy.KeyARN = "" }, hop.Skip, hop.ReasonUnderprotected, hop.ClassUnderprotected},
		"a copy under a key that AWS owns":                       {func(c *hop.Tracked) { c.Copy.KeyARN, c.Copy.KeyType = "", hop.AWSOwnedKey }, hop.Skip, hop.ReasonUnderprotected, hop.ClassUnderprotected},
		"a copy under a key of AWS that has the vault key's ARN": {func(c *hop.Tracked) { c.Copy.KeyType = hop.AWSOwnedKey }, hop.Skip, hop.ReasonUnderprotected, hop.ClassUnderprotected},
		"a copy under its vault's key, whose type is told":       {func(c *hop.Tracked) { c.Copy.KeyType = hop.CustomerManagedKey }, hop.Skip, hop.ReasonVerified, ""},

		"the copy has gone since":                   {func(c *hop.Tracked) { c.Copy = hop.RecoveryPoint{} }, hop.Again, hop.ReasonVanished, ""},
		"the copy has just gone, by its own status": {unmade(hop.CopyJob{ID: "x", State: hop.Completed, CopyState: hop.CopyGone, Completed: now}), hop.Again, hop.ReasonVanished, ""},
		"it is not described yet":                   {unmade(hop.CopyJob{ID: "x", State: hop.Completed, CopyState: hop.CopyUndescribed, Completed: now.Add(time.Nanosecond - 15*time.Minute)}), hop.Wait, hop.ReasonNotYet, ""},
		"it is not described for long":              {unmade(hop.CopyJob{ID: "x", State: hop.Completed, CopyState: hop.CopyUndescribed, Completed: now.Add(-15 * time.Minute)}), hop.Again, hop.ReasonVanished, ""},
		"it failed just now":                        {unmade(failed("x", hop.ClassTransient, now)), hop.Again, hop.ReasonRetry, ""},
		"the first attempt failed":                  {unmade(failed("x", hop.ClassTransient, long)), hop.Again, hop.ReasonRetry, ""},
		"it failed for a quota three times":         {unmade(failed("a", hop.ClassLimit, long), failed("b", hop.ClassLimit, long), failed("c", hop.ClassLimit, long)), hop.Again, hop.ReasonRetry, ""},
		"it failed for a key":                       {unmade(failed("x", hop.ClassKey, long)), hop.Reject, hop.ReasonPermanent, hop.ClassKey},
		"its attempts are used up":                  {unmade(failed("a", hop.ClassUnknown, long), failed("b", hop.ClassUnknown, long), failed("c", hop.ClassUnknown, long)), hop.Reject, hop.ReasonAttempts, hop.ClassUnknown},
		"it ended in PARTIAL":                       {unmade(hop.CopyJob{ID: "p", State: hop.Partial, Class: hop.ClassUnknown, Created: long, Completed: long}), hop.Again, hop.ReasonRetry, ""},
		"it ended in a state nobody knows":          {unmade(hop.CopyJob{ID: "s", State: "NEW"}), hop.Again, hop.ReasonStrange, ""},
		"no job of it is listed yet":                {unmade(), hop.Wait, hop.ReasonNotYet, ""},
		"no job of it is listed after a day":        {func(c *hop.Tracked) { unmade()(c); c.FirstSeen = now.AddDate(0, 0, -1) }, hop.Again, hop.ReasonVanished, ""},
		"its job is no longer listed, the copy that the event names is there": {func(c *hop.Tracked) {
			c.Event, c.Jobs = hop.CopyJobEvent{Copy: copyARN, ResourceARN: c.Copy.ResourceARN}, nil
		}, hop.Skip, hop.ReasonVerified, ""},
		"of something else, by the event alone": {func(c *hop.Tracked) {
			c.Event, c.Jobs[0].ResourceARN = hop.CopyJobEvent{ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:else"}, ""
		}, hop.Reject, hop.ReasonWrong, hop.ClassWrong},
		"of what nothing tells": {func(c *hop.Tracked) { c.Jobs[0].ResourceARN = "" }, hop.Skip, hop.ReasonVerified, ""},
		"the job of another copy tells nothing of its resource": {func(c *hop.Tracked) {
			c.Jobs[0].Copy, c.Jobs[0].ResourceARN = "another", "arn:aws:rds:eu-central-1:111111111111:db:else"
		}, hop.Skip, hop.ReasonVerified, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := verified()
			test.change(&c)
			d := hop.Track(c)
			assert.Equal(t, test.want, d.Verdict, d.Detail)
			assert.Equal(t, test.reason, d.Reason, d.Detail)
			assert.Equal(t, test.class, d.Class)
			assert.NotEmpty(t, d.Detail)
		})
	}
}

func TestTheCopyThatIsWrongSaysAllThatIs(t *testing.T) {
	c := verified()
	c.Copy.KeyARN, c.Copy.DeleteAt = "", now
	assert.Equal(t, "the copy "+copyARN+" is not what was asked for: it expires at 2026-11-01T03:00:00Z, before 2026-12-06T00:00:00Z; "+
		"it is not encrypted, or under a key that AWS owns: AWS Backup reports no key, not under the vault's own key "+finalKey,
		hop.Track(c).Detail)
	c.Copy.KeyARN = finalKey
	assert.Equal(t, "the copy "+copyARN+" is not what was asked for: it expires at 2026-11-01T03:00:00Z, before 2026-12-06T00:00:00Z", hop.Track(c).Detail)
}

func TestAnEventsJobIsUnlistedUntilTheListHasIt(t *testing.T) {
	jobs := []hop.CopyJob{{ID: "a"}, {ID: "b"}}
	for id, unlisted := range map[string]bool{"a": false, "b": false, "c": true, "": false} {
		assert.Equal(t, unlisted, hop.Tracked{Jobs: jobs, Event: hop.CopyJobEvent{JobID: id}}.Unlisted(), id)
	}
	assert.True(t, hop.Tracked{Event: hop.CopyJobEvent{JobID: "a"}}.Unlisted())
}

func TestKeysAreToldApart(t *testing.T) {
	for want, p := range map[string]hop.RecoveryPoint{
		"under a key that AWS owns": {KeyType: hop.AWSOwnedKey},
		"not encrypted, or under a key that AWS owns: AWS Backup reports no key": {},
		"under the customer managed key k":                                       {KeyARN: "k", KeyType: hop.CustomerManagedKey},
		"under the key k":                                                        {KeyARN: "k"},
	} {
		assert.Equal(t, want, p.Protection())
		assert.Equal(t, "it is "+want+", not under the vault's own key v", p.Underprotected("v"))
		assert.Equal(t, p.KeyARN == "", p.Underprotected("k") != "")
	}
	assert.NotEmpty(t, hop.RecoveryPoint{KeyARN: "k", KeyType: hop.AWSOwnedKey}.Underprotected("k"), "AWS owns it")
	assert.NotEmpty(t, hop.RecoveryPoint{}.Underprotected(""), "a vault without a key protects nothing")
	assert.NotEmpty(t, hop.RecoveryPoint{}.Underprotected(""))
}

func TestTriageOutcome(t *testing.T) {
	hopTwo := hop.CopyJobEvent{State: hop.Completed, Source: point, SourceVault: intermediate, Destination: final, Copy: copyARN, ResourceType: "RDS"}
	want := hop.Request{Point: point, Source: intermediate, Destination: final, ResourceType: "RDS"}
	for sentence, test := range map[string]struct {
		notice hop.Notice
		want   hop.Request
		reason hop.Reason
	}{
		"a second hop":                         {hop.Notice{CopyJob: &hopTwo}, want, ""},
		"a request of our own":                 {hop.Notice{Request: &want}, want, ""},
		"a request to a vault of no route":     {hop.Notice{Request: &hop.Request{Point: point, Source: intermediate, Destination: other}}, hop.Request{Point: point, Source: intermediate, Destination: other}, hop.ReasonOther},
		"a copy out of the vault to elsewhere": {hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Completed, Source: point, SourceVault: intermediate, Destination: local}}, hop.Request{Point: point, Source: intermediate, Destination: local}, hop.ReasonOther},
		"a request about no point":             {hop.Notice{Request: &hop.Request{Source: intermediate, Destination: final}}, hop.Request{}, hop.ReasonMalformed},
		"a second hop of no point":             {hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Failed, SourceVault: intermediate, Destination: final}}, hop.Request{}, hop.ReasonMalformed},
		"a first hop that failed":              {hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Failed, SourceVault: local, Destination: intermediate, Class: hop.ClassKey}}, hop.Request{}, hop.ReasonHopOne},
		"a first hop that completed":           {hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Completed, SourceVault: local, Destination: intermediate, Copy: point}}, hop.Request{}, hop.ReasonOther},
		"a first hop under way":                {hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Running, SourceVault: local, Destination: intermediate}}, hop.Request{}, hop.ReasonNotYet},
		"a copy between vaults of others":      {hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Failed, SourceVault: local, Destination: other}}, hop.Request{}, hop.ReasonOther},
		"an event of another kind":             {hop.Notice{Foreign: "aws.ec2 Something"}, hop.Request{}, hop.ReasonForeign},
	} {
		t.Run(sentence, func(t *testing.T) {
			request, d := hop.TriageOutcome(test.notice, routes)
			assert.Equal(t, test.want, request)
			assert.Equal(t, test.reason, d.Reason)
		})
	}
}

func TestShorten(t *testing.T) {
	created := now.AddDate(0, 0, -2)
	for sentence, test := range map[string]struct {
		days     int
		deleteAt time.Time
		jobs     []hop.CopyJob
		want     int64 // 0: it is left as it is
	}{
		"to the days that are configured":     {5, created.AddDate(0, 0, 7), nil, 5},
		"of a point that would never expire":  {5, time.Time{}, nil, 5},
		"to two days from now at the least":   {1, created.AddDate(0, 0, 7), nil, 4},
		"never to a longer one":               {9, created.AddDate(0, 0, 7), nil, 0},
		"not where it is as short already":    {3, created.AddDate(0, 0, 3), nil, 0},
		"not where it ends then by itself":    {5, created.AddDate(0, 0, 5), nil, 0},
		"where it ends a moment later":        {5, created.AddDate(0, 0, 5).Add(time.Second), nil, 5},
		"not where none is configured":        {0, created.AddDate(0, 0, 7), nil, 0},
		"not while a job has it as source":    {3, created.AddDate(0, 0, 7), []hop.CopyJob{{State: hop.Running}}, 0},
		"not beside a job in a strange state": {3, created.AddDate(0, 0, 7), []hop.CopyJob{{State: "NEW"}}, 0},
		"beside jobs that have ended":         {3, created.AddDate(0, 0, 7), []hop.CopyJob{{State: hop.Completed}, {State: hop.Failed}}, 4},
	} {
		t.Run(sentence, func(t *testing.T) {
			days, ok := hop.Shorten(hop.RecoveryPoint{Created: created, DeleteAt: test.deleteAt}, test.jobs, test.days, now)
			assert.Equal(t, test.want, days)
			assert.Equal(t, test.want > 0, ok)
		})
	}
}

// A retention is of whole days: what two days from now leaves is rounded up, and that may be
// longer than what the point has.
func TestShorteningToWholeDaysDoesNotLengthen(t *testing.T) {
	p := hop.RecoveryPoint{Created: now.Add(-50 * time.Hour)}
	for left, want := range map[time.Duration]int64{
		49 * time.Hour: 0, 70 * time.Hour: 0, 70*time.Hour + time.Nanosecond: 5, 71 * time.Hour: 5,
	} {
		p.DeleteAt = now.Add(left)
		days, ok := hop.Shorten(p, nil, 1, now)
		assert.Equal(t, want, days, left)
		assert.Equal(t, want > 0, ok, left)
	}
}

func TestShorteningNeverLengthensAndLeavesTwoDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(name string, most int) time.Duration {
			return time.Duration(rapid.IntRange(0, most).Draw(t, name)) * time.Minute
		}
		p := hop.RecoveryPoint{Created: now.Add(-minutes("age", 60*24*60))}
		days := rapid.IntRange(0, 60).Draw(t, "days")
		switch rapid.IntRange(0, 3).Draw(t, "ends") {
		case 0: // never
		case 1:
			p.DeleteAt = now.Add(minutes("left", 60*24*60))
		case 2: // near the least that is left
			p.DeleteAt = now.Add(48*time.Hour + minutes("left", 25*60))
		case 3: // near what is configured
			p.DeleteAt = p.Created.AddDate(0, 0, days).Add(minutes("left", 2) - time.Minute)
		}
		shortened, ok := hop.Shorten(p, nil, days, now)
		if !ok {
			return
		}
		ends := p.Created.Add(time.Duration(shortened) * 24 * time.Hour)
		assert.False(t, ends.Before(now.Add(48*time.Hour)), "less than two days are left")
		assert.True(t, p.DeleteAt.IsZero() || ends.Before(p.DeleteAt), "it is not shortened")
	})
}
