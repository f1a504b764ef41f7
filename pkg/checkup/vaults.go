package checkup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Vaults are the backup vaults of an account.
type Vaults interface {
	// Vault describes a vault; ErrNotFound without it.
	Vault(ctx context.Context, region, vault string) (Vault, error)
	// VaultPolicy is the JSON of a vault's access policy, empty for none.
	VaultPolicy(ctx context.Context, region, vault string) (string, error)
}

// Vault is a backup vault.
type Vault struct {
	KeyARN string
	// Bounds of the retention that its lock takes, in days; 0: none.
	MinDays, MaxDays int
}

// Keys are KMS keys, as an account sees them.
type Keys interface {
	// Key describes a key by its ARN, or by that of an alias; ErrNotFound where there is
	// none.
	Key(ctx context.Context, arn string) (Key, error)
	// KeyPolicy is the JSON of its policy.
	KeyPolicy(ctx context.Context, arn string) (string, error)
}

// Key is a KMS key.
type Key struct {
	ARN     string
	Managed bool   // by AWS: nobody can let other accounts use it
	State   string // Enabled is the only good one
}

// Stand checks the vaults of an owner in one of its accounts and a Region: that they
// are there, under a key of their own that works, and that the policies of both are the
// estate's. file is the estate's file.
func Stand(e estate.Estate, account, region string, owner estate.Owner, file string, vaults Vaults, keys Keys) []Check {
	var checks []Check
	for _, name := range e.VaultsIn(owner, region) {
		v := vault{e: e, name: name, in: e.Vaults[name].Name, owner: owner, deploy: deploysOf(e, file, account, owner, region), vaults: vaults, keys: keys}
		at := Place{Account: account, Region: region, Resource: e.VaultARNIn(account, name, region)}
		checks = append(checks,
			Check{Name: "vault " + v.in + " and its key", Place: at, Right: "backup:DescribeBackupVault",
				Look: func(ctx context.Context) ([]Finding, error) { return v.look(ctx, at) }},
			Check{Name: "access policy of vault " + v.in, Place: at, Right: "backup:GetBackupVaultAccessPolicy",
				Look: func(ctx context.Context) ([]Finding, error) { return v.lookAtPolicy(ctx, at) }})
	}
	return checks
}

type vault struct {
	e        estate.Estate
	name, in string // in the estate's file, and in AWS
	owner    estate.Owner
	deploy   Deploys
	vaults   Vaults
	keys     Keys
}

func (v vault) look(ctx context.Context, at Place) ([]Finding, error) {
	live, err := v.vaults.Vault(ctx, at.Region, v.in)
	if errors.Is(err, ErrNotFound) {
		return broken("there is no vault "+v.in, "backup and copy jobs into it fail: "+diagnose.SaysAccessDenied, v.deploy.String()), nil
	}
	if err != nil {
		return nil, err
	}
	found := v.locked(live)
	key, err := v.keys.Key(ctx, live.KeyARN)
	switch {
	case errors.Is(err, ErrNotFound):
		return append(found, broken("the vault's key "+live.KeyARN+" does not exist", diagnose.SaysDisabledKey,
			"nobody can mend it: what the vault holds is lost; make a new vault, under another name in the estate's file")...), nil
	case err != nil:
		return found, err
	case key.Managed:
		return append(found, broken("the vault is under the key aws/backup", diagnose.SaysManagedVaultKey,
			"a vault's key cannot be changed: give the vault another name in the estate's file (vaults."+v.name+".name), then "+v.deploy.String())...), nil
	}
	wanted, err := policy.VaultKey(v.e, at.Account, v.name, at.Region)
	if err != nil {
		return found, err
	}
	own, err := ownKey(ctx, v.keys, key, wanted, "the vault's key "+key.ARN, diagnose.SaysClosedKey, v.deploy)
	return append(found, own...), err
}

// locked compares the retention of the plans in the vault with the bounds of its lock.
func (v vault) locked(live Vault) []Finding {
	var found []Finding
	for _, plan := range v.e.EnabledPlans() {
		days, kept := v.e.Plans[plan].Retention[v.name]
		if kept && (days < live.MinDays || live.MaxDays > 0 && days > live.MaxDays) {
			found = append(found, broken(fmt.Sprintf("the vault's lock takes %d to %d days (0: no bound), and the plan %s keeps %d", live.MinDays, live.MaxDays, plan, days),
				diagnose.SaysRetention, fmt.Sprintf("bring plans.%s.retention.%s and vaults.%s.lock together in the estate's file, then %s", plan, v.name, v.name, v.deploy))...)
		}
	}
	return found
}

// enable is how a key that is off comes on again.
func enable(key Key) string { return strings.Join(EnableKey(key), " && ") }

// EnableKey are the commands that turn a key on, in its account, in their order.
func EnableKey(key Key) []string {
	arguments := " --key-id " + key.ARN + " --region " + regionOf(key.ARN)
	on := "aws kms enable-key" + arguments
	if key.State == "PendingDeletion" {
		return []string{"aws kms cancel-key-deletion" + arguments, on}
	}
	return []string{on}
}

// regionOf is the Region of an ARN; empty where it names none.
func regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[3]
	}
	return ""
}

func (v vault) lookAtPolicy(ctx context.Context, at Place) ([]Finding, error) {
	live, err := v.vaults.VaultPolicy(ctx, at.Region, v.in)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // told by the check of the vault
	}
	if err != nil {
		return nil, err
	}
	wanted, err := policy.VaultAccess(v.e, at.Account, v.name, at.Region)
	if err != nil {
		return nil, err
	}
	return compared(wanted, live, "the access policy of the vault "+v.in, diagnose.SaysAccessDenied, v.deploy.String())
}
