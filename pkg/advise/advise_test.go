package advise_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/advise"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// example is the estate of the example file, changed.
func example(t *testing.T, change func(*estate.Estate)) estate.Estate {
	t.Helper()
	e, err := estate.Load("../../infra/config/example.yaml")
	require.NoError(t, err)
	if change != nil {
		change(&e)
	}
	return e
}

func regions(primary string, secondary ...string) func(*estate.Estate) {
	return func(e *estate.Estate) { e.Regions = estate.Regions{Primary: primary, Secondary: secondary} }
}

func TestWhichWayAResourceNeeds(t *testing.T) {
	const db, cluster = "arn:aws:rds:eu-central-1:111111111111:db:d", "arn:aws:rds:eu-central-1:111111111111:cluster:c"
	direct := func(e *estate.Estate) {
		plan := e.Plans["cross-region"]
		plan.Types = append(plan.Types, "RDS", "Neptune")
		e.Plans["cross-region"] = plan
	}
	none := func(e *estate.Estate) {
		plan := e.Plans["cross-region-special"]
		plan.Types = []string{"RDS"}
		e.Plans["cross-region-special"] = plan
	}
	for sentence, c := range map[string]struct {
		change       func(*estate.Estate)
		kind, arn    string
		way          advise.Way
		tag, because string
		lack         string
	}{
		"a database takes the estate's two hops":     {nil, "RDS", db, advise.TwoHops, "backup=cross-region-special", "since October 2025", ""},
		"a bucket takes the single action":           {nil, "S3", "arn:aws:s3:::b", advise.SingleAction, "backup=cross-region", "one copy action", ""},
		"a volume takes the single action":           {nil, "EBS", "arn:aws:ec2:eu-central-1:111111111111:volume/v", advise.SingleAction, "backup=cross-region", "one copy action", ""},
		"a type of no plan has none":                 {nil, "EFS", "arn:aws:elasticfilesystem:eu-central-1:111111111111:file-system/f", advise.SingleAction, "", "table of features", "add EFS to the types"},
		"a direct plan that takes a database counts": {direct, "RDS", db, advise.SingleAction, "backup=cross-region", "since October 2025", ""},
		"a cluster that no two-hop plan takes":       {none, "Aurora", cluster, advise.TwoHops, "", "since October 2025", "add Aurora to the types"},
		"a Multi-AZ cluster has its local backups":   {nil, "RDS", cluster, advise.NoCopy, "backup=simple", "Multi-AZ", ""},
		"an opt-in Region copies no DocumentDB":      {regions("eu-south-1", "eu-north-1"), "DocumentDB", cluster, advise.NoCopy, "backup=simple", "opts in", ""},
		"nor to an opt-in Region":                    {regions("eu-central-1", "eu-south-1"), "DocumentDB", cluster, advise.NoCopy, "backup=simple", "opts in", ""},
		"an opt-in Region lets no Neptune out":       {regions("eu-south-1", "eu-north-1"), "Neptune", cluster, advise.NoCopy, "backup=simple", "between accounts", ""},
		"Neptune goes to one in two hops alone": {func(e *estate.Estate) { direct(e); regions("eu-central-1", "eu-south-1")(e) },
			"Neptune", cluster, advise.TwoHops, "backup=cross-region-special", "no action here", ""},
		"an opt-in Region copies Aurora":     {regions("eu-south-1", "eu-north-1"), "Aurora", cluster, advise.TwoHops, "backup=cross-region-special", "since October 2025", ""},
		"in China nothing leaves an account": {regions("cn-north-1", "cn-northwest-1"), "S3", "arn:aws-cn:s3:::b", advise.NoCopy, "backup=simple", "China", ""},
		"without a plan for it, it is said": {func(e *estate.Estate) {
			regions("cn-north-1", "cn-northwest-1")(e)
			e.Plans["simple"] = estate.Plan{}
		}, "S3", "arn:aws-cn:s3:::b", advise.NoCopy, "", "China", "no plan in force backs up S3"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := advise.For(example(t, c.change), c.kind, c.arn)
			assert.Equal(t, c.way, got.Way)
			assert.Equal(t, c.tag, got.Tag)
			assert.Contains(t, got.Why, c.because)
			if c.lack == "" {
				assert.Empty(t, got.Lack)
			}
			assert.Contains(t, got.Lack, c.lack)
		})
	}
}

func TestWhatAPlanStoresAndTransfers(t *testing.T) {
	e := example(t, func(e *estate.Estate) {
		e.Regions.Secondary = []string{"eu-north-1", "eu-west-1"}
		e.IntermediateRetentionDays = 3
		plan := e.Plans["cross-region-special"]
		plan.Schedule = "cron(0 1,13 * * ? *)"
		e.Plans["cross-region-special"] = plan
		weekly := e.Plans["simple"]
		weekly.Schedule = "cron(0 1 ? * SUN *)"
		e.Plans["simple"] = weekly
	})
	assert.Equal(t, advise.Load{Runs: 2, EveryDay: true, Account: 1, Region: 2, Kept: []advise.Kept{
		{Vault: "twohop-final", Region: "eu-north-1", Days: 35, Points: 70},
		{Vault: "twohop-final", Region: "eu-west-1", Days: 35, Points: 70},
		{Vault: "twohop-intermediate", Region: "eu-central-1", Days: 7, TrimmedTo: 3, Points: 6},
		{Vault: "twohop-local", Region: "eu-central-1", Days: 7, Points: 14},
	}}, advise.Of(e, "cross-region-special"))
	direct := advise.Of(e, "cross-region")
	assert.Equal(t, []int{0, 2}, []int{direct.Account, direct.Region}, "one transfer to each Region")
	weekly := advise.Of(e, "simple")
	assert.False(t, weekly.EveryDay)
	assert.Equal(t, []int{0, 0}, []int{weekly.Account, weekly.Region})
}

func TestSumsLeaveOutWhatHasNoSize(t *testing.T) {
	e := example(t, nil)
	resource := func(kind string, bytes int64) advise.Resource {
		a := advise.For(e, kind, "")
		return advise.Resource{Protected: hop.Protected{Resource: hop.Resource{Type: kind}}, Bytes: bytes, Advice: a, Plan: a.Plan}
	}
	sums := advise.Sums(e, []advise.Resource{resource("RDS", 10<<30), resource("S3", 1<<30), resource("Aurora", 0), resource("EFS", 1<<30)})
	require.Len(t, sums, 2)
	assert.Equal(t, "cross-region", sums[0].Plan)
	special := sums[1]
	assert.Equal(t, []any{"cross-region-special", 2, int64(10 << 30), 1}, []any{special.Plan, special.Resources, special.Bytes, special.Unsized})
	assert.InDelta(t, 350, special.GigabyteMonths(special.Load.Kept[0]), 0.001)
}

// TestAResourceCountsForThePlanThatItIsIn, by the tag it has, whatever is advised.
func TestAResourceCountsForThePlanThatItIsIn(t *testing.T) {
	e := example(t, nil)
	assert.Equal(t, "simple", advise.PlanOf(e, "simple", "RDS"))
	assert.Empty(t, advise.PlanOf(e, "cross-region", "RDS"), "the plan does not take the type")
	assert.Empty(t, advise.PlanOf(e, "Simple", "RDS"))
	one := advise.Resource{Protected: hop.Protected{Resource: hop.Resource{Type: "RDS"}}, Bytes: 1 << 30, Advice: advise.For(e, "RDS", ""), Plan: "simple"}
	none := one
	none.Plan = ""
	sums := advise.Sums(e, []advise.Resource{one, none})
	require.Len(t, sums, 1)
	assert.Equal(t, "simple", sums[0].Plan)
	assert.Equal(t, 1, sums[0].Resources)
}
