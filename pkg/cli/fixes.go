package cli

import (
	"context"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awscheck"
	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/fix"
)

// adviser advises about failures in the estate. It reads the backup account and, where the
// estate's roles or a profile lead there, the members.
func (a *access) adviser() *fix.Adviser {
	return &fix.Adviser{Estate: a.estate, File: a.file, Profiles: a.profiles, Open: func(ctx context.Context, account string) (fix.Account, error) {
		config, err := a.reading(ctx, account)
		if err != nil {
			return fix.Account{}, err
		}
		return fix.Account{Backup: awsbackup.New(config), Keys: awscheck.NewKeys(config), Vaults: awscheck.NewBackup(config)}, nil
	}}
}

// reading is an account of the estate in the primary Region, to read.
func (a *access) reading(ctx context.Context, account string) (awslogin.Config, error) {
	if account == a.estate.Accounts.Backup {
		return a.backup(ctx)
	}
	return a.reader(ctx, account)
}
