package stacks_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// references: what one stack says of another is so.
var references = map[string]check{
	"every resource is of a type that these checks know": {typesAreKnown, map[string]func(*draft){
		"a table": func(d *draft) {
			d.stack(stacks.Primary).resources()["Table"] = map[string]any{"Type": "AWS::DynamoDB::Table"}
		},
	}, nil},
	"every function of a template leads to one of its resources": {functionsResolve, map[string]func(*draft){
		"Ref leads nowhere":    func(d *draft) { d.remove(stacks.Primary, "KeyVaultIntermediate") },
		"GetAtt leads nowhere": func(d *draft) { d.say(stacks.Primary, "HopRule", `"EventsDlqQueue"`, `"EventDlqQueue"`) },
		"another attribute":    func(d *draft) { d.say(stacks.Primary, "Archive", `"Arn"`, `"Name"`) },
		"another function": func(d *draft) {
			d.set(stacks.Primary, "Archive", map[string]any{"Fn::ImportValue": "bus"}, "SourceArn")
		},
	}, nil},
	"every ARN that a template spells out is that of a resource, or AWS's own": {arnsLead, map[string]func(*draft){
		"a queue renamed":     func(d *draft) { d.set(stacks.Member, "ForwardDlqQueue", "twohop-forwards-dlq", "QueueName") },
		"a rule renamed":      func(d *draft) { d.set(stacks.Primary, "HopRule", "twohop-hop", "Name") },
		"one of outcomes":     func(d *draft) { d.set(stacks.Primary, "OutcomeRule", "twohop-hop2", "Name") },
		"the tracker renamed": func(d *draft) { d.set(stacks.Primary, "OutcometrackerRole", "twohop-tracker", "RoleName") },
		"a role renamed":      func(d *draft) { d.set(stacks.Member, "ForwardRole", "twohop-forwards", "RoleName") },
		"a vault renamed":     func(d *draft) { d.set(stacks.Member, "VaultLocal", "twohop-locals", "BackupVaultName") },
		"the bus renamed":     func(d *draft) { d.set(stacks.Primary, "Bus", "copies", "Name") },
		"the topic renamed":   func(d *draft) { d.set(stacks.Primary, "AlarmTopic", "twohop-alarm", "TopicName") },
		"a function renamed":  func(d *draft) { d.set(stacks.Management, "PrerequisitesFunction", "twohop-duties", "FunctionName") },
		"a log group renamed": func(d *draft) { d.set(stacks.Primary, "CopystarterLogs", "/aws/lambda/copystarter", "LogGroupName") },
		"a group renamed":     func(d *draft) { d.set(stacks.Primary, "Schedules", "schedules", "Name") },
		"an ARN in a plan":    func(d *draft) { d.say(stacks.Management, "PlanCrossRegion", "twohop-final", "twohop-finals") },
		"an ARN in an environment": func(d *draft) {
			d.say(stacks.Primary, "CopystarterFunction", "role/twohop-copy", "role/twohop-copying")
		},
		"an ARN in a vault's policy": func(d *draft) { d.say(finals, "VaultFinal", "role/twohop-copy", "role/twohop-copying") },
	}, nil},
	"everything is named after the estate": {namesAreTheEstates, map[string]func(*draft){
		"a queue":          func(d *draft) { d.set(stacks.Primary, "SchedulesDlqQueue", "schedules-dlq", "QueueName") },
		"a role":           func(d *draft) { d.drop(stacks.Primary, "SchedulesRole", "RoleName") },
		"the dashboard":    func(d *draft) { d.set(stacks.Primary, "Dashboard", "Backups", "DashboardName") },
		"the archive":      func(d *draft) { d.drop(stacks.Primary, "Archive", "ArchiveName") },
		"another estate's": func(d *draft) { d.set(stacks.Member, "AliasVaultLocal", "alias/payroll-local", "AliasName") },
	}, nil},
	"every name that AWS wants to be one of its kind is": {namesAreUnique, map[string]func(*draft){
		"two queues": func(d *draft) { d.copy(stacks.Primary, "CopiesQueue", "Another", "VisibilityTimeout", 360) },
		"two roles":  func(d *draft) { d.set(stacks.Primary, "SchedulesRole", "twohop-copy", "RoleName") },
	}, nil},
}

func typesAreKnown(d deployment) (found faults) {
	for _, s := range d.stacks {
		for _, r := range s.standing {
			if _, known := identities[r.kind]; !known {
				found.add("%s: is a %s", r, r.kind)
			}
		}
	}
	return found
}

func functionsResolve(d deployment) (found faults) {
	for _, s := range d.stacks {
		found = append(found, s.faults...)
	}
	return found
}

var anARN = regexp.MustCompile(`arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9*-]*:[0-9*]*:[A-Za-z0-9_+=,.@*/:-]+`)

// theirs are the ARNs of what the stacks do not make. * stands for anything, (*)
// for a * in the ARN.
func theirs(e estate.Estate) []string {
	all := []string{
		"arn:aws:iam::aws:policy/*",                        // managed policies
		"arn:aws:iam::*:root",                              // an account
		"arn:aws:iam::*:role/aws-service-role/*",           // service-linked roles
		"arn:aws:iam::*:role/AWSServiceRoleFor*",           // the same by bare name, as IAM judges one that is absent
		"arn:aws:iam::*:role/cdk-(*)-cfn-exec-role-(*)",    // of the CDK's bootstrap
		"arn:aws:iam::*:role/stacksets-exec-(*)",           // of StackSets
		"arn:aws:rds:*:(*)", "arn:aws:ec2:*::snapshot/(*)", // snapshots and databases
		"arn:aws:backup:*:recovery-point:(*)", // points of other types
		"arn:aws:backup:*:backup-plan:(*)",    // what AWS Organizations makes of the plans
		"arn:aws:organizations::*/r-(*)", "arn:aws:organizations::*/ou-(*)",
		"arn:aws:kms:*:key/(*)", // databases' keys
		e.ARNIn("(*)", "backup", e.Accounts.Backup, "backup-vault:(*)"), // the guard against loops
	}
	if e.BreakGlassRole != "" {
		all = append(all, e.BreakGlassARN("*"))
	}
	for _, operator := range e.Operators {
		all = append(all, strings.ReplaceAll(operator, "*", "(*)"))
	}
	return all
}

func arnsLead(d deployment) (found faults) {
	ours := map[string]bool{}
	for _, s := range d.stacks {
		for _, r := range s.standing {
			ours[r.arn()] = true
		}
	}
	delete(ours, "")
	foreign := theirs(d.estate)
	leads := func(arn string) bool {
		star := strings.NewReplacer("(*)", "?")
		return ours[arn] ||
			slices.ContainsFunc(slices.Collect(maps.Keys(ours)), func(own string) bool { return like(arn, own) || like(own, arn) }) ||
			slices.ContainsFunc(foreign, func(pattern string) bool { return like(star.Replace(pattern), strings.ReplaceAll(arn, "*", "?")) })
	}
	for _, s := range d.stacks {
		for _, r := range s.standing {
			if r.kind == aStackSet {
				continue // its template is the member stack's, looked at there
			}
			walk(r.properties, func(v any) {
				said, _ := v.(string)
				for _, arn := range anARN.FindAllString(strings.ReplaceAll(said, "$account", member), -1) {
					if !leads(strings.TrimRight(arn, ".,:")) {
						found.add("%s: %s leads nowhere", r, arn)
					}
				}
			})
		}
	}
	return found
}

// names are the properties that hold names, and how they begin.
var names = map[string][2]string{
	aQueue: {"QueueName"}, aRule: {"Name"}, aBus: {"Name"}, anArchive: {"ArchiveName"}, aSchedule: {"Name"}, aGroup: {"Name"},
	aFunction: {"FunctionName"}, aLogGroup: {"LogGroupName", "/aws/lambda/"}, anAlarm: {"AlarmName"}, aPage: {"DashboardName"},
	aTopic: {"TopicName"}, anAlias: {"AliasName", "alias/"}, aVault: {"BackupVaultName"}, aRole: {"RoleName"}, aPlan: {"Name"},
}

func namesAreTheEstates(d deployment) (found faults) {
	for _, s := range d.stacks {
		for _, r := range s.standing {
			property, named := names[r.kind]
			name := r.text(property[0])
			if named && name != property[1]+d.estate.Name && !strings.HasPrefix(name, property[1]+d.estate.Called("")) {
				found.add("%s: has the name %q", r, name)
			}
		}
	}
	return found
}

func namesAreUnique(d deployment) (found faults) {
	seen := map[string]*resource{}
	for _, s := range d.stacks {
		for _, r := range s.standing {
			arn := r.arn()
			if other := seen[arn]; other != nil && arn != "" {
				found.add("%s and %s are both %s", r, other, arn)
			}
			seen[arn] = r
		}
	}
	return found
}
