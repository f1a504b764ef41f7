package checkup_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

const (
	member    = "111111111111"
	backup    = "222222222222"
	primary   = "eu-central-1"
	secondary = "eu-north-1"
	file      = "my.yaml"
)

func example(t *testing.T) estate.Estate {
	t.Helper()
	e, err := estate.Load("../../infra/config/example.yaml")
	require.NoError(t, err)
	return e
}

// answers makes a check of what looking at it comes to.
func answers(name string, found []checkup.Finding, err error) checkup.Check {
	return checkup.Check{Name: name, Place: checkup.Place{Account: member, Resource: name}, Right: "rds:Look",
		Look: func(context.Context) ([]checkup.Finding, error) { return found, err }}
}

func TestACheckThatCannotBeMadeIsAFindingAndStopsNoOther(t *testing.T) {
	broken := func() []checkup.Finding { return []checkup.Finding{{Kind: checkup.Broken, Problem: "it is broken"}} }
	found := checkup.Run(t.Context(), []checkup.Check{
		answers("denied", nil, &checkup.Refusal{Right: "kms:GetKeyPolicy", Said: "AccessDenied: no"}),
		answers("half", broken(), &hop.Failure{Class: hop.ClassRole, Code: "AccessDenied", Message: "no"}),
		answers("sound", nil, nil),
		answers("slow", nil, errors.New("timeout")),
		answers("ill", broken(), nil),
		checkup.Unmade("far", checkup.Place{Account: backup}, "there is no way", "make one"),
	})
	var problems []string
	for _, f := range found {
		problems = append(problems, string(f.Kind)+": "+f.Check+": "+f.Problem)
	}
	assert.Equal(t, []string{
		"not checked: denied: denied could not be checked: lacks right kms:GetKeyPolicy (AccessDenied: no)",
		"broken: half: it is broken",
		"not checked: half: half could not be checked: lacks right rds:Look (AccessDenied: no)",
		"not checked: slow: slow could not be checked: timeout",
		"broken: ill: it is broken",
		"not checked: far: far: there is no way",
	}, problems)
	assert.Equal(t, checkup.Place{Account: member, Resource: "half"}, found[1].Place)
	assert.Equal(t, checkup.Place{Account: backup}, found[5].Place)
}

// only is the one finding of checks.
func only(t *testing.T, checks []checkup.Check) checkup.Finding {
	t.Helper()
	found := checkup.Run(t.Context(), checks)
	require.Len(t, found, 1, "%+v", found)
	return found[0]
}

func TestATypeThatAWSBackupLacksInARegionIsFound(t *testing.T) {
	f := only(t, checkup.OptedIn(member, estate.OptIns{secondary: {"Neptune", "RDS"}}, optIns{"RDS": true}))
	assert.Equal(t, "AWS Backup has no Neptune in eu-north-1", f.Problem)
	assert.Equal(t, "take Neptune out of the estate's plans, or choose another Region", f.Mend)
}

type optIns map[string]bool

func (o optIns) OptIns(context.Context, string) (map[string]bool, error) { return o, nil }

// nothing is an account in which there is nothing.
type nothing struct{}

func (nothing) Vault(context.Context, string, string) (checkup.Vault, error) {
	return checkup.Vault{}, checkup.ErrNotFound
}
func (nothing) VaultPolicy(context.Context, string, string) (string, error) {
	return "", checkup.ErrNotFound
}
func (nothing) Key(context.Context, string) (checkup.Key, error) {
	return checkup.Key{}, checkup.ErrNotFound
}
func (nothing) KeyPolicy(context.Context, string) (string, error) { return "", checkup.ErrNotFound }
func (nothing) Queue(context.Context, string) (checkup.Queue, error) {
	return checkup.Queue{}, checkup.ErrNotFound
}
func (nothing) BusPolicy(context.Context, string) (string, error) { return "", checkup.ErrNotFound }
func (nothing) Archive(context.Context, string) (checkup.Archive, error) {
	return checkup.Archive{}, checkup.ErrNotFound
}
func (nothing) Targets(context.Context, string, string) ([]checkup.Target, error) {
	return nil, checkup.ErrNotFound
}
func (nothing) Rule(context.Context, string, string) (checkup.Rule, error) {
	return checkup.Rule{}, checkup.ErrNotFound
}
func (nothing) Trust(context.Context, string) (string, error)      { return "", checkup.ErrNotFound }
func (nothing) Attached(context.Context, string) ([]string, error) { return nil, checkup.ErrNotFound }
func (nothing) Names(context.Context, string) ([]string, error)    { return nil, checkup.ErrNotFound }
func (nothing) Inline(context.Context, string, string) (string, error) {
	return "", checkup.ErrNotFound
}
func (nothing) Plans(context.Context) ([]checkup.Plan, error) { return nil, nil }
func (nothing) Rules(context.Context, string) ([]checkup.PlanRule, error) {
	return nil, checkup.ErrNotFound
}

func TestWhatAStackWouldHaveMadeIsMissed(t *testing.T) {
	e := example(t)
	e.SharedKey = true
	var n nothing
	deploy := checkup.MemberDeploys(e, file, member)
	for sentence, c := range map[string]struct {
		checks   []checkup.Check
		problems []string
		mend     string
	}{
		"vaults": {checkup.Stand(e, backup, secondary, estate.BackupAccount, file, n, n), []string{"there is no vault twohop-final"}, "make deploy ESTATE=my.yaml STACKS=TwohopBackupSecondary-eu-north-1 FLAGS=--revert-drift"},
		"buses and rules": {checkup.Bus(e, file, n), []string{"there is no bus twohop", "there is no archive twohop", "there is no rule twohop-hop1-completed on the bus twohop", "there is no rule twohop-hop1-completed on the default bus",
			"there is no rule twohop-hop1-failed on the bus twohop", "there is no rule twohop-hop2-ended on the default bus"}, "make deploy ESTATE=my.yaml STACKS=TwohopBackupPrimary FLAGS=--revert-drift"},
		"a member's rule":       {checkup.MemberRule(e, member, file, n), []string{"there is no rule twohop-forward on the default bus"}, checkup.MemberDeploys(e, file, member).String()},
		"a member's queue":      {checkup.Queued(e, member, file, estate.MemberAccount, n), []string{"there is no queue twohop-forward-dlq"}, checkup.MemberDeploys(e, file, member).String()},
		"a member's roles":      {checkup.Roled(member, deploy, checkup.MemberRoles(e, member), n), []string{"there is no role twohop-BackupandRestore", "there is no role twohop-forward", "there is no role twohop-Operator"}, checkup.MemberDeploys(e, file, member).String()},
		"a member's shared key": {checkup.SharedKey(e, member, file, n), []string{"there is no key alias/twohop-databases"}, checkup.MemberDeploys(e, file, member).String()},
		"the topic's key":       {checkup.TopicKey(e, file, n), []string{"there is no key alias/twohop-alarms"}, "make deploy ESTATE=my.yaml STACKS=TwohopBackupPrimary FLAGS=--revert-drift"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var problems []string
			for _, f := range checkup.Run(t.Context(), c.checks) {
				problems = append(problems, f.Problem)
				assert.Equal(t, checkup.Broken, f.Kind)
				assert.Equal(t, c.mend, f.Mend)
				assert.NotEmpty(t, f.Causes)
			}
			assert.Equal(t, c.problems, problems)
		})
	}
	assert.Len(t, checkup.Run(t.Context(), checkup.Planned(e, member, file, n)), 3)
	assert.Len(t, checkup.Run(t.Context(), checkup.ServiceRoles(member, n)), 2)
	e.SharedKey = false
	assert.Empty(t, checkup.SharedKey(e, member, file, n))
}

// A vault and a key that are there.
type (
	oneVault struct {
		nothing
		key string
	}
	oneKey struct {
		nothing
		key checkup.Key
	}
)

func (o oneVault) Vault(context.Context, string, string) (checkup.Vault, error) {
	return checkup.Vault{KeyARN: o.key}, nil
}
func (o oneKey) Key(context.Context, string) (checkup.Key, error) { return o.key, nil }

func TestAVaultUnderAKeyThatCannotBeSharedIsFound(t *testing.T) {
	e := example(t)
	const arn = "arn:aws:kms:eu-north-1:222222222222:key/1"
	for sentence, c := range map[string]struct {
		keys                  checkup.Keys
		problem, causes, mend string
	}{
		"AWS's own": {oneKey{key: checkup.Key{ARN: arn, Managed: true, State: "Enabled"}}, "the vault is under the key aws/backup",
			"encrypted with the default Backup service managed key", "vaults.final.name"},
		"one that is gone":             {nothing{}, "the vault's key " + arn + " does not exist", "KMS key is either disabled", "what the vault holds is lost"},
		"one that is to be deleted":    {oneKey{key: checkup.Key{ARN: arn, State: "PendingDeletion"}}, "is PendingDeletion", "KMS key is either disabled", "aws kms cancel-key-deletion"},
		"one that nobody has material": {oneKey{key: checkup.Key{ARN: arn, State: "PendingImport"}}, "is PendingImport", "KMS key is either disabled", "aws kms enable-key"},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := only(t, checkup.Stand(e, backup, secondary, estate.BackupAccount, file, oneVault{key: arn}, c.keys))
			assert.Contains(t, f.Problem, c.problem)
			assert.Contains(t, f.Causes, c.causes)
			assert.Contains(t, f.Mend, c.mend)
		})
	}
}

// TestWhatWasChangedByHandIsBroughtBack: a deployment of an unchanged template changes nothing.
func TestWhatWasChangedByHandIsBroughtBack(t *testing.T) {
	e := example(t)
	assert.Equal(t, "make deploy ESTATE=my.yaml STACKS=TwohopBackupPrimary FLAGS=--revert-drift", checkup.Deploys{Estate: file, Stack: "TwohopBackupPrimary"}.String())
	in := checkup.MemberDeploys(e, file, member).String()
	assert.Contains(t, in, "with a profile of account 111111111111: STACK=$(aws cloudformation list-stacks --region eu-central-1 ")
	assert.Contains(t, in, "starts_with(StackName, 'StackSet-TwohopMember-')")
	assert.Contains(t, in, "--deployment-mode REVERT_DRIFT")
}
