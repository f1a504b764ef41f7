package fix_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/policy"
)

const (
	member      = "111111111111"
	resource    = "arn:aws:rds:eu-central-1:111111111111:cluster:orders"
	localPoint  = "arn:aws:rds:eu-central-1:111111111111:cluster-snapshot:awsbackup:job-1"
	middlePoint = "arn:aws:rds:eu-central-1:222222222222:cluster-snapshot:awsbackup:copyjob-1"
	sourceKey   = "arn:aws:kms:eu-central-1:111111111111:key/source"
	middleKey   = "arn:aws:kms:eu-central-1:222222222222:key/intermediate"
	finalKey    = "arn:aws:kms:eu-north-1:222222222222:key/final"
	closedText  = "KMS key is either disabled or pending deletion or access to KMS key is denied"
)

// example is the estate of the example, with Aurora under the policies that it deploys.
func example(t *testing.T) estate.Estate {
	t.Helper()
	e, err := estate.Load("../../infra/config/example.yaml")
	require.NoError(t, err)
	return e
}

func vault(t *testing.T, e estate.Estate, account, name, region string) hop.Vault {
	t.Helper()
	v, err := hop.ParseVault(e.VaultARNIn(account, name, region))
	require.NoError(t, err)
	return v
}

// memoryAWS is an account of AWS in memory, and every account.
type memoryAWS struct {
	keys     map[string]checkup.Key
	policies map[string]string // by key ARN
	vaults   map[string]string // key by vault ARN
	points   map[string]string // key by recovery point
	refused  map[string]error  // by account: it cannot be opened
	hidden   map[string]bool   // keys whose policy is not shown
	access   *string           // access policy of each vault; nil: not shown
}

func (m memoryAWS) open(_ context.Context, account string) (fix.Account, error) {
	return fix.Account{Backup: m, Keys: memoryKeys{m}, Vaults: m}, m.refused[account]
}

func (m memoryAWS) Point(_ context.Context, _ hop.Vault, point string) (hop.RecoveryPoint, error) {
	if key, ok := m.points[point]; ok {
		return hop.RecoveryPoint{ARN: point, KeyARN: key}, nil
	}
	return hop.RecoveryPoint{}, hop.ErrNotFound
}

func (m memoryAWS) Key(_ context.Context, v hop.Vault) (string, error) {
	if key, ok := m.vaults[v.ARN]; ok {
		return key, nil
	}
	return "", hop.ErrNotFound
}

type memoryKeys struct{ aws memoryAWS }

func (m memoryKeys) Key(_ context.Context, arn string) (checkup.Key, error) {
	if key, ok := m.aws.keys[arn]; ok {
		return key, nil
	}
	return checkup.Key{}, checkup.ErrNotFound
}

func (m memoryKeys) KeyPolicy(_ context.Context, arn string) (string, error) {
	if m.aws.hidden[arn] {
		return "", errors.New("lacks right kms:GetKeyPolicy")
	}
	return m.aws.policies[arn], nil
}

// inOrder is an AWS in which nothing stops a copy.
func inOrder(t *testing.T, e estate.Estate) memoryAWS {
	t.Helper()
	intermediate, final := vault(t, e, e.Accounts.Backup, "intermediate", "eu-central-1"), vault(t, e, e.Accounts.Backup, "final", "eu-north-1")
	written := func(d policy.Document, err error) string {
		require.NoError(t, err)
		var all []string
		for _, s := range d.Statement {
			all = append(all, s.JSON())
		}
		return `{"Version":"2012-10-17","Statement":[` + strings.Join(all, ",") + "]}"
	}
	return memoryAWS{
		keys: map[string]checkup.Key{
			sourceKey: {ARN: sourceKey, State: "Enabled"}, middleKey: {ARN: middleKey, State: "Enabled"}, finalKey: {ARN: finalKey, State: "Enabled"},
		},
		policies: map[string]string{
			sourceKey: written(policy.SharedKey(e, member), nil),
			middleKey: written(policy.VaultKey(e, e.Accounts.Backup, "intermediate", "eu-central-1")),
			finalKey:  written(policy.VaultKey(e, e.Accounts.Backup, "final", "eu-north-1")),
		},
		vaults: map[string]string{intermediate.ARN: middleKey, final.ARN: finalKey},
		points: map[string]string{localPoint: sourceKey, middlePoint: middleKey},
	}
}

func first(t *testing.T, e estate.Estate, text string) hop.FailedJob {
	t.Helper()
	return hop.FailedJob{Kind: hop.FirstHop, Class: diagnose.Text(text).Class, Message: text, Rejected: true, Resource: resource, ResourceType: "Aurora", Point: localPoint,
		Source: vault(t, e, member, "local", "eu-central-1"), Destination: vault(t, e, e.Accounts.Backup, "intermediate", "eu-central-1")}
}

func second(t *testing.T, e estate.Estate, text string) hop.FailedJob {
	t.Helper()
	return hop.FailedJob{Kind: hop.SecondHop, Class: diagnose.Text(text).Class, Message: text, Rejected: true, Resource: resource, ResourceType: "Aurora", Point: middlePoint,
		Source: vault(t, e, e.Accounts.Backup, "intermediate", "eu-central-1"), Destination: vault(t, e, e.Accounts.Backup, "final", "eu-north-1")}
}

// TestTheKeyAtFaultIsNamed, whichever the text blames: AWS is asked first.
func TestTheKeyAtFaultIsNamed(t *testing.T) {
	e := example(t)
	const foreign = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}]}`
	for name, test := range map[string]struct {
		job          func(*testing.T, estate.Estate, string) hop.FailedJob
		change       func(memoryAWS)
		names, print string
		spares       string // what is not blamed
	}{
		"the source's key is disabled": {first, func(a memoryAWS) { a.keys[sourceKey] = checkup.Key{ARN: sourceKey, State: "Disabled"} },
			"the source's key, " + sourceKey + ", is Disabled", "aws kms enable-key --key-id " + sourceKey + " --region eu-central-1", middleKey},
		"the source's key waits for its deletion": {first, func(a memoryAWS) { a.keys[sourceKey] = checkup.Key{ARN: sourceKey, State: "PendingDeletion"} },
			"is PendingDeletion", "aws kms cancel-key-deletion --key-id " + sourceKey + " --region eu-central-1", middleKey},
		"the source's key does not admit the backup account": {first, func(a memoryAWS) { a.policies[sourceKey] = foreign },
			"the policy of the source's key, " + sourceKey, `"Sid": "BackupAccountCopiesGrants"`, middleKey},
		"the source's key is deleted":     {first, func(a memoryAWS) { delete(a.keys, sourceKey) }, "the source's key, " + sourceKey + ", does not exist", "nothing brings the key back", middleKey},
		"the destination key is disabled": {first, func(a memoryAWS) { a.keys[middleKey] = checkup.Key{ARN: middleKey, State: "Disabled"} }, "the key of the destination vault twohop-intermediate, " + middleKey + ", is Disabled", "enable-key --key-id " + middleKey, sourceKey},
		"the final vault's key is disabled": {second, func(a memoryAWS) { a.keys[finalKey] = checkup.Key{ARN: finalKey, State: "Disabled"} },
			finalKey + ", is Disabled", "aws kms enable-key --key-id " + finalKey + " --region eu-north-1", middleKey},
		"the intermediate key's policy was emptied": {second, func(a memoryAWS) { a.policies[middleKey] = `{"Version":"2012-10-17","Statement":[]}` },
			"the policy of the source's key, " + middleKey, `"Sid": "AccountsOwnPolicies"`, finalKey},
	} {
		t.Run(name, func(t *testing.T) {
			for _, text := range []string{closedText, "The source snapshot KMS key [" + sourceKey + "] does not exist, is not enabled or you do not have permissions to access it.", "Given key ID is not accessible"} {
				aws := inOrder(t, e)
				test.change(aws)
				advice := (&fix.Adviser{Estate: e, File: "my.yaml", Open: aws.open}).Of(t.Context(), test.job(t, e, text))
				assert.Contains(t, advice.Cause, test.names)
				assert.Contains(t, advice.String(), test.print)
				assert.NotContains(t, advice.Full(), test.spares)
				assert.Contains(t, advice.String(), "twohop dlq replay --estate my.yaml --only Key --yes")
			}
		})
	}
}

// TestAKeyThatWasNotReadIsNotBlamed: both are named, with the commands that find out.
func TestAKeyThatWasNotReadIsNotBlamed(t *testing.T) {
	e := example(t)
	aws := inOrder(t, e)
	aws.refused = map[string]error{member: errors.New("the estate names no operators")}
	for name, open := range map[string]func(context.Context, string) (fix.Account, error){"the member cannot be read": aws.open, "nothing may be asked": nil} {
		t.Run(name, func(t *testing.T) {
			job := first(t, e, closedText)
			job.KeyARN = sourceKey
			advice := (&fix.Adviser{Estate: e, File: "my.yaml", Open: open}).Of(t.Context(), job)
			if open == nil {
				assert.Contains(t, advice.Cause, "it is not known which")
			}
			assert.Contains(t, advice.Cause, "the source's key ("+sourceKey)
			assert.Contains(t, advice.Cause, "the key of the destination vault twohop-intermediate")
			assert.Contains(t, advice.String(), `"Sid": "BackupAccountCopiesGrants"`)
			assert.Contains(t, advice.String(), "aws kms describe-key --key-id "+sourceKey+" --query KeyMetadata.KeyState --region eu-central-1")
			assert.NotContains(t, advice.String(), "enable-key")
			assert.Equal(t, open == nil, strings.Contains(advice.String(), "aws backup describe-backup-vault --backup-vault-name twohop-intermediate"), "the vault's key is looked up where it is not known")
		})
	}
	aws = inOrder(t, e)
	aws.hidden = map[string]bool{middleKey: true}
	advice := (&fix.Adviser{Estate: e, Open: aws.open}).Of(t.Context(), first(t, e, closedText))
	assert.Contains(t, advice.Cause, middleKey+": Enabled, its policy could not be read")
	assert.Contains(t, advice.String(), "lacks right kms:GetKeyPolicy")
	assert.Contains(t, advice.Cause, "most likely the key of the destination vault")
	assert.Contains(t, advice.Cause, "the source's key, "+sourceKey+", is enabled and its policy admits the copy")
}

func TestKeysThatAreInOrderAgainLeaveTheReplay(t *testing.T) {
	e := example(t)
	advice := (&fix.Adviser{Estate: e, File: "my.yaml", Open: inOrder(t, e).open}).Of(t.Context(), first(t, e, closedText))
	assert.Contains(t, advice.Cause, "now both keys are enabled and their policies admit the copy")
	assert.Contains(t, advice.String(), "twohop dlq replay")
}

// TestStatementsAreTheEstatesOwn, with its account ids, as doctor prints them.
func TestStatementsAreTheEstatesOwn(t *testing.T) {
	e := example(t)
	adviser := &fix.Adviser{Estate: e, File: "my.yaml", Profiles: map[string]string{"222222222222": "back up"}}
	advice := adviser.Of(t.Context(), first(t, e, "Access Denied trying to call AWS Backup service.")).String()
	assert.Contains(t, advice, `"aws:PrincipalOrgID": [`)
	assert.Contains(t, advice, e.Organization)
	assert.Contains(t, advice, "aws backup get-backup-vault-access-policy --backup-vault-name twohop-intermediate --query Policy --output text --region eu-central-1 --profile 'back up' > vault-policy.json")
	assert.Contains(t, advice, "a deployment of an unchanged template does not")
	assert.NotContains(t, advice, "make deploy")

	advice = adviser.Of(t.Context(), second(t, e, "Access Denied trying to call AWS Backup service.")).String()
	assert.NotContains(t, advice, "MembersCopyIn", "a copy within the account needs no admission")
	assert.Contains(t, advice, "twohop doctor --estate my.yaml")

	advice = adviser.Of(t.Context(), second(t, e, "is not authorized to perform: iam:PassRole")).String()
	assert.Contains(t, advice, "arn:aws:iam::222222222222:role/twohop-copy")
	assert.Contains(t, advice, "--role-name twohop-copystarter")
	advice = adviser.Of(t.Context(), first(t, e, "IAM Role x cannot be assumed by AWS Backup")).String()
	assert.Contains(t, advice, "backup.amazonaws.com")
	assert.Contains(t, advice, "aws iam update-assume-role-policy --role-name twohop-BackupandRestore")
}

// TestTheTagIsTheEstates, and no resource is sent to the route that it is on.
func TestTheTagIsTheEstates(t *testing.T) {
	e := example(t)
	e.TagKey = "backup-plan"
	plan := e.Plans["cross-region-special"]
	plan.Tag = "two hops"
	e.Plans["cross-region-special"] = plan
	adviser := &fix.Adviser{Estate: e, File: "my.yaml"}
	const text = "Copy job from eu-central-1 to eu-north-1 cannot be initiated for Aurora resources. Feature is not supported for provided resource type."

	direct := first(t, e, text)
	direct.Destination = vault(t, e, e.Accounts.Backup, "final", "eu-north-1")
	advice := adviser.Of(t.Context(), direct).String()
	assert.Contains(t, advice, "aws resourcegroupstaggingapi tag-resources --resource-arn-list "+resource+" --tags 'backup-plan=two hops' --region eu-central-1")
	assert.NotContains(t, advice, "cross-region-special=")

	twoHop := adviser.Of(t.Context(), first(t, e, text)).String()
	assert.Contains(t, twoHop, "on the two-hop route already")
	assert.Contains(t, twoHop, "--tags backup-plan=simple")
	assert.NotContains(t, twoHop, "two hops")
	assert.NotContains(t, adviser.Of(t.Context(), second(t, e, text)).String(), "two-hop route")
}

// TestTheHopDecidesWhoRepeats a job.
func TestTheHopDecidesWhoRepeats(t *testing.T) {
	e := example(t)
	adviser := &fix.Adviser{Estate: e, File: "my.yaml"}
	for _, text := range []string{"Cannot copy more than 5 snapshots across regions", "Rate exceeded"} {
		one := adviser.Of(t.Context(), first(t, e, text)).String()
		assert.Contains(t, one, "AWS Backup and twohop do not repeat a first hop")
		assert.Contains(t, one, "twohop dlq replay --estate my.yaml --only")
		assert.NotContains(t, one, "nothing to do")
		two := second(t, e, text)
		two.Rejected = false
		assert.Contains(t, adviser.Of(t.Context(), two).String(), "nothing to do: twohop")
		backup := hop.FailedJob{Kind: hop.BackupJobKind, Class: two.Class, Message: text, Resource: resource, ResourceType: "Aurora"}
		assert.NotContains(t, adviser.Of(t.Context(), backup).String(), "dlq replay")
	}
}

// TestAManagedKeyHasItsProcedure: a recovery point under aws/rds is copied inside the member
// account first.
func TestAManagedKeyHasItsProcedure(t *testing.T) {
	e := example(t)
	adviser := &fix.Adviser{Estate: e, File: "my.yaml"}
	job := first(t, e, "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.")
	advice := adviser.Of(t.Context(), job).String()
	assert.Contains(t, advice, "aws backup create-backup-vault --backup-vault-name twohop-rekeyed")
	assert.Contains(t, advice, "--recovery-point-arn "+localPoint+" --source-backup-vault-name twohop-local --destination-backup-vault-arn arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-rekeyed")
	assert.Contains(t, advice, "--destination-backup-vault-arn "+job.Destination.ARN+" --iam-role-arn arn:aws:iam::111111111111:role/twohop-BackupandRestore")
	assert.NotContains(t, advice, "cannot be copied")
	assert.NotContains(t, advice, "dlq replay", "it would fail again")
	direct := job
	direct.Destination = vault(t, e, e.Accounts.Backup, "final", "eu-north-1")
	assert.Contains(t, adviser.Of(t.Context(), direct).String(), "--destination-backup-vault-arn "+job.Destination.ARN, "twohop continues from the intermediate vault")
	job.Point = ""
	assert.NotContains(t, adviser.Of(t.Context(), job).String(), "start-copy-job", "a command without its ARNs is not printed")
}

// TestCommandsNameTheProfilesThatWereGiven, and say where one is needed.
func TestCommandsNameTheProfilesThatWereGiven(t *testing.T) {
	e := example(t)
	job := first(t, e, "Rate exceeded")
	advice := (&fix.Adviser{Estate: e, File: "my estate.yaml", Profiles: map[string]string{member: "team a"}}).Of(t.Context(), job).String()
	assert.Contains(t, advice, "twohop dlq replay --estate 'my estate.yaml' --only Transient --yes --profile '111111111111=team a'")
	assert.Contains(t, (&fix.Adviser{Estate: e, File: "my.yaml"}).Of(t.Context(), job).String(), "add --profile 111111111111=NAME")
	e.Operators = []string{"arn:aws:iam::222222222222:role/OnCall"}
	assert.NotContains(t, (&fix.Adviser{Estate: e, File: "my.yaml"}).Of(t.Context(), job).String(), "add --profile")
}
