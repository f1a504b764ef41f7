// Package arn writes and reads the names that the local AWS Backup deals in.
package arn

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"github.com/twohop/twohop/test/awssim/ids"
)

// Place is an account in a Region.
type Place struct{ Account, Region string }

var (
	account   = regexp.MustCompile(`^\d{12}$`)
	vaultName = regexp.MustCompile(`^[a-zA-Z0-9_-]{2,50}$`)
	vault     = regexp.MustCompile(`^arn:aws:backup:([a-z0-9-]+):(\d{12}):backup-vault:([a-zA-Z0-9_-]{2,50})$`)
	role      = regexp.MustCompile(`^arn:aws:iam::(\d{12}):role/[\w+=,.@/-]+$`)
	key       = regexp.MustCompile(`^arn:aws:kms:([a-z0-9-]+):\d{12}:key/[\w-]+$`)
)

// IsAccount tells an account id.
func IsAccount(text string) bool { return account.MatchString(text) }

// IsVaultName tells what may be a vault's name [API: CreateBackupVault].
func IsVaultName(text string) bool { return vaultName.MatchString(text) }

// Vault is the ARN of a vault.
func Vault(p Place, name string) string {
	return fmt.Sprintf("arn:aws:backup:%s:%s:backup-vault:%s", p.Region, p.Account, name)
}

// ParseVault takes a vault's ARN apart; false for anything else.
func ParseVault(text string) (p Place, name string, ok bool) {
	match := vault.FindStringSubmatch(text)
	if match == nil {
		return Place{}, "", false
	}
	return Place{Account: match[2], Region: match[1]}, match[3], true
}

// RoleAccount is the account of a role's ARN; false for anything else.
func RoleAccount(text string) (string, bool) {
	match := role.FindStringSubmatch(text)
	if match == nil {
		return "", false
	}
	return match[1], true
}

// KeyRegion is the Region of a key's ARN; false for anything else, an alias too.
func KeyRegion(text string) (string, bool) {
	match := key.FindStringSubmatch(text)
	if match == nil {
		return "", false
	}
	return match[1], true
}

// ManagedKey is the key behind the alias aws/backup of an account and Region.
func ManagedKey(p Place) string {
	return fmt.Sprintf("arn:aws:kms:%s:%s:key/00000000-0000-4000-8000-%s", p.Region, p.Account, p.Account)
}

// ServiceKey is the key behind the alias of a service, such as alias/aws/rds, of an
// account and Region.
func ServiceKey(p Place, alias string) string {
	digits := sha256.Sum256([]byte(alias))
	return fmt.Sprintf("arn:aws:kms:%s:%s:key/%x-0000-4000-8000-%s", p.Region, p.Account, digits[:4], p.Account)
}

// kinds are the resource types that are simulated: how RDS calls their
// snapshots, or empty where the snapshots are not RDS's.
var kinds = map[string]string{
	"RDS":        "snapshot",
	"Aurora":     "cluster-snapshot",
	"DocumentDB": "cluster-snapshot",
	"Neptune":    "cluster-snapshot",
	"EBS":        "",
	"S3":         "",
}

// IsSimulated tells the resource types that there can be recovery points of.
func IsSimulated(resourceType string) bool {
	_, ok := kinds[resourceType]
	return ok
}

// IsDatabase tells the four types whose snapshots are RDS's.
func IsDatabase(resourceType string) bool { return kinds[resourceType] != "" }

// IsCluster tells the databases whose snapshots are cluster snapshots.
func IsCluster(resourceType string) bool { return kinds[resourceType] == "cluster-snapshot" }

// IsFullyManaged tells the types whose backups AWS Backup keeps itself and encrypts
// with the vault's key from the start [backup-feature-availability].
func IsFullyManaged(resourceType string) bool { return resourceType == "S3" }

// NewPoint names a new recovery point the way the resource type's own service
// does. origin is "job" for a backup and "copyjob" for a copy, id a UUID.
func NewPoint(source *ids.Source, p Place, resourceType, resourceARN, origin, id string) string {
	switch resourceType {
	case "EBS":
		return fmt.Sprintf("arn:aws:ec2:%s::snapshot/snap-%s", p.Region, source.Hex(9)[:17])
	case "S3":
		bucket := resourceARN[strings.LastIndex(resourceARN, ":")+1:]
		return fmt.Sprintf("arn:aws:backup:%s:%s:recovery-point:%s-%s", p.Region, p.Account, bucket, source.Hex(8))
	default:
		return fmt.Sprintf("arn:aws:rds:%s:%s:%s:awsbackup:%s-%s", p.Region, p.Account, kinds[resourceType], origin, strings.ToLower(id))
	}
}
