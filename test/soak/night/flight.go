package night

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/bound"
)

// Flight is the most copies of a pool's types that were in flight at once, CREATED or
// RUNNING, to one Region, and the quota of concurrent copies there.
type Flight struct {
	Pool, Region string
	Most, Quota  int
	At           time.Time // when there were as many for the first time
}

// Over tells whether there were more than the quota.
func (f Flight) Over() bool { return f.Most > f.Quota }

func (f Flight) String() string {
	return fmt.Sprintf("%s to %s: %d of %d in flight", f.Pool, f.Region, f.Most, f.Quota)
}

// fly finds the most that each pool had in flight among all jobs of an account and Region.
func (r *Result) fly(jobs []backup.CopyJob) {
	for _, pool := range copies.SharedPools() {
		byRegion := map[string][]bound.Span{}
		for _, job := range jobs {
			from, _ := hop.ParseVault(job.SourceBackupVaultArn) // the local AWS makes no other
			to, _ := hop.ParseVault(job.DestinationBackupVaultArn)
			if from.Region != to.Region && slices.Contains(pool.Types, job.ResourceType) {
				byRegion[to.Region] = append(byRegion[to.Region], bound.Span{From: job.CreationDate.Time, To: job.CompletionDate.Time})
			}
		}
		for region, spans := range byRegion {
			f := Flight{Pool: strings.Join(pool.Types, "+"), Region: region, Quota: pool.Limit}
			f.Most, f.At = bound.AtOnce(spans)
			if f.Over() {
				r.fault("over the quota: %s at %s", f, f.At.Format("01-02 15:04:05"))
			}
			r.InFlight = append(r.InFlight, f)
		}
	}
	slices.SortStableFunc(r.InFlight, func(a, b Flight) int { return strings.Compare(a.Region, b.Region) })
}
