package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/awsaccount"
	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
)

// members are the member accounts, sorted: those that the estate, the command line, the
// organization, the backup account's vaults and the dead-letter messages of copies name. A
// new account may be in one of them alone: where all its first hops fail, only messages name
// it. With an error the accounts are those that could be found.
func (a *access) members(ctx context.Context) ([]string, error) {
	config, err := a.backup(ctx)
	if err != nil {
		return nil, err
	}
	box := queue.NewMailbox(config, a.estate.QueueURL(estate.CopiesDLQ), a.estate.Called(estate.CopiesDLQ))
	messages, _, unread := box.Letters(ctx, 0)
	box.Release(context.WithoutCancel(ctx), messages)
	known, err := a.membersOf(ctx, config, messages)
	return known, errors.Join(err, unread)
}

// membersOf are the member accounts where dead-letter messages are read already.
func (a *access) membersOf(ctx context.Context, config awslogin.Config, messages []relay.Letter) ([]string, error) {
	e := a.estate
	var known []string
	for account := range a.profiles {
		known = append(known, account)
	}
	for _, message := range messages {
		if event := message.Notice.CopyJob; event != nil {
			known = append(known, event.SourceVault.Account, hop.AccountOf(event.ResourceARN))
		}
	}
	inVaults, unread := a.copiedFrom(ctx, config)
	inUnits, err := a.inOrganization(ctx)
	known = slices.DeleteFunc(slices.Concat(known, inVaults, inUnits), func(account string) bool {
		return account == "" || account == e.Accounts.Backup || account == e.Accounts.Management
	})
	known = slices.Concat(known, e.Members.Accounts, a.named)
	slices.Sort(known)
	return slices.Compact(known), errors.Join(unread, err)
}

// copiedFrom are the accounts that the backup account's vaults have copies from. An account
// without a new copy for so long that its resources count as retired is left out: it may be
// closed, or have left the estate.
func (a *access) copiedFrom(ctx context.Context, config awslogin.Config) (accounts []string, unread error) {
	vaults, failed := a.estate.BackupVaults(), 0
	since := a.logins.Now().Add(-max(relay.Retired, 2*a.longestObjective()))
	for _, vault := range vaults {
		resources, err := awsbackup.New(config).Resources(ctx, vault)
		if err != nil {
			failed, unread = failed+1, err
		}
		for _, resource := range resources {
			if resource.Newest.After(since) {
				accounts = append(accounts, hop.AccountOf(resource.ARN))
			}
		}
	}
	if unread != nil {
		unread = fmt.Errorf("list the accounts that %d of %d vaults have copies from: %w", failed, len(vaults), unread)
	}
	return accounts, unread
}

func (a *access) longestObjective() time.Duration {
	longest := time.Duration(0)
	for _, objective := range a.estate.RPO {
		longest = max(longest, objective)
	}
	return longest
}

// inOrganization are the accounts of the estate's units, where a profile leads into the
// management account and the estate does not name its members itself.
func (a *access) inOrganization(ctx context.Context) ([]string, error) {
	e := a.estate
	if a.profiles[e.Accounts.Management] == "" || len(e.Members.Accounts) > 0 {
		return nil, nil
	}
	config, err := a.logins.Own(ctx, e.Accounts.Management, e.Regions.Primary)
	if err != nil {
		return nil, fmt.Errorf("log in to the management account: %w", err)
	}
	var all []string
	for _, unit := range e.Members.Units {
		accounts, err := awsaccount.NewDirectory(config).Accounts(ctx, unit)
		if err != nil {
			return all, err
		}
		all = append(all, accounts...)
	}
	return all, nil
}
