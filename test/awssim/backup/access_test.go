package backup_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const admits = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"backup:CopyIntoBackupVault","Resource":"*",
	"Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5"]}}}]}`

func TestAVaultKeepsItsAccessPolicy(t *testing.T) {
	e := newEstate(t)
	client := e.client(central, primary)
	name := aws.String("intermediate")
	_, err := client.GetBackupVaultAccessPolicy(t.Context(), &awsbackup.GetBackupVaultAccessPolicyInput{BackupVaultName: name})
	requireCode(t, err, "ResourceNotFoundException")
	_, ok := e.service.VaultPolicy(e.intermediate)
	assert.False(t, ok)
	_, err = client.PutBackupVaultAccessPolicy(t.Context(), &awsbackup.PutBackupVaultAccessPolicyInput{BackupVaultName: name, Policy: aws.String(admits)})
	require.NoError(t, err)
	out, err := client.GetBackupVaultAccessPolicy(t.Context(), &awsbackup.GetBackupVaultAccessPolicyInput{BackupVaultName: name})
	require.NoError(t, err)
	assert.Equal(t, admits, *out.Policy)
	assert.Equal(t, e.intermediate, *out.BackupVaultArn)
	assert.Equal(t, "intermediate", *out.BackupVaultName)
	held, ok := e.service.VaultPolicy(e.intermediate)
	assert.True(t, ok)
	assert.Equal(t, admits, held)
	require.NoError(t, e.service.PutVaultPolicy(e.final, admits))
	_, ok = e.service.VaultPolicy(e.final)
	assert.True(t, ok)
}

func TestAccessPoliciesAreRefused(t *testing.T) {
	e := newEstate(t)
	for name, c := range map[string]struct{ vault, policy, code string }{
		"that are no policies":      {"intermediate", `{"Statement":1}`, "InvalidParameterValueException"},
		"with wildcards in actions": {"intermediate", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"backup:*","Resource":"*"}]}`, "InvalidParameterValueException"},
		"that are not given":        {"intermediate", "", "MissingParameterValueException"},
		"of vaults not there":       {"nowhere", admits, "AccessDeniedException"},
		"of what is no vault":       {"no vault", admits, "InvalidParameterValueException"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.client(central, primary).PutBackupVaultAccessPolicy(t.Context(), &awsbackup.PutBackupVaultAccessPolicyInput{BackupVaultName: &c.vault, Policy: &c.policy})
			requireCode(t, err, c.code)
		})
	}
	_, err := e.client(central, primary).GetBackupVaultAccessPolicy(t.Context(), &awsbackup.GetBackupVaultAccessPolicyInput{BackupVaultName: aws.String("nowhere")})
	requireCode(t, err, "AccessDeniedException")
}
