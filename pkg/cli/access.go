package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
)

// access is how a command reaches the accounts of an estate, and the flags for it.
type access struct {
	file     string // of the estate
	profiles map[string]string
	named    []string // member accounts
	// withoutMembers leaves the member accounts out.
	withoutMembers bool

	estate  estate.Estate
	logins  awslogin.Logins
	command *cobra.Command
	stands  bool // deployed has found the estate
}

// flags gives a command the flags of the estate and its accounts.
func (a *access) flags(command *cobra.Command) {
	a.command = command
	estateFlag(command, &a.file)
	command.Flags().StringToStringVar(&a.profiles, "profile", nil, "AWS profile of an account, `ACCOUNT=NAME`; for others the credentials\nof the environment count, and in members the estate's roles")
	a.completes(command, "profile", cobra.ShellCompDirectiveNoSpace, profileAccounts)
}

// memberFlag gives a command the flag of members that nothing has come from yet.
func (a *access) memberFlag(command *cobra.Command) {
	command.Flags().StringSliceVar(&a.named, "member", nil, "member `ACCOUNT` besides those that are known: from the estate, the organization,\nprofiles, vaults and dead-letter messages")
	a.completes(command, "member", cobra.ShellCompDirectiveDefault, memberAccounts)
}

// open reads the estate's file, and checks the flags that only it can tell about.
func (a *access) open() error {
	if err := a.load(); err != nil {
		return err
	}
	a.logins.Profiles = a.profiles
	if to, ok := a.command.OutOrStdout().(plain); ok {
		a.logins.Called = to.reading.called
	}
	for _, account := range a.named {
		if err := memberID("member", account, a.estate); err != nil {
			return err
		}
	}
	for _, account := range slices.Sorted(maps.Keys(a.profiles)) {
		if !accountID.MatchString(account) || a.profiles[account] == "" {
			return &badValue{fmt.Errorf("--profile: %q is not ACCOUNT=NAME; the estate's are %s",
				account+"="+a.profiles[account], strings.Join(profileAccounts(a.estate), "NAME, ")+"NAME")}
		}
	}
	return nil
}

// load reads the estate's file.
func (a *access) load() error {
	file, err := estateFile(a.file)
	if err != nil {
		return err
	}
	e, err := estate.Load(file)
	if errors.Is(err, fs.ErrNotExist) && a.file == "" {
		err = &hinted{err, estateVariable + " names this file"}
	}
	a.file, a.estate = file, e
	return err
}

// Where an estate's file is looked for that no flag names.
const (
	estateVariable = "TWOHOP_ESTATE"
	estateDefault  = "estate.yaml"
)

// estateFlag gives a command the flag of the estate's file.
func estateFlag(command *cobra.Command, file *string) {
	command.Flags().StringVar(file, "estate", "", "the estate's `FILE` (default: $TWOHOP_ESTATE, else estate.yaml)")
	cobra.CheckErr(command.MarkFlagFilename("estate", "yaml", "yml"))
}

// estateFile is the file of the estate: the one that is given, else that of the environment,
// else the one in the working directory.
func estateFile(given string) (string, error) {
	if file := cmp.Or(given, os.Getenv(estateVariable)); file != "" {
		return file, nil
	}
	if _, err := os.Stat(estateDefault); errors.Is(err, fs.ErrNotExist) {
		return "", &badValue{fmt.Errorf("no estate: name its file with --estate FILE or in %s, or work where %s is", estateVariable, estateDefault)}
	}
	return estateDefault, nil
}

// backup is the backup account in its primary Region.
func (a *access) backup(ctx context.Context) (awslogin.Config, error) {
	e := a.estate
	config, err := a.logins.Own(ctx, e.Accounts.Backup, e.Regions.Primary)
	if err != nil {
		return config, fmt.Errorf("log in to the backup account of estate %s: %w", e.Name, err)
	}
	return config, a.deployed(ctx, config)
}

// deployed is an error where the backup account has nothing of the estate: neither the queue
// `copies` nor any of its vaults. What cannot be read is left to the command's own calls. A
// denied vault counts as absent: AWS Backup denies access to a vault that does not exist
// [terraform-provider-aws, findVaultByName].
func (a *access) deployed(ctx context.Context, config awslogin.Config) error {
	if a.stands {
		return nil
	}
	e := a.estate
	_, err := queue.NewMailbox(config, e.QueueURL(estate.CopiesQueue), e.Called(estate.CopiesQueue)).Count(ctx)
	if a.stands = !errors.Is(err, hop.ErrNotFound); a.stands {
		return nil
	}
	account := awsbackup.New(config)
	for _, vault := range e.BackupVaults() {
		_, err := account.Key(ctx, vault)
		if a.stands = err == nil || !errors.Is(err, hop.ErrNotFound) && !denied(err); a.stands {
			return nil
		}
	}
	return &hinted{
		fmt.Errorf("estate %s is not deployed in account %s: there is no queue %s in %s and none of the estate's vaults",
			e.Name, e.Accounts.Backup, e.Called(estate.CopiesQueue), e.Regions.Primary),
		fmt.Sprintf("deploy it: make deploy ESTATE=%s; if it is deployed, check name, accounts and regions in that file", a.file),
	}
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
	var refused *hop.Failure
	switch {
	case err == nil:
		return config, nil
	case errors.As(err, &refused) && refused.Code == "AccessDenied" && a.profiles[account] == "":
		return config, &hinted{
			fmt.Errorf("log in to member account %s: %w", account, err),
			fmt.Sprintf("check that the member stack is deployed there and that operators in %s names the role that you use, or give a profile: --profile %s=NAME", a.file, account),
		}
	default:
		return config, fmt.Errorf("log in to member account %s: %w", account, err)
	}
}
