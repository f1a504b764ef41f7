package checkup_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
)

// fakePlans are the plans of the example, all with the rules of cross-region-special but for
// those that are given.
type fakePlans map[string][]checkup.PlanRule

func (f fakePlans) Plans(context.Context) ([]checkup.Plan, error) {
	var plans []checkup.Plan
	for name := range f {
		plans = append(plans, checkup.Plan{ID: name, Name: "twohop-" + name})
	}
	return plans, nil
}

func (f fakePlans) Rules(_ context.Context, id string) ([]checkup.PlanRule, error) { return f[id], nil }

func TestAPlanThatIsNotTheEstatesIsFound(t *testing.T) {
	e := example(t)
	intermediate := "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate"
	rulesOf := func() fakePlans {
		plans := fakePlans{}
		for _, name := range e.EnabledPlans() {
			local := e.LocalVault(name)
			plans[name] = []checkup.PlanRule{{Schedule: e.Plans[name].Schedule, Vault: e.Vaults[local].Name, Days: e.Plans[name].Retention[local], Copies: e.CopyRetentions(name)}}
		}
		return plans
	}
	require.Empty(t, checkup.Run(t.Context(), checkup.Planned(e, member, file, rulesOf())))
	for sentence, c := range map[string]struct {
		change  func(*checkup.PlanRule)
		kind    checkup.Kind
		problem string
	}{
		"without its copy":      {func(r *checkup.PlanRule) { r.Copies = nil }, checkup.Broken, "the plan twohop-cross-region-special does not copy to " + intermediate},
		"to another vault":      {func(r *checkup.PlanRule) { r.Vault = "Default" }, checkup.Broken, "has no rule that backs up into the vault twohop-local"},
		"at another time":       {func(r *checkup.PlanRule) { r.Schedule = "cron(0 0 1 * ? *)" }, checkup.Warning, "runs at cron(0 0 1 * ? *)"},
		"kept for a day":        {func(r *checkup.PlanRule) { r.Days = 1 }, checkup.Warning, "keeps backups for 1 days"},
		"copies kept for a day": {func(r *checkup.PlanRule) { r.Copies[intermediate] = 1 }, checkup.Warning, "keeps copies in " + intermediate + " for 1 days"},
	} {
		t.Run(sentence, func(t *testing.T) {
			plans := rulesOf()
			c.change(&plans["cross-region-special"][0])
			f := only(t, checkup.Planned(e, member, file, plans))
			assert.Equal(t, c.kind, f.Kind)
			assert.Contains(t, f.Problem, c.problem)
			assert.Contains(t, f.Mend, "STACKS=TwohopManagement FLAGS=--revert-drift")
		})
	}
}
