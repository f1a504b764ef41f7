package vaults

import (
	"cmp"
	"maps"
	"slices"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// RecoveryPoint is a recovery point, as Put takes it and the API shows it.
type RecoveryPoint struct {
	RecoveryPointArn     string // empty when put: named as a first-generation backup
	BackupVaultName      string // set by the store
	BackupVaultArn       string
	SourceBackupVaultArn string `json:",omitempty"` // of a copy: the vault it was copied from
	ResourceArn          string
	ResourceType         string     // RDS, Aurora, DocumentDB, Neptune, EBS or S3
	ResourceName         string     `json:",omitempty"`
	CreatedBy            *Creator   `json:",omitempty"` // nil: on demand
	IamRoleArn           string     `json:",omitempty"`
	Status               string     // empty when put: COMPLETED
	StatusMessage        string     `json:",omitempty"`
	CreationDate         wire.Epoch // zero when put: now
	CompletionDate       wire.Epoch `json:",omitzero"`
	BackupSizeInBytes    int64
	Lifecycle            Lifecycle           `json:",omitzero"`
	CalculatedLifecycle  CalculatedLifecycle `json:",omitzero"` // set by the store
	EncryptionKeyArn     string              `json:",omitempty"`
	EncryptionKeyType    string              `json:",omitempty"` // empty when put: not told
	AWSOwned             bool                `json:"-"`          // under a key that AWS owns, which has no ARN here
	IsEncrypted          bool                // set by the store: whether there is a key
	VaultType            string              // set by the store
	Tags                 map[string]string   `json:"-"`
}

// Creator is the backup plan behind a recovery point or a copy job.
type Creator struct {
	BackupPlanID      string `json:"BackupPlanId"`
	BackupPlanArn     string
	BackupPlanVersion string
	BackupRuleID      string `json:"BackupRuleId"`
}

const (
	completed = "COMPLETED"
	expired   = "EXPIRED"
)

var statuses = []string{completed, expired, "PARTIAL", "DELETING", "AVAILABLE", "STOPPED", "CREATING"}

// Usable tells whether the point can be copied.
func (p RecoveryPoint) Usable() bool { return p.Status == completed || p.Status == "AVAILABLE" }

// Put stores a point in the vault BackupVaultArn and returns it as stored. Its
// lifecycle counts from its creation date.
func (s *Store) Put(p RecoveryPoint) (RecoveryPoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, name, _ := arn.ParseVault(p.BackupVaultArn)
	v, ok := s.find(in, name)
	if !ok {
		return RecoveryPoint{}, fault.NotFound("Backup vault %q cannot be found", p.BackupVaultArn)
	}
	p.Status = cmp.Or(p.Status, completed)
	switch {
	case !arn.IsSimulated(p.ResourceType):
		return RecoveryPoint{}, fault.InvalidValue("Resource type %q is not simulated", p.ResourceType)
	case p.ResourceArn == "":
		return RecoveryPoint{}, fault.MissingValue("ResourceArn")
	case !slices.Contains(statuses, p.Status):
		return RecoveryPoint{}, fault.InvalidValue("Invalid recovery point status: %q", p.Status)
	case s.at(in).points[p.RecoveryPointArn] != nil:
		return RecoveryPoint{}, fault.AlreadyExists("Recovery point " + p.RecoveryPointArn + " already exists")
	}
	if err := p.Lifecycle.Validate(); err != nil {
		return RecoveryPoint{}, err
	}
	if p.RecoveryPointArn == "" {
		p.RecoveryPointArn = arn.NewPoint(s.ids, in, p.ResourceType, p.ResourceArn, "job", s.ids.UUID())
	}
	if p.CreationDate.IsZero() {
		p.CreationDate.Time = s.clock.Now()
	}
	p.BackupVaultName, p.VaultType, p.IsEncrypted = name, TypePlain, p.EncryptionKeyArn != ""
	p.Tags = maps.Clone(p.Tags)
	p.retain(p.Lifecycle)
	s.file(v, &p)
	return s.view(v, &p), nil
}

// Point returns a point of a vault. It is answered with AccessDeniedException
// without the vault, ResourceNotFoundException without the point.
func (s *Store) Point(p arn.Place, vaultName, pointARN string) (RecoveryPoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, found, err := s.point(p, vaultName, pointARN)
	if err != nil {
		return RecoveryPoint{}, err
	}
	return s.view(v, found), nil
}

// Held is the point of this ARN in whatever vault of the place.
func (s *Store) Held(p arn.Place, pointARN string) (RecoveryPoint, error) {
	s.mu.Lock()
	vault := ""
	if found, ok := s.at(p).points[pointARN]; ok {
		vault = found.BackupVaultName
	}
	s.mu.Unlock()
	if vault == "" {
		return RecoveryPoint{}, fault.NotFound("Cannot find recovery point %s", pointARN)
	}
	return s.Point(p, vault, pointARN)
}

// Holder is the ARN of the vault that holds a point, of whatever account; empty where
// none does.
func (s *Store) Holder(pointARN string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, shelf := range s.shelves {
		if found, ok := shelf.points[pointARN]; ok {
			return found.BackupVaultArn
		}
	}
	return ""
}

// Points are those of a vault that keep admits, newest first.
func (s *Store) Points(p arn.Place, vaultName string, keep func(*RecoveryPoint) bool) ([]RecoveryPoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.find(p, vaultName)
	if !ok {
		return nil, denied()
	}
	return s.some(v, v.points, keep, len(v.points)), nil
}

func (s *Store) some(v *vault, of []*RecoveryPoint, keep func(*RecoveryPoint) bool, most int) []RecoveryPoint {
	found := []RecoveryPoint{}
	for _, point := range of {
		if len(found) == most {
			break
		}
		if keep(point) {
			found = append(found, s.view(v, point))
		}
	}
	return found
}

// Retain replaces a point's lifecycle as a whole: what is left out is cleared, as
// [API: UpdateRecoveryPointLifecycle] warns. A locked vault refuses.
func (s *Store) Retain(p arn.Place, vaultName, pointARN string, l Lifecycle) (RecoveryPoint, error) {
	if err := l.Validate(); err != nil {
		return RecoveryPoint{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v, point, err := s.point(p, vaultName, pointARN)
	if err != nil {
		return RecoveryPoint{}, err
	}
	if v.Locked {
		return RecoveryPoint{}, fault.InvalidRequest("The lifecycle of recovery point %s cannot be changed: backup vault %s is locked", pointARN, vaultName)
	}
	point.retain(l)
	v.expect(point)
	return s.view(v, point), nil
}

// Delete removes a point, or leaves it EXPIRED where it cannot, and returns what
// it was. A locked vault refuses.
func (s *Store) Delete(p arn.Place, vaultName, pointARN string) (RecoveryPoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, point, err := s.point(p, vaultName, pointARN)
	if err != nil {
		return RecoveryPoint{}, err
	}
	if v.Locked {
		return RecoveryPoint{}, fault.InvalidRequest("Recovery point %s cannot be deleted: backup vault %s is locked", pointARN, vaultName)
	}
	s.discard(v, point, s.clock.Now())
	return s.view(v, point), nil
}

func (s *Store) point(p arn.Place, vaultName, pointARN string) (*vault, *RecoveryPoint, error) {
	v, ok := s.find(p, vaultName)
	if !ok {
		return nil, nil, denied()
	}
	found, ok := s.at(p).points[pointARN]
	if !ok || found.BackupVaultName != vaultName {
		return nil, nil, pointNotFound(vaultName, pointARN)
	}
	return v, found, nil
}

// view is the point as the API shows it.
func (s *Store) view(v *vault, p *RecoveryPoint) RecoveryPoint {
	shown := *p
	shown.Tags = maps.Clone(p.Tags)
	if p.AWSOwned && s.config.ShowAWSOwnedKeys {
		shown.EncryptionKeyType, shown.IsEncrypted = "AWS_OWNED_KMS_KEY", true
	}
	if from, _, _ := arn.ParseVault(p.SourceBackupVaultArn); from.Account == v.place.Account && !s.config.ShowSameAccountSource {
		shown.SourceBackupVaultArn = ""
	}
	return shown
}
