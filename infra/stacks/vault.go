package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbackup"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// addVault adds one of the estate's vaults with a key of its own: a vault on
// the key aws/backup cannot be copied from [AWS Backup: vaults].
func (s *stack) addVault(vault string) {
	e := s.Estate
	described := e.Vaults[vault]
	id := "Vault" + camel(vault)
	key := s.addKey(id, described.Name, "Vault "+described.Name+" of estate "+e.Name,
		s.document(policy.VaultKey(e, s.account, vault, s.region)))
	retain(awsbackup.NewCfnBackupVault(s.scope, str(id), &awsbackup.CfnBackupVaultProps{
		BackupVaultName:   str(described.Name),
		EncryptionKeyArn:  key.AttrArn(),
		AccessPolicy:      s.document(policy.VaultAccess(e, s.account, vault, s.region)),
		LockConfiguration: lock(described.Lock),
	}))
}

func lock(l *estate.Lock) any {
	if l == nil {
		return nil
	}
	properties := &awsbackup.CfnBackupVault_LockConfigurationTypeProperty{MinRetentionDays: number(l.MinDays)}
	if l.MaxDays > 0 {
		properties.MaxRetentionDays = number(l.MaxDays)
	}
	if l.Mode == estate.Compliance { // a lock without grace days is one in governance mode
		properties.ChangeableForDays = number(l.GraceDays)
	}
	return properties
}

// addKey adds a customer managed key, rotated yearly, and its alias.
func (s *stack) addKey(id, alias, description string, document map[string]any) awskms.CfnKey {
	key := awskms.NewCfnKey(s.scope, str("Key"+id), &awskms.CfnKeyProps{
		Description:         str(description),
		EnableKeyRotation:   jsii.Bool(true),
		KeyPolicy:           document,
		PendingWindowInDays: number(30),
	})
	retain(key)
	retain(awskms.NewCfnAlias(s.scope, str("Alias"+id), &awskms.CfnAliasProps{
		AliasName:   str("alias/" + alias),
		TargetKeyId: key.Ref(),
	}))
	return key
}

// retain keeps a resource whatever becomes of its stack: only a creation that
// failed is taken back, so that it can be tried again.
func retain(resource awscdk.CfnResource) {
	resource.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE, nil)
}
