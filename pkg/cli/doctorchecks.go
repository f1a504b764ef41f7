package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awscheck"
	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/awsswitch"
	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// checks are all checks of the estate, those of the commonest failures first. An error
// is that of the backup account, without which there is nothing to look at; another account
// that cannot be entered is a check that cannot be made.
func (d *doctor) checks(ctx context.Context) ([]checkup.Check, error) {
	e := d.access.estate
	config, err := d.access.backup(ctx)
	if err != nil {
		return nil, err
	}
	checks := d.organization(ctx, config)
	members, databases := d.members(ctx, config)
	checks = append(checks, members...)
	account, own := e.Accounts.Backup, awscheck.NewBackup(config)
	checks = append(checks, checkup.OptedIn(account, e.BackupPrerequisites().OptIns, own)...)
	for _, region := range append([]string{e.Regions.Primary}, e.Regions.Secondary...) {
		checks = append(checks, checkup.Stand(e, account, region, estate.BackupAccount, d.access.file, own, awscheck.NewKeys(config))...)
		checks = append(checks, checkup.Expired(e, account, region, estate.BackupAccount, d.access.logins.Now(), own, awsbackup.New(config))...)
	}
	roles, deploy := awscheck.NewRoles(config), d.deploys("BackupPrimary")
	return slices.Concat(checks,
		checkup.Bus(e, d.access.file, awscheck.NewEvents(config)),
		checkup.SwitchedOn(checkup.Place{Account: account, Region: e.Regions.Primary}, deploy, d.switches(config)),
		checkup.Recursive(e, deploy, awscheck.NewFunctions(config)),
		checkup.Scheduled(e, account, deploy, awscheck.NewSchedules(config), checkup.BackupRuns(e)...),
		checkup.Configured(e, deploy, awscheck.NewFunctions(config)),
		checkup.Fed(e, deploy, awscheck.NewQueues(config, account), awscheck.NewFunctions(config)),
		checkup.Queued(e, account, d.access.file, estate.BackupAccount, awscheck.NewQueues(config, account)),
		checkup.Roled(account, deploy, checkup.BackupRoles(e), roles), checkup.ServiceRoles(account, roles),
		checkup.Copied(e, d.access.logins.Now(), own, awsbackup.New(config)),
		checkup.TopicKey(e, d.access.file, awscheck.NewKeys(config)), checkup.Subscribed(e, d.access.file, awscheck.NewTopics(config)), checkup.Published(e, d.access.file, awscheck.NewTopics(config)),
		checkup.Limited(e, awscheck.NewQuotas(config), databases)), nil
}

func (d *doctor) deploys(part string) checkup.Deploys {
	return checkup.Deploys{Estate: d.access.file, Stack: d.access.estate.StackName(part)}
}

// organization are the checks of what the organization switches on, from the management
// account where a profile leads there.
func (d *doctor) organization(ctx context.Context, backup awslogin.Config) []checkup.Check {
	e := d.access.estate
	management := e.Accounts.Management
	fromBackup := checkup.CrossAccount(e, e.Accounts.Backup, awscheck.NewBackup(backup))
	if d.access.profiles[management] == "" {
		return append(fromBackup, checkup.NoManagement(e)...)
	}
	config, err := d.access.logins.Own(ctx, management, e.Regions.Primary)
	if err != nil {
		return append(fromBackup, checkup.Unmade("management account", checkup.Place{Account: management}, oneLine(err.Error()),
			"look at the profile that was given: --profile "+management+"=NAME"))
	}
	daily := d.schedule(config, estate.DailyDuty, "none: members that join and switches that are turned are not seen to", d.deploys("Management").String())
	return slices.Concat(
		checkup.CrossAccount(e, management, awscheck.NewBackup(config)), checkup.Switches(e, awscheck.NewOrganization(config)),
		checkup.Queued(e, management, d.access.file, policy.ManagementAccount, awscheck.NewQueues(config, management)),
		checkup.SwitchedOn(checkup.Place{Account: management, Region: e.Regions.Primary}, d.deploys("Management"), []checkup.Switched{daily}),
		checkup.Scheduled(e, management, d.deploys("Management"), awscheck.NewSchedules(config), checkup.DutyRun))
}

// members are the checks of all member accounts, and what they have to back up.
func (d *doctor) members(ctx context.Context, backup awslogin.Config) ([]checkup.Check, []checkup.Databases) {
	var checks []checkup.Check
	accounts, err := d.access.members(ctx)
	if err != nil {
		checks = append(checks, checkup.Unmade("member accounts", checkup.Place{Account: d.access.estate.Accounts.Backup}, oneLine(err.Error()),
			"allow what is denied, such as backup:ListProtectedResourcesByBackupVault on the estate's vaults and sqs:ReceiveMessage on the queue of dead-letter messages; or name the members: --member ACCOUNT"))
	}
	if err == nil && len(accounts) == 0 {
		return []checkup.Check{checkup.Unmade("member accounts", checkup.Place{Account: d.access.estate.Accounts.Backup},
			"the estate names no member accounts, and its vaults have copies from none yet", "name them: --member ACCOUNT")}, nil
	}
	checks = append(checks, d.unlisted(accounts)...)
	var databases []checkup.Databases
	for _, account := range accounts {
		config, err := d.access.reader(ctx, account)
		if err != nil {
			mend := hintOf(err)
			if mend == "" || denied(err) {
				mend = "see that the member stack is deployed there and that its role trusts you (operators in " + d.access.file + "), or give a profile: --profile " + account + "=NAME"
			}
			checks = append(checks, checkup.Unmade("member account "+account, checkup.Place{Account: account}, oneLine(err.Error()), mend))
			continue
		}
		own := awscheck.NewDatabases(config)
		databases = append(databases, own)
		checks = append(checks, d.member(account, config, own, awscheck.NewEngines(backup))...)
	}
	return checks, databases
}

// unlisted says that there may be members that doctor does not know: those of units are listed
// by the management account alone, and a new one is in no vault before its first copy.
func (d *doctor) unlisted(known []string) []checkup.Check {
	e := d.access.estate
	if len(e.Members.Accounts) > 0 || d.access.profiles[e.Accounts.Management] != "" {
		return nil
	}
	return []checkup.Check{checkup.Unmade("other member accounts", checkup.Place{Account: e.Accounts.Management},
		"the estate names units, whose accounts only the management account lists; checked is what the vaults have copies from, or --member names: "+strings.Join(known, ", "),
		"give a profile of it: --profile "+e.Accounts.Management+"=NAME, or name the others: --member ACCOUNT")}
}

func (d *doctor) member(account string, config awslogin.Config, databases checkup.Databases, engines checkup.Engines) []checkup.Check {
	e, file := d.access.estate, d.access.file
	own, keys, roles, deploy := awscheck.NewBackup(config), awscheck.NewKeys(config), awscheck.NewRoles(config), checkup.MemberDeploys(e, file, account)
	return slices.Concat(
		checkup.Databased(e, account, databases, keys, engines), checkup.Misspelled(e, account, databases),
		checkup.OptedIn(account, e.ManagementPrerequisites().Members.OptIns, own),
		checkup.Planned(e, account, file, own),
		checkup.Stand(e, account, e.Regions.Primary, estate.MemberAccount, file, own, keys), checkup.SharedKey(e, account, file, keys),
		checkup.Expired(e, account, e.Regions.Primary, estate.MemberAccount, d.access.logins.Now(), own, awsbackup.New(config)),
		checkup.MemberRule(e, account, file, awscheck.NewEvents(config)),
		checkup.Queued(e, account, file, estate.MemberAccount, awscheck.NewQueues(config, account)),
		checkup.Roled(account, deploy, checkup.MemberRoles(e, account), roles), checkup.ServiceRoles(account, roles))
}

// switches are what feeds the functions of the backup account, and what follows where it
// is off.
func (d *doctor) switches(config awslogin.Config) []checkup.Switched {
	e := d.access.estate
	var all []checkup.Switched
	for _, m := range []struct{ function, queue, causes string }{
		{estate.CopyStarter, estate.CopiesQueue, "none: no second hop is started; copies wait in the queue for 14 days at most"},
		{estate.OutcomeTracker, estate.OutcomesQueue, "none: second hops are not verified, and those that fail are not tried again"},
		{estate.VaultReconciler, estate.SweepsQueue, "none: the daily comparison of all points stops at its first part"},
	} {
		names := awsswitch.Names{Function: e.Called(m.function), QueueARN: e.QueueARN(e.Accounts.Backup, m.queue)}
		region := " --region " + e.Regions.Primary
		mend := "aws lambda update-event-source-mapping" + region + " --enabled --uuid \"$(aws lambda list-event-source-mappings" + region + " --function-name " + names.Function + " --query 'EventSourceMappings[0].UUID' --output text)\""
		if m.function == estate.CopyStarter {
			mend = "twohop resume --estate " + d.access.file + " --yes"
		}
		all = append(all, checkup.Switched{On: awsswitch.SecondHop(config, names)[0], Right: "lambda:ListEventSourceMappings", Causes: m.causes, Mend: mend})
	}
	for _, s := range []struct{ part, causes, mend string }{
		{estate.RecentRuns, "none: copies whose events were lost are not found", "twohop resume --estate " + d.access.file + " --yes"},
		{estate.FullRuns, "none: what is older than a few days and not copied is not found", "twohop resume --estate " + d.access.file + " --yes"},
		{estate.DailyDuty, "none: opt-ins and service-linked roles that go missing are not mended", d.deploys("BackupPrimary").String()},
	} {
		all = append(all, d.schedule(config, s.part, s.causes, s.mend))
	}
	return all
}

func (d *doctor) schedule(config awslogin.Config, part, causes, mend string) checkup.Switched {
	e := d.access.estate
	on := awsswitch.SecondHop(config, awsswitch.Names{Group: e.Name, Schedules: []string{e.Called(part)}})[0]
	return checkup.Switched{On: on, Right: "scheduler:GetSchedule", Causes: causes, Mend: mend}
}
