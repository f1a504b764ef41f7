package awscheck

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/smithy-go"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/checkup"
)

// Backup is AWS Backup in an account.
type Backup struct{ client *backup.Client }

var (
	_ checkup.Switch = Backup{}
	_ checkup.OptIns = Backup{}
	_ checkup.Vaults = Backup{}
	_ checkup.Plans  = Backup{}
)

// NewBackup returns AWS Backup of config's account.
func NewBackup(config aws.Config) Backup { return Backup{backup.NewFromConfig(config)} }

// CopiesAcrossAccounts tells the organization's switch.
func (b Backup) CopiesAcrossAccounts(ctx context.Context) (bool, error) {
	out, err := b.client.DescribeGlobalSettings(ctx, &backup.DescribeGlobalSettingsInput{})
	if err != nil {
		return false, refused("backup:DescribeGlobalSettings", err)
	}
	return out.GlobalSettings["isCrossAccountBackupEnabled"] == "true", nil
}

// OptIns tells the opt-ins of a Region.
func (b Backup) OptIns(ctx context.Context, region string) (map[string]bool, error) {
	out, err := b.client.DescribeRegionSettings(ctx, &backup.DescribeRegionSettingsInput{}, in(region))
	if err != nil {
		return nil, refused("backup:DescribeRegionSettings", err)
	}
	if out.ResourceTypeOptInPreference == nil {
		return nil, incomplete("backup:DescribeRegionSettings", "ResourceTypeOptInPreference")
	}
	return out.ResourceTypeOptInPreference, nil
}

// Vault describes a vault.
func (b Backup) Vault(ctx context.Context, region, vault string) (checkup.Vault, error) {
	out, err := b.client.DescribeBackupVault(ctx, &backup.DescribeBackupVaultInput{BackupVaultName: &vault}, in(region))
	if err != nil {
		return checkup.Vault{}, ofVault("backup:DescribeBackupVault", err)
	}
	if aws.ToString(out.EncryptionKeyArn) == "" {
		return checkup.Vault{}, incomplete("backup:DescribeBackupVault", "EncryptionKeyArn")
	}
	return checkup.Vault{
		KeyARN: aws.ToString(out.EncryptionKeyArn), MinDays: int(aws.ToInt64(out.MinRetentionDays)), MaxDays: int(aws.ToInt64(out.MaxRetentionDays)),
	}, nil
}

// VaultPolicy is the JSON of a vault's access policy. A vault without one is answered
// with ResourceNotFoundException [API: GetBackupVaultAccessPolicy].
func (b Backup) VaultPolicy(ctx context.Context, region, vault string) (string, error) {
	out, err := b.client.GetBackupVaultAccessPolicy(ctx, &backup.GetBackupVaultAccessPolicyInput{BackupVaultName: &vault}, in(region))
	var none *types.ResourceNotFoundException
	if errors.As(err, &none) {
		return "", nil
	}
	if err != nil {
		return "", ofVault("backup:GetBackupVaultAccessPolicy", err)
	}
	return aws.ToString(out.Policy), nil
}

// Plans are the plans in the Region of the configuration.
func (b Backup) Plans(ctx context.Context) ([]checkup.Plan, error) {
	var plans []checkup.Plan
	pages := backup.NewListBackupPlansPaginator(b.client, &backup.ListBackupPlansInput{})
	for page, err := range awscall.Pages(ctx, pages, func(page *backup.ListBackupPlansOutput) *string { return page.NextToken }) {
		if err != nil {
			return nil, refused("backup:ListBackupPlans", err)
		}
		for _, plan := range page.BackupPlansList {
			plans = append(plans, checkup.Plan{ID: aws.ToString(plan.BackupPlanId), Name: aws.ToString(plan.BackupPlanName)})
		}
	}
	return plans, nil
}

// Rules are the rules of a plan.
func (b Backup) Rules(ctx context.Context, id string) ([]checkup.PlanRule, error) {
	out, err := b.client.GetBackupPlan(ctx, &backup.GetBackupPlanInput{BackupPlanId: &id})
	if err != nil {
		return nil, refused("backup:GetBackupPlan", err)
	}
	if out.BackupPlan == nil {
		return nil, incomplete("backup:GetBackupPlan", "BackupPlan")
	}
	var rules []checkup.PlanRule
	for _, r := range out.BackupPlan.Rules {
		rule := checkup.PlanRule{Schedule: aws.ToString(r.ScheduleExpression), Vault: aws.ToString(r.TargetBackupVaultName), Days: daysOf(r.Lifecycle), Copies: map[string]int{}}
		for _, action := range r.CopyActions {
			rule.Copies[aws.ToString(action.DestinationBackupVaultArn)] = daysOf(action.Lifecycle)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func daysOf(l *types.Lifecycle) int {
	if l == nil {
		return 0
	}
	return int(aws.ToInt64(l.DeleteAfterDays))
}

// ofVault: AWS Backup answers with AccessDeniedException for a vault that does not exist,
// and names no action in it, as the denial of a right does.
func ofVault(right string, err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "AccessDeniedException" && !strings.Contains(api.ErrorMessage(), "not authorized to perform") {
		return fmt.Errorf("%w: %s", checkup.ErrNotFound, api.ErrorMessage())
	}
	return refused(right, err)
}

func in(region string) func(*backup.Options) {
	return func(options *backup.Options) { options.Region = region }
}
