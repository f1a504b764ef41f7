package stacks_test

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
)

// members: the member stack reaches every member, as a template alone.
var members = map[string]check{
	"the StackSet's template is the member stack's, without white space": {templateIsTheMembers, map[string]func(*draft){
		"an older one": func(d *draft) { d.apart = true; d.remove(stacks.Member, "ForwardDlqExpiringAlarm") },
		"with white space": func(d *draft) {
			d.apart = true
			d.say(stacks.Management, memberStacks, `\"Description\":\"Local`, `\"Description\": \"Local`)
		},
		"none":    func(d *draft) { d.remove(stacks.Management, memberStacks) },
		"no JSON": func(d *draft) { d.apart = true; d.set(stacks.Management, memberStacks, "{", "TemplateBody") },
		"by its address": func(d *draft) {
			d.apart = true
			d.drop(stacks.Management, memberStacks, "TemplateBody")
			d.add(stacks.Management, memberStacks, "TemplateURL", "https://example.com/member.json")
		},
	}, nil},
	"the member template is short enough, and needs no bootstrapped account": {memberNeedsNothing, map[string]func(*draft){
		"a long one": func(d *draft) { d.set(stacks.Member, "BackupRole", strings.Repeat("x", 40_000), "Description") },
		"an asset":   func(d *draft) { d.store(stacks.Member, "Function", d.json(stacks.Primary, "CopystarterFunction")) },
		"a bootstrap": func(d *draft) {
			d.stack(stacks.Member).template["Parameters"] = map[string]any{"BootstrapVersion": map[string]any{"Type": "AWS::SSM::Parameter::Value<String>"}}
		},
		"an account's id": func(d *draft) { d.say(stacks.Member, "KeyVaultLocal", "AWS::AccountId", "AWS::StackName") },
	}, nil},
	"the StackSet reaches the members of the estate, now and later, and leaves them their stacks": {stackSetReaches, map[string]func(*draft){
		"of those who ask": func(d *draft) { d.set(stacks.Management, memberStacks, "SELF_MANAGED", "PermissionModel") },
		"not later":        func(d *draft) { d.set(stacks.Management, memberStacks, false, "AutoDeployment", "Enabled") },
		"no word of who leaves": func(d *draft) {
			d.drop(stacks.Management, memberStacks, "AutoDeployment", "RetainStacksOnAccountRemoval")
		},
		"who leaves loses them": func(d *draft) {
			d.set(stacks.Management, memberStacks, false, "AutoDeployment", "RetainStacksOnAccountRemoval")
		},
		"nowhere":     func(d *draft) { d.drop(stacks.Management, memberStacks, "StackInstancesGroup") },
		"other units": func(d *draft) { d.say(stacks.Management, memberStacks, "ou-ab12-11111111", "ou-ab12-22222222") },
		"into the backup account": func(d *draft) {
			d.drop(stacks.Management, memberStacks, "StackInstancesGroup", "0", "DeploymentTargets", "Accounts")
		},
		"the backup account only": func(d *draft) { d.say(stacks.Management, memberStacks, `"DIFFERENCE"`, `"INTERSECTION"`) },
		"another Region": func(d *draft) {
			d.set(stacks.Management, memberStacks, "eu-north-1", "StackInstancesGroup", "0", "Regions", "0")
		},
		"no named roles":           func(d *draft) { d.set(stacks.Management, memberStacks, "CAPABILITY_IAM", "Capabilities", "0") },
		"under another name":       func(d *draft) { d.set(stacks.Management, memberStacks, "Members", "StackSetName") },
		"one at a time, forever":   func(d *draft) { d.drop(stacks.Management, memberStacks, "ManagedExecution") },
		"one failure stops all":    func(d *draft) { d.drop(stacks.Management, memberStacks, "OperationPreferences") },
		"without the estate's tag": func(d *draft) { d.drop(stacks.Management, memberStacks, "Tags") },
	}, map[string]func(*draft){
		"accounts that are not named": func(d *draft) { d.set(stacks.Management, memberStacks, true, "AutoDeployment", "Enabled") },
		"not one account":             func(d *draft) { d.say(stacks.Management, memberStacks, `,"444444444444"]`, `]`) },
	}},
	"every stack is in its account and Region": {stacksArePlaced, map[string]func(*draft){
		"one is missing":  func(d *draft) { d.stack(finals).part = stacks.Secondary + "-eu-west-1" },
		"another account": func(d *draft) { d.stack(stacks.Management).account = "222222222222" },
		"another Region":  func(d *draft) { d.stack(stacks.Primary).region = "eu-north-1" },
	}, nil},
}

// stackSet is the StackSet of the members; an empty resource: there is none.
func (d deployment) stackSet() *resource {
	for _, set := range d.management().all(aStackSet) {
		return set
	}
	return &resource{stack: d.management(), id: memberStacks}
}

func templateIsTheMembers(d deployment) (found faults) {
	set := d.stackSet()
	body := set.text("TemplateBody")
	var sent template
	if err := json.Unmarshal([]byte(body), &sent); err != nil || !reflect.DeepEqual(sent, d.members().template) {
		found.add("%s: is not the member stack's template (%v)", set, err)
	}
	tight, err := json.Marshal(sent)
	if err != nil || len(body) > len(tight) || set.at("TemplateURL") != nil {
		found.add("%s: %d bytes, could be %d", set, len(body), len(tight))
	}
	return found
}

func memberNeedsNothing(d deployment) (found faults) {
	body := d.stackSet().text("TemplateBody")
	if len(body) > 51_200 || len(body) == 0 {
		found.add("the member template has %d bytes; CloudFormation takes 51,200", len(body))
	}
	for _, of := range []string{"cdk-hnb659fds-assets", "/cdk-bootstrap/", "BootstrapVersion", "S3Key"} {
		if strings.Contains(body, of) {
			found.add("the member template needs %s", of)
		}
	}
	for _, s := range d.stacks {
		found = append(found, s.faults...)
		if s.template["Parameters"] != nil {
			found.add("%s: asks for parameters: %v", s.part, s.template["Parameters"])
		}
	}
	return found
}

func stackSetReaches(d deployment) (found faults) {
	e, set := d.estate, d.stackSet()
	filter, accounts := "DIFFERENCE", []string{e.Accounts.Backup}
	if len(e.Members.Accounts) > 0 {
		filter, accounts = "INTERSECTION", e.Members.Accounts
	}
	joining := len(e.Members.Accounts) == 0 // an account that joins is no member where the file names them
	is := map[string]bool{
		"name":    set.text("StackSetName") == e.StackName(stacks.Member),
		"model":   set.text("PermissionModel") == "SERVICE_MANAGED",
		"rights":  same(set.texts("Capabilities"), []string{"CAPABILITY_NAMED_IAM"}),
		"later":   set.at("AutoDeployment", "Enabled") == joining,
		"leaving": !joining || set.at("AutoDeployment", "RetainStacksOnAccountRemoval") == true,
		"managed": set.at("ManagedExecution", "Active") == true,
		"failing": set.number("OperationPreferences", "FailureTolerancePercentage") > 0 && set.number("OperationPreferences", "MaxConcurrentPercentage") > 0,
		"mode":    set.text("OperationPreferences", "ConcurrencyMode") == "SOFT_FAILURE_TOLERANCE",
		"groups":  len(set.list("StackInstancesGroup")) == 1,
		"units":   same(set.texts("StackInstancesGroup", "0", "DeploymentTargets", "OrganizationalUnitIds"), e.Members.Units),
		"filter":  set.text("StackInstancesGroup", "0", "DeploymentTargets", "AccountFilterType") == filter,
		"of":      same(set.texts("StackInstancesGroup", "0", "DeploymentTargets", "Accounts"), accounts),
		"regions": same(set.texts("StackInstancesGroup", "0", "Regions"), []string{e.Regions.Primary}),
		"tags":    set.text("Tags", "0", "Key") == "twohop:estate" && set.text("Tags", "0", "Value") == e.Name,
	}
	for what, holds := range is {
		if !holds {
			found.add("%s: not the %s that it should have", set, what)
		}
	}
	return found
}

func stacksArePlaced(d deployment) (found faults) {
	e := d.estate
	var is []string
	for _, s := range d.stacks {
		is = append(is, s.part+" "+s.account+" "+s.region)
	}
	should := []string{
		stacks.Primary + " " + e.Accounts.Backup + " " + e.Regions.Primary,
		stacks.Management + " " + e.Accounts.Management + " " + e.Regions.Primary,
		stacks.Member + " " + member + " " + e.Regions.Primary,
	}
	for _, region := range e.Regions.Secondary {
		should = append(should, stacks.Secondary+"-"+region+" "+e.Accounts.Backup+" "+region)
	}
	if !same(is, should) {
		found.add("the stacks are %v, should be %v", is, should)
	}
	return found
}
