package trace_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/trace"
)

var now = time.Date(2026, 11, 1, 7, 15, 0, 0, time.UTC)

func vault(account, region, name string) hop.Vault {
	return hop.Vault{ARN: "arn:aws:backup:" + region + ":" + account + ":backup-vault:" + name, Account: account, Region: region, Name: name}
}

var (
	local        = vault("111111111111", "eu-central-1", "local")
	intermediate = vault("222222222222", "eu-central-1", "intermediate")
	final        = vault("222222222222", "eu-north-1", "final")
	direct       = vault("222222222222", "eu-west-1", "direct")
)

const (
	resource = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	key      = "arn:aws:kms:eu-north-1:222222222222:key/final"
)

var rules = trace.Rules{
	Routes: hop.Routes{{Name: "special", Source: intermediate, Types: []string{"RDS"}, Destinations: []hop.Destination{{Vault: final, DeleteAfterDays: 35}}}},
	First:  hop.Routes{{Name: "plans", Source: local, Types: []string{"RDS"}, Destinations: []hop.Destination{{Vault: intermediate, DeleteAfterDays: 7}, {Vault: direct, DeleteAfterDays: 35}}}},
	Retry:  hop.Patience(3), Pools: []hop.Pool{{Types: []string{"RDS"}, Size: 1}}, Every: 15 * time.Minute,
	Advice: func(f hop.FailedJob) string { return "mend " + string(f.Class) },
}

func point(arn string, from hop.Vault, ago time.Duration) hop.RecoveryPoint {
	made := now.Add(-ago)
	return hop.RecoveryPoint{ARN: arn, ResourceARN: resource, ResourceType: "RDS", Status: hop.PointCompleted, Created: made,
		Completed: made.Add(time.Hour), DeleteAt: made.AddDate(0, 0, 35), SourceVault: from, KeyARN: key}
}

func job(id, source, copy string, to hop.Vault, state hop.State, ago time.Duration) hop.CopyJob {
	j := hop.CopyJob{ID: id, Source: source, Copy: copy, Destination: to, State: state, Created: now.Add(-ago), ResourceARN: resource, ResourceType: "RDS"}
	if !state.InFlight() {
		j.Completed = j.Created.Add(20 * time.Minute)
	}
	return j
}

// whole are the facts of a point that went the whole way, made five hours ago.
func whole() trace.Facts {
	made := now.Add(-5 * time.Hour)
	return trace.Facts{Now: now, Resource: resource, Type: "RDS", Member: "111111111111",
		Local:        []trace.Held{{Vault: local, Points: []hop.RecoveryPoint{point("l", hop.Vault{}, 5*time.Hour)}}},
		Intermediate: []trace.Held{{Vault: intermediate, Points: []hop.RecoveryPoint{point("i", local, 5*time.Hour)}}},
		Final:        []trace.Held{{Vault: final, Points: []hop.RecoveryPoint{point("f", intermediate, 5*time.Hour)}}},
		Backups:      []hop.BackupJob{{ID: "b", State: hop.Completed, Created: made, Completed: made.Add(time.Hour), Point: "l"}},
		First:        []hop.CopyJob{job("1", "l", "i", intermediate, hop.Completed, 4*time.Hour)},
		Second:       []hop.CopyJob{job("2", "i", "f", final, hop.Completed, 3*time.Hour)},
		Keys:         map[string]string{final.ARN: key}, LettersWhole: true}
}

// straight has the plan copy straight to a final vault.
func straight(f *trace.Facts, to hop.Vault) {
	f.First, f.Second, f.Intermediate = []hop.CopyJob{job("1", "l", "d", to, hop.Completed, 4*time.Hour)}, nil, nil
	f.Final, f.Keys = []trace.Held{{Vault: to, Points: []hop.RecoveryPoint{point("d", local, 5*time.Hour)}}}, map[string]string{to.ARN: key}
}

// spelled are the steps of a life: name and mark, but for retention.
func spelled(l trace.Life) string {
	var said []string
	for _, step := range l.Steps {
		if step.Name != "retention" {
			said = append(said, step.Name+" "+string(step.Mark))
		}
	}
	return strings.Join(said, ", ")
}

func TestWhereTheChainStops(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(*trace.Facts)
		want   string
		next   trace.Next
		text   string // in the step that it stops at, or in the last one
	}{
		"nowhere": {func(*trace.Facts) {}, "backup done, hop 1 done, event done, hop 2 done, verification done", "", ""},
		"the backup failed": {func(f *trace.Facts) {
			*f = trace.Facts{Now: now, Resource: resource, Backups: []hop.BackupJob{{ID: "b", State: hop.Failed, Created: now, Message: "no role", Class: hop.ClassRole}}}
		}, "backup broken", trace.Backup, "backup job b ended FAILED: no role"},
		"the backup is under way": {func(f *trace.Facts) {
			*f = trace.Facts{Now: now, Resource: resource, Backups: []hop.BackupJob{{ID: "b", State: "PENDING", Created: now}}}
		}, "backup going", "", ""},
		"no first hop is listed": {func(f *trace.Facts) { f.First, f.Second, f.Intermediate, f.Final = nil, nil, nil, nil },
			"backup done, hop 1 unknown", "", ""},
		"the first hop failed": {func(f *trace.Facts) {
			f.First[0].State, f.First[0].Copy, f.First[0].Class, f.First[0].Message = hop.Failed, "", hop.ClassKey, "closed"
			f.Second, f.Intermediate, f.Final = nil, nil, nil
			f.Letters = []trace.Letter{{ID: "m", Point: "l", Hop: 1, Reason: "hop_1: closed"}}
		}, "backup done, hop 1 broken, dead letter noted", trace.Restart, "copy job 1 ended FAILED: closed"},
		"the second hop is under way": {func(f *trace.Facts) {
			f.Second[0] = job("2", "i", "", final, hop.Running, time.Hour)
			f.Final = nil
		}, "backup done, hop 1 done, event done, hop 2 going", "", ""},
		"the second hop failed for good": {func(f *trace.Facts) {
			f.Second[0] = job("2", "i", "", final, hop.Failed, time.Hour)
			f.Second[0].Class, f.Second[0].Message = hop.ClassKey, "closed"
			f.Final = nil
		}, "backup done, hop 1 done, event done, hop 2 broken", trace.Replay, "copy job 2 ended FAILED: closed"},
		"the second hop failed, and is tried again": {func(f *trace.Facts) {
			f.Second[0] = job("2", "i", "", final, hop.Failed, 21*time.Minute)
			f.Second[0].Class = hop.ClassUnknown
			f.Final = nil
		}, "backup done, hop 1 done, event done, hop 2 going", "", "decision now: wait (backoff)"},
		"the pool is full": {func(f *trace.Facts) {
			f.Second, f.Final, f.Waiting = nil, nil, 3
			f.InFlight = []hop.CopyJob{{ResourceType: "RDS", Destination: final, Source: "arn:aws:rds:eu-central-1:222222222222:snapshot:x"}}
		}, "backup done, hop 1 done, event unknown, decision going", "", "wait (pool_full)"},
		"the event is late": {func(f *trace.Facts) {
			f.Second, f.Final = nil, nil
			f.Intermediate[0].Points[0].Completed = now.Add(-20 * time.Minute)
		}, "backup done, hop 1 done, event unknown, decision going", "", "start (due)"},
		"nobody starts what is due": {func(f *trace.Facts) { f.Second, f.Final = nil, nil },
			"backup done, hop 1 done, event unknown, decision broken", trace.Look, "nobody has started it"},
		"the copy is under another key": {func(f *trace.Facts) { f.Keys[final.ARN] = "another" },
			"backup done, hop 1 done, event done, hop 2 done, verification broken", trace.Protect, "not under the vault's own key another"},
		"the final vault was not looked at": {func(f *trace.Facts) { f.Keys, f.Final = nil, nil },
			"backup done, hop 1 done, event done, hop 2 done, verification unknown", "", "the final vault was not looked at"},
		"the copy was deleted, and its source is there": {func(f *trace.Facts) { f.Final = nil },
			"backup done, hop 1 done, event done, hop 2 done, verification broken", trace.Recopy, "copy job 2 made f, which is no longer in"},
		"the copy was deleted, and its source too": {func(f *trace.Facts) { f.Final, f.Intermediate = nil, nil },
			"backup done, hop 1 done, event done, hop 2 done, verification broken", trace.Nothing, "its source has left the intermediate vault too"},
		"the copy is EXPIRED": {func(f *trace.Facts) { f.Final[0].Points[0].Status = hop.PointExpired },
			"backup done, hop 1 done, event done, hop 2 done, verification broken", trace.Recopy, "no longer in"},
		"the copy is not described yet": {func(f *trace.Facts) {
			f.Second[0], f.Final = job("2", "i", "f", final, hop.Completed, 25*time.Minute), nil
		}, "backup done, hop 1 done, event done, hop 2 done, verification going", "", "is not described"},
		"a deleted copy is made again": {func(f *trace.Facts) {
			f.Second, f.Final = append(f.Second, job("3", "i", "", final, hop.Running, time.Hour)), nil
		}, "backup done, hop 1 done, event done, hop 2 done, verification going", "", "copy job 3 is RUNNING"},
		"the intermediate point went before it was copied": {func(f *trace.Facts) { f.Second, f.Final, f.Intermediate = nil, nil, nil },
			"backup done, hop 1 broken", trace.Nothing, "its copy i is no longer in the vault"},
		"a plan's own copy": {func(f *trace.Facts) { straight(f, direct) }, "backup done, direct copy done", "", ""},
		"a plan's own copy was deleted": {func(f *trace.Facts) {
			straight(f, direct)
			f.Final = nil
		}, "backup done, direct copy broken", trace.Nothing, "its copy d is no longer in the vault"},
		"a plan's own copy whose vault was not read": {func(f *trace.Facts) {
			straight(f, direct)
			f.Final, f.Keys = nil, nil
		}, "backup done, direct copy unknown", "", ""},
		"a plan's own copy has had its time": {func(f *trace.Facts) {
			straight(f, direct)
			f.Now, f.Final = now.AddDate(0, 0, 36), nil
		}, "backup done, direct copy done", "", ""},
		"the copy has had its time": {func(f *trace.Facts) {
			f.Now = now.AddDate(0, 0, 40)
			f.Final = nil
		}, "backup done, hop 1 done, event done, hop 2 done, verification noted", "", "has had its time"},
		"jobs that are no longer listed": {func(f *trace.Facts) { f.First, f.Second, f.Backups = nil, nil, nil },
			"backup done, hop 1 done, event done, hop 2 done, verification done", "", ""},
		"a member that was not looked at": {func(f *trace.Facts) {
			f.Local, f.First, f.Backups, f.Unseen = nil, nil, nil, []trace.Unseen{{What: "111111111111"}}
		}, "backup unknown, hop 1 done, event done, hop 2 done, verification done", "", ""},
		"points on the way that have had their time": {func(f *trace.Facts) { f.Local, f.Intermediate = nil, nil },
			"backup done, hop 1 done, event done, hop 2 done, verification done", "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := whole()
			c.change(&f)
			lives := trace.Lives(f, rules)
			require.Len(t, lives, 1)
			assert.Equal(t, c.want, spelled(lives[0]))
			step, stops := lives[0].Stop()
			assert.Equal(t, c.next != "", stops)
			assert.Equal(t, c.next, step.Next)
			if !stops {
				step = lives[0].Steps[len(lives[0].Steps)-1]
			}
			if c.text != "" {
				assert.Contains(t, step.Text, c.text)
			}
		})
	}
}

func TestTwoNightsAreTwoLives(t *testing.T) {
	f := whole()
	f.Local[0].Points = append(f.Local[0].Points, point("l2", hop.Vault{}, 29*time.Hour))
	f.First = append(f.First, job("3", "l2", "i2", intermediate, hop.Completed, 28*time.Hour))
	f.Intermediate[0].Points = append(f.Intermediate[0].Points, point("i2", local, 29*time.Hour))
	back := point("back", hop.Vault{Account: "222222222222"}, 29*time.Hour) // a restore on its way
	f.Intermediate[0].Points = append(f.Intermediate[0].Points, back)
	lives := trace.Lives(f, rules)
	require.Len(t, lives, 2)
	for i, own := range [][]string{{"l", "i", "f"}, {"l2", "i2"}} {
		for _, arn := range own {
			assert.True(t, lives[i].Has(arn), arn)
			assert.False(t, lives[1-i].Has(arn), arn)
		}
	}
	assert.Equal(t, now.Add(-5*time.Hour), lives[0].Created, "the newest first")
	assert.False(t, lives[1].Has("back"), "a restore on its way is no part of it")
}

func TestAttemptsAreCounted(t *testing.T) {
	f := whole()
	f.Second = append(f.Second, job("0", "i", "", final, hop.Failed, 4*time.Hour), job("3", "i", "", final, hop.Failed, time.Hour))
	lives := trace.Lives(f, rules)
	var said []string
	for _, step := range lives[0].Steps {
		said = append(said, step.Text)
	}
	assert.Contains(t, said, "copy job 2 took 20m, attempt 3", "a copy that is made counts, whatever failed after it")
}
