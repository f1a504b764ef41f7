package e2e

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// What can be wrong with vaults, their keys and the organization.

// vaultKey is the key of a vault.
func (c *clinic) vaultKey(t *testing.T, account, region, vault string) string {
	t.Helper()
	out, err := awsbackup.NewFromConfig(c.Client(account, region)).DescribeBackupVault(t.Context(), &awsbackup.DescribeBackupVaultInput{BackupVaultName: aws.String("payroll-" + vault)})
	require.NoError(t, err)
	return *out.EncryptionKeyArn
}

// reduced takes the statement of a name out of a policy.
func reduced(t *testing.T, policy, sid string) string {
	t.Helper()
	var document struct {
		Version   string
		Statement []map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(policy), &document))
	var rest []map[string]any
	for _, s := range document.Statement {
		if s["Sid"] != sid {
			rest = append(rest, s)
		}
	}
	require.Len(t, rest, len(document.Statement)-1, sid)
	document.Statement = rest
	text, err := json.Marshal(document)
	require.NoError(t, err)
	return string(text)
}

// withoutInKey takes a statement out of the policy of a vault's key.
func withoutInKey(account, region, vault, sid string) func(*testing.T, *clinic) func() {
	return without(func(t *testing.T, c *clinic) string { return c.vaultKey(t, account, region, vault) }, sid)
}

// withoutInAlias does so in that of a key with an alias.
func withoutInAlias(account, alias, sid string) func(*testing.T, *clinic) func() {
	return without(func(t *testing.T, c *clinic) string {
		arn, err := c.World.KMS.ByAlias(kms.Place{Account: account, Region: stage.Primary}, "alias/payroll-"+alias)
		require.NoError(t, err)
		return arn
	}, sid)
}

func without(key func(*testing.T, *clinic) string, sid string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		arn := key(t, c)
		described, err := c.World.KMS.Describe(arn)
		require.NoError(t, err)
		require.NoError(t, c.World.KMS.SetPolicy(arn, reduced(t, described.Policy, sid), authz.Principal{}))
		return func() { require.NoError(t, c.World.KMS.SetPolicy(arn, described.Policy, authz.Principal{})) }
	}
}

// withPolicy gives a vault another policy.
func withPolicy(account, region, vault string, change func(t *testing.T, policy string) string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		arn := c.Vault(account, region, vault).ARN
		was, ok := c.World.Backup.VaultPolicy(arn)
		require.True(t, ok)
		require.NoError(t, c.World.Backup.PutVaultPolicy(arn, change(t, was)))
		return func() { require.NoError(t, c.World.Backup.PutVaultPolicy(arn, was)) }
	}
}

func lacking(sid string) func(*testing.T, string) string {
	return func(t *testing.T, policy string) string { return reduced(t, policy, sid) }
}

// denying adds a denial to a policy.
func denying(t *testing.T, policy string) string {
	t.Helper()
	var document struct {
		Version   string
		Statement []any
	}
	require.NoError(t, json.Unmarshal([]byte(policy), &document))
	document.Statement = append(document.Statement, map[string]any{
		"Effect": "Deny", "Principal": "*", "Action": "backup:CopyIntoBackupVault", "Resource": "*", "Condition": map[string]any{"StringEquals": map[string]any{"aws:PrincipalAccount": "444444444444"}},
	})
	text, err := json.Marshal(document)
	require.NoError(t, err)
	return string(text)
}

const denied = "Access Denied trying to call AWS Backup service."

var illKeysAndVaults = map[string]illness{
	"an intermediate vault that does not admit the members": {
		withPolicy(stage.Backup, stage.Primary, "intermediate", lacking("MembersCopyIn")),
		said{Account: stage.Backup, Region: stage.Primary, Resource: "backup-vault:payroll-intermediate",
			Problem: "the access policy of the vault payroll-intermediate lacks the statement MembersCopyIn", Causes: denied, Mend: `"backup:CopyIntoBackupVault"`}, 0},
	"a local vault that does not admit what comes back": {
		withPolicy(stage.Second, stage.Primary, "local", lacking("BackupAccountCopiesBack")),
		said{Account: stage.Second, Region: stage.Primary, Resource: "backup-vault:payroll-local", Problem: "lacks the statement BackupAccountCopiesBack", Causes: denied, Mend: "'StackSet-PayrollMember-'"}, 0},
	"a final vault whose points anybody may delete": {
		withPolicy(stage.Backup, stage.Third, "final", lacking("KeepRecoveryPoints")),
		said{Account: stage.Backup, Region: stage.Third, Resource: "backup-vault:payroll-final", Problem: "lacks the statement KeepRecoveryPoints", Causes: "Nobody deletes a recovery point by hand", Mend: "STACKS=PayrollBackupSecondary-eu-west-1"}, 0},
	"a vault that denies one member": {
		withPolicy(stage.Backup, stage.Primary, "intermediate", denying),
		said{Account: stage.Backup, Region: stage.Primary, Resource: "backup-vault:payroll-intermediate", Problem: "denies what the estate does not", Causes: denied, Mend: "444444444444"}, 0},
	"a vault's key that does not admit the members": {
		withoutInKey(stage.Backup, stage.Primary, "restore", "MembersCopyBackGrants"),
		said{Account: stage.Backup, Region: stage.Primary, Resource: "backup-vault:payroll-restore", Problem: "lacks the statement MembersCopyBackGrants", Causes: saysClosed, Mend: `"kms:CreateGrant"`}, 0},
	"a local vault's key that does not admit the backup account": {
		withoutInKey(stage.Member, stage.Primary, "local", "BackupAccountCopies"),
		said{Account: stage.Member, Region: stage.Primary, Resource: "backup-vault:payroll-local", Problem: "lacks the statement BackupAccountCopies", Causes: saysClosed, Mend: `"kms:ReEncrypt*"`}, 0},
	"the members' shared key does not admit the backup account": {
		withoutInAlias(stage.Second, "databases", "BackupAccountCopiesGrants"),
		said{Account: stage.Second, Region: stage.Primary, Resource: "alias/payroll-databases", Problem: "lacks the statement BackupAccountCopiesGrants", Causes: saysClosed, Mend: `"kms:CreateGrant"`}, 0},
	"the topic's key does not admit CloudWatch": {
		withoutInAlias(stage.Backup, "alarms", "CentralAlarms"),
		said{Account: stage.Backup, Region: stage.Primary, Resource: "alias/payroll-alarms", Problem: "lacks the statement CentralAlarms", Causes: "alarms fall silent", Mend: `"cloudwatch.amazonaws.com"`}, 0},
	"a lock that does not take the plan's retention": {
		func(t *testing.T, c *clinic) func() {
			arn := c.Vault(stage.Backup, stage.Secondary, "final").ARN
			require.NoError(t, c.World.Backup.LockVault(arn, vaults.Lock{MinRetentionDays: 40, MaxRetentionDays: 400}))
			return func() {
				require.NoError(t, c.World.Backup.LockVault(arn, vaults.Lock{MinRetentionDays: 7, MaxRetentionDays: 400}))
			}
		},
		said{Account: stage.Backup, Region: stage.Secondary, Resource: "backup-vault:payroll-final", Problem: "takes 40 to 400 days (0: no bound), and the plan cross-region-special keeps 35",
			Causes: "not within the range specified for the target", Mend: "vaults.final.lock"}, 0},
	"a vault's key that is disabled": {
		func(t *testing.T, c *clinic) func() {
			arn := c.vaultKey(t, stage.Backup, stage.Secondary, "final")
			require.NoError(t, c.World.KMS.SetEnabled(arn, false))
			return func() { require.NoError(t, c.World.KMS.SetEnabled(arn, true)) }
		},
		said{Account: stage.Backup, Region: stage.Secondary, Resource: "backup-vault:payroll-final", Problem: "is Disabled", Causes: "KMS key is either disabled", Mend: "aws kms enable-key"}, 0},
	"a recovery point of a member that is still stored past its retention": {
		expired(stage.Member, "local", "BackupandRestore"),
		said{Account: stage.Member, Region: stage.Primary, Resource: "backup-vault:payroll-local", Problem: "1 recovery points in vault payroll-local are EXPIRED: they are no backup, and still stored",
			Causes: "they cost as before", Mend: "as the role that breakGlassRole of the estate's file names"}, 0},
	"and one in a vault of the backup account that no full run reads": {
		expired(stage.Backup, "restore", "copy"),
		said{Account: stage.Backup, Region: stage.Primary, Resource: "backup-vault:payroll-restore", Problem: "1 recovery points in vault payroll-restore are EXPIRED: they are no backup, and still stored",
			Causes: "they cost as before", Mend: "the role arn:aws:iam::222222222222:role/payroll-copy must exist"}, 0},
}

// expired leaves an EXPIRED recovery point of a role in a vault, and deletes it as doctor says.
func expired(account, vault, role string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		in := c.Vault(account, stage.Primary, vault)
		point, err := c.World.Backup.AddRecoveryPoint(backup.RecoveryPoint{BackupVaultArn: in.ARN, ResourceArn: dbARN + "gone", ResourceType: "RDS", Status: "EXPIRED",
			IamRoleArn: c.Role(account, role), CreationDate: wire.Epoch{Time: c.World.Clock.Now().AddDate(0, 0, -60)}})
		require.NoError(t, err)
		return func() {
			_, err := awsbackup.NewFromConfig(c.administrator(in, "BreakGlass")).DeleteRecoveryPoint(t.Context(),
				&awsbackup.DeleteRecoveryPointInput{BackupVaultName: &in.Name, RecoveryPointArn: &point})
			require.NoError(t, err)
			c.pass(lag.Usual().Longest())
		}
	}
}

// optIn switches a resource type of an account and Region off.
func optOut(account, region, name string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		set := func(on bool) {
			_, err := awsbackup.NewFromConfig(c.Client(account, region)).UpdateRegionSettings(t.Context(), &awsbackup.UpdateRegionSettingsInput{ResourceTypeOptInPreference: map[string]bool{name: on}})
			require.NoError(t, err)
		}
		set(false)
		return func() { set(true) }
	}
}

var illOrganization = map[string]illness{
	"cross-account backup is off": {
		func(t *testing.T, c *clinic) func() {
			set := func(to string) {
				_, err := awsbackup.NewFromConfig(c.Client(stage.Management, stage.Primary)).UpdateGlobalSettings(t.Context(), &awsbackup.UpdateGlobalSettingsInput{GlobalSettings: map[string]string{"isCrossAccountBackupEnabled": to}})
				require.NoError(t, err)
			}
			set("false")
			return func() { set("true") }
		},
		said{Account: stage.Management, Problem: "cross-account backup is off", Causes: "Copy job failed. Cross-account copy feature is not enabled for the current organization.", Mend: "aws backup update-global-settings"}, 0},
	"no policy type": {
		func(_ *testing.T, c *clinic) func() {
			c.World.Organizations.SetPolicyType(stage.Management, "BACKUP_POLICY", false)
			return func() { c.World.Organizations.SetPolicyType(stage.Management, "BACKUP_POLICY", true) }
		},
		said{Account: stage.Management, Problem: "the policy type BACKUP_POLICY is not enabled", Causes: "no plan runs", Mend: "aws organizations enable-policy-type"}, 0},
	"AWS Backup is not trusted": {
		func(_ *testing.T, c *clinic) func() {
			c.World.Organizations.Distrust(stage.Management, "backup.amazonaws.com")
			return func() { c.World.Organizations.Trust(stage.Management, "backup.amazonaws.com") }
		},
		said{Account: stage.Management, Problem: "does not trust backup.amazonaws.com", Causes: "reach no account", Mend: "aws organizations enable-aws-service-access --profile management --service-principal backup.amazonaws.com"}, 0},
	"a plan has not reached the members": {
		func(t *testing.T, c *clinic) func() {
			c.World.Organizations.SetPolicyType(stage.Management, "BACKUP_POLICY", false)
			require.NoError(t, c.World.Backup.Plans.Refresh())
			c.World.Organizations.SetPolicyType(stage.Management, "BACKUP_POLICY", true)
			return func() { require.NoError(t, c.World.Backup.Plans.Refresh()) }
		},
		said{Account: stage.Second, Region: stage.Primary, Problem: "the plan payroll-cross-region-special has not reached the account", Causes: "nothing says so", Mend: "members.units"}, 3},
	"a member has not opted in": {
		optOut(stage.Second, stage.Primary, "Neptune"),
		said{Account: stage.Second, Region: stage.Primary, Problem: "Neptune is not opted in", Causes: "say nothing", Mend: "--resource-type-opt-in-preference Neptune=true"}, 0},
	"a secondary Region of the backup account has not": {
		optOut(stage.Backup, stage.Third, "RDS"),
		said{Account: stage.Backup, Region: stage.Third, Problem: "RDS is not opted in", Causes: "say nothing", Mend: "--region eu-west-1"}, 0},
}
