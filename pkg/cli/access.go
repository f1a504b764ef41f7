package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// access is how a command reaches the accounts of an estate, and the flags for it.
type access struct {
	file     string // of the estate
	profiles map[string]string
	named    []string // member accounts

	estate estate.Estate
	logins awslogin.Logins
}

// flags gives a command the flags of the estate and its accounts.
func (a *access) flags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&a.file, "estate", "", "the estate's `file`")
	flags.StringToStringVar(&a.profiles, "profile", nil, "AWS profile of an account, `ACCOUNT=NAME`; for others the credentials\nof the environment count, and in members the estate's roles")
	cobra.CheckErr(errors.Join(command.MarkFlagRequired("estate"), command.MarkFlagFilename("estate", "yaml", "yml")))
}

// memberFlag gives a command the flag of members that nothing has come from yet.
func (a *access) memberFlag(command *cobra.Command) {
	command.Flags().StringSliceVar(&a.named, "member", nil, "member `ACCOUNT` besides those that the estate names or its vaults have copies from")
}

// open reads the estate's file.
func (a *access) open() error {
	e, err := estate.Load(a.file)
	a.estate, a.logins.Profiles = e, a.profiles
	return err
}

// backup is the backup account in its primary Region.
func (a *access) backup(ctx context.Context) (awslogin.Config, error) {
	e := a.estate
	config, err := a.logins.Own(ctx, e.Accounts.Backup, e.Regions.Primary)
	if err != nil {
		return config, fmt.Errorf("log in to the backup account of estate %s: %w", e.Name, err)
	}
	return config, nil
}

// reader is a member account in the primary Region, to look.
func (a *access) reader(ctx context.Context, account string) (awslogin.Config, error) {
	return a.member(ctx, account, estate.ReaderRole)
}

// operator is a member account in the primary Region, to change something there.
func (a *access) operator(ctx context.Context, account string) (awslogin.Config, error) {
	return a.member(ctx, account, estate.OperatorRole)
}

func (a *access) member(ctx context.Context, account, role string) (awslogin.Config, error) {
	e := a.estate
	if len(e.Operators) == 0 && a.profiles[account] == "" {
		return awslogin.Config{}, &hinted{
			fmt.Errorf("log in to member account %s: the estate names no operators, so that the account has no role to assume", account),
			fmt.Sprintf("give a profile: --profile %s=NAME, or name who looks after the estate under operators in %s and deploy", account, a.file),
		}
	}
	config, err := a.logins.Role(ctx, e.Accounts.Backup, account, e.RoleARN(account, role), e.Regions.Primary)
	if err != nil {
		return config, fmt.Errorf("log in to member account %s: %w", account, err)
	}
	return config, nil
}

// members are the member accounts, sorted: those that the estate or the command line
// names, and unless the estate does, those that the backup account's vaults have copies
// from.
func (a *access) members(ctx context.Context) ([]string, error) {
	e := a.estate
	found := slices.Concat(e.Members.Accounts, a.named)
	if len(e.Members.Accounts) == 0 {
		config, err := a.backup(ctx)
		if err != nil {
			return nil, err
		}
		for _, vault := range e.BackupVaults() {
			resources, err := awsbackup.New(config).Resources(ctx, vault)
			if err != nil {
				return nil, err
			}
			for _, resource := range resources {
				if account := hop.AccountOf(resource.ARN); account != "" && account != e.Accounts.Backup {
					found = append(found, account)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}
