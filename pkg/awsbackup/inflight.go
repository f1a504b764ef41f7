package awsbackup

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/twohop/twohop/pkg/hop"
)

// InFlight lists the jobs that are CREATED, and then those that are RUNNING, since
// ListCopyJobs filters by one state. A job that begins to run in between is listed twice,
// and returned once; in the other order, or side by side, neither list might have it.
func (a *Account) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	created, err := a.list(ctx, backup.ListCopyJobsInput{ByState: types.CopyJobStateCreated})
	if err != nil {
		return nil, err
	}
	running, err := a.list(ctx, backup.ListCopyJobsInput{ByState: types.CopyJobStateRunning})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var jobs []hop.CopyJob
	for _, job := range append(created, running...) {
		if !seen[job.ID] {
			seen[job.ID] = true
			jobs = append(jobs, job)
		}
	}
	return jobs, nil
}
