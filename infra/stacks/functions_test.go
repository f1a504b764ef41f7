package stacks_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// functions: they run, with the estate's configuration.
var functions = map[string]check{
	"the estate's functions are where they should be": {functionsStand, map[string]func(*draft){
		"no copystarter":     func(d *draft) { d.remove(stacks.Primary, "CopystarterFunction") },
		"no outcometracker":  func(d *draft) { d.remove(stacks.Primary, "OutcometrackerFunction") },
		"no reconciler":      func(d *draft) { d.remove(stacks.Primary, "ReconcilerFunction") },
		"under another name": func(d *draft) { d.set(stacks.Management, "PrerequisitesFunction", "twohop-duties", "FunctionName") },
		"one more, elsewhere": func(d *draft) {
			d.copy(stacks.Management, "PrerequisitesFunction", "Another", "FunctionName", "another")
		},
	}, nil},
	"every function is its own executable for provided.al2023 on arm64": {functionsRun, map[string]func(*draft){
		"another architecture": func(d *draft) { d.set(stacks.Primary, "CopystarterFunction", "x86_64", "Architectures", "0") },
		"Lambda's default":     func(d *draft) { d.drop(stacks.Primary, "PrerequisitesFunction", "Architectures") },
		"another runtime":      func(d *draft) { d.set(stacks.Primary, "CopystarterFunction", "provided.al2", "Runtime") },
		"another handler":      func(d *draft) { d.set(stacks.Management, "PrerequisitesFunction", "main", "Handler") },
		"another's code":       func(d *draft) { d.say(stacks.Primary, "CopystarterFunction", "copystarter.zip", "prerequisites.zip") },
		"another Region's": func(d *draft) {
			d.say(stacks.Primary, "CopystarterFunction", "222222222222-eu-central-1", "222222222222-eu-north-1")
		},
		"three seconds":                         func(d *draft) { d.drop(stacks.Primary, "CopystarterFunction", "Timeout") },
		"an hour":                               func(d *draft) { d.set(stacks.Management, "PrerequisitesFunction", 3600, "Timeout") },
		"little memory":                         func(d *draft) { d.drop(stacks.Primary, "CopystarterFunction", "MemorySize") },
		"the reconciler as small as the others": func(d *draft) { d.set(stacks.Primary, "ReconcilerFunction", 256, "MemorySize") },
		"the reconciler as quick as the others": func(d *draft) { d.set(stacks.Primary, "ReconcilerFunction", 60, "Timeout") },
		"the reconciler alone":                  func(d *draft) { d.add(stacks.Primary, "ReconcilerFunction", "ReservedConcurrentExecutions", 1) },
	}, nil},
	"every function logs to a group of its own": {functionsLog, map[string]func(*draft){
		"to Lambda's default": func(d *draft) { d.drop(stacks.Primary, "CopystarterFunction", "LoggingConfig") },
		"to another's": func(d *draft) {
			d.say(stacks.Primary, "CopystarterFunction", `"Ref":"CopystarterLogs"`, `"Ref":"PrerequisitesLogs"`)
		},
		"to no group":         func(d *draft) { d.remove(stacks.Management, "PrerequisitesLogs") },
		"the tracker to none": func(d *draft) { d.remove(stacks.Primary, "OutcometrackerLogs") },
	}, nil},
	"the copystarter reads the estate's configuration": {starterReads, map[string]func(*draft){
		"a variable is missing": func(d *draft) {
			d.drop(stacks.Primary, "CopystarterFunction", "Environment", "Variables", "TWOHOP_ROUTES")
		},
		"all are":               func(d *draft) { d.drop(stacks.Primary, "CopystarterFunction", "Environment") },
		"a variable is renamed": func(d *draft) { d.say(stacks.Primary, "CopystarterFunction", "TWOHOP_POOLS", "TWOHOP_POOL") },
		"a bad number": func(d *draft) {
			d.say(stacks.Primary, "CopystarterFunction", `"TWOHOP_MAX_ATTEMPTS":"4"`, `"TWOHOP_MAX_ATTEMPTS":"four"`)
		},
		"another number": func(d *draft) {
			d.say(stacks.Primary, "CopystarterFunction", `"TWOHOP_DAILY_CEILING":"500"`, `"TWOHOP_DAILY_CEILING":"0"`)
		},
		"another retention": func(d *draft) {
			d.say(stacks.Primary, "CopystarterFunction", `\"DeleteAfterDays\":35`, `\"DeleteAfterDays\":3`)
		},
	}, nil},
	"the outcometracker and the reconciler read the estate's configuration": {followersRead, map[string]func(*draft){
		"a variable is missing": func(d *draft) {
			d.drop(stacks.Primary, "OutcometrackerFunction", "Environment", "Variables", "TWOHOP_OUTCOMES_DLQ_URL")
		},
		"one of the reconciler": func(d *draft) {
			d.drop(stacks.Primary, "ReconcilerFunction", "Environment", "Variables", "TWOHOP_TOPIC_ARN")
		},
		"another age": func(d *draft) {
			d.say(stacks.Primary, "ReconcilerFunction", `\"RDS\":\"26h0m0s\"`, `\"RDS\":\"27h0m0s\"`)
		},
		"another number": func(d *draft) {
			d.say(stacks.Primary, "OutcometrackerFunction", `"TWOHOP_MAX_RECEIVES":"5"`, `"TWOHOP_MAX_RECEIVES":"6"`)
		},
		"other days": func(d *draft) {
			d.say(stacks.Primary, "OutcometrackerFunction", `"TWOHOP_INTERMEDIATE_DAYS":"0"`, `"TWOHOP_INTERMEDIATE_DAYS":"3"`)
		},
	}, nil},
	"the outcometracker and the reconciler work with queues and a topic that are there": {followersMeet, map[string]func(*draft){
		"no queue of outcomes": func(d *draft) { d.set(stacks.Primary, "OutcomesQueue", "twohop-outcome", "QueueName") },
		"no queue for runs":    func(d *draft) { d.set(stacks.Primary, "SweepsQueue", "twohop-sweep", "QueueName") },
		"no queue of copies":   func(d *draft) { d.set(stacks.Primary, "CopiesQueue", "twohop-copy", "QueueName") },
		"no dead outcomes":     func(d *draft) { d.set(stacks.Primary, "OutcomesDlqQueue", "twohop-outcome-dlq", "QueueName") },
		"no topic":             func(d *draft) { d.set(stacks.Primary, "AlarmTopic", "twohop-alarm", "TopicName") },
	}, nil},
	"the prerequisites read the estate's configuration, each account its own": {prerequisitesRead, map[string]func(*draft){
		"a variable is missing": func(d *draft) {
			d.drop(stacks.Primary, "PrerequisitesFunction", "Environment", "Variables", "TWOHOP_PREREQUISITES")
		},
		"no estate": func(d *draft) {
			d.drop(stacks.Management, "PrerequisitesFunction", "Environment", "Variables", "TWOHOP_ESTATE")
		},
		"another account": func(d *draft) {
			d.say(stacks.Primary, "PrerequisitesFunction", `\"Account\":\"222222222222\"`, `\"Account\":\"333333333333\"`)
		},
		"another Region": func(d *draft) {
			d.say(stacks.Primary, "PrerequisitesFunction", `\"eu-north-1\":`, `\"eu-west-1\":`)
		},
		"another type": func(d *draft) { d.say(stacks.Management, "PrerequisitesFunction", `\"S3\"`, `\"EFS\"`) },
		"another role": func(d *draft) { d.say(stacks.Management, "PrerequisitesFunction", "twohop-Operator", "twohop-Reader") },
	}, nil},
	"the copystarter works with queues, vaults and a role that are there": {starterMeets, map[string]func(*draft){
		"no queue":              func(d *draft) { d.set(stacks.Primary, "CopiesQueue", "twohop-copy", "QueueName") },
		"no dead-letter queue":  func(d *draft) { d.set(stacks.Primary, "CopiesDlqQueue", "twohop-copy-dlq", "QueueName") },
		"no intermediate vault": func(d *draft) { d.set(stacks.Primary, "VaultIntermediate", "twohop-between", "BackupVaultName") },
		"no final vault":        func(d *draft) { d.set(finals, "VaultFinal", "twohop-end", "BackupVaultName") },
		"no role":               func(d *draft) { d.remove(stacks.Primary, "CopyRole") },
	}, map[string]func(*draft){
		"no second final vault": func(d *draft) { d.remove(stacks.Secondary+"-eu-west-1", "VaultFinal") },
	}},
}

// wanted are the functions that an estate has, by stack.
var wanted = map[string][]string{
	stacks.Primary:    {estate.CopyStarter, estate.OutcomeTracker, estate.VaultReconciler, estate.PrerequisiteDuty},
	stacks.Management: {estate.PrerequisiteDuty},
}

func functionsStand(d deployment) (found faults) {
	for _, s := range d.stacks {
		var names, want []string
		for _, function := range s.all(aFunction) {
			names = append(names, function.text("FunctionName"))
		}
		for _, part := range wanted[s.part] {
			want = append(want, d.estate.Called(part))
		}
		if !same(names, want) {
			found.add("%s: has the functions %v, should have %v", s.part, names, want)
		}
	}
	return found
}

func functionsRun(d deployment) (found faults) {
	for _, f := range d.all(aFunction) {
		part := strings.TrimPrefix(f.text("FunctionName"), d.estate.Called(""))
		bucket := "cdk-hnb659fds-assets-" + f.stack.account + "-" + f.stack.region // of the CDK's bootstrap
		if !same(f.texts("Architectures"), []string{"arm64"}) || f.text("Runtime") != "provided.al2023" || f.text("Handler") != "bootstrap" ||
			f.text("Code", "S3Key") != part+".zip" || f.text("Code", "S3Bucket") != bucket {
			found.add("%s: %v", f, f.properties)
		}
		least := [2]float64{30, 256}
		if part == estate.VaultReconciler {
			least = [2]float64{900, 512}
		}
		if seconds, mb := f.number("Timeout"), f.number("MemorySize"); seconds < least[0] || seconds > 900 || mb < least[1] {
			found.add("%s: has %v s and %v MB", f, seconds, mb)
		}
		if f.at("ReservedConcurrentExecutions") != nil {
			found.add("%s: takes concurrency from the account for good", f)
		}
	}
	return found
}

func functionsLog(d deployment) (found faults) {
	for _, function := range d.all(aFunction) {
		name := "/aws/lambda/" + function.text("FunctionName")
		group := first(function.stack.all(aLogGroup), func(r *resource) bool { return r.text("LogGroupName") == name })
		if function.text("LoggingConfig", "LogGroup") != name || group == nil {
			found.add("%s: logs to %q", function, function.text("LoggingConfig", "LogGroup"))
		}
	}
	return found
}

// environment looks up what a function of a stack finds in its environment.
func (s *stack) environment(d deployment, part string) func(string) string {
	function := first(s.all(aFunction), func(r *resource) bool { return r.text("FunctionName") == d.estate.Called(part) })
	return func(name string) string {
		if function == nil {
			return ""
		}
		return function.text("Environment", "Variables", name)
	}
}

func starterReads(d deployment) (found faults) {
	read, err := estate.ReadStarter(d.primary().environment(d, estate.CopyStarter))
	if err != nil {
		found.add("%v", err)
	} else if !reflect.DeepEqual(read, d.estate.Starter()) {
		found.add("reads %+v, not %+v", read, d.estate.Starter())
	}
	return found
}

func followersRead(d deployment) (found faults) {
	tracker, err := estate.ReadTracker(d.primary().environment(d, estate.OutcomeTracker))
	if err != nil || !reflect.DeepEqual(tracker, d.estate.Tracker()) {
		found.add("the outcometracker reads %+v (%v), not %+v", tracker, err, d.estate.Tracker())
	}
	reconciler, err := estate.ReadReconciler(d.primary().environment(d, estate.VaultReconciler))
	if err != nil || !reflect.DeepEqual(reconciler, d.estate.Reconciler()) {
		found.add("the reconciler reads %+v (%v), not %+v", reconciler, err, d.estate.Reconciler())
	}
	return found
}

func followersMeet(d deployment) (found faults) {
	s := d.primary()
	tracker, wrong := estate.ReadTracker(s.environment(d, estate.OutcomeTracker))
	reconciler, bad := estate.ReadReconciler(s.environment(d, estate.VaultReconciler))
	if wrong != nil || bad != nil {
		return nil // of another check
	}
	for _, url := range []string{
		tracker.QueueURL, tracker.DeadLetters, tracker.Copies, tracker.Rejected,
		reconciler.Copies, reconciler.Rejected, reconciler.Outcomes, reconciler.Sweeps,
	} {
		if first(s.all(aQueue), func(r *resource) bool { return r.ref() == url }) == nil {
			found.add("no queue %s", url)
		}
	}
	if s.find(aTopic, reconciler.Topic) == nil {
		found.add("no topic %s", reconciler.Topic)
	}
	return found
}

func prerequisitesRead(d deployment) (found faults) {
	for s, want := range map[*stack]estate.Prerequisites{
		d.primary(): d.estate.BackupPrerequisites(), d.management(): d.estate.ManagementPrerequisites(),
	} {
		read, err := estate.ReadPrerequisites(s.environment(d, estate.PrerequisiteDuty))
		if err != nil {
			found.add("%s: %v", s.part, err)
			continue
		}
		// An empty list and none are the same in the environment.
		is, _ := json.Marshal(read)
		should, _ := json.Marshal(want)
		if string(is) != string(should) || read.Estate != want.Estate || read.Account != s.account {
			found.add("%s: reads %s, not %s", s.part, is, should)
		}
	}
	return found
}

func starterMeets(d deployment) (found faults) {
	read, err := estate.ReadStarter(d.primary().environment(d, estate.CopyStarter))
	if err != nil {
		return nil // of another check
	}
	s := d.primary()
	queue := func(url string) bool {
		return slices.ContainsFunc(s.all(aQueue), func(r *resource) bool { return r.ref() == url })
	}
	if !queue(read.QueueURL) || !queue(read.DeadLetters) {
		found.add("no queue %s or %s", read.QueueURL, read.DeadLetters)
	}
	for _, route := range read.Routes {
		if s.find(aVault, route.Source.ARN) == nil || s.find(aRole, route.Role) == nil {
			found.add("route %s: no vault %s or no role %s", route.Name, route.Source, route.Role)
		}
		for _, destination := range route.Destinations {
			if d.find(aVault, destination.Vault.ARN) == nil {
				found.add("route %s: no vault %s", route.Name, destination.Vault)
			}
		}
	}
	return found
}
