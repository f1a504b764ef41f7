package jobs

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// startBackupJobInput is the API's, without options of types that are not simulated:
// BackupOptions, Index and LogicallyAirGappedBackupVaultArn are refused.
type startBackupJobInput struct {
	BackupVaultName       string
	ResourceArn           string
	IamRoleArn            string
	IdempotencyToken      string
	StartWindowMinutes    *int64
	CompleteWindowMinutes *int64
	Lifecycle             vaults.Lifecycle
	RecoveryPointTags     map[string]string
}

type startBackupJobOutput struct {
	BackupJobID  string `json:"BackupJobId"`
	CreationDate wire.Epoch
	IsParent     bool
}

// tokenKey is an idempotency token where it was used.
type tokenKey struct {
	arn.Place
	token string
}

// startBackupJob backs a resource up on demand: whether its type is opted in does not
// count, which is UNCONFIRMED A108. A repeated token stands for the first job; how long
// AWS remembers it is unknown, here it is for good.
func (s *Jobs) startBackupJob(r *wire.Request, in startBackupJobInput) (startBackupJobOutput, error) {
	s.mu.Lock()
	defer s.unlock()
	fingerprint, _ := json.Marshal(in) // strings and numbers: cannot fail
	key := tokenKey{home(r), in.IdempotencyToken}
	if old, ok := s.tokens[key]; ok {
		if old.asked != string(fingerprint) {
			return startBackupJobOutput{}, fault.InvalidValue("Idempotency token %q was used with different parameters", in.IdempotencyToken)
		}
		return startBackupJobOutput{BackupJobID: old.BackupJobID, CreationDate: old.CreationDate}, nil
	}
	request, err := s.onDemand(home(r), in)
	if err != nil {
		return startBackupJobOutput{}, err
	}
	j := s.create(request)
	j.asked = string(fingerprint)
	if in.IdempotencyToken != "" {
		s.tokens[key] = j
	}
	return startBackupJobOutput{BackupJobID: j.BackupJobID, CreationDate: j.CreationDate}, nil
}

// onDemand refuses what AWS Backup can tell before a job begins.
func (s *Jobs) onDemand(p arn.Place, in startBackupJobInput) (Request, error) {
	for _, required := range []struct{ name, value string }{
		{"BackupVaultName", in.BackupVaultName}, {"ResourceArn", in.ResourceArn}, {"IamRoleArn", in.IamRoleArn},
	} {
		if required.value == "" {
			return Request{}, fault.MissingValue(required.name)
		}
	}
	if !arn.IsVaultName(in.BackupVaultName) {
		return Request{}, fault.InvalidValue("Invalid backup vault name: %q", in.BackupVaultName)
	}
	if !strings.HasPrefix(in.ResourceArn, "arn:") {
		return Request{}, fault.InvalidValue("Invalid resource ARN: %q", in.ResourceArn)
	}
	if !roleIn(p.Account, in.IamRoleArn) {
		return Request{}, fault.InvalidValue("Invalid role ARN: %q is no role of account %s", in.IamRoleArn, p.Account)
	}
	if err := in.Lifecycle.Validate(); err != nil {
		return Request{}, err
	}
	start, complete, err := in.windows()
	if err != nil {
		return Request{}, err
	}
	resource, ok := s.Resources.Get(p, in.ResourceArn)
	if !ok {
		return Request{}, fault.NotFound("Resource %s cannot be found", in.ResourceArn)
	}
	if _, err := s.Vaults.Vault(p, in.BackupVaultName); err != nil {
		return Request{}, fault.NotFound("Backup vault %s cannot be found", in.BackupVaultName)
	}
	if !s.mayBackUp(in.IamRoleArn, arn.Vault(p, in.BackupVaultName), resource) {
		return Request{}, fault.InvalidValue("%s", insufficient(in.IamRoleArn))
	}
	return Request{
		Resource: resource, Vault: in.BackupVaultName, Role: in.IamRoleArn, Lifecycle: in.Lifecycle, Tags: in.RecoveryPointTags,
		StartWindow: start, CompleteWindow: complete,
	}, nil
}

// mostMinutes of a window: a hundred years [API: StartBackupJob].
const mostMinutes = 52_560_000

func (in startBackupJobInput) windows() (start, complete time.Duration, err error) {
	if m := in.StartWindowMinutes; m != nil {
		if *m < 60 || *m > mostMinutes {
			return 0, 0, fault.InvalidValue("StartWindowMinutes must be from 60 to %d, not %d", mostMinutes, *m)
		}
		start = time.Duration(*m) * time.Minute
	}
	if m := in.CompleteWindowMinutes; m != nil {
		if *m < 1 || *m > mostMinutes {
			return 0, 0, fault.InvalidValue("CompleteWindowMinutes must be from 1 to %d, not %d", mostMinutes, *m)
		}
		complete = time.Duration(*m) * time.Minute
	}
	return start, complete, nil
}
