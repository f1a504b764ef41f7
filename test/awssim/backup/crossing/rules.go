// Package crossing has the rules by which a copy may go where it is sent: between
// accounts, from vault to vault, and from key to key. Who keeps organizations, roles
// and keys is asked through small interfaces.
package crossing

import (
	"fmt"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/backup/work"
)

// Rules are who may copy what where. What is nil is not asked: then nothing of its
// kind stops a copy. None of them may call the jobs that ask.
type Rules struct {
	Organizations Organizations
	Roles         work.Roles
	Keys          Keys
	Databases     Databases
}

// Organizations tells whose organization an account is in.
type Organizations interface {
	// CopiesAcross names the organization of an account, and tells whether it has
	// copies between its accounts switched on; empty for an account without one.
	CopiesAcross(account string) (organization string, on bool)
}

// Keys judges by the policies and states of KMS keys.
type Keys interface {
	// MayOpen tells whether AWS Backup of an account may open what is encrypted with a
	// key, a recovery point of a resource type; its error says what is missing.
	MayOpen(keyARN, account, resourceType string) error
	// MayEncrypt tells the same of encrypting one with the key.
	MayEncrypt(keyARN, account, resourceType string) error
	// IsManaged tells the keys that AWS manages: nobody can let other accounts use
	// them.
	IsManaged(keyARN string) bool
}

// Databases knows what RDS does not copy.
type Databases interface {
	// Refuses tells why a snapshot of a database cannot be copied from one place to
	// another, or "".
	Refuses(databaseARN string, from, to arn.Place) string
}

// Copy is what is sent where.
type Copy struct {
	From, To  string // accounts
	Out, In   string // Regions
	FromVault string // ARN
	Role      string // given to the job
	Type      string // of the resource
	Resource  string // ARN
	KeyARN    string // of the source; empty: it is not encrypted
}

func (c Copy) across() bool { return c.From != c.To }

// Messages that AWS documents for failed jobs [monitoring: reasons for problematic
// jobs; create-cross-account-backup].
const (
	Denied             = "Access Denied trying to call AWS Backup service."
	notOneOrganization = "Copy job failed. Both source and destination account must be a member of the same organization."
	switchedOff        = "Copy job failed. Cross-account copy feature is not enabled for the current organization."
	managedVault       = "Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. " +
		"The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied."
	managedSnapshot = "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot."
	managedVolume   = "Encrypted snapshots with Amazon EBS default key cannot be shared"
	closedVolume    = "Given key ID is not accessible"
	closedKey       = "KMS key is either disabled or pending deletion or access to KMS key is denied"
)

// BetweenAccounts tells why a copy must not leave its account, or "".
func (r Rules) BetweenAccounts(c Copy) string {
	if !c.across() || r.Organizations == nil {
		return ""
	}
	from, on := r.Organizations.CopiesAcross(c.From)
	to, _ := r.Organizations.CopiesAcross(c.To)
	switch {
	case from == "" || from != to:
		return notOneOrganization
	case !on:
		return switchedOff
	default:
		return ""
	}
}

// Into tells why a vault does not take a copy, or "": the job's role may not take it
// there, by its own policies and those of both vaults, or the vault's key is none for
// it. That AWS Backup asks the same within an account as between two, and that it says
// the same, is UNCONFIRMED A107. The key aws/backup cannot be shared with other accounts;
// within one it does, and for the types that AWS Backup manages in full
// [create-cross-account-backup].
func (r Rules) Into(v vaults.Vault, c Copy) string {
	switch {
	case r.Roles != nil && r.Roles.May(c.Role, c.FromVault, work.Copy(c.FromVault, v.ARN)) != nil:
		return Denied
	case c.across() && v.HasManagedKey() && !arn.IsFullyManaged(c.Type):
		return managedVault
	default:
		return ""
	}
}

// Opens tells why the source cannot be decrypted at the destination, or "". The
// destination account's service-linked role opens it, whosever role the job was
// given; each service says in its own words that it may not.
func (r Rules) Opens(c Copy) string {
	switch {
	case r.Keys == nil || c.KeyARN == "":
		return ""
	case r.Keys.IsManaged(c.KeyARN):
		return managed(c)
	case r.Keys.MayOpen(c.KeyARN, c.To, c.Type) == nil:
		return ""
	case arn.IsDatabase(c.Type):
		return fmt.Sprintf("The source snapshot KMS key [%s] does not exist, is not enabled or you do not have permissions to access it.", c.KeyARN)
	case c.Type == "EBS":
		return closedVolume
	default:
		return closedKey // that S3 says this is UNCONFIRMED A107; AWS lists it without a type
	}
}

// Encrypts tells why the copy cannot be encrypted with the vault's key, or "". AWS lists
// the text without a type; that a copy fails with it for its destination's key is
// UNCONFIRMED A53. The key aws/backup admits AWS Backup of its account, and a cluster
// snapshot that is not encrypted stays so.
func (r Rules) Encrypts(v vaults.Vault, c Copy) string {
	if r.Keys == nil || v.HasManagedKey() || c.KeyARN == "" && arn.IsCluster(c.Type) || r.Keys.MayEncrypt(v.EncryptionKeyArn, c.To, c.Type) == nil {
		return ""
	}
	return closedKey
}

// Copies tells why RDS does not copy the snapshot to the destination's account and Region,
// or "".
func (r Rules) Copies(c Copy) string {
	if r.Databases == nil {
		return ""
	}
	return r.Databases.Refuses(c.Resource, arn.Place{Account: c.From, Region: c.Out}, arn.Place{Account: c.To, Region: c.In})
}

// managed: "Cross-account copy with AWS managed keys isn't supported for resources
// that are not fully managed by AWS Backup" [encryption]; so it is for the others.
func managed(c Copy) string {
	switch {
	case !c.across() || arn.IsFullyManaged(c.Type):
		return ""
	case c.Type == "EBS":
		return managedVolume
	default:
		return managedSnapshot
	}
}
