package picture

import "github.com/twohop/twohop/pkg/hop"

// confirm notes of completed jobs whether the vaults that were read have their copies: a
// copy is a recovery point that exists, not a job.
func (l *look) confirm() {
	onward := map[string]bool{} // intermediate points whose second hop is made or under way
	for i := range l.jobs {
		l.jobs[i].CopyState = l.copyState(l.jobs[i])
		if job := l.jobs[i]; job.State.InFlight() || job.State == hop.Completed && job.CopyState != hop.CopyUndescribed && job.CopyState != hop.CopyGone {
			onward[job.Source] = true
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
