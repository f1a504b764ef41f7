// Package hop is the domain of twohop: what a recovery point on its way to its
// final vault is, and what to do about it.
//
// It is values and pure functions. Nothing here reads a clock, the environment
// or a network: facts come in as arguments, a Decision comes out. The facts are
// AWS Backup's own (the described recovery point and the list of copy jobs);
// twohop keeps no state of its own.
//
// Words: hop 1 is the copy from a member account's local vault to the
// intermediate vault, made by the backup plan; hop 2 is the copy from the
// intermediate vault to a final vault in another Region, made by twohop.
package hop

import (
	"fmt"
	"time"
)

// RecoveryPoint is a recovery point as AWS Backup describes it in one vault.
type RecoveryPoint struct {
	ARN          string
	ResourceARN  string      // the database it was made from; copies keep it
	ResourceType string      // RDS, Aurora, DocumentDB, Neptune, ...
	Status       PointStatus // as described
	Created      time.Time   // of the first backup; copies keep it, retention counts from it
	Completed    time.Time   // when this vault had it whole; zero where that is not told
	DeleteAt     time.Time   // when this vault drops it; zero: never
	SourceVault  Vault       // where it was copied from; zero where AWS Backup does not say
	KeyARN       string      // of the KMS key that it is encrypted with; empty: AWS Backup reports none
	KeyType      KeyType
	Bytes        int64  // its size; 0 where AWS Backup does not say
	Encrypted    bool   // as AWS Backup reports it (IsEncrypted); with no key ARN it is under a key that AWS owns
	RoleARN      string // of the role that made it and that AWS Backup deletes it with; empty where that is not told
}

// KeyType is the kind of key that AWS Backup reports for a recovery point
// [DescribeRecoveryPoint, EncryptionKeyType].
type KeyType string

// The types that AWS Backup documents. It has none for keys that AWS manages, such as
// aws/rds: their type is UnknownKeyType, as that of a point without any key is.
const (
	UnknownKeyType     KeyType = ""
	CustomerManagedKey KeyType = "CUSTOMER_MANAGED_KMS_KEY"
	AWSOwnedKey        KeyType = "AWS_OWNED_KMS_KEY"
)

// UnderAWSOwnedKey reports whether AWS Backup says that a recovery point is under a key
// that AWS owns: by the key's type, or by a point that is encrypted and has no key ARN.
func (p RecoveryPoint) UnderAWSOwnedKey() bool {
	return p.KeyType == AWSOwnedKey || p.KeyARN == "" && p.Encrypted
}

// Protection says in words which key a recovery point is under. Where AWS Backup reports
// neither a key nor encryption the point is not encrypted, or it is of an Aurora cluster
// under a key that AWS owns: how AWS Backup reports those is UNCONFIRMED A61.
func (p RecoveryPoint) Protection() string {
	switch {
	case p.UnderAWSOwnedKey():
		return "under a key that AWS owns"
	case p.KeyARN == "":
		return "not encrypted, or under a key that AWS owns: AWS Backup reports no key"
	case p.KeyType == CustomerManagedKey:
		return "under the customer managed key " + p.KeyARN
	default:
		return "under the key " + p.KeyARN
	}
}

// Underprotected says which key a copy is under, where it is not under the key of its
// vault as every copy should be; "" where it is. A copy without any key, or under a key
// that AWS owns, can be read by every principal that may restore it: no key policy guards it.
func (p RecoveryPoint) Underprotected(vaultKey string) string {
	if p.KeyARN == vaultKey && p.KeyARN != "" && !p.UnderAWSOwnedKey() {
		return ""
	}
	return fmt.Sprintf("it is %s, not under the vault's own key %s", p.Protection(), vaultKey)
}

// PointStatus is the state of a recovery point [DescribeRecoveryPoint, Status].
type PointStatus string

// The states that AWS Backup documents.
const (
	PointCompleted PointStatus = "COMPLETED"
	PointAvailable PointStatus = "AVAILABLE"
	PointCreating  PointStatus = "CREATING"
	PointPartial   PointStatus = "PARTIAL"
	PointStopped   PointStatus = "STOPPED" // a continuous backup that was ended
	PointDeleting  PointStatus = "DELETING"
	PointExpired   PointStatus = "EXPIRED"
)

// CopyJob is one copy job as AWS Backup lists it.
type CopyJob struct {
	ID           string
	State        State
	Created      time.Time
	Completed    time.Time // zero while in flight
	Source       string    // recovery point ARN in the source vault
	Destination  Vault
	Copy         string // recovery point ARN in the destination vault; empty before COMPLETED
	ResourceARN  string
	ResourceType string
	Message      string // status message of a job that did not complete
	Class        Class  // of Message

	CopyState CopyState
}

// CopyState is what the destination vault says about the copy of a completed job.
type CopyState string

// The vault is in another Region than the job: a copy that its job calls COMPLETED may be
// described there only later. How much later is UNCONFIRMED A50.
const (
	CopyUnchecked   CopyState = ""            // the vault was not asked: the job's own state counts
	CopyPresent     CopyState = "present"     // it is described
	CopyUndescribed CopyState = "undescribed" // it is not described: not yet, or no longer
	CopyGone        CopyState = "gone"        // it is described as EXPIRED or DELETING
)

// CopyStateOf is the state of a copy that is described with a status.
func CopyStateOf(s PointStatus) CopyState {
	if s == PointExpired || s == PointDeleting {
		return CopyGone
	}
	return CopyPresent
}

// copied reports whether the job made a copy that exists, as far as the vault was asked.
func (j CopyJob) copied() bool {
	return j.State == Completed && (j.CopyState == CopyUnchecked || j.CopyState == CopyPresent)
}

// settles is when a completed job whose copy is not described counts as one whose copy is
// gone. Where the job has no completion date, firstSeen stands for it.
func (j CopyJob) settles(firstSeen time.Time) time.Time {
	if j.Completed.IsZero() {
		return firstSeen.Add(settling)
	}
	return j.Completed.Add(settling)
}

// Account is the account that owns the resource, or "" where its ARN names none.
func (j CopyJob) Account() string { return AccountOf(j.ResourceARN) }

// SourceAccount is the account that the copied recovery point is in, or "" where its
// ARN names none.
func (j CopyJob) SourceAccount() string { return AccountOf(j.Source) }

// Account is the account that owns the resource, or "" where its ARN names none.
func (p RecoveryPoint) Account() string { return AccountOf(p.ResourceARN) }

// State is the state of a copy job.
type State string

// CREATED, RUNNING, COMPLETED, FAILED and PARTIAL are documented for copy jobs;
// ABORTED and EXPIRED are seen in events of backup jobs and are taken for
// failures here as well.
const (
	Created   State = "CREATED"
	Running   State = "RUNNING"
	Completed State = "COMPLETED"
	Failed    State = "FAILED"
	Partial   State = "PARTIAL"
	Aborted   State = "ABORTED"
	Expired   State = "EXPIRED"
)

// InFlight reports whether the job may still make a copy. CREATED counts: AWS
// Backup leaves a job there while it waits its turn or repeats it for two hours.
func (s State) InFlight() bool { return s == Created || s == Running }

// Unsuccessful reports whether the job has ended without a copy.
func (s State) Unsuccessful() bool {
	return s == Failed || s == Partial || s == Aborted || s == Expired
}

// Known reports whether s is a state that this package has a rule for.
func (s State) Known() bool { return s.InFlight() || s.Unsuccessful() || s == Completed }
