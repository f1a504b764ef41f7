package checkup

import (
	"context"
	"errors"
	"fmt"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// ownKey are the findings about a key of the estate's own: whether it is on, and its
// policy. of names it in a sentence.
func ownKey(ctx context.Context, keys Keys, key Key, wanted policy.Document, of, causes string, deploy Deploys) ([]Finding, error) {
	if key.State != "Enabled" {
		return broken(fmt.Sprintf("%s is %s", of, key.State), diagnose.SaysDisabledKey, enable(key)), nil
	}
	live, err := keys.KeyPolicy(ctx, key.ARN)
	if err != nil {
		return nil, err
	}
	return compared(wanted, live, "the policy of "+of, causes, deploy.String())
}

// SharedKey checks the key that databases of a member account may share, where the
// estate has one.
func SharedKey(e estate.Estate, account, file string, keys Keys) []Check {
	if !e.SharedKey {
		return nil
	}
	return aliased(e, account, estate.SharedKeyAlias, policy.SharedKey(e, account), diagnose.SaysClosedKey, MemberDeploys(e, file, account), keys)
}

// TopicKey checks the key of the topic that alarms go to.
func TopicKey(e estate.Estate, file string, keys Keys) []Check {
	return aliased(e, e.Accounts.Backup, estate.AlarmTopic, policy.TopicKey(e), "none: alarms fall silent", deploysOf(e, file, e.Accounts.Backup, estate.BackupAccount, e.Regions.Primary), keys)
}

func aliased(e estate.Estate, account, part string, wanted policy.Document, causes string, deploy Deploys, keys Keys) []Check {
	alias := "alias/" + e.Called(part)
	at := Place{Account: account, Region: e.Regions.Primary, Resource: e.ARNIn(e.Regions.Primary, "kms", account, alias)}
	return []Check{{Name: "key " + alias, Place: at, Right: "kms:DescribeKey", Look: func(ctx context.Context) ([]Finding, error) {
		key, err := keys.Key(ctx, at.Resource)
		if errors.Is(err, ErrNotFound) {
			return broken("there is no key "+alias, causes, deploy.String()), nil
		}
		if err != nil {
			return nil, err
		}
		return ownKey(ctx, keys, key, wanted, "the key "+alias, causes, deploy)
	}}}
}
