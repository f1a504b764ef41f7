package awsbackup

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"golang.org/x/sync/errgroup"

	"github.com/twohop/twohop/pkg/hop"
)

// InFlight lists the jobs that are CREATED or RUNNING: two calls side by side,
// since ListCopyJobs filters by one state. A job that changes from one to the
// other in between may be listed twice, and is returned once; or by neither, which
// the headroom of its pool takes in.
func (a *Account) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	var created, running []hop.CopyJob
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		created, err = a.list(ctx, backup.ListCopyJobsInput{ByState: types.CopyJobStateCreated})
		return err
	})
	both.Go(func() (err error) {
		running, err = a.list(ctx, backup.ListCopyJobsInput{ByState: types.CopyJobStateRunning})
		return err
	})
	if err := both.Wait(); err != nil {
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
