package restores

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/backup/work"
	"github.com/twohop/twohop/test/awssim/wire"
)

// StartInput is StartRestoreJob's.
type StartInput struct {
	RecoveryPointArn                 string
	Metadata                         map[string]string
	IamRoleArn                       string
	IdempotencyToken                 string
	ResourceType                     string
	CopySourceTagsToRestoredResource bool
}

type startOutput struct {
	RestoreJobID string `json:"RestoreJobId"`
}

// start makes a restore job. A repeated token stands for the first job; how long AWS
// remembers it is unknown, here it is for good.
func (s *Jobs) start(r *wire.Request, in StartInput) (startOutput, error) {
	s.mu.Lock()
	defer s.unlock()
	fingerprint, _ := json.Marshal(in) // strings: cannot fail
	key := tokenKey{home(r), in.IdempotencyToken}
	if old, ok := s.tokens[key]; ok {
		if old.asked != string(fingerprint) {
			return startOutput{}, fault.InvalidValue("Idempotency token %q was used with different parameters", in.IdempotencyToken)
		}
		return startOutput{old.RestoreJobID}, nil
	}
	j, err := s.create(home(r), in)
	if err != nil {
		return startOutput{}, err
	}
	j.asked = string(fingerprint)
	if in.IdempotencyToken != "" {
		s.tokens[key] = j
	}
	return startOutput{j.RestoreJobID}, nil
}

// create refuses what AWS Backup can tell before a job begins. s.mu is held.
func (s *Jobs) create(p arn.Place, in StartInput) (*job, error) {
	switch {
	case in.RecoveryPointArn == "":
		return nil, fault.MissingValue("RecoveryPointArn")
	case len(in.Metadata) == 0:
		return nil, fault.MissingValue("Metadata")
	case in.IamRoleArn == "":
		return nil, fault.MissingValue("IamRoleArn")
	}
	if owner, ok := arn.RoleAccount(in.IamRoleArn); !ok || owner != p.Account {
		return nil, fault.InvalidValue("Invalid role ARN: %q is no role of account %s", in.IamRoleArn, p.Account)
	}
	point, err := s.Vaults.Held(p, in.RecoveryPointArn)
	if err != nil {
		return nil, err
	}
	if in.ResourceType != "" && in.ResourceType != point.ResourceType {
		return nil, fault.InvalidValue("The recovery point is of type %s, not %s", point.ResourceType, in.ResourceType)
	}
	if !point.Usable() {
		return nil, fault.InvalidRequest("Recovery point %s is %s and cannot be restored", in.RecoveryPointArn, point.Status)
	}
	form, ok := forms[point.ResourceType]
	if !ok {
		return nil, fault.InvalidRequest("awssim restores %v, not %s", slices.Sorted(maps.Keys(forms)), point.ResourceType)
	}
	if err := form.check(point.ResourceType, in.Metadata); err != nil {
		return nil, err
	}
	made, err := form.resource(p, point.ResourceType, point.EncryptionKeyArn, in.Metadata)
	if err != nil {
		return nil, err
	}
	made.SizeBytes = point.BackupSizeInBytes
	if in.CopySourceTagsToRestoredResource {
		made.Tags = maps.Clone(point.Tags)
	}
	j := &job{home: p, made: made, pointAt: point.EncryptionKeyArn, needs: needs(point, made, in.Metadata), Job: Job{
		AccountID: p.Account, RestoreJobID: s.IDs.UUID(), RecoveryPointArn: in.RecoveryPointArn, RecoveryPointCreationDate: point.CreationDate,
		BackupVaultArn: point.BackupVaultArn, SourceResourceArn: point.ResourceArn, ResourceType: point.ResourceType,
		CreationDate: wire.Epoch{Time: s.now()}, Status: Pending, BackupSizeInBytes: point.BackupSizeInBytes, IamRoleArn: in.IamRoleArn,
		Number: len(s.jobs[p]),
	}}
	if !s.mayRestore(j) {
		return nil, fault.InvalidValue("%s", insufficient(in.IamRoleArn))
	}
	if made.Type == "EBS" {
		j.made.ARN = volumeARN(p, j.RestoreJobID)
	}
	s.jobs[p] = append(s.jobs[p], j)
	s.schedule(j)
	return j, nil
}

// needs are the rights that a restore into a resource takes.
func needs(point vaults.RecoveryPoint, made resources.Resource, metadata map[string]string) []wire.Need {
	if made.Type == "S3" {
		return work.RestoreBucket(made.ARN, metadata["NewBucket"] == "true")
	}
	return work.Restore(made.Type, point.RecoveryPointArn)
}

// mayRestore tells whether the job's role may do what it must.
func (s *Jobs) mayRestore(j *job) bool {
	return s.config.Roles == nil || s.config.Roles.May(j.IamRoleArn, j.BackupVaultArn, j.needs) == nil
}

// insufficient is the text for a role that lacks a right and for one that does not
// exist. AWS documents it for backups; that a restore's is alike is UNCONFIRMED A109.
func insufficient(role string) string {
	return fmt.Sprintf("IAM Role %s does not have sufficient permissions to execute the restore.", role)
}
