package scheduler_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestSchedulesThatAreRefused(t *testing.T) {
	number := func(n int) *int { return &n }
	for sentence, c := range map[string]struct {
		change func(*scheduler.Schedule)
		code   string
		want   string
	}{
		"an account":                         {func(s *scheduler.Schedule) { s.Account = "1" }, "ValidationException", `account "1"`},
		"a Region":                           {func(s *scheduler.Schedule) { s.Region = "here" }, "ValidationException", `Region "here"`},
		"a name":                             {func(s *scheduler.Schedule) { s.Name = "a/b" }, "ValidationException", `name "a/b"`},
		"a state":                            {func(s *scheduler.Schedule) { s.State = "PAUSED" }, "ValidationException", `state "PAUSED"`},
		"a window wider than a day":          {func(s *scheduler.Schedule) { s.FlexibleMinutes = 1441 }, "ValidationException", "flexible time window of 1441 minutes"},
		"a group that does not exist":        {func(s *scheduler.Schedule) { s.Group = "none" }, "ResourceNotFoundException", "Schedule group none does not exist."},
		"a zone that does not exist":         {func(s *scheduler.Schedule) { s.Timezone = "Europe/Twohop" }, "ValidationException", `time zone "Europe/Twohop"`},
		"the machine's own zone":             {func(s *scheduler.Schedule) { s.Timezone = "Local" }, "ValidationException", `time zone "Local"`},
		"an expression":                      {func(s *scheduler.Schedule) { s.Expression = "every day" }, "ValidationException", "it must be like rate(5 minutes)"},
		"a rate of nothing":                  {func(s *scheduler.Schedule) { s.Expression = "rate(0 days)" }, "ValidationException", "it must be like rate(5 minutes)"},
		"a rate of weeks":                    {func(s *scheduler.Schedule) { s.Expression = "rate(2 weeks)" }, "ValidationException", "it must be like rate(5 minutes)"},
		"a rate beyond reckoning":            {func(s *scheduler.Schedule) { s.Expression = "rate(999999999 days)" }, "ValidationException", "at most 100 years"},
		"a cron expression":                  {func(s *scheduler.Schedule) { s.Expression = "cron(0 5 * * * *)" }, "ValidationException", "exactly one of them must be"},
		"a time that has passed":             {func(s *scheduler.Schedule) { s.Expression = "at(2026-11-01T02:59:59)" }, "ValidationException", "it is 2026-11-01T03:00:00Z already"},
		"a time that is none":                {func(s *scheduler.Schedule) { s.Expression = "at(2026-11-01)" }, "ValidationException", "it must be like at("},
		"a time that clocks jump over":       {func(s *scheduler.Schedule) { s.Expression, s.Timezone = "at(2027-03-28T02:30:00)", "Europe/Berlin" }, "ValidationException", "there is no such time in Europe/Berlin"},
		"another target than a function":     {func(s *scheduler.Schedule) { s.Target.ARN = dead }, "ValidationException", "invoke functions only"},
		"a function of another Region":       {func(s *scheduler.Schedule) { s.Target.ARN = strings.Replace(function, region, "eu-north-1", 1) }, "ValidationException", "invoke no other functions"},
		"no role":                            {func(s *scheduler.Schedule) { s.Target.RoleARN = "" }, "ValidationException", `role ""`},
		"another account's role":             {func(s *scheduler.Schedule) { s.Target.RoleARN = "arn:aws:iam::111111111111:role/r" }, "ValidationException", "a role of account 222222222222"},
		"a FIFO queue for dead letters":      {func(s *scheduler.Schedule) { s.Target.DeadLetterARN = dead + ".fifo" }, "ValidationException", "the ARN of a standard queue"},
		"no input":                           {func(s *scheduler.Schedule) { s.Target.Input = "" }, "ValidationException", "its input is empty"},
		"an input that is no JSON":           {func(s *scheduler.Schedule) { s.Target.Input = "{" }, "ValidationException", "is no JSON"},
		"an input too long":                  {func(s *scheduler.Schedule) { s.Target.Input = `"` + strings.Repeat("x", 256<<10) + `"` }, "ValidationException", "the most are 262144"},
		"a context attribute that is none":   {func(s *scheduler.Schedule) { s.Target.Input = `"<aws.scheduler.name>"` }, "ValidationException", "<aws.scheduler.name>"},
		"an age of half a minute":            {func(s *scheduler.Schedule) { s.Target.MaximumEventAge = 30 * time.Second }, "ValidationException", "maximum event age 30s"},
		"more retries than there are":        {func(s *scheduler.Schedule) { s.Target.MaximumRetryAttempts = number(186) }, "ValidationException", "it must be 0 to 185"},
		"a name that is taken":               {func(s *scheduler.Schedule) { s.Name = "taken" }, "ConflictException", "Schedule taken already exists."},
		"its group's default is the default": {func(s *scheduler.Schedule) { s.Name, s.Group = "taken", "default" }, "ConflictException", "already exists"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			w.add(t, func(s *scheduler.Schedule) { s.Name = "taken" })
			s := daily()
			c.change(&s)
			_, err := w.Add(s)
			var refused *wire.Error
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, c.code, refused.Code)
			assert.Contains(t, refused.Message, c.want)
		})
	}
}

func TestAllFaultsOfAScheduleAreTold(t *testing.T) {
	w := newWorld(t)
	_, err := w.Add(scheduler.Schedule{Expression: "soon"})
	for _, want := range []string{"account", "Region", "name", "expression", "function's ARN", "role", "input"} {
		assert.ErrorContains(t, err, want)
	}
	s := w.add(t, func(*scheduler.Schedule) {})
	s.State, s.Expression = "PAUSED", "soon"
	err = w.Update(s)
	assert.ErrorContains(t, err, "PAUSED")
	assert.ErrorContains(t, err, "soon")
	kept, err := w.Get(account, region, "default", "daily")
	require.NoError(t, err)
	assert.Equal(t, scheduler.Enabled, kept.State, "what is refused changes nothing")
}

func TestWhatIsNotThere(t *testing.T) {
	w := newWorld(t)
	_, err := w.AddGroup(account, region, "twohop")
	require.NoError(t, err)
	again := func() error { _, err := w.AddGroup(account, region, "twohop"); return err }
	named := func() error { _, err := w.AddGroup(account, region, "a b"); return err }
	get := func() error { _, err := w.Get(account, region, "none", "daily"); return err }
	for sentence, c := range map[string]struct {
		err  error
		code string
	}{
		"a group twice":              {again(), "ConflictException"},
		"the default group twice":    {func() error { _, err := w.AddGroup(account, region, "default"); return err }(), "ConflictException"},
		"a group's name":             {named(), "ValidationException"},
		"the removal of no group":    {w.RemoveGroup(account, region, "none"), "ResourceNotFoundException"},
		"of the default group":       {w.RemoveGroup(account, region, "default"), "ValidationException"},
		"the removal of no schedule": {w.Remove(account, region, "twohop", "daily"), "ResourceNotFoundException"},
		"a change of no schedule":    {w.Update(daily()), "ResourceNotFoundException"},
		"a look into no group":       {get(), "ResourceNotFoundException"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var refused *wire.Error
			require.ErrorAs(t, c.err, &refused)
			assert.Equal(t, c.code, refused.Code)
		})
	}
}
