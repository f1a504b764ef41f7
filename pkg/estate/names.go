package estate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Parts of the estate that have names of their own, after the estate's.
const (
	CopyStarter      = "copystarter"       // function, its role and its log group
	OutcomeTracker   = "outcometracker"    // function, its role and its log group
	VaultReconciler  = "reconciler"        // function, its role and its log group
	PrerequisiteDuty = "prerequisites"     // function, its role and its log group
	CopiesQueue      = "copies"            // messages to the copystarter
	CopiesDLQ        = "copies-dlq"        // copies that a person has to see to
	OutcomesQueue    = "outcomes"          // messages to the outcometracker
	OutcomesDLQ      = "outcomes-dlq"      // those that it could not handle
	SweepsQueue      = "sweeps"            // full runs of the reconciler that go on
	ReconcilerDLQ    = "reconciler-dlq"    // runs of the reconciler that failed
	EventsDLQ        = "events-dlq"        // events that rules of the backup account could not deliver
	ForwardDLQ       = "forward-dlq"       // events that a member's rule could not deliver
	DutyDLQ          = "prerequisites-dlq" // runs of the prerequisites that failed
	SchedulesDLQ     = "schedules-dlq"     // runs that a schedule could not start
	HopRule          = "hop1-completed"    // rule on the estate's bus, and its double on the default bus
	FailedRule       = "hop1-failed"       // rule on the estate's bus
	OutcomeRule      = "hop2-ended"        // rule on the backup account's default bus
	ForwardRule      = "forward"           // rule in a member account, and its role
	CopyRole         = "copy"              // AWS Backup makes the second hop with it
	RestoreRole      = "restore"           // AWS Backup restores with it, in the backup account
	BackupRole       = "BackupandRestore"  // AWS Backup makes backups and restores with it
	ReaderRole       = "Reader"            // looks, in a member account
	OperatorRole     = "Operator"          // mends, in a member account
	SchedulesRole    = "schedules"         // EventBridge Scheduler invokes functions with it
	DailyDuty        = "daily"             // schedule of the prerequisites
	RecentRuns       = "recent"            // schedule of the reconciler
	FullRuns         = "full"              // schedule of the reconciler
	AlarmTopic       = "alarms"            // topic, and the alias of its key
	SharedKeyAlias   = "databases"         // alias of the members' shared key
)

// Recursive are the functions that send to a queue that triggers them. A message that
// waits is re-sent, so it invokes its function again and again in one chain of requests,
// which Lambda's recursive loop detection ends after about 16 invocations unless the
// function's RecursiveLoop is Allow [Lambda: invocation-recursion].
var Recursive = []string{CopyStarter, OutcomeTracker, VaultReconciler}

// Called is the full name of a part: the estate's name begins it, so that several
// estates may stand side by side.
func (e Estate) Called(part string) string { return e.Name + "-" + part }

// StackName is the name of one of the estate's stacks, TwohopMember for the part
// Member of the estate twohop.
func (e Estate) StackName(part string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(e.Name, "-") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String() + part
}

// Partition of a Region, as ARNs name it.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// ARN of something in an account's primary Region.
func (e Estate) arn(service, account, resource string) string {
	return e.ARNIn(e.Regions.Primary, service, account, resource)
}

// ARNIn is the ARN of something in one of the estate's Regions.
func (e Estate) ARNIn(region, service, account, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", e.partition(), service, region, account, resource)
}

func (e Estate) partition() string { return Partition(e.Regions.Primary) }

// BusARN is the ARN of the bus in the backup account to which members forward.
// The bus has the estate's name.
func (e Estate) BusARN() string { return e.arn("events", e.Accounts.Backup, "event-bus/"+e.Name) }

// QueueARN is the ARN of a queue in an account's primary Region.
func (e Estate) QueueARN(account, part string) string { return e.arn("sqs", account, e.Called(part)) }

// QueueURL is the URL of a queue in the backup account.
func (e Estate) QueueURL(part string) string { return e.QueueURLIn(e.Accounts.Backup, part) }

// QueueURLIn is the URL of a queue in an account's primary Region.
func (e Estate) QueueURLIn(account, part string) string {
	return fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s", e.Regions.Primary, account, e.Called(part))
}

// FunctionARN is the ARN of a function in an account's primary Region.
func (e Estate) FunctionARN(account, part string) string {
	return e.arn("lambda", account, "function:"+e.Called(part))
}

// LogGroup is the name of a function's log group.
func (e Estate) LogGroup(part string) string { return "/aws/lambda/" + e.Called(part) }

// LogGroupARN is the ARN of a function's log group.
func (e Estate) LogGroupARN(account, part string) string {
	return e.arn("logs", account, "log-group:"+e.LogGroup(part))
}

// RuleARN is the ARN of a rule on an account's default bus.
func (e Estate) RuleARN(account, part string) string {
	return e.arn("events", account, "rule/"+e.Called(part))
}

// BusRuleARN is the ARN of a rule on the estate's bus.
func (e Estate) BusRuleARN(part string) string {
	return e.arn("events", e.Accounts.Backup, "rule/"+e.Name+"/"+e.Called(part))
}

// ScheduleGroupARN is the ARN of the estate's group of schedules in an account.
func (e Estate) ScheduleGroupARN(account string) string {
	return e.arn("scheduler", account, "schedule-group/"+e.Name)
}

// TopicARN is the ARN of the topic that all of the estate's alarms go to.
func (e Estate) TopicARN() string { return e.arn("sns", e.Accounts.Backup, e.Called(AlarmTopic)) }

// AlarmARN matches the alarms of the estate in an account, * for any.
func (e Estate) AlarmARN(account string) string {
	return e.arn("cloudwatch", account, "alarm:"+e.Name+"-*")
}

// RoleARN is the ARN of one of the estate's roles in an account, * for any.
func (e Estate) RoleARN(account, part string) string {
	return e.iam(account, "role/"+e.Called(part))
}

// BreakGlassARN is the ARN of the break-glass role in an account; empty where the
// estate names none.
func (e Estate) BreakGlassARN(account string) string {
	if e.BreakGlassRole == "" {
		return ""
	}
	return e.iam(account, "role/"+e.BreakGlassRole)
}

// ServiceLinkedRoleARN is the ARN of AWSServiceRoleForBackup in an account, * for
// any. In a copy, that of the destination's account opens the source's key.
func (e Estate) ServiceLinkedRoleARN(account string) string {
	return e.iam(account, "role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup")
}

func (e Estate) iam(account, resource string) string {
	return fmt.Sprintf("arn:%s:iam::%s:%s", e.partition(), account, resource)
}

// ManagedPolicyARN is the ARN of a policy that AWS manages.
func (e Estate) ManagedPolicyARN(name string) string {
	return fmt.Sprintf("arn:%s:iam::aws:policy/%s", e.partition(), name)
}

// VaultRegions are the Regions in which a vault stands.
func (e Estate) VaultRegions(vault string) []string {
	switch region := e.Vaults[vault].Region; region {
	case PrimaryRegion:
		return []string{e.Regions.Primary}
	case SecondaryRegions:
		return e.Regions.Secondary
	default:
		return []string{region}
	}
}

// VaultsIn are the names of an owner's vaults in a Region, sorted.
func (e Estate) VaultsIn(owner Owner, region string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(e.Vaults)) {
		if e.Vaults[name].Account == owner && slices.Contains(e.VaultRegions(name), region) {
			names = append(names, name)
		}
	}
	return names
}

// VaultARN is the ARN of one of the backup account's vaults in a Region.
func (e Estate) VaultARN(vault, region string) string {
	return e.VaultARNIn(e.Accounts.Backup, vault, region)
}

// VaultARNIn is the ARN of a vault in an account and a Region, * for any account.
func (e Estate) VaultARNIn(account, vault, region string) string {
	return e.ARNIn(region, "backup", account, "backup-vault:"+e.Vaults[vault].Name)
}

// placedVault is a vault of the backup account in one of its Regions.
type placedVault struct{ vault, region string }

// CopyTargets are the ARNs of the vaults to which a plan's own copy actions go:
// the intermediate vault of two hops, else every vault of the plan but the local.
func (e Estate) CopyTargets(plan string) []string {
	var arns []string
	for _, target := range e.copies(plan) {
		arns = append(arns, e.VaultARN(target.vault, target.region))
	}
	return arns
}

// copies are the places to which a plan's own copy actions go.
func (e Estate) copies(plan string) []placedVault {
	var targets []placedVault
	for _, place := range e.backupPlaces(plan) {
		if e.Plans[plan].Strategy == Direct || place.region == e.Regions.Primary {
			targets = append(targets, place)
		}
	}
	return targets
}

// finals are the places to which the second hop of a two-hop plan goes.
func (e Estate) finals(plan string) []placedVault {
	var finals []placedVault
	for _, place := range e.backupPlaces(plan) {
		if place.region != e.Regions.Primary {
			finals = append(finals, place)
		}
	}
	return finals
}

// backupPlaces are a plan's vaults in the backup account, each in each of its
// Regions.
func (e Estate) backupPlaces(plan string) []placedVault {
	var places []placedVault
	for _, vault := range e.planVaults(plan) {
		if e.Vaults[vault].Account == MemberAccount {
			continue
		}
		for _, region := range e.VaultRegions(vault) {
			places = append(places, placedVault{vault, region})
		}
	}
	return places
}

// PlanTargets are the ARNs of all vaults to which plans in force copy, sorted.
func (e Estate) PlanTargets() []string {
	var arns []string
	for _, plan := range e.EnabledPlans() {
		arns = append(arns, e.CopyTargets(plan)...)
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

// LocalVault is the name of the vault that a plan's backups are made in.
func (e Estate) LocalVault(plan string) string {
	for _, vault := range e.planVaults(plan) {
		if e.Vaults[vault].Account == MemberAccount {
			return vault
		}
	}
	return "" // not in a checked estate
}

// Intermediate is the name of the vault between the hops of a two-hop plan.
func (e Estate) Intermediate(plan string) string {
	for _, vault := range e.planVaults(plan) {
		if e.Vaults[vault].Account == BackupAccount && slices.Contains(e.VaultRegions(vault), e.Regions.Primary) {
			return vault
		}
	}
	return "" // not in a checked estate
}

// Intermediates are the ARNs of the vaults between the hops of all two-hop plans
// in force, sorted.
func (e Estate) Intermediates() []string {
	var arns []string
	for _, plan := range e.EnabledPlans() {
		if e.Plans[plan].Strategy == TwoHop {
			arns = append(arns, e.VaultARN(e.Intermediate(plan), e.Regions.Primary))
		}
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

func (e Estate) planVaults(plan string) []string {
	return slices.Sorted(maps.Keys(e.Plans[plan].Retention))
}
