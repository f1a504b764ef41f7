package checkup_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
)

// databases of an account: what is tagged, and what is known of it.
type databases struct {
	tagged    []checkup.Tagged
	tags      []checkup.ResourceTags
	described map[string]checkup.Database
	options   map[string][]string
}

func (d databases) Tagged(context.Context, string) ([]checkup.Tagged, error) { return d.tagged, nil }
func (d databases) Tags(context.Context) ([]checkup.ResourceTags, error)     { return d.tags, nil }
func (d databases) Database(_ context.Context, arn string) (checkup.Database, error) {
	found, ok := d.described[arn]
	if !ok {
		return found, checkup.ErrNotFound
	}
	return found, nil
}
func (d databases) PersistentOptions(_ context.Context, group string) ([]string, error) {
	return d.options[group], nil
}

// everywhere is every engine.
type everywhere struct{}

func (everywhere) Offered(context.Context, string, string) (bool, error) { return true, nil }

const (
	orders = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	ledger = "arn:aws:rds:eu-central-1:111111111111:cluster:ledger"
)

func TestTaggedResourcesThatNothingIsToBeSaidOf(t *testing.T) {
	for sentence, d := range map[string]databases{
		"nothing is tagged":              {},
		"a database that has gone since": {tagged: []checkup.Tagged{{orders, "cross-region-special"}}},
		"a snapshot":                     {tagged: []checkup.Tagged{{"arn:aws:rds:eu-central-1:111111111111:snapshot:rds:orders", "cross-region-special"}}},
		"a queue of another service":     {tagged: []checkup.Tagged{{"arn:aws:sqs:eu-central-1:111111111111:q", "cross-region-special"}}},
		"what is no ARN":                 {tagged: []checkup.Tagged{{"q", "cross-region-special"}}},
		"a volume of a direct plan":      {tagged: []checkup.Tagged{{"arn:aws:ec2:eu-central-1:111111111111:volume/vol-1", "cross-region"}}},
		"what is backed up in its account only, under whatever key": {
			tagged:    []checkup.Tagged{{orders, "simple"}, {ledger, "simple"}},
			described: map[string]checkup.Database{orders: {Engine: "postgres"}, ledger: {Engine: "mysql"}},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Empty(t, checkup.Run(t.Context(), checkup.Databased(example(t), member, d, nothing{}, everywhere{})))
		})
	}
}

func TestDatabasesWhoseSnapshotsRDSDoesNotShare(t *testing.T) {
	for sentence, c := range map[string]struct {
		database checkup.Database
		options  []string
		kind     checkup.Kind
		problem  string
		mend     string
	}{
		"RDS Custom":                     {checkup.Database{Engine: "custom-oracle-ee"}, nil, checkup.Broken, "it is RDS Custom", "a plan without copies"},
		"Transparent Data Encryption":    {checkup.Database{Engine: "sqlserver-ee"}, []string{"TDE"}, checkup.Broken, "Transparent Data Encryption", "stop using TDE"},
		"another persistent option":      {checkup.Database{Engine: "oracle-ee"}, []string{"OLS", "OTHER"}, checkup.Broken, "shares snapshots with other accounts with Timezone and OLS alone", "a plan without copies"},
		"persistent options that it may": {checkup.Database{Engine: "oracle-ee"}, []string{"OLS", "Timezone"}, checkup.Unconfirmed, "it copies no option groups", "in the Region of the copy (eu-central-1, eu-north-1)"},
		"options that can be taken off":  {checkup.Database{Engine: "oracle-ee"}, nil, "", "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.database.Encryption, c.database.OptionGroups = checkup.NotEncrypted, []string{"own"} // of an instance no finding
			d := databases{tagged: []checkup.Tagged{{orders, "cross-region-special"}}, described: map[string]checkup.Database{orders: c.database}, options: map[string][]string{"own": c.options}}
			found := checkup.Run(t.Context(), checkup.Databased(example(t), member, d, nothing{}, everywhere{}))
			if c.kind == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Equal(t, c.kind, found[0].Kind)
			assert.Contains(t, found[0].Problem, c.problem)
			assert.Contains(t, found[0].Mend, c.mend)
		})
	}
}

func TestWhatIsWrongWithADatabaseIsFoundThoughItsKeyIsDenied(t *testing.T) {
	d := databases{
		tagged:    []checkup.Tagged{{orders, "cross-region-special"}},
		described: map[string]checkup.Database{orders: {Engine: "oracle-ee", Encryption: checkup.KMSKey, KeyARN: "arn:aws:kms:eu-central-1:111111111111:key/1", OptionGroups: []string{"tde"}}},
		options:   map[string][]string{"tde": {"Timezone", "TDE"}},
	}
	found := checkup.Run(t.Context(), checkup.Databased(example(t), member, d, deniedKeys{}, everywhere{}))
	require.Len(t, found, 2)
	assert.Equal(t, checkup.Broken, found[0].Kind)
	assert.Equal(t, "The snapshot requires a target option group with the following options: Timezone, TDE", found[0].Causes)
	assert.Contains(t, found[0].Mend, "an option group in the destination does not help")
	assert.Equal(t, checkup.NotChecked, found[1].Kind)
	assert.Contains(t, found[1].Problem, "lacks right kms:DescribeKey")
}

type deniedKeys struct{ nothing }

func (deniedKeys) Key(context.Context, string) (checkup.Key, error) {
	return checkup.Key{}, &checkup.Refusal{Right: "kms:DescribeKey", Said: "AccessDenied: no"}
}

// quotas by name, in every Region.
type quotas map[string]int

func (q quotas) Quotas(context.Context, string) (map[string]int, error) { return q, nil }

func TestSnapshotsOfAWSBackupCountTowardNoQuotaOfRDSAndAurora(t *testing.T) {
	many := databases{described: map[string]checkup.Database{}}
	for i, engine := range []string{"aurora-postgresql", "aurora-mysql", "aurora-postgresql"} {
		cluster := fmt.Sprintf("%s-%d", ledger, i)
		many.described[cluster] = checkup.Database{Engine: engine}
		many.tagged = append(many.tagged, checkup.Tagged{ARN: cluster, Value: "cross-region-special"}, checkup.Tagged{ARN: fmt.Sprintf("%s-%d", orders, i), Value: "cross-region-special"})
	}
	none := quotas{"Manual DB instance snapshots": 0, "Manual DB cluster snapshots": 0}
	assert.Empty(t, checkup.Run(t.Context(), checkup.Limited(example(t), none, []checkup.Databases{many})),
		"and a quota of concurrent copies that is not listed is no finding")
}

func TestQuotasAreComparedWithWhatTheEstateWillHold(t *testing.T) {
	many := databases{described: map[string]checkup.Database{}}
	for i, engine := range []string{"docdb", "neptune", "docdb"} {
		cluster := fmt.Sprintf("%s-%d", ledger, i)
		many.described[cluster] = checkup.Database{Engine: engine}
		many.tagged = append(many.tagged, checkup.Tagged{ARN: cluster, Value: "cross-region-special"}, checkup.Tagged{ARN: cluster, Value: "simple"},
			checkup.Tagged{ARN: cluster + "-gone", Value: "cross-region-special"})
	}
	enough := quotas{"Manual DB cluster snapshots": 105, "Cross-Region snapshot copies": 20, "Cross-Region cluster snapshot copies": 5}
	assert.Empty(t, checkup.Run(t.Context(), checkup.Limited(example(t), enough, []checkup.Databases{many})), "35 days of three clusters, and none of what stays in its account")

	e := example(t)
	e.IntermediateRetentionDays = 3
	few := quotas{"Manual DB cluster snapshots": 8, "Cross-Region snapshot copies": 20, "Cross-Region cluster snapshot copies": 4}
	var problems []string
	for _, f := range checkup.Run(t.Context(), checkup.Limited(e, few, []checkup.Databases{many})) {
		problems = append(problems, string(f.Kind)+" "+f.Region+": "+f.Problem)
	}
	const unconfirmed = "; AWS does not document whether snapshots made by AWS Backup count toward it"
	assert.Equal(t, []string{
		`unconfirmed eu-central-1: the vaults in eu-central-1 will hold 9 snapshots of DocumentDB and Neptune at a time, and the quota "Manual DB cluster snapshots" is 8` + unconfirmed,
		`unconfirmed eu-north-1: the vaults in eu-north-1 will hold 105 snapshots of DocumentDB and Neptune at a time, and the quota "Manual DB cluster snapshots" is 8` + unconfirmed,
		`broken eu-north-1: the quota "Cross-Region cluster snapshot copies" in eu-north-1 is 4, and the estate's pool of Aurora, DocumentDB, Neptune is 5`,
	}, problems)
}

func TestWhatIsSwitchedIsSaidToBeMissingOrOff(t *testing.T) {
	at := checkup.Place{Account: backup, Region: primary}
	deploy := checkup.Deploys{Estate: file, Stack: "TwohopBackupPrimary"}
	one := func(s state) []checkup.Check {
		return checkup.SwitchedOn(at, deploy, []checkup.Switched{{On: s, Right: "scheduler:GetSchedule", Causes: "none", Mend: "twohop resume"}})
	}
	assert.Empty(t, checkup.Run(t.Context(), one(state{on: true})))
	assert.Equal(t, "twohop resume", only(t, one(state{})).Mend)
	assert.Equal(t, deploy.String(), only(t, one(state{err: fmt.Errorf("get: %w", checkup.ErrNotFound)})).Mend)
	assert.Equal(t, checkup.NotChecked, only(t, one(state{err: errors.New("timeout")})).Kind)
}

type state struct {
	on  bool
	err error
}

func (state) String() string                     { return "schedule recent" }
func (s state) On(context.Context) (bool, error) { return s.on, s.err }
