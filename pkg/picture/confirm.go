package picture

import (
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// confirm notes of completed jobs whether the vaults that were read have their copies: a
// copy is a recovery point that exists, not a job.
func (l *look) confirm() {
	onward := map[string]bool{} // intermediate points whose second hop is made or under way
	for i := range l.jobs {
		l.jobs[i].CopyState = l.copyState(l.jobs[i])
		if there(l.jobs[i]) {
			onward[l.jobs[i].Source] = true
		}
	}
	for _, shelf := range l.shelves {
		for i := range shelf.jobs {
			// An intermediate point may go as soon as its final copies are there.
			if job := &shelf.jobs[i]; shelf.Role == Local && !onward[job.Copy] {
				job.CopyState = l.copyState(*job)
			}
		}
	}
}

// copyState is what the destination of a job says about its copy; unchecked where the job
// made none, or where the vault was not read.
func (l *look) copyState(job hop.CopyJob) hop.CopyState {
	if job.State != hop.Completed || job.Copy == "" {
		return hop.CopyUnchecked
	}
	for _, shelf := range l.shelves {
		if shelf.Vault != job.Destination || shelf.Role == Local || l.isDark(shelf.Vault) {
			continue
		}
		if state, ok := shelf.copies[job.Copy]; ok {
			return state
		}
		return hop.CopyUndescribed
	}
	return hop.CopyUnchecked
}

// longestHop is how long before its second hop a backup may have been made at the most, where
// the point itself is gone: a week's backup window and a week on the way.
const longestHop = 14 * 24 * time.Hour

// copied is one copy, which several jobs may have made one after another.
type copied struct{ source, vault string }

// deleted counts, by resource, the copies of second hops that are gone before their time
// although nothing but their jobs tells of them any more.
func (l *look) deleted() map[string]int {
	counted, gone := map[copied]bool{}, map[string]int{}
	for _, job := range l.jobs {
		if there(job) {
			counted[copied{job.Source, job.Destination.ARN}] = true
		}
	}
	for _, job := range l.jobs {
		key := copied{job.Source, job.Destination.ARN}
		lost := job.State == hop.Completed && !there(job) && job.Completed.Before(l.now.Add(-2*margin))
		if lost && !counted[key] && l.keeps(job) && !l.holds(job.Source) {
			counted[key] = true
			gone[job.ResourceARN]++
		}
	}
	return gone
}

// there tells whether a job's copy exists as far as its vault was read, or may come to.
func there(job hop.CopyJob) bool {
	return job.State.InFlight() || job.State == hop.Completed && job.CopyState != hop.CopyUndescribed && job.CopyState != hop.CopyGone
}

// keeps tells whether the copy of a job should still be there for certain.
func (l *look) keeps(job hop.CopyJob) bool {
	return slices.ContainsFunc(l.Routes, func(route hop.Route) bool {
		destination, ok := route.Destination(job.Destination.ARN)
		return ok && slices.Contains(route.Types, job.ResourceType) && job.Created.Add(-longestHop).AddDate(0, 0, int(destination.DeleteAfterDays)).After(l.now)
	})
}

// holds tells whether an intermediate vault has a recent point, or could not be read: then the
// point's own leg tells of its copies.
func (l *look) holds(point string) bool {
	return slices.ContainsFunc(l.shelves, func(s *shelf) bool {
		_, ok := s.copies[point]
		return s.Role == Intermediate && (ok || l.isDark(s.Vault))
	})
}
