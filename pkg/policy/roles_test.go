package policy_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

const (
	intermediateVault = "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate"
	finalVault        = "arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final"
	point             = "arn:aws:rds:eu-central-1:222222222222:cluster-snapshot:awsbackup:copyjob-1"
)

// call is one by a role itself; a target is the vault that a copy would go to, as
// far as AWS Backup shows it.
func call(action, resource string, target ...string) request {
	r := request{action: action, resource: resource, context: map[string][]string{"aws:RequestedRegion": {primary}}}
	if len(target) > 0 {
		r.context["backup:CopyTargets"] = target
	}
	return r
}

// inRegion describes a point of a Region there.
func inRegion(region, point string) request {
	r := call("backup:DescribeRecoveryPoint", point)
	r.context["aws:RequestedRegion"] = []string{region}
	return r
}

func TestWhatTheCopystarterMayDo(t *testing.T) {
	queue := "arn:aws:sqs:eu-central-1:222222222222:twohop-copies"
	passed := call("iam:PassRole", "arn:aws:iam::222222222222:role/twohop-copy")
	passed.context["iam:PassedToService"] = []string{"backup.amazonaws.com"}
	elsewhere := call("iam:PassRole", "arn:aws:iam::222222222222:role/twohop-copy")
	elsewhere.context["iam:PassedToService"] = []string{"lambda.amazonaws.com"}
	for name, test := range map[string]struct {
		request
		want string
	}{
		"it starts a copy to the final vault":                   {call("backup:StartCopyJob", point, finalVault), allowed},
		"also where AWS Backup does not show the target there":  {call("backup:StartCopyJob", point), allowed},
		"not to another vault":                                  {call("backup:StartCopyJob", point, "arn:aws:backup:eu-north-1:444444444444:backup-vault:own"), denied},
		"nor to one of the account's own beside":                {call("backup:CopyFromBackupVault", point, finalVault+"-2"), denied},
		"not of an instance's own snapshot":                     {call("backup:StartCopyJob", "arn:aws:rds:eu-central-1:222222222222:snapshot:manual", finalVault), silent},
		"nor of a volume: they do not travel in two hops":       {call("backup:StartCopyJob", "arn:aws:ec2:eu-central-1::snapshot/snap-1", finalVault), silent},
		"not out of the final Region":                           {call("backup:StartCopyJob", "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-1", finalVault), silent},
		"it copies into the final vault":                        {call("backup:CopyIntoBackupVault", finalVault), allowed},
		"not into the intermediate":                             {call("backup:CopyIntoBackupVault", intermediateVault), silent},
		"it describes a point of the intermediate vault":        {call("backup:DescribeRecoveryPoint", point), allowed},
		"and a volume that came there":                          {call("backup:DescribeRecoveryPoint", "arn:aws:ec2:eu-central-1::snapshot/snap-1"), allowed},
		"and a copy in the final Region":                        {inRegion(secondary, "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-1"), allowed},
		"nothing in other Regions":                              {inRegion("us-east-1", "arn:aws:rds:us-east-1:222222222222:snapshot:awsbackup:copyjob-1"), silent},
		"it lists copy jobs":                                    {call("backup:ListCopyJobs", "*"), allowed},
		"it deletes nothing":                                    {call("backup:DeleteRecoveryPoint", point), silent},
		"it shortens nothing":                                   {call("backup:UpdateRecoveryPointLifecycle", point), silent},
		"it gives AWS Backup the copy role":                     {passed, allowed},
		"and nobody else":                                       {elsewhere, silent},
		"it takes messages":                                     {call("sqs:ReceiveMessage", queue), allowed},
		"and takes them off":                                    {call("sqs:DeleteMessage", queue), allowed},
		"sends them again":                                      {call("sqs:SendMessage", queue), allowed},
		"rejects them":                                          {call("sqs:SendMessage", queue+"-dlq"), allowed},
		"and does not take the rejected ones: that is a replay": {call("sqs:ReceiveMessage", queue+"-dlq"), silent},
		"it writes its log":                                     {call("logs:PutLogEvents", "arn:aws:logs:eu-central-1:222222222222:log-group:/aws/lambda/twohop-copystarter:log-stream:x"), allowed},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, decide(t, policy.CopyStarter(estateWith(t)).Policy, test.request))
		})
	}
}

func TestCopiesAreBoundToEveryFinalVault(t *testing.T) {
	west := "arn:aws:backup:eu-west-1:222222222222:backup-vault:twohop-final"
	fanned := policy.CopyStarter(estateWith(t, fanOut)).Policy
	bound, found := statement(fanned, "NoOtherTargets")
	require.True(t, found)
	assert.Equal(t, []string{finalVault, west}, bound.Condition["ForAnyValue:ArnNotLike"]["backup:CopyTargets"])
	assert.Equal(t, allowed, decide(t, fanned, call("backup:StartCopyJob", point, west)))
	assert.Equal(t, denied, decide(t, policy.CopyStarter(estateWith(t)).Policy, call("backup:StartCopyJob", point, west)))

	none := policy.CopyStarter(estateWith(t, without("cross-region-special"))).Policy
	assert.Equal(t, silent, decide(t, none, call("backup:StartCopyJob", point, finalVault)), "no second hop, no right to start one")
}

func TestTheCopyRoleCarriesNothingAway(t *testing.T) {
	role := policy.Copy(estateWith(t))
	for target, want := range map[string]string{
		finalVault:        silent, // the managed policy allows it
		intermediateVault: silent, // the restore detour
		"arn:aws:backup:eu-central-1:444444444444:backup-vault:twohop-local": silent, // copy-back
		"arn:aws:backup:eu-central-1:444444444444:backup-vault:own":          denied,
		"arn:aws:backup:us-east-1:222222222222:backup-vault:twohop-final":    denied,
	} {
		assert.Equal(t, want, decide(t, role.Policy, call("backup:CopyFromBackupVault", point, target)), target)
	}
	assert.Equal(t, []string{"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"}, role.Managed)
}

func TestTheRestoreRoleHasTheManagedPoliciesForRestoresAlone(t *testing.T) {
	role := policy.Restore(estateWith(t))
	assert.Equal(t, "twohop-restore", role.Name)
	assert.Empty(t, role.Policy.Statement)
	assert.Equal(t, []string{
		"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
		"arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
	}, role.Managed)
}

func TestTheBackupRoleHasTheFourManagedPolicies(t *testing.T) {
	role := policy.Backup(estateWith(t), member)
	assert.Equal(t, "twohop-BackupandRestore", role.Name)
	assert.Equal(t, []string{
		"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
		"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
		"arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
		"arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
	}, role.Managed)
	assert.Empty(t, role.Policy.Statement)
}

func TestWhoMayBecomeAMembersRoles(t *testing.T) {
	assume := func(account, role string) request {
		return from(account, "sts:AssumeRole", "arn:aws:iam::"+account+":role/"+role)
	}
	e := estateWith(t, operators)
	reader, exists := policy.Reader(e, member)
	require.True(t, exists)
	operator := policy.Operator(e, member)
	assert.Equal(t, allowed, decide(t, reader.Trust, assume(backup, "oncall-europe")))
	assert.Equal(t, allowed, decide(t, operator.Trust, assume(backup, "oncall-europe")))
	assert.Equal(t, allowed, decide(t, operator.Trust, assume(management, "twohop-prerequisites")))
	for name, r := range map[string]request{
		"another role of the backup account":      assume(backup, "developer"),
		"an operator of another account":          assume("444444444444", "oncall-europe"),
		"another role of the management account":  assume(management, "admin"),
		"the backup account's prerequisites role": assume(backup, "twohop-prerequisites"),
	} {
		assert.Equal(t, silent, decide(t, reader.Trust, r), name)
		assert.Equal(t, silent, decide(t, operator.Trust, r), name)
	}
	assert.Equal(t, silent, decide(t, reader.Trust, assume(management, "twohop-prerequisites")))

	_, exists = policy.Reader(estateWith(t), member)
	assert.False(t, exists, "without operators nobody could assume it")
	alone := policy.Operator(estateWith(t), member).Trust
	assert.Equal(t, silent, decide(t, alone, assume(backup, "oncall-europe")))
	assert.Equal(t, allowed, decide(t, alone, assume(management, "twohop-prerequisites")))
}

func TestWhatAnOperatorMayDoInAMember(t *testing.T) {
	e := estateWith(t, operators)
	role := policy.Operator(e, member).Policy
	snapshot := "arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-1"
	created := func(service string) request {
		r := call("iam:CreateServiceLinkedRole", "arn:aws:iam::111111111111:role/aws-service-role/"+service+"/AWSServiceRole")
		r.context["iam:AWSServiceName"] = []string{service}
		return r
	}
	misnamed := created("rds.amazonaws.com")
	misnamed.context["iam:AWSServiceName"] = []string{"autoscaling.amazonaws.com"}
	elsewhere := call("backup:UpdateRegionSettings", "*")
	elsewhere.context["aws:RequestedRegion"] = []string{"us-east-1"}
	for name, test := range map[string]struct {
		request
		want string
	}{
		"starts hop 1 again":                         {call("backup:StartCopyJob", snapshot, intermediateVault), allowed},
		"and a direct copy":                          {call("backup:StartCopyJob", "arn:aws:backup:eu-central-1:111111111111:recovery-point:x", finalVault), allowed},
		"of a volume too":                            {call("backup:StartCopyJob", "arn:aws:ec2:eu-central-1::snapshot/snap-1", finalVault), allowed},
		"but copies nothing elsewhere":               {call("backup:StartCopyJob", snapshot, "arn:aws:backup:eu-central-1:444444444444:backup-vault:own"), denied},
		"switches opt-ins on":                        {call("backup:UpdateRegionSettings", "*"), allowed},
		"in the estate's Regions":                    {elsewhere, silent},
		"creates the role of AWS Backup":             {created("backup.amazonaws.com"), allowed},
		"and of RDS":                                 {created("rds.amazonaws.com"), allowed},
		"under no other's name":                      {misnamed, silent},
		"and of no other service":                    {created("autoscaling.amazonaws.com"), silent},
		"looks whether that role is there":           {call("iam:GetRole", "arn:aws:iam::111111111111:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"), allowed},
		"empties the queue of events":                {call("sqs:DeleteMessage", "arn:aws:sqs:eu-central-1:111111111111:twohop-forward-dlq"), allowed},
		"deletes no recovery point":                  {call("backup:DeleteRecoveryPoint", snapshot), silent},
		"restores nothing":                           {call("backup:StartRestoreJob", snapshot), silent},
		"sends no events":                            {call("events:PutEvents", e.BusARN()), silent},
		"changes no key's policy":                    {call("kms:PutKeyPolicy", "arn:aws:kms:eu-central-1:111111111111:key/x"), silent},
		"and no vault's":                             {call("backup:PutBackupVaultAccessPolicy", "arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-local"), silent},
		"and changes nothing else's, like databases": {call("rds:ModifyDBInstance", "arn:aws:rds:eu-central-1:111111111111:db:x"), silent},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, decide(t, role, test.request)) })
	}
	nowhere := policy.Operator(estateWith(t, without("cross-region"), without("cross-region-special")), member).Policy
	assert.Equal(t, silent, decide(t, nowhere, call("backup:StartCopyJob", snapshot, intermediateVault)), "no plan copies, no right to")
}

func TestAReaderOnlyReads(t *testing.T) {
	reader, exists := policy.Reader(estateWith(t, operators), member)
	require.True(t, exists)
	looks := regexp.MustCompile(`^[a-z]+:(Describe|Get|List)[A-Za-z]+$`)
	for _, s := range reader.Policy.Statement {
		for _, action := range s.Action {
			assert.Regexp(t, looks, action)
		}
	}
	assert.Equal(t, silent, decide(t, reader.Policy, call("sqs:ReceiveMessage", "arn:aws:sqs:eu-central-1:111111111111:twohop-forward-dlq")), "to receive is to hide")
}

func TestThePrerequisitesOfTheManagementAccount(t *testing.T) {
	e := estateWith(t)
	role := policy.ManagementPrerequisites(e).Policy
	trusted := func(service string) request {
		r := call("organizations:EnableAWSServiceAccess", "*")
		r.context["organizations:ServicePrincipal"] = []string{service}
		return r
	}
	assumed := call("sts:AssumeRole", "arn:aws:iam::111111111111:role/twohop-Operator")
	assumed.context["aws:ResourceOrgID"] = []string{"o-a1b2c3d4e5"}
	stranger := call("sts:AssumeRole", "arn:aws:iam::111111111111:role/twohop-Operator")
	stranger.context["aws:ResourceOrgID"] = []string{"o-9999999999"}
	policies := call("organizations:EnablePolicyType", "arn:aws:organizations::333333333333:root/o-a1b2c3d4e5/r-ab12")
	policies.context["organizations:PolicyType"] = []string{"BACKUP_POLICY"}
	scps := call("organizations:EnablePolicyType", "arn:aws:organizations::333333333333:root/o-a1b2c3d4e5/r-ab12")
	scps.context["organizations:PolicyType"] = []string{"SERVICE_CONTROL_POLICY"}
	for name, test := range map[string]struct {
		request
		want string
	}{
		"enable backup policies":              {policies, allowed},
		"and no other type":                   {scps, silent},
		"trust AWS Backup":                    {trusted("backup.amazonaws.com"), allowed},
		"trust StackSets itself":              {trusted("stacksets.cloudformation.amazonaws.com"), allowed},
		"trust StackSets":                     {trusted("member.org.stacksets.cloudformation.amazonaws.com"), allowed},
		"and no other service":                {trusted("ram.amazonaws.com"), silent},
		"switch cross-account copies on":      {call("backup:UpdateGlobalSettings", "*"), allowed},
		"find accounts below a unit":          {call("organizations:ListAccountsForParent", "arn:aws:organizations::333333333333:ou/o-a1b2c3d4e5/ou-ab12-11111111"), allowed},
		"work in a member":                    {assumed, allowed},
		"not in an account of another":        {stranger, silent},
		"not as another role":                 {call("sts:AssumeRole", "arn:aws:iam::111111111111:role/admin"), silent},
		"touch no opt-ins of the account":     {call("backup:UpdateRegionSettings", "*"), silent},
		"take no trust away":                  {call("organizations:DisableAWSServiceAccess", "*"), silent},
		"keep failed runs":                    {call("sqs:SendMessage", "arn:aws:sqs:eu-central-1:333333333333:twohop-prerequisites-dlq"), allowed},
		"write a log":                         {call("logs:CreateLogStream", "arn:aws:logs:eu-central-1:333333333333:log-group:/aws/lambda/twohop-prerequisites:log-stream:x"), allowed},
		"not into the backup account's group": {call("logs:CreateLogStream", "arn:aws:logs:eu-central-1:222222222222:log-group:/aws/lambda/twohop-prerequisites:log-stream:x"), silent},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, decide(t, role, test.request)) })
	}
	backups := policy.BackupPrerequisites(e).Policy
	north := call("backup:UpdateRegionSettings", "*")
	north.context["aws:RequestedRegion"] = []string{secondary}
	assert.Equal(t, allowed, decide(t, backups, north), "the backup account opts in in every Region of the estate")
	assert.Equal(t, silent, decide(t, backups, call("organizations:ListRoots", "*")))
}

func TestASchedulesRoleInvokesOneFunction(t *testing.T) {
	role := policy.Schedules(estateWith(t), backup).Policy
	for resource, want := range map[string]string{
		"arn:aws:lambda:eu-central-1:222222222222:function:twohop-prerequisites": allowed,
		"arn:aws:lambda:eu-central-1:222222222222:function:twohop-copystarter":   silent,
		"arn:aws:lambda:eu-central-1:333333333333:function:twohop-prerequisites": silent,
	} {
		assert.Equal(t, want, decide(t, role, call("lambda:InvokeFunction", resource)), resource)
	}
	assert.Equal(t, allowed, decide(t, role, call("sqs:SendMessage", "arn:aws:sqs:eu-central-1:222222222222:twohop-schedules-dlq")))
}

func TestServicesBecomeTheirRolesForTheEstateOnly(t *testing.T) {
	e := estateWith(t)
	as := func(service, account, source string) request {
		r := request{action: "sts:AssumeRole", service: service, context: map[string][]string{"aws:SourceAccount": {account}}}
		if source != "" {
			r.context["aws:SourceArn"] = []string{source}
		}
		return r
	}
	rule, group := e.RuleARN(member, estate.ForwardRule), e.ScheduleGroupARN(management)
	assert.Equal(t, "arn:aws:scheduler:eu-central-1:333333333333:schedule-group/twohop", group)
	for name, test := range map[string]struct {
		role policy.Role
		request
		want string
	}{
		"EventBridge for the forwarding rule": {policy.Forward(e, member), as("events.amazonaws.com", member, rule), allowed},
		"not for another rule":                {policy.Forward(e, member), as("events.amazonaws.com", member, rule+"2"), silent},
		"Scheduler for the estate's group":    {policy.Schedules(e, management), as("scheduler.amazonaws.com", management, group), allowed},
		"not for another group":               {policy.Schedules(e, management), as("scheduler.amazonaws.com", management, group+"2"), silent},
		"AWS Backup for the account":          {policy.Copy(e), as("backup.amazonaws.com", backup, ""), allowed},
		"not for another account":             {policy.Copy(e), as("backup.amazonaws.com", member, ""), silent},
		"AWS Backup where it does not say for whom": {policy.Backup(e, member),
			request{action: "sts:AssumeRole", service: "backup.amazonaws.com"}, allowed},
		"Lambda where it does not either": {policy.CopyStarter(e), request{action: "sts:AssumeRole", service: "lambda.amazonaws.com"}, allowed},
		"no other service":                {policy.CopyStarter(e), request{action: "sts:AssumeRole", service: "ec2.amazonaws.com"}, silent},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, decide(t, test.role.Trust, test.request)) })
	}
}
