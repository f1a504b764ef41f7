package hop

import (
	"fmt"
	"regexp"
	"strings"
)

// Vault is the ARN of a backup vault, taken apart. Its zero value is no vault.
// In JSON and text it is the ARN.
type Vault struct {
	ARN     string
	Account string // twelve digits
	Region  string
	Name    string
}

// vaultARN: names are those of CreateBackupVault and, with slashes, of the vaults
// that AWS services make for themselves (aws/efs/automatic-backup-vault).
var vaultARN = regexp.MustCompile(`^arn:aws[a-z-]*:backup:([a-z]{2,6}(?:-[a-z]+)+-\d+):(\d{12}):backup-vault:([a-zA-Z0-9._/-]{2,})$`)

// ParseVault takes a backup vault's ARN apart.
func ParseVault(arn string) (Vault, error) {
	match := vaultARN.FindStringSubmatch(arn)
	if match == nil {
		return Vault{}, fmt.Errorf("%q is not the ARN of a backup vault; it would look like "+
			"arn:aws:backup:eu-central-1:222222222222:backup-vault:name", arn)
	}
	return Vault{ARN: arn, Region: match[1], Account: match[2], Name: match[3]}, nil
}

// String is the ARN.
func (v Vault) String() string { return v.ARN }

// MarshalText writes the ARN.
func (v Vault) MarshalText() ([]byte, error) { return []byte(v.ARN), nil }

// UnmarshalText reads the ARN as ParseVault does.
func (v *Vault) UnmarshalText(text []byte) error {
	parsed, err := ParseVault(string(text))
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}

// AccountOf is the account field of an ARN, or "" where there is none.
func AccountOf(arn string) string { return arnField(arn, 4) }

// regionOf is the Region field of an ARN, or "" where there is none.
func regionOf(arn string) string { return arnField(arn, 3) }

// arnField makes no garbage: it is asked of every job in flight, at every batch.
func arnField(arn string, i int) string {
	rest, ok := strings.CutPrefix(arn, "arn:")
	if !ok || strings.Count(arn, ":") < 5 {
		return ""
	}
	for range i - 1 {
		_, rest, _ = strings.Cut(rest, ":")
	}
	field, _, _ := strings.Cut(rest, ":")
	return field
}
