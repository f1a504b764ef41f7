package backup_test

import (
	"encoding/json"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	member  = "111111111111"
	central = "222222222222"

	primary   = "eu-central-1"
	secondary = "eu-north-1"

	memberRole  = "arn:aws:iam::111111111111:role/BackupandRestore"
	centralRole = "arn:aws:iam::222222222222:role/copy"

	intermediateKey = "arn:aws:kms:eu-central-1:222222222222:key/intermediate"
	finalKey        = "arn:aws:kms:eu-north-1:222222222222:key/final"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// told is one event as EventBridge gets it.
type told struct {
	Account, Region, DetailType string
	Resources                   []string
	Detail                      string
	At                          time.Time
}

type recorder struct {
	clock *clock.Clock
	mu    sync.Mutex
	told  []told
}

func (r *recorder) Emit(account, region, detailType string, resources []string, detail json.RawMessage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, told{account, region, detailType, resources, string(detail), r.clock.Now()})
}

// take returns what was told since it was last asked.
func (r *recorder) take() []told {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.told
	r.told = nil
	return taken
}

// estate is a local AWS Backup with the three vaults of two hops.
type estate struct {
	t       *testing.T
	clock   *clock.Clock
	service *backup.Service
	events  *recorder
	server  *httptest.Server

	local, intermediate, final string // vault ARNs
}

// newEstate starts a service whose jobs take ten minutes after one minute, with
// events told at once.
func newEstate(t *testing.T) *estate {
	e := newEstateAt(t, start)
	e.local = e.vault(backup.Vault{Account: member, Region: primary, Name: "local"})
	e.intermediate = e.vault(backup.Vault{Account: central, Region: primary, Name: "intermediate", EncryptionKeyArn: intermediateKey})
	e.final = e.vault(backup.Vault{Account: central, Region: secondary, Name: "final", EncryptionKeyArn: finalKey})
	return e
}

// newEstateAt starts one without vaults.
func newEstateAt(t *testing.T, at time.Time) *estate {
	c := clock.New(at)
	e := &estate{t: t, clock: c, events: &recorder{clock: c}}
	config := backup.DefaultConfig()
	config.EventBatch = 0
	config.Plan = plan(backup.Course{Wait: time.Minute, Run: 10 * time.Minute})
	e.service = backup.New(c, ids.New(1), e.events, config)
	e.server = httptest.NewServer(&wire.Server{
		Clock:    c,
		Identify: sts.New(ids.New(2)).Identify,
		Services: map[string]wire.Handler{"backup": e.service.Handler()},
	})
	t.Cleanup(e.server.Close)
	return e
}

func plan(course backup.Course) func(backup.CopyJob) backup.Course {
	return func(backup.CopyJob) backup.Course { return course }
}

func (e *estate) configure(change func(*backup.Config)) { e.service.Configure(change) }

func (e *estate) advance(d time.Duration) {
	e.t.Helper()
	require.NoError(e.t, e.clock.Advance(e.t.Context(), d))
}

func (e *estate) client(account, region string) *awsbackup.Client {
	return awsbackup.New(awsbackup.Options{
		Region:       region,
		BaseEndpoint: aws.String(e.server.URL),
		Credentials:  credentials.NewStaticCredentialsProvider(account, "any", ""),
		Retryer:      aws.NopRetryer{},
	})
}

func (e *estate) vault(v backup.Vault) string {
	e.t.Helper()
	arn, err := e.service.AddVault(v)
	require.NoError(e.t, err)
	return arn
}

// point adds a database backup of 100 GiB, kept for 35 days, to a vault.
func (e *estate) point(vaultARN string, change func(*backup.RecoveryPoint)) string {
	e.t.Helper()
	p := backup.RecoveryPoint{
		BackupVaultArn: vaultARN, ResourceType: "RDS", ResourceArn: "arn:aws:rds:eu-central-1:111111111111:db:orders",
		BackupSizeInBytes: 100 << 30, Lifecycle: vaults.DeleteAfter(35),
		EncryptionKeyArn: "arn:aws:kms:eu-central-1:111111111111:key/orders",
	}
	if change != nil {
		change(&p)
	}
	arn, err := e.service.AddRecoveryPoint(p)
	require.NoError(e.t, err)
	return arn
}

func ofType(resourceType, resourceARN string) func(*backup.RecoveryPoint) {
	return func(p *backup.RecoveryPoint) { p.ResourceType, p.ResourceArn = resourceType, resourceARN }
}

// hop1 and hop2 are the inputs of the two hops' copies.
func (e *estate) hop1(point string) *awsbackup.StartCopyJobInput {
	return &awsbackup.StartCopyJobInput{
		RecoveryPointArn: &point, SourceBackupVaultName: aws.String("local"),
		DestinationBackupVaultArn: &e.intermediate, IamRoleArn: aws.String(memberRole),
	}
}

func (e *estate) hop2(point string) *awsbackup.StartCopyJobInput {
	return &awsbackup.StartCopyJobInput{
		RecoveryPointArn: &point, SourceBackupVaultName: aws.String("intermediate"),
		DestinationBackupVaultArn: &e.final, IamRoleArn: aws.String(centralRole),
	}
}

// start starts a copy and returns the job's id.
func (e *estate) start(account, region string, in *awsbackup.StartCopyJobInput) string {
	e.t.Helper()
	out, err := e.client(account, region).StartCopyJob(e.t.Context(), in)
	require.NoError(e.t, err)
	return *out.CopyJobId
}

func (e *estate) job(account, region, id string) *types.CopyJob {
	e.t.Helper()
	out, err := e.client(account, region).DescribeCopyJob(e.t.Context(), &awsbackup.DescribeCopyJobInput{CopyJobId: &id})
	require.NoError(e.t, err)
	return out.CopyJob
}

// state is that of a job of the second hop.
func (e *estate) state(id string) string { return string(e.job(central, primary, id).State) }

// requireCode checks that err is the API's exception of that name, as the SDK
// tells it, and returns its message.
func requireCode(t *testing.T, err error, code string) string {
	t.Helper()
	var api smithy.APIError
	require.ErrorAs(t, err, &api, "want %s", code)
	assert.Equal(t, code, api.ErrorCode())
	return api.ErrorMessage()
}
