package night

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/wire"
)

func job(from, to int) backup.CopyJob {
	j := backup.CopyJob{CreationDate: wire.Epoch{Time: firstNight.Add(time.Duration(from) * time.Minute)}}
	if to > 0 {
		j.CompletionDate = wire.Epoch{Time: firstNight.Add(time.Duration(to) * time.Minute)}
	}
	return j
}

func TestTheFateOfAPointIsCountedOnce(t *testing.T) {
	one := []letter{{reason: "attempts"}}
	for sentence, test := range map[string]struct {
		fate fate
		want Result
	}{
		"copied":                              {fate{copies: 1, jobs: []backup.CopyJob{job(1, 2)}}, Result{}},
		"neither copied nor told of":          {fate{}, Result{Lost: 1}},
		"not even where it must fail":         {fate{mustFail: true}, Result{Lost: 1}},
		"copied twice":                        {fate{copies: 2, jobs: []backup.CopyJob{job(1, 2), job(3, 4)}}, Result{Doubled: 1}},
		"by two jobs at once":                 {fate{copies: 1, jobs: []backup.CopyJob{job(1, 5), job(4, 8)}}, Result{Doubled: 1}},
		"by a job beside one that never ends": {fate{copies: 1, jobs: []backup.CopyJob{job(1, 0), job(4, 8)}}, Result{Doubled: 1}},
		"copied at the second attempt":        {fate{copies: 1, jobs: []backup.CopyJob{job(1, 2), job(3, 4)}}, Result{}},
		"rejected, as it must be":             {fate{mustFail: true, letters: one}, Result{RightlyRejected: 1}},
		"rejected, and it need not be":        {fate{letters: one}, Result{WronglyRejected: 1}},
		"rejected although it was copied":     {fate{copies: 1, letters: one}, Result{WronglyRejected: 1}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var r Result
			r.settle(test.fate)
			test.want.Points = 1
			r.LongestWait, r.Faults = 0, nil
			assert.Equal(t, test.want, r)
		})
	}
}

func TestOnlyWhatMustFailExplainsAnAlarm(t *testing.T) {
	rejected := map[string]bool{"RDS": true}
	for alarm, want := range map[string]bool{
		"copies-dlq-filled": true, "uncopied-RDS": true, "late-RDS": true, "late-Aurora": false,
		"outcomes-dlq-filled": false, "recent-runs-missing": false, "copies-stalled": false,
	} {
		assert.Equal(t, want, explained(alarm, rejected), alarm)
	}
	assert.False(t, explained("copies-dlq-filled", map[string]bool{}), "nothing has to be there")
}

func TestAPointIsKnowableByItsEventOrTheNextRun(t *testing.T) {
	at := func(minutes int) time.Time { return firstNight.Add(time.Duration(minutes) * time.Minute) }
	k := newKnowledge()
	for _, run := range []int{0, 15, 30} {
		k.looked(at(run))
	}
	k.told("p", at(20))
	k.told("p", at(40))
	assert.Equal(t, at(15), k.since("p", at(1)), "the run after it arrived")
	assert.Equal(t, at(20), k.since("p", at(16)), "its first event")
	assert.Equal(t, at(30), k.since("lost", at(16)))
	assert.Zero(t, k.since("lost", at(31)))
}
