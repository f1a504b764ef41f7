package trace

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// thread is what belongs to one recovery point.
type thread struct {
	created time.Time // zero: not known
	backup  *hop.BackupJob
	local   hop.RecoveryPoint // zero: gone, or not looked at
	origin  string            // ARN of the local point, also of one that is gone; empty: not known
	first   []hop.CopyJob
	middle  map[string]middle // by ARN of the intermediate point
}

// middle is a point between the hops, or what is known of one that is gone.
type middle struct {
	vault  hop.Vault
	point  hop.RecoveryPoint // zero: gone
	second []hop.CopyJob
}

// Lives puts together what belongs together, the newest first. Jobs tell what was made of
// what; where AWS Backup no longer lists them, a copy's creation time does, which is that
// of the first backup.
func Lives(f Facts, rules Rules) []Life {
	t := threads{facts: f}
	t.gather()
	var lives []Life
	for _, thread := range t.all {
		lives = append(lives, tell(f, rules, thread, t.finals(thread)))
	}
	slices.SortStableFunc(lives, func(a, b Life) int { return b.Created.Compare(a.Created) })
	return lives
}

type threads struct {
	facts Facts
	all   []*thread
}

func (t *threads) gather() {
	for _, held := range t.facts.Local {
		for _, point := range held.Points {
			if point.SourceVault.ARN != "" { // came back from the backup account
				continue
			}
			t.all = append(t.all, &thread{created: point.Created, local: point, origin: point.ARN})
		}
	}
	for _, job := range t.facts.First {
		thread := t.of(func(o *thread) bool { return o.origin == job.Source }, time.Time{})
		thread.origin = job.Source
		thread.first = append(thread.first, job)
		if thread.created.IsZero() || thread.local.ARN == "" && job.Created.Before(thread.created) {
			thread.created = job.Created
		}
	}
	for _, held := range t.facts.Intermediate {
		for _, point := range held.Points {
			if point.SourceVault.Account == held.Vault.Account { // a restore on its way back
				continue
			}
			thread := t.of(func(o *thread) bool { return made(o.first, point.ARN) }, point.Created)
			thread.created = point.Created
			thread.put(point.ARN, middle{vault: held.Vault, point: point})
		}
	}
	for _, job := range t.facts.Second {
		thread := t.of(func(o *thread) bool { _, ok := o.middle[job.Source]; return ok || made(o.first, job.Source) }, time.Time{})
		m := thread.middle[job.Source]
		m.second = append(m.second, job)
		thread.put(job.Source, m)
		if thread.created.IsZero() {
			thread.created = job.Created
		}
	}
	t.backups()
}

// backups gives each thread its backup job; a job that made no point is a thread itself.
func (t *threads) backups() {
	for _, job := range t.facts.Backups {
		i := slices.IndexFunc(t.all, func(o *thread) bool { return job.Point != "" && o.origin == job.Point })
		switch {
		case i >= 0:
			t.all[i].backup = &job
		case job.State != hop.Completed:
			t.all = append(t.all, &thread{created: job.Created, backup: &job})
		}
	}
}

// of is the thread for which is holds, or else one of the same creation, or else a new one.
func (t *threads) of(is func(*thread) bool, created time.Time) *thread {
	if i := slices.IndexFunc(t.all, is); i >= 0 {
		return t.all[i]
	}
	same := func(o *thread) bool { return !created.IsZero() && o.created.Unix() == created.Unix() }
	if i := slices.IndexFunc(t.all, same); i >= 0 {
		return t.all[i]
	}
	t.all = append(t.all, &thread{created: created})
	return t.all[len(t.all)-1]
}

func (t *thread) put(arn string, m middle) {
	if t.middle == nil {
		t.middle = map[string]middle{}
	}
	t.middle[arn] = m
}

// made tells whether one of the jobs made a point.
func made(jobs []hop.CopyJob, point string) bool {
	return slices.ContainsFunc(jobs, func(j hop.CopyJob) bool { return j.Copy == point && point != "" })
}

// finals are the copies of a thread in the final vaults: those that its jobs made, and
// those of its creation.
func (t *threads) finals(o *thread) []Held {
	var found []Held
	for _, held := range t.facts.Final {
		points := slices.DeleteFunc(slices.Clone(held.Points), func(p hop.RecoveryPoint) bool {
			byJob := made(o.first, p.ARN)
			for _, m := range o.middle {
				byJob = byJob || made(m.second, p.ARN)
			}
			return !byJob && p.Created.Unix() != o.created.Unix()
		})
		slices.SortFunc(points, func(a, b hop.RecoveryPoint) int {
			return cmp.Or(b.Arrived().Compare(a.Arrived()), strings.Compare(a.ARN, b.ARN))
		})
		if len(points) > 0 {
			found = append(found, Held{held.Vault, points})
		}
	}
	return found
}
