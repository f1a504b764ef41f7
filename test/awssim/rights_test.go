package awssim_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/wire"
)

func TestOfEveryActionIsKnownWhichRightsItTakes(t *testing.T) {
	for name, service := range permissions(t).Services() {
		lister, ok := service.(wire.Lister)
		require.True(t, ok, name)
		assert.NotEmpty(t, lister.Actions(), name)
		assert.Empty(t, lister.Unjudged(), name)
	}
}

// TestAMoveIsCancelledByWhoMayTakeFromItsSource takes one of the rights away.
func TestAMoveIsCancelledByWhoMayTakeFromItsSource(t *testing.T) {
	world := permissions(t)
	const dead, copies = "arn:aws:sqs:eu-central-1:222222222222:dead", "arn:aws:sqs:eu-central-1:222222222222:copies"
	_, err := world.SQS.Create(central, region, "dead", nil, nil)
	require.NoError(t, err)
	_, err = world.SQS.Create(central, region, "copies", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead + `","maxReceiveCount":1}`}, nil)
	require.NoError(t, err)
	require.NoError(t, world.SQS.Deliver(dead, "poison", nil, central))
	started, err := sqs.NewFromConfig(client(world, central)).StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(dead), DestinationArn: aws.String(copies)})
	require.NoError(t, err)
	cancel := func(name, actions string) error {
		_, err := sqs.NewFromConfig(session(t, world, central, name,
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[`+actions+`],"Resource":"`+dead+`"}]}`)).
			CancelMessageMoveTask(t.Context(), &sqs.CancelMessageMoveTaskInput{TaskHandle: started.TaskHandle})
		return err
	}
	const others = `"sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"`
	assert.Contains(t, refusal(t, cancel("reader", others)), "not authorized to perform: sqs:CancelMessageMoveTask on resource: "+dead)
	assert.Contains(t, refusal(t, cancel("canceller", `"sqs:CancelMessageMoveTask"`)), "not authorized to perform: sqs:ReceiveMessage on resource: "+dead)
	require.NoError(t, cancel("both", `"sqs:CancelMessageMoveTask",`+others))
}

// TestEveryActionOfEventBridgeTakesARight calls each as a role that has none.
func TestEveryActionOfEventBridgeTakesARight(t *testing.T) {
	world := permissions(t)
	client := eventbridge.NewFromConfig(session(t, world, central, "nobody",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`))
	ctx := t.Context()
	name, all := aws.String("x"), aws.String("*")
	_, err := client.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: name})
	refused := map[string]error{"CreateEventBus": err}
	_, refused["DeleteEventBus"] = client.DeleteEventBus(ctx, &eventbridge.DeleteEventBusInput{Name: name})
	_, refused["DescribeEventBus"] = client.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: name})
	_, refused["ListEventBuses"] = client.ListEventBuses(ctx, nil)
	_, refused["PutPermission"] = client.PutPermission(ctx, &eventbridge.PutPermissionInput{EventBusName: name, Policy: all})
	_, refused["RemovePermission"] = client.RemovePermission(ctx, &eventbridge.RemovePermissionInput{EventBusName: name, RemoveAllPermissions: true})
	_, refused["PutRule"] = client.PutRule(ctx, &eventbridge.PutRuleInput{Name: name})
	_, refused["DeleteRule"] = client.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: name})
	_, refused["DescribeRule"] = client.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: name})
	_, refused["ListRules"] = client.ListRules(ctx, nil)
	_, refused["EnableRule"] = client.EnableRule(ctx, &eventbridge.EnableRuleInput{Name: name})
	_, refused["DisableRule"] = client.DisableRule(ctx, &eventbridge.DisableRuleInput{Name: name})
	_, refused["PutTargets"] = client.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: name, Targets: []types.Target{{Id: name, Arn: name}}})
	_, refused["RemoveTargets"] = client.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: name, Ids: []string{"x"}})
	_, refused["ListTargetsByRule"] = client.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: name})
	_, refused["TestEventPattern"] = client.TestEventPattern(ctx, &eventbridge.TestEventPatternInput{Event: all, EventPattern: all})
	_, refused["PutEvents"] = client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{Source: name, DetailType: name}}})
	for action, err := range refused {
		assert.Contains(t, refusal(t, err), "not authorized to perform: events:"+action, action)
	}
}

func TestATargetTakesTheRightToPassItsRoleOn(t *testing.T) {
	world := permissions(t)
	client := eventbridge.NewFromConfig(session(t, world, central, "targets",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["events:PutTargets","events:PutRule"],"Resource":"arn:aws:events:eu-central-1:222222222222:rule/mine"}]}`))
	_, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("mine"), EventPattern: aws.String(`{"source":["x"]}`)})
	require.NoError(t, err)
	_, err = client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("theirs"), EventPattern: aws.String(`{"source":["x"]}`)})
	assert.Contains(t, refusal(t, err), "events:PutRule on resource: arn:aws:events:eu-central-1:222222222222:rule/theirs")
	_, err = client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("mine"), Targets: []types.Target{
		{Id: aws.String("1"), Arn: aws.String("arn:aws:events:eu-central-1:222222222222:event-bus/x"), RoleArn: aws.String("arn:aws:iam::222222222222:role/any")},
	}})
	assert.Contains(t, refusal(t, err), "iam:PassRole on resource: arn:aws:iam::222222222222:role/any")
}

// TestNoActionOfBackupIsOpen calls, as a role that has no right, those whose rights are
// written down in package backup itself.
func TestNoActionOfBackupIsOpen(t *testing.T) {
	world := permissions(t)
	client := backup.NewFromConfig(session(t, world, central, "nobody",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`))
	x, point := aws.String("x"), aws.String("arn:aws:rds:eu-central-1:222222222222:snapshot:awsbackup:job-1")
	for _, input := range []any{
		&backup.ListBackupVaultsInput{}, &backup.ListCopyJobsInput{}, &backup.ListTagsInput{ResourceArn: aws.String("arn:aws:backup:eu-central-1:222222222222:backup-vault:x")},
		&backup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: x}, &backup.ListProtectedResourcesByBackupVaultInput{BackupVaultName: x},
		&backup.ListRecoveryPointsByResourceInput{ResourceArn: x}, &backup.CreateBackupVaultInput{BackupVaultName: x},
		&backup.PutBackupVaultLockConfigurationInput{BackupVaultName: x}, &backup.GetBackupVaultAccessPolicyInput{BackupVaultName: x},
		&backup.PutBackupVaultAccessPolicyInput{BackupVaultName: x}, &backup.DescribeCopyJobInput{CopyJobId: x},
		&backup.StartRestoreJobInput{RecoveryPointArn: point, Metadata: map[string]string{"a": "b"}}, &backup.DescribeRestoreJobInput{RestoreJobId: x},
		&backup.ListRestoreJobsInput{}, &backup.GetRecoveryPointRestoreMetadataInput{BackupVaultName: x, RecoveryPointArn: point},
	} {
		action := reflect.TypeOf(input).Elem().Name()
		action = action[:len(action)-len("Input")]
		method := reflect.ValueOf(client).MethodByName(action)
		if !method.IsValid() {
			t.Fatalf("no call %s", action)
		}
		answers := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(input)})
		err, _ := answers[1].Interface().(error)
		assert.Contains(t, refusal(t, err), "not authorized to perform: backup:"+action, action)
	}
}
