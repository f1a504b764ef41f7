package backuptest

import (
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// job is a copy job with what its list does not show.
type job struct {
	hop.CopyJob
	number int       // place in the list
	order  hop.Order // what it was started with; zero for one that was put into the list
	region string    // where it was started
	began  time.Time // when it began to run; zero: not yet, or put into the list
}

// ledger holds all copy jobs, in the order of their start, and finds them.
type ledger struct {
	all           []*job
	byID          map[string]*job
	bySource      map[string][]*job
	byDestination map[string][]*job // by vault ARN
	byCreation    []*job
	inFlight      inFlight
	ended         []*job          // moved to a state in which a job has ended, the newest last
	waiting       []*job          // CREATED
	busy          map[string]*job // RUNNING, by resource
	drawn         map[draw]int    // RUNNING
}

// inFlight are jobs that are CREATED or RUNNING, as they are listed, and their numbers.
type inFlight struct {
	numbers []int
	jobs    []hop.CopyJob
}

// draw is what a running copy takes from its quota.
type draw struct{ resourceType, from, to string }

func newLedger() ledger {
	return ledger{byID: map[string]*job{}, bySource: map[string][]*job{}, byDestination: map[string][]*job{}, busy: map[string]*job{}, drawn: map[draw]int{}}
}

func (j *job) draw() draw { return draw{j.ResourceType, j.region, j.Destination.Region} }

func byNumber(a, b *job) int { return a.number - b.number }

// add puts a job at the end of the list.
func (l *ledger) add(j *job) {
	j.number = len(l.all)
	l.all = append(l.all, j)
	if _, known := l.byID[j.ID]; !known {
		l.byID[j.ID] = j
	}
	l.bySource[j.Source] = append(l.bySource[j.Source], j)
	l.byDestination[j.Destination.ARN] = append(l.byDestination[j.Destination.ARN], j)
	at, _ := slices.BinarySearchFunc(l.byCreation, j, func(a, b *job) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return byNumber(a, b)
	})
	l.byCreation = slices.Insert(l.byCreation, at, j)
	l.enter(j)
}

// move gives a job another state at a time.
func (l *ledger) move(j *job, to hop.State, at time.Time) {
	l.leave(j)
	j.State = to
	if to.InFlight() {
		j.began = at
	} else {
		j.Completed = at
		l.ended = append(l.ended, j)
	}
	l.enter(j)
}

// enter notes what a job takes up in its state; leave takes that back.
func (l *ledger) enter(j *job) {
	if j.State.InFlight() {
		l.inFlight.insert(j)
	}
	switch j.State {
	case hop.Created:
		l.waiting = insert(l.waiting, j)
	case hop.Running:
		l.busy[j.ResourceARN] = j
		l.drawn[j.draw()]++
	default: // the other states take nothing up
	}
}

func (l *ledger) leave(j *job) {
	l.inFlight.remove(j)
	l.waiting = remove(l.waiting, j)
	if j.State == hop.Running {
		delete(l.busy, j.ResourceARN)
		l.drawn[j.draw()]--
	}
}

func (f *inFlight) insert(j *job) {
	at, _ := slices.BinarySearch(f.numbers, j.number)
	f.numbers, f.jobs = slices.Insert(f.numbers, at, j.number), slices.Insert(f.jobs, at, j.CopyJob)
}

func (f *inFlight) remove(j *job) {
	if at, found := slices.BinarySearch(f.numbers, j.number); found {
		f.numbers, f.jobs = slices.Delete(f.numbers, at, at+1), slices.Delete(f.jobs, at, at+1)
	}
}

func insert(jobs []*job, j *job) []*job {
	at, _ := slices.BinarySearchFunc(jobs, j, byNumber)
	return slices.Insert(jobs, at, j)
}

func remove(jobs []*job, j *job) []*job {
	at, found := slices.BinarySearchFunc(jobs, j, byNumber)
	if !found {
		return jobs
	}
	return slices.Delete(jobs, at, at+1)
}

// shown are the jobs as they are listed.
func shown(jobs []*job) []hop.CopyJob {
	if len(jobs) == 0 {
		return nil
	}
	list := make([]hop.CopyJob, len(jobs))
	for i, j := range jobs {
		list[i] = j.CopyJob
	}
	return list
}

// those are the jobs for which wanted holds.
func those(jobs []*job, wanted func(*job) bool) []*job {
	var found []*job
	for _, j := range jobs {
		if wanted(j) {
			found = append(found, j)
		}
	}
	return found
}
