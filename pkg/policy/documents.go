package policy

import (
	"fmt"

	"github.com/twohop/twohop/pkg/estate"
)

// ManagementAccount is the owner of documents in the organization's management
// account, beside those of vaults.
const ManagementAccount estate.Owner = "management"

// Named is one document of an estate.
type Named struct {
	Name     string       // unique, such as vault-final-eu-north-1
	Owner    estate.Owner // whose account it is in
	Document Document
}

// Documents are all documents of an estate, those of the members as they are in
// one member account. The error is that of a document that cannot be written.
func Documents(e estate.Estate, member string) ([]Named, error) {
	all := collection{e: e}
	all.vaults(estate.MemberAccount, member)
	all.vaults(estate.BackupAccount, e.Accounts.Backup)

	all.add("bus", estate.BackupAccount, Bus(e))
	all.add("topic", estate.BackupAccount, Topic(e))
	all.add("key-topic", estate.BackupAccount, TopicKey(e))
	all.queues(estate.BackupAccount, e.Accounts.Backup, estate.CopiesQueue, estate.CopiesDLQ, estate.OutcomesQueue, estate.OutcomesDLQ,
		estate.SweepsQueue, estate.ReconcilerDLQ, estate.EventsDLQ, estate.DutyDLQ, estate.SchedulesDLQ)
	all.role(estate.BackupAccount, CopyStarter(e))
	all.role(estate.BackupAccount, OutcomeTracker(e))
	all.role(estate.BackupAccount, Reconciler(e))
	all.role(estate.BackupAccount, Copy(e))
	all.role(estate.BackupAccount, Restore(e))
	all.role(estate.BackupAccount, BackupPrerequisites(e))
	all.role(estate.BackupAccount, Schedules(e, e.Accounts.Backup))

	all.queues(ManagementAccount, e.Accounts.Management, estate.DutyDLQ, estate.SchedulesDLQ)
	all.role(ManagementAccount, ManagementPrerequisites(e))
	all.role(ManagementAccount, Schedules(e, e.Accounts.Management))

	if e.SharedKey {
		all.add("key-"+estate.SharedKeyAlias, estate.MemberAccount, SharedKey(e, member))
	}
	all.queues(estate.MemberAccount, member, estate.ForwardDLQ)
	all.role(estate.MemberAccount, Backup(e, member))
	all.role(estate.MemberAccount, Forward(e, member))
	all.role(estate.MemberAccount, Operator(e, member))
	if reader, exists := Reader(e, member); exists {
		all.role(estate.MemberAccount, reader)
	}
	if all.err != nil {
		return nil, fmt.Errorf("write policies of estate %s: %w", e.Name, all.err)
	}
	return all.documents, nil
}

// collection gathers documents until one cannot be written.
type collection struct {
	e         estate.Estate
	documents []Named
	err       error
}

func (c *collection) add(name string, owner estate.Owner, document Document) {
	c.documents = append(c.documents, Named{Name: name, Owner: owner, Document: document})
}

func (c *collection) vaults(owner estate.Owner, account string) {
	regions := append([]string{c.e.Regions.Primary}, c.e.Regions.Secondary...)
	for _, region := range regions {
		for _, vault := range c.e.VaultsIn(owner, region) {
			access, err := VaultAccess(c.e, account, vault, region)
			c.failed(err)
			key, err := VaultKey(c.e, account, vault, region)
			c.failed(err)
			c.add("vault-"+vault+"-"+region, owner, access)
			c.add("key-"+vault+"-"+region, owner, key)
		}
	}
}

func (c *collection) queues(owner estate.Owner, account string, parts ...string) {
	for _, part := range parts {
		queue, err := Queue(c.e, account, part)
		c.failed(err)
		c.add("queue-"+string(owner)+"-"+part, owner, queue)
	}
}

func (c *collection) role(owner estate.Owner, role Role) {
	name := "role-" + string(owner) + "-" + role.Name[len(c.e.Called("")):]
	c.add(name+"-trust", owner, role.Trust)
	if len(role.Policy.Statement) > 0 {
		c.add(name, owner, role.Policy)
	}
}

func (c *collection) failed(err error) {
	if c.err == nil {
		c.err = err
	}
}
