package awsbackup_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

const account = "222222222222"

// Every copy on the wire takes this long.
const courseWait, courseRun = time.Minute, time.Hour

// begin sets the conformance suite's stage on the wire.
func begin(t *testing.T, config awssim.Config) backuptest.Stage {
	t.Helper()
	s, _ := beginIn(t, config)
	return s
}

// beginIn sets the stage, and returns the world that it is in.
func beginIn(t *testing.T, config awssim.Config) (backuptest.Stage, *awssim.World) {
	t.Helper()
	failure := ""
	config.Backup = func(c *backup.Config) {
		c.Plan = func(backup.CopyJob) backup.Course {
			course := backup.Course{Wait: courseWait, Run: courseRun, Message: failure}
			if failure != "" {
				course.End = "FAILED"
			}
			return course
		}
	}
	w, err := awssim.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	local := vault(t, "arn:aws:backup:eu-central-1:111111111111:backup-vault:local")
	s := backuptest.Stage{
		Source: addVault(t, w, "eu-central-1", "intermediate"), Destination: addVault(t, w, "eu-north-1", "final"),
		Role: "arn:aws:iam::222222222222:role/twohop-copy", Now: w.Clock.Now,
		NextFails: func(message string) { failure = message },
		Finish: func(t *testing.T, _ string) {
			t.Helper()
			require.NoError(t, w.Clock.Advance(t.Context(), courseWait+courseRun))
		},
		Begin: func(t *testing.T) {
			t.Helper()
			require.NoError(t, w.Clock.Advance(t.Context(), courseWait))
		},
		Pass: func(t *testing.T, d time.Duration) {
			t.Helper()
			require.NoError(t, w.Clock.Advance(t.Context(), d))
		},
		Limit: func(n int, refuse bool) {
			w.Backup.Configure(func(c *backup.Config) {
				c.Pools = []copies.Pool{{Types: []string{"Aurora"}, Limit: n}}
				if refuse {
					c.OverLimit = copies.Refuse
				}
			})
		},
		Backup: awsbackup.New(aws.Config{
			Region: "eu-central-1", BaseEndpoint: aws.String(w.Endpoint()), RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(account, "local", ""),
		}),
	}
	s.Add = func(t *testing.T, resource string) string {
		t.Helper()
		week := int64(7)
		arn, err := w.Backup.AddRecoveryPoint(backup.RecoveryPoint{
			BackupVaultArn: s.Source.ARN, SourceBackupVaultArn: local.ARN, ResourceArn: resource, ResourceType: "Aurora",
			BackupSizeInBytes: 1 << 30, Lifecycle: backup.Lifecycle{DeleteAfterDays: &week},
			EncryptionKeyArn: "arn:aws:kms:eu-central-1:222222222222:key/intermediate",
		})
		require.NoError(t, err)
		return arn
	}
	const ledger = "arn:aws:rds:eu-central-1:111111111111:cluster:ledger"
	s.Point = hop.RecoveryPoint{ARN: s.Add(t, ledger), ResourceARN: ledger, ResourceType: "Aurora", Status: hop.PointCompleted, Bytes: 1 << 30,
		KeyARN: "arn:aws:kms:eu-central-1:222222222222:key/intermediate", Encrypted: true,
		Created: w.Clock.Now(), DeleteAt: w.Clock.Now().AddDate(0, 0, 7), SourceVault: local}
	return s, w
}

func vault(t *testing.T, arn string) hop.Vault {
	t.Helper()
	v, err := hop.ParseVault(arn)
	require.NoError(t, err)
	return v
}

func addVault(t *testing.T, w *awssim.World, region, name string) hop.Vault {
	t.Helper()
	arn, err := w.Backup.AddVault(backup.Vault{Account: account, Region: region, Name: name,
		EncryptionKeyArn: "arn:aws:kms:" + region + ":" + account + ":key/" + name})
	require.NoError(t, err)
	return vault(t, arn)
}

func TestTheAdapterOnTheWire(t *testing.T) {
	backuptest.Conformance(t, func(t *testing.T) backuptest.Stage { return begin(t, awssim.Config{}) })
}

func TestTheAdapterOnTheWireWhereReadsLag(t *testing.T) {
	points := lag.Delay{Usual: 5 * time.Minute, Most: 5 * time.Minute}
	reads := lag.Config{Seed: 1, Jobs: lag.Delay{Usual: time.Minute, Most: 2 * time.Minute, Tail: 0.1}, Stale: 0.2, Copies: points, Deletions: points}
	backuptest.Conformance(t, func(t *testing.T) backuptest.Stage {
		s, w := beginIn(t, awssim.Config{})
		w.Backup.Configure(func(c *backup.Config) { c.Lag = reads })
		s.Lag = reads.Longest()
		return s
	})
}

func TestALockThatDoesNotTakeTheRetentionHasItsClass(t *testing.T) {
	s, w := beginIn(t, awssim.Config{})
	require.NoError(t, w.Backup.LockVault(s.Destination.ARN, vaults.Lock{MinRetentionDays: 36}))
	started, err := s.Backup.Start(t.Context(), hop.Order{Point: s.Point.ARN, Source: s.Source, Destination: s.Destination,
		DeleteAfterDays: 35, Role: s.Role, Token: "t"})
	require.NoError(t, err, "the job fails, not the call")
	s.Finish(t, started.JobID)
	jobs, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Destination)
	require.NoError(t, err)
	require.Len(t, jobs, 1)
	assert.Equal(t, hop.Failed, jobs[0].State)
	assert.Equal(t, hop.ClassRetention, jobs[0].Class, jobs[0].Message)
}

func TestEveryErrorOfAWSHasItsClass(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault wire.Error
		class hop.Class
	}{
		{"a limit", wire.Error{Code: "LimitExceededException", Message: "limit"}, hop.ClassLimit},
		{"a snapshot quota", wire.Error{Code: "SnapshotQuotaExceeded", Message: "quota"}, hop.ClassLimit},
		{"copies in progress", wire.Error{Code: "LimitExceededException", Message: "Cannot copy more than 5 snapshots across regions"}, hop.ClassLimit},
		{"manual snapshots", wire.Error{Code: "SnapshotQuotaExceeded", Message: "Cannot create more than 100 manual snapshots"}, hop.ClassQuota},
		{"manual snapshots, as a limit", wire.Error{Code: "LimitExceededException", Message: "Cannot create more than 100 manual snapshots"}, hop.ClassQuota},
		{"grants of a key", wire.Error{Code: "LimitExceededException", Message: "The key has reached its limit of grants."}, hop.ClassQuota},
		{"a quota of another code", wire.Error{Code: "ServiceQuotaExceededException", Message: "odd"}, hop.ClassQuota},
		{"throttling that is called a limit", wire.Error{Code: "RequestLimitExceeded", Message: "Request limit exceeded."}, hop.ClassTransient},
		{"throttling", wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}, hop.ClassTransient},
		{"too many requests", wire.Error{Status: http.StatusTooManyRequests, Code: "TooManyRequestsException", Message: "slow down"}, hop.ClassTransient},
		{"unavailable", wire.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailableException", Message: "away"}, hop.ClassTransient},
		{"a server error of no known code", wire.Error{Status: http.StatusBadGateway, Code: "Odd", Message: "odd"}, hop.ClassTransient},
		{"denied", wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "not authorized"}, hop.ClassRole},
		{"an invalid request of a known text", wire.Error{Code: "InvalidRequestException", Message: "Copy job from eu-central-1 to eu-north-1 " +
			"cannot be initiated for Aurora resources. Feature is not supported for provided resource type."}, hop.ClassUnsupported},
		{"an invalid request of an unknown text", wire.Error{Code: "InvalidRequestException", Message: "odd"}, hop.ClassUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := begin(t, awssim.Config{Intercept: func(wire.Call) wire.Fault { return wire.Fault{Err: &test.fault} }})
			for name, err := range everyCall(t.Context(), s) {
				var failure *hop.Failure
				require.ErrorAs(t, err, &failure, name)
				assert.Equal(t, test.class, failure.Class, name)
				assert.Equal(t, test.fault.Code, failure.Code, name)
				assert.Equal(t, test.fault.Message, failure.Message, name)
			}
		})
	}
}

// everyCall makes each call of the adapter and returns the errors by its name.
func everyCall(ctx context.Context, s backuptest.Stage) map[string]error {
	errs := map[string]error{}
	_, errs["Point"] = s.Backup.Point(ctx, s.Source, s.Point.ARN)
	_, errs["InFlight"] = s.Backup.InFlight(ctx)
	_, errs["Of"] = s.Backup.Of(ctx, s.Point.ARN, s.Destination)
	_, errs["Since"] = s.Backup.Since(ctx, s.Now())
	_, errs["Into"] = s.Backup.Into(ctx, "eu-north-1", s.Source)
	_, errs["From"] = s.Backup.From(ctx, s.Point.ARN)
	errs["Made"] = s.Backup.Made(ctx, s.Source, s.Now(), s.Now(), func([]hop.RecoveryPoint) error { return nil })
	_, errs["Older"] = s.Backup.Older(ctx, s.Source, s.Now())
	_, errs["Resources"] = s.Backup.Resources(ctx, s.Source)
	_, errs["PointsOf"] = s.Backup.PointsOf(ctx, s.Source, s.Point.ResourceARN)
	_, errs["Key"] = s.Backup.Key(ctx, s.Source)
	errs["Keep"] = s.Backup.Keep(ctx, s.Source, s.Point.ARN, 1)
	_, errs["Start"] = s.Backup.Start(ctx, hop.Order{Point: s.Point.ARN, Source: s.Source, Destination: s.Destination, Role: s.Role, Token: "t"})
	return errs
}

func TestWhatIsNoAnswerPasses(t *testing.T) {
	s := begin(t, awssim.Config{})
	s.Backup = awsbackup.New(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String("http://127.0.0.1:1"), RetryMaxAttempts: 1, // nobody listens there
		Credentials: credentials.NewStaticCredentialsProvider(account, "local", ""),
	})
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	for _, ctx := range []context.Context{t.Context(), late} {
		for name, err := range everyCall(ctx, s) {
			var failure *hop.Failure
			require.ErrorAs(t, err, &failure, name)
			assert.Equal(t, hop.ClassTransient, failure.Class, name)
		}
	}
}

func TestListsHaveAllPages(t *testing.T) {
	s := begin(t, awssim.Config{})
	for i := range 1200 {
		_, err := s.Backup.Start(t.Context(), hop.Order{Point: s.Point.ARN, Source: s.Source, Destination: s.Destination,
			DeleteAfterDays: 35, Role: s.Role, Token: fmt.Sprint(i)})
		require.NoError(t, err)
	}
	jobs, err := s.Backup.Of(t.Context(), s.Point.ARN, s.Destination)
	require.NoError(t, err)
	assert.Len(t, jobs, 1200, "the API gives 1000 at once")
}
