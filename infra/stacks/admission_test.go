package stacks_test

import (
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// admission: who of another account is let in, and with what.
var admission = map[string]check{
	"nobody is let in without a bond to the organization, an account or a resource": {lettingInIsBound, map[string]func(*draft){
		"to the bus": func(d *draft) {
			d.dropCondition(stacks.Primary, "Bus", "MembersForward", "StringEquals", "aws:PrincipalOrgID")
		},
		"to a vault": func(d *draft) {
			d.dropCondition(stacks.Primary, "VaultIntermediate", "MembersCopyIn", "StringEquals", "aws:PrincipalOrgID")
		},
		"to the local vault": func(d *draft) {
			d.dropCondition(stacks.Member, "VaultLocal", "BackupAccountCopiesBack", "StringEquals", "aws:PrincipalOrgID")
		},
		"to a key": func(d *draft) {
			d.dropCondition(finals, "KeyVaultFinal", "MembersCopyBackGrants", "StringEquals", "aws:PrincipalOrgID")
		},
		"to a role": func(d *draft) {
			d.dropCondition(stacks.Member, "OperatorRole", "Prerequisites", "StringEquals", "aws:PrincipalOrgID")
		},
		"a service": func(d *draft) { delete(d.statement(stacks.Primary, "CopiesQueuePolicy", "RulesDeliver"), "Condition") },
	}, nil},
	"the bus takes ended copies of the members' forwarding roles, and nothing else": {busAdmits, map[string]func(*draft){
		"of any organization": func(d *draft) {
			d.dropCondition(stacks.Primary, "Bus", "MembersForward", "StringEquals", "aws:PrincipalOrgID")
		},
		"of any role": func(d *draft) {
			d.dropCondition(stacks.Primary, "Bus", "MembersForward", "ArnLike", "aws:PrincipalArn")
		},
		"of any source": func(d *draft) {
			d.dropCondition(stacks.Primary, "Bus", "MembersForward", "ForAllValues:StringEquals", "events:source")
		},
		"of any kind": func(d *draft) {
			d.dropCondition(stacks.Primary, "Bus", "MembersForward", "ForAllValues:StringEquals", "events:detail-type")
		},
		"of another kind":   func(d *draft) { d.say(stacks.Primary, "Bus", "Copy Job State Change", "Backup Job State Change") },
		"of nobody":         func(d *draft) { d.drop(stacks.Primary, "Bus", "Policy") },
		"of a role renamed": func(d *draft) { d.set(stacks.Member, "ForwardRole", "twohop-forwarding", "RoleName") },
		"on another bus":    func(d *draft) { d.set(stacks.Primary, "Bus", "copies", "Name") },
	}, nil},
	"the members' rules forward to the bus, with a role that may": {membersForward, map[string]func(*draft){
		"to the queue": func(d *draft) {
			d.set(stacks.Member, "ForwardRule", "arn:aws:sqs:eu-central-1:222222222222:twohop-copies", "Targets", "0", "Arn")
		},
		"to another bus": func(d *draft) {
			d.set(stacks.Member, "ForwardRule", "arn:aws:events:eu-central-1:222222222222:event-bus/default", "Targets", "0", "Arn")
		},
		"without a role":   func(d *draft) { d.drop(stacks.Member, "ForwardRule", "Targets", "0", "RoleArn") },
		"with another":     func(d *draft) { d.say(stacks.Member, "ForwardRule", `"ForwardRole"`, `"BackupRole"`) },
		"the role may not": func(d *draft) { d.dropStatement(stacks.Member, "ForwardRole", "Forward") },
		"for another rule": func(d *draft) { d.say(stacks.Member, "ForwardRole", ":rule/twohop-forward", ":rule/forward") },
		"for any rule":     func(d *draft) { d.dropCondition(stacks.Member, "ForwardRole", "Service", "ArnEquals", "aws:SourceArn") },
		"there is no rule": func(d *draft) { d.remove(stacks.Member, "ForwardRule") },
		"from another bus": func(d *draft) { d.add(stacks.Member, "ForwardRule", "EventBusName", "custom") },
	}, nil},
	"the prerequisites of the members are seen to from the management account, as a role that lets them in": {operatorAdmits, map[string]func(*draft){
		"it lets nobody in": func(d *draft) { d.dropStatement(stacks.Member, "OperatorRole", "Prerequisites") },
		"it lets any role in": func(d *draft) {
			d.dropCondition(stacks.Member, "OperatorRole", "Prerequisites", "ArnLike", "aws:PrincipalArn")
		},
		"they may not go in": func(d *draft) { d.dropStatement(stacks.Management, "PrerequisitesRole", "WorkInMembers") },
		"they go in elsewhere": func(d *draft) {
			d.say(stacks.Management, "PrerequisitesRole", "role/twohop-Operator", "role/twohop-Reader")
		},
		"it may not opt in":     func(d *draft) { d.dropStatement(stacks.Member, "OperatorRole", "OptIn") },
		"it may not make roles": func(d *draft) { d.dropStatement(stacks.Member, "OperatorRole", "ServiceRoles") },
		"it opts in elsewhere": func(d *draft) {
			d.dropCondition(stacks.Member, "OperatorRole", "OptIn", "StringEquals", "aws:RequestedRegion")
		},
	}, nil},
	"operators of the backup account, and nobody else, look and mend in the members": {operatorsAdmitted, nil, map[string]func(*draft){
		"they cannot look": func(d *draft) { d.dropStatement(stacks.Member, "ReaderRole", "Operators") },
		"they cannot mend": func(d *draft) { d.dropStatement(stacks.Member, "OperatorRole", "Operators") },
		"others can": func(d *draft) {
			d.dropCondition(stacks.Member, "ReaderRole", "Operators", "ArnLike", "aws:PrincipalArn")
		},
		"there is no role":   func(d *draft) { d.remove(stacks.Member, "ReaderRole") },
		"they see no jobs":   func(d *draft) { d.dropStatement(stacks.Member, "ReaderRole", "SeeJobs") },
		"looking is mending": func(d *draft) { d.say(stacks.Member, "ReaderRole", "kms:DescribeKey", "kms:PutKeyPolicy") },
	}},
}

// policiesOn are the policies of a resource that say who of others is let in.
var policiesOn = map[string]string{
	onQueue: "PolicyDocument", onTopic: "PolicyDocument", aBus: "Policy", aKey: "KeyPolicy", aVault: "AccessPolicy", aRole: "AssumeRolePolicyDocument",
}

func lettingInIsBound(d deployment) (found faults) {
	for _, s := range d.stacks {
		for _, r := range s.standing {
			for _, statement := range list(r.at(policiesOn[r.kind]), "Statement") {
				if text(statement, "Effect") != "Allow" {
					continue
				}
				own := text(statement, "Principal", "AWS") == "arn:aws:iam::"+s.account+":root"
				organization := texts(at(statement, "Condition", "StringEquals", "aws:PrincipalOrgID"))
				service := at(statement, "Principal", "Service") != nil
				if service && !bound(statement) || !service && !own && !same(organization, []string{d.estate.Organization}) {
					found.add("%s: %s lets in without a bond", r, text(statement, "Sid"))
				}
			}
		}
	}
	return found
}

// bound reports whether a statement about a service holds for some account's or
// some resource's sake only [IAM: confused deputy].
func bound(statement any) bool {
	bound := false
	walk(at(statement, "Condition"), func(v any) {
		if key, ok := v.(string); ok && (key == "aws:SourceAccount" || key == "aws:SourceArn") {
			bound = true
		}
	})
	return bound
}

func busAdmits(d deployment) (found faults) {
	e := d.estate
	bus := d.primary().find(aBus, e.BusARN())
	if bus == nil {
		return faults{"no bus " + e.BusARN()}
	}
	forwarder := first(d.members().all(aRole), func(r *resource) bool { return strings.Contains(r.id, "Forward") })
	if forwarder == nil {
		return faults{"the member stack has no role that forwards"}
	}
	usual := map[string]string{
		"aws:PrincipalArn": forwarder.arn(), "aws:PrincipalOrgID": e.Organization, "aws:PrincipalAccount": member,
		"events:source": "aws.backup", "events:detail-type": "Copy Job State Change",
	}
	put := func(keys map[string]string) string {
		return decide(bus.at("Policy"), call{action: "events:PutEvents", resource: e.BusARN(), account: member, keys: keys})
	}
	found.decided(bus, put(usual), allowed, "an ended copy")
	for key, other := range map[string]string{
		"aws:PrincipalArn": e.RoleARN(member, estate.BackupRole), "aws:PrincipalOrgID": "o-z9y8x7w6v5",
		"events:source": "my.backup", "events:detail-type": "Backup Job State Change",
	} {
		keys := map[string]string{}
		for name, value := range usual {
			keys[name] = value
		}
		keys[key] = other
		found.decided(bus, put(keys), silent, key+" "+other)
	}
	return found
}

func membersForward(d deployment) (found faults) {
	rules := d.members().all(aRule)
	if len(rules) != 1 {
		found.add("the member stack has %d rules", len(rules))
	}
	for _, rule := range rules {
		if target := rule.text("Targets", "0", "Arn"); target != d.estate.BusARN() || rule.at("EventBusName") != nil {
			found.add("%s: forwards to %s from the bus %v", rule, target, rule.at("EventBusName"))
		}
		role := rule.stack.find(aRole, rule.text("Targets", "0", "RoleArn"))
		if role == nil {
			found.add("%s: has the role %q", rule, rule.text("Targets", "0", "RoleArn"))
			continue
		}
		found.trusts(role, "events.amazonaws.com", rule.arn())
		found.may(role, allowed, d.estate.BusARN(), nil, "events:PutEvents")
	}
	return found
}

// assumed adds a fault where a role is assumed, or not, against what is wanted.
func (f *faults) assumed(role *resource, account, by, organization, want string) {
	f.decided(role, decide(role.at("AssumeRolePolicyDocument"), call{action: "sts:AssumeRole", account: account,
		keys: map[string]string{"aws:PrincipalArn": by, "aws:PrincipalOrgID": organization}}), want, by+" of "+organization)
}

func operatorAdmits(d deployment) (found faults) {
	e := d.estate
	operator := d.members().find(aRole, e.RoleARN(member, estate.OperatorRole))
	seesTo := d.management().find(aRole, e.RoleARN(e.Accounts.Management, estate.PrerequisiteDuty))
	if operator == nil || seesTo == nil {
		return faults{"no operator in the members, or no prerequisites in the management account"}
	}
	found.may(seesTo, allowed, operator.arn(), map[string]string{"aws:ResourceOrgID": e.Organization}, "sts:AssumeRole")
	found.assumed(operator, e.Accounts.Management, seesTo.arn(), e.Organization, allowed)
	found.assumed(operator, e.Accounts.Management, e.RoleARN(e.Accounts.Management, "other"), e.Organization, silent)
	found.assumed(operator, e.Accounts.Management, seesTo.arn(), "o-z9y8x7w6v5", silent)
	found.may(operator, allowed, "*", map[string]string{"aws:RequestedRegion": e.Regions.Primary}, "backup:DescribeRegionSettings", "backup:UpdateRegionSettings")
	found.may(operator, silent, "*", map[string]string{"aws:RequestedRegion": "us-east-1"}, "backup:UpdateRegionSettings")
	for _, service := range []string{"backup.amazonaws.com", "rds.amazonaws.com"} {
		found.may(operator, allowed, e.ARNIn("", "iam", member, "role/aws-service-role/"+service+"/AWSServiceRole"),
			map[string]string{"iam:AWSServiceName": service}, "iam:CreateServiceLinkedRole")
	}
	return found
}

func operatorsAdmitted(d deployment) (found faults) {
	e := d.estate
	var parts []string
	if len(e.Operators) > 0 {
		parts = []string{estate.ReaderRole, estate.OperatorRole}
	}
	for _, part := range parts {
		role := d.members().find(aRole, e.RoleARN(member, part))
		if role == nil {
			found.add("the members have no role %s", part)
			continue
		}
		for _, operator := range e.Operators {
			found.assumed(role, e.Accounts.Backup, strings.ReplaceAll(operator, "*", "x"), e.Organization, allowed)
		}
		found.assumed(role, e.Accounts.Backup, e.RoleARN(e.Accounts.Backup, "other"), e.Organization, silent)
		found.may(role, allowed, "*", nil, "backup:ListCopyJobs")
	}
	d.granted(func(role *resource, statement any) {
		for _, action := range texts(at(statement, "Action")) {
			_, verb, _ := strings.Cut(action, ":")
			looks := strings.HasPrefix(verb, "Describe") || strings.HasPrefix(verb, "List") || strings.HasPrefix(verb, "Get")
			if role.text("RoleName") == e.Called(estate.ReaderRole) && !looks {
				found.add("%s: permits %s", role, action)
			}
		}
	})
	return found
}
