package stacks_test

import (
	"os"
	"strings"
)

// identity is what a resource's Ref and its ARN are [CloudFormation: resource
// types, return values]. ${account} and ${region} are the stack's, ${id} is the
// logical id, other names are properties.
type identity struct{ ref, arn string }

const (
	aQueue    = "AWS::SQS::Queue"
	aRule     = "AWS::Events::Rule"
	aBus      = "AWS::Events::EventBus"
	anArchive = "AWS::Events::Archive"
	aSchedule = "AWS::Scheduler::Schedule"
	aGroup    = "AWS::Scheduler::ScheduleGroup"
	aFunction = "AWS::Lambda::Function"
	aMapping  = "AWS::Lambda::EventSourceMapping"
	aLogGroup = "AWS::Logs::LogGroup"
	anAlarm   = "AWS::CloudWatch::Alarm"
	aPage     = "AWS::CloudWatch::Dashboard"
	aTopic    = "AWS::SNS::Topic"
	aKey      = "AWS::KMS::Key"
	anAlias   = "AWS::KMS::Alias"
	aVault    = "AWS::Backup::BackupVault"
	aRole     = "AWS::IAM::Role"
	aPlan     = "AWS::Organizations::Policy"
	aStackSet = "AWS::CloudFormation::StackSet"
	aDuty     = "Custom::TwohopPrerequisites"
	aLetter   = "AWS::SNS::Subscription"
	onQueue   = "AWS::SQS::QueuePolicy"
	onTopic   = "AWS::SNS::TopicPolicy"
)

// identities are those of every type of resource that the checks know.
var identities = map[string]identity{
	aQueue:    {"https://sqs.${region}.amazonaws.com/${account}/${QueueName}", "arn:aws:sqs:${region}:${account}:${QueueName}"},
	aRule:     {"${EventBusName}|${Name}", "arn:aws:events:${region}:${account}:rule/${EventBusName/}${Name}"},
	aBus:      {"${Name}", "arn:aws:events:${region}:${account}:event-bus/${Name}"},
	anArchive: {"${ArchiveName}", "arn:aws:events:${region}:${account}:archive/${ArchiveName}"},
	aSchedule: {"${Name}", "arn:aws:scheduler:${region}:${account}:schedule/${GroupName}/${Name}"},
	aGroup:    {"${Name}", "arn:aws:scheduler:${region}:${account}:schedule-group/${Name}"},
	aFunction: {"${FunctionName}", "arn:aws:lambda:${region}:${account}:function:${FunctionName}"},
	aLogGroup: {"${LogGroupName}", "arn:aws:logs:${region}:${account}:log-group:${LogGroupName}:*"},
	anAlarm:   {"${AlarmName}", "arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}"},
	aTopic:    {"arn:aws:sns:${region}:${account}:${TopicName}", "arn:aws:sns:${region}:${account}:${TopicName}"},
	aKey:      {"${id}", "arn:aws:kms:${region}:${account}:key/${id}"},
	anAlias:   {"${AliasName}", "arn:aws:kms:${region}:${account}:${AliasName}"},
	aVault:    {"${BackupVaultName}", "arn:aws:backup:${region}:${account}:backup-vault:${BackupVaultName}"},
	aRole:     {"${RoleName}", "arn:aws:iam::${account}:role/${RoleName}"},
	aPage:     {}, aPlan: {}, aStackSet: {}, aDuty: {}, aLetter: {}, aMapping: {}, onQueue: {}, onTopic: {},
}

// resolve replaces CloudFormation's functions by what they stand for. One that it
// does not know, or that leads nowhere, is a fault of the stack.
func (s *stack) resolve(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 1 {
			for name, argument := range v {
				if name == "Ref" || strings.HasPrefix(name, "Fn::") {
					return s.call(name, argument)
				}
			}
		}
		resolved := make(map[string]any, len(v))
		for key, value := range v {
			resolved[key] = s.resolve(value)
		}
		return resolved
	case []any:
		resolved := make([]any, len(v))
		for i, value := range v {
			resolved[i] = s.resolve(value)
		}
		return resolved
	default:
		return v
	}
}

func (s *stack) call(name string, argument any) string {
	switch arguments := list(argument); {
	case name == "Ref" && argument == "AWS::AccountId":
		return s.account
	case name == "Ref":
		return s.identify(name, argument, func(i identity) string { return i.ref })
	case name == "Fn::GetAtt" && len(arguments) == 2 && arguments[1] == "Arn":
		return s.identify(name, arguments[0], func(i identity) string { return i.arn })
	case name == "Fn::Join" && len(arguments) == 2:
		return strings.Join(texts(s.resolve(arguments[1])), text(arguments, "0"))
	}
	s.faults.add("%s: the function %s of %v is not known", s.part, name, argument)
	return ""
}

func (s *stack) identify(name string, argument any, which func(identity) string) string {
	id, _ := argument.(string)
	definition, standing := s.resources()[id]
	pattern := which(identities[text(definition, "Type")])
	if !standing || pattern == "" {
		s.faults.add("%s: %s of %v leads nowhere", s.part, name, argument)
		return ""
	}
	return s.expand(pattern, id, s.properties(definition))
}

func (s *stack) properties(definition any) func(string) string {
	return func(property string) string { return text(s.resolve(at(definition, "Properties", property))) }
}

func (s *stack) expand(pattern, id string, property func(string) string) string {
	return os.Expand(pattern, func(name string) string {
		switch name {
		case "account":
			return s.account
		case "region":
			return s.region
		case "id":
			return id
		case "EventBusName/": // not in the ARNs of rules on the default bus
			if bus := property("EventBusName"); bus != "" {
				return bus + "/"
			}
			return ""
		default:
			return property(name)
		}
	})
}

// arn is the resource's, empty where its type has none that anything refers to.
func (r *resource) arn() string {
	return r.stack.expand(identities[r.kind].arn, r.id, func(name string) string { return r.text(name) })
}

// ref is what Ref of the resource stands for.
func (r *resource) ref() string {
	return r.stack.expand(identities[r.kind].ref, r.id, func(name string) string { return r.text(name) })
}
