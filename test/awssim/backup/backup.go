// Package backup is the local AWS Backup on the wire: vaults, recovery points,
// plans, backup and copy jobs of all accounts and Regions, on the simulated clock.
//
// The service is made of parts that can be read alone: resources is what can be
// backed up, plans fires the rules of Organizations' backup policies, jobs runs the
// backup jobs and restores the restore jobs, vaults keeps vaults and recovery points,
// copies runs the copy jobs by the rules of crossing, reads describes and lists copy
// jobs and recovery points, with the delays of lag, turns lets one job at a time work
// on a resource, outbox holds the events until AWS Backup's next batch, settings keeps
// what is chosen per Region and per organization. This package gives them the API.
package backup

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/backup/outbox"
	"github.com/twohop/twohop/test/awssim/backup/plans"
	"github.com/twohop/twohop/test/awssim/backup/reads"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/backup/restores"
	"github.com/twohop/twohop/test/awssim/backup/settings"
	"github.com/twohop/twohop/test/awssim/backup/turns"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// The words of the parts, for users of the service as a whole.
type (
	// Events takes what AWS Backup tells EventBridge.
	Events = outbox.Events
	// Vault is a backup vault.
	Vault = vaults.Vault
	// RecoveryPoint is a recovery point in a vault.
	RecoveryPoint = vaults.RecoveryPoint
	// Lifecycle is a recovery point's retention.
	Lifecycle = vaults.Lifecycle
	// Creator is the backup plan behind a point or a job.
	Creator = vaults.Creator
	// CopyJob is a copy job.
	CopyJob = copies.CopyJob
	// Course is what will happen to a job.
	Course = copies.Course
	// Pool is a number of copies that resource types share.
	Pool = copies.Pool
	// Resource is what can be backed up.
	Resource = resources.Resource
	// Job is a backup job.
	Job = jobs.Job
	// RestoreJob is a restore job.
	RestoreJob = restores.Job
	// StartCopyJobInput is the input of StartCopyJob.
	StartCopyJobInput = copies.StartInput
)

// Config says how the service behaves where AWS leaves a choice or says nothing.
// Start from DefaultConfig and change single fields.
type Config struct {
	copies.JobConfig
	vaults.PointConfig

	// Settings: opt-ins decide what plans back up. Cross-account copies ask for the
	// organization's option only where the rules of crossing name who knows it.
	Settings settings.Config
	// Backups are the backup jobs' configuration.
	Backups jobs.Config
	// Restores are the restore jobs' configuration.
	Restores restores.Config
	// Plans says where backup plans come from; they are read when Plans.Refresh is
	// called.
	Plans plans.Config
	// ManagedKeys are the keys that AWS manages for resources; nil: made up.
	ManagedKeys resources.ManagedKeys
	// ShowCopyTargets has StartCopyJob show backup:CopyTargets to the policies of its
	// caller. The key is documented for backup:CopyFromBackupVault alone [Service
	// Authorization Reference: AWS Backup] (A31), so it is off by default.
	ShowCopyTargets bool
	// Lag is how far the API's descriptions and lists of copy jobs and recovery points lag
	// behind what is; the methods of Service never do.
	Lag lag.Config
	// JobHistory is how long after its end the API still shows a job.
	JobHistory time.Duration
	// EventBatch: events are delivered at the next multiple of it on the
	// simulated clock; 0 delivers each at once.
	EventBatch time.Duration
}

// DefaultConfig is AWS Backup as documented, and the milder guess where it is
// not.
func DefaultConfig() Config {
	return Config{
		JobConfig:  copies.DefaultConfig(),
		JobHistory: 30 * 24 * time.Hour,
		EventBatch: 5 * time.Minute,
	}
}

// Service is the AWS Backup of all accounts and Regions, safe for concurrent
// use.
type Service struct {
	clock    *clock.Clock
	vaults   *vaults.Store
	copies   *copies.Jobs
	reads    *reads.Reads
	jobs     *jobs.Jobs
	restores *restores.Jobs
	outbox   *outbox.Outbox
	// Settings are what accounts and organizations have chosen.
	Settings *settings.Store
	// Resources are what can be backed up.
	Resources *resources.Inventory
	// Plans are the backup plans of all accounts.
	Plans *plans.Plans

	mu     sync.Mutex
	config Config
}

// New returns a service without vaults. Start config from DefaultConfig. events
// may be nil: then nobody is told.
func New(c *clock.Clock, source *ids.Source, events Events, config Config) *Service {
	out := outbox.New(c, events, config.EventBatch)
	table := turns.New(c)
	s := &Service{
		clock: c, config: config, outbox: out,
		vaults:    vaults.New(c, source, config.PointConfig),
		Settings:  settings.New(c, config.Settings),
		Resources: resources.New(),
	}
	s.vaults.SetLag(config.Lag)
	s.Resources.SetKeys(config.ManagedKeys)
	s.copies = copies.New(copies.Parts{Clock: c, IDs: source, Vaults: s.vaults, Outbox: out, Turns: table}, config.JobConfig)
	s.reads = reads.New(reads.Parts{Clock: c, Copies: s.copies, Vaults: s.vaults}, config.Lag, config.JobHistory)
	s.jobs = jobs.New(jobs.Parts{
		Clock: c, IDs: source, Resources: s.Resources, Vaults: s.vaults, Outbox: out, Turns: table, Copies: s.copies,
	}, config.Backups, config.JobHistory)
	s.restores = restores.New(restores.Parts{Clock: c, IDs: source, Resources: s.Resources, Vaults: s.vaults, Outbox: out}, config.Restores, config.JobHistory)
	s.Plans = plans.New(plans.Parts{Clock: c, IDs: source, Resources: s.Resources, Settings: s.Settings, Jobs: s.jobs}, config.Plans)
	return s
}

// Configure changes the configuration; jobs that may start under the new one do
// so. change must not call the service.
func (s *Service) Configure(change func(*Config)) {
	s.mu.Lock()
	s.config.Pools = slices.Clone(s.config.Pools) // the parts read the old ones under their own locks
	change(&s.config)
	config := s.config
	s.mu.Unlock()
	s.vaults.SetConfig(config.PointConfig)
	s.vaults.SetLag(config.Lag)
	s.reads.SetConfig(config.Lag, config.JobHistory)
	s.outbox.SetBatch(config.EventBatch)
	s.copies.SetConfig(config.JobConfig)
	s.Settings.SetConfig(config.Settings)
	s.Resources.SetKeys(config.ManagedKeys)
	s.jobs.SetConfig(config.Backups, config.JobHistory)
	s.restores.SetConfig(config.Restores, config.JobHistory)
	s.Plans.SetConfig(config.Plans)
}

// AddVault makes a vault as CreateBackupVault does and returns its ARN. Minimum
// and maximum retention, where given, lock it.
func (s *Service) AddVault(v Vault) (string, error) {
	if !arn.IsAccount(v.Account) || v.Region == "" {
		return "", fault.InvalidValue("A vault needs an account of twelve digits and a Region, not %q and %q", v.Account, v.Region)
	}
	added, err := s.vaults.Add(v)
	return added.ARN, err
}

// RestoreJobs are copies of all restore jobs of an account and Region, newest first,
// also those that the API no longer shows.
func (s *Service) RestoreJobs(account, region string) []RestoreJob {
	return s.restores.List(arn.Place{Account: account, Region: region}, func(*RestoreJob) bool { return true })
}

// LockVault locks a vault, as PutBackupVaultLockConfiguration does.
func (s *Service) LockVault(vaultARN string, lock vaults.Lock) error {
	p, name, _ := arn.ParseVault(vaultARN)
	return s.vaults.PutLock(p, name, lock)
}

// AddRecoveryPoint puts a backup into the vault BackupVaultArn and returns its
// ARN. A zero CreationDate means now; Lifecycle counts from it.
func (s *Service) AddRecoveryPoint(p RecoveryPoint) (string, error) {
	added, err := s.vaults.Put(p)
	return added.RecoveryPointArn, err
}

// StartCopy is StartCopyJob as called in an account and Region: it returns the
// new job, or the one that the idempotency token stands for. Its errors are
// *wire.Error with the API's codes.
func (s *Service) StartCopy(account, region string, in StartCopyJobInput) (CopyJob, error) {
	return s.copies.Start(arn.Place{Account: account, Region: region}, in)
}

// AddCopyJob puts a copy job that has ended into the list of its source vault's account
// and Region. It makes no copy: AddRecoveryPoint does.
func (s *Service) AddCopyJob(j CopyJob) (CopyJob, error) { return s.copies.Put(j) }

// RecoveryPoints are copies of all recovery points in a vault, newest first;
// none for an unknown vault.
func (s *Service) RecoveryPoints(vaultARN string) []RecoveryPoint {
	p, name, _ := arn.ParseVault(vaultARN)
	found, err := s.vaults.Points(p, name, func(*RecoveryPoint) bool { return true })
	if err != nil {
		return nil
	}
	return found
}

// CopyJobs are copies of all jobs ever started in an account and Region, newest
// first, also those that the API no longer shows.
func (s *Service) CopyJobs(account, region string) []CopyJob {
	return s.copies.List(arn.Place{Account: account, Region: region}, func(*CopyJob) bool { return true })
}

// BackupJobs are copies of all backup jobs of an account and Region, newest first,
// also those that the API no longer shows.
func (s *Service) BackupJobs(account, region string) []Job {
	return s.jobs.List(arn.Place{Account: account, Region: region}, func(*Job) bool { return true })
}

// PutVaultPolicy gives a vault an access policy, JSON, as PutBackupVaultAccessPolicy
// does.
func (s *Service) PutVaultPolicy(vaultARN, policy string) error {
	p, name, _ := arn.ParseVault(vaultARN)
	return s.vaults.PutPolicy(p, name, policy)
}

// VaultPolicy is a vault's access policy, JSON; false where it has none, or is none.
func (s *Service) VaultPolicy(vaultARN string) (string, bool) {
	p, name, _ := arn.ParseVault(vaultARN)
	policy, err := s.vaults.Policy(p, name)
	return policy, err == nil
}

// VaultOf is the ARN of the vault that a vault's policy is asked of, for an action on a
// resource: the vault that holds a recovery point, or the vault itself; empty for
// anything else.
func (s *Service) VaultOf(resource string) string {
	if _, _, ok := arn.ParseVault(resource); ok {
		return resource
	}
	return s.vaults.Holder(resource)
}

// Handler is the service on the wire, for the signing name "backup".
func (s *Service) Handler() wire.Handler {
	const (
		vaultPath = "/backup-vaults/{backupVaultName}"
		pointPath = vaultPath + "/recovery-points/{recoveryPointArn}"
	)
	lists := map[string]wire.NamedOp{
		"/backup-vaults":      {Action: "ListBackupVaults", Op: wire.NewOp(s.listBackupVaults)},
		"/tags/{resourceArn}": {Action: "ListTags", Op: wire.NewOp(s.listTags)},
	}
	routes := map[string]wire.NamedOp{
		"PUT " + vaultPath:                    {Action: "CreateBackupVault", Op: wire.NewOp(s.createBackupVault)},
		"GET " + vaultPath:                    {Action: "DescribeBackupVault", Op: wire.NewOp(s.describeBackupVault)},
		"PUT " + vaultPath + "/access-policy": {Action: "PutBackupVaultAccessPolicy", Op: wire.NewOp(s.putBackupVaultAccessPolicy)},
		"GET " + vaultPath + "/access-policy": {Action: "GetBackupVaultAccessPolicy", Op: wire.NewOp(s.getBackupVaultAccessPolicy)},
		"PUT " + vaultPath + "/vault-lock":    {Action: "PutBackupVaultLockConfiguration", Op: wire.NewOp(s.putBackupVaultLockConfiguration)},
		"POST " + pointPath:                   {Action: "UpdateRecoveryPointLifecycle", Op: wire.NewOp(s.updateRecoveryPointLifecycle)},
		"DELETE " + pointPath:                 {Action: "DeleteRecoveryPoint", Op: wire.NewOp(s.deleteRecoveryPoint)},
		"PUT /copy-jobs":                      {Action: "StartCopyJob", Op: wire.NewOp(s.startCopyJob)},
	}
	for _, more := range []map[string]wire.NamedOp{s.Settings.Routes(), s.reads.Routes(), s.jobs.Routes(), s.restores.Routes(), s.Plans.Routes()} {
		maps.Copy(routes, more)
	}
	maps.Copy(lists, s.reads.Lists())
	maps.Copy(lists, s.jobs.Lists())
	maps.Copy(lists, s.restores.Lists())
	maps.Copy(lists, s.Plans.Lists())
	// botocore ends the path of a list with a slash, the Go SDK does not.
	for path, op := range lists {
		routes["GET "+path] = op
		routes["GET "+path+"/{$}"] = op
	}
	return wire.NewREST(s.guarded(routes))
}

// home is where a call is made.
func home(r *wire.Request) arn.Place { return arn.Place{Account: r.Account, Region: r.Region} }
