// Package vaults keeps the backup vaults of all accounts and Regions and the
// recovery points in them. Points really expire, on the simulated clock.
package vaults

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Store is safe for concurrent use. Its errors are *wire.Error with the API's
// codes; what it returns are copies.
type Store struct {
	clock *clock.Clock
	ids   *ids.Source

	mu      sync.Mutex
	config  PointConfig
	lag     lag.Config
	shelves map[arn.Place]*shelf
}

// PointConfig says how recovery points behave where AWS leaves a choice.
type PointConfig struct {
	// ShowSameAccountSource keeps SourceBackupVaultArn on copies within one
	// account. The API calls it null "if restored to the same account or
	// Region", which may mean these.
	ShowSameAccountSource bool
	// ShowAWSOwnedKeys reports points under an AWS owned key as such; else they are shown
	// as those without any key are, as the RDS API's own StorageEncrypted has it. Which
	// of them AWS Backup does is UNCONFIRMED A61.
	ShowAWSOwnedKeys bool
	// Deletes tells whether AWS Backup may delete a recovery point. Where it may not, it
	// leaves a deleted or expired point in its vault with the status EXPIRED. Nil: it
	// may. It must not call the store.
	Deletes func(RecoveryPoint) bool
}

// shelf is what one account has in one Region.
type shelf struct {
	vaults map[string]*vault
	points map[string]*RecoveryPoint // by ARN
}

// vault is a Vault with what it holds.
type vault struct {
	Vault
	place      arn.Place
	policy     string           // access policy, JSON; empty: none
	points     []*RecoveryPoint // newest first
	deleted    []deletedPoint   // still shown to readers, oldest deletion first
	nextDelete time.Time        // no point expires before; zero: none ever does
}

// New returns a store without vaults.
func New(c *clock.Clock, source *ids.Source, config PointConfig) *Store {
	return &Store{clock: c, ids: source, config: config, shelves: map[arn.Place]*shelf{}}
}

// SetConfig changes the configuration.
func (s *Store) SetConfig(config PointConfig) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config = config
}

// SetLag changes how far the reads of API callers lag behind.
func (s *Store) SetLag(config lag.Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = config
}

func (s *Store) at(p arn.Place) *shelf {
	if s.shelves[p] == nil {
		s.shelves[p] = &shelf{vaults: map[string]*vault{}, points: map[string]*RecoveryPoint{}}
	}
	return s.shelves[p]
}

// find returns a vault, swept; false if there is none.
func (s *Store) find(p arn.Place, name string) (*vault, bool) {
	v, ok := s.at(p).vaults[name]
	if ok {
		s.sweep(v)
	}
	return v, ok
}

// denied is how AWS answers for a vault that does not exist: like for one that is
// denied (reported by users of aws-sdk-js and boto3).
func denied() error {
	return fault.AccessDenied("Insufficient privileges to perform this action.")
}

// Vault is a backup vault, as Add takes it and the API shows it.
type Vault struct {
	Account                string            `json:"-"`
	Region                 string            `json:"-"`
	Name                   string            `json:"BackupVaultName"`
	ARN                    string            `json:"BackupVaultArn"` // set by the store
	EncryptionKeyArn       string            // empty when added: the AWS managed key aws/backup
	EncryptionKeyType      string            `json:",omitempty"` // set by the store
	VaultType              string            // set by the store
	VaultState             string            // set by the store
	CreationDate           wire.Epoch        // set by the store
	CreatorRequestID       string            `json:"CreatorRequestId,omitempty"`
	NumberOfRecoveryPoints int               // set by the store
	Locked                 bool              // set by the store
	MinRetentionDays       int64             `json:",omitempty"` // 0: no minimum
	MaxRetentionDays       int64             `json:",omitempty"` // 0: no maximum
	LockDate               wire.Epoch        `json:",omitzero"`
	Tags                   map[string]string `json:"-"`
}

// TypePlain is the type of the vaults simulated; the others of AWS are not.
const TypePlain = "BACKUP_VAULT"

// HasManagedKey tells whether the vault is encrypted with aws/backup.
func (v Vault) HasManagedKey() bool {
	return v.EncryptionKeyArn == arn.ManagedKey(arn.Place{Account: v.Account, Region: v.Region})
}

// Add makes a vault as CreateBackupVault does. Minimum and maximum retention,
// where given, lock it. Adding with the same CreatorRequestID again returns the
// vault there is.
func (s *Store) Add(v Vault) (Vault, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := arn.Place{Account: v.Account, Region: v.Region}
	if !arn.IsVaultName(v.Name) {
		return Vault{}, fault.InvalidValue("Invalid backup vault name: %q", v.Name)
	}
	if old, ok := s.find(p, v.Name); ok {
		if v.CreatorRequestID != "" && v.CreatorRequestID == old.CreatorRequestID {
			return old.view(), nil
		}
		return Vault{}, fault.AlreadyExists("Backup vault with the same name already exists")
	}
	v.EncryptionKeyType = "CUSTOMER_MANAGED_KMS_KEY"
	if v.EncryptionKeyArn == "" {
		v.EncryptionKeyArn, v.EncryptionKeyType = arn.ManagedKey(p), ""
	}
	if region, ok := arn.KeyRegion(v.EncryptionKeyArn); !ok || region != p.Region {
		return Vault{}, fault.InvalidValue("Invalid EncryptionKeyArn: %q is not the ARN of a key in %s", v.EncryptionKeyArn, p.Region)
	}
	lock := Lock{MinRetentionDays: v.MinRetentionDays, MaxRetentionDays: v.MaxRetentionDays}
	if err := lock.validate(); err != nil {
		return Vault{}, err
	}
	v.Locked = lock != Lock{}
	v.ARN, v.VaultType, v.VaultState = arn.Vault(p, v.Name), TypePlain, "AVAILABLE"
	v.CreationDate.Time = s.clock.Now()
	v.Tags = maps.Clone(v.Tags)
	added := &vault{Vault: v, place: p}
	s.at(p).vaults[v.Name] = added
	return added.view(), nil
}

// Vault returns a vault of an account and Region. A vault that is not there is
// answered with AccessDeniedException.
func (s *Store) Vault(p arn.Place, name string) (Vault, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.find(p, name)
	if !ok {
		return Vault{}, denied()
	}
	return v.view(), nil
}

// Vaults are those of an account and Region, by name.
func (s *Store) Vaults(p arn.Place) []Vault {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Vault{}
	for _, v := range s.at(p).vaults {
		s.sweep(v)
		found = append(found, v.view())
	}
	slices.SortFunc(found, func(a, b Vault) int { return cmp.Compare(a.Name, b.Name) })
	return found
}

func (v *vault) view() Vault {
	shown := v.Vault
	shown.NumberOfRecoveryPoints = len(v.points)
	shown.Tags = maps.Clone(v.Tags)
	return shown
}
