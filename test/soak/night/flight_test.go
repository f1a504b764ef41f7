package night

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
)

func TestWhatIsInFlightIsCountedByPoolAndRegion(t *testing.T) {
	const vaults = ":222222222222:backup-vault:vault"
	of := func(resourceType, region string, from, to int) backup.CopyJob {
		j := job(from, to)
		j.ResourceType = resourceType
		j.SourceBackupVaultArn, j.DestinationBackupVaultArn = "arn:aws:backup:eu-central-1"+vaults, "arn:aws:backup:"+region+vaults
		return j
	}
	jobs := []backup.CopyJob{
		of("RDS", "eu-north-1", 1, 5), of("RDS", "eu-north-1", 4, 8), of("RDS", "eu-north-1", 5, 9), // never three
		of("RDS", "eu-central-1", 4, 8), // inside a Region, which no pool counts
		of("RDS", "eu-west-1", 4, 0),
	}
	for _, resourceType := range []string{"Aurora", "DocumentDB", "Neptune", "Aurora", "Aurora", "Aurora"} {
		jobs = append(jobs, of(resourceType, "eu-north-1", 2, 0)) // without end
	}
	var r Result
	r.fly(jobs)
	minute := func(n int) time.Time { return firstNight.Add(time.Duration(n) * time.Minute) }
	assert.Equal(t, []Flight{
		{Pool: "RDS", Region: "eu-north-1", Most: 2, Quota: 20, At: minute(4)},
		{Pool: "Aurora+DocumentDB+Neptune", Region: "eu-north-1", Most: 6, Quota: 5, At: minute(2)},
		{Pool: "RDS", Region: "eu-west-1", Most: 1, Quota: 20, At: minute(4)},
	}, r.InFlight)
	require.Len(t, r.Faults, 1)
	assert.Contains(t, r.Faults[0], "over the quota: Aurora+DocumentDB+Neptune to eu-north-1: 6 of 5 in flight")
	assert.False(t, r.Sound())
}
