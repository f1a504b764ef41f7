package logs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/logs"
)

func TestLogGroups(t *testing.T) {
	s := logs.New()
	g := logs.Group{Account: "222222222222", Region: "eu-central-1", Name: "/aws/lambda/twohop-copystarter", RetentionDays: 90}
	require.NoError(t, s.Create(g))
	got, ok := s.Group(g.Account, g.Region, g.Name)
	assert.True(t, ok)
	assert.Equal(t, g, got)
	assert.Equal(t, "arn:aws:logs:eu-central-1:222222222222:log-group:/aws/lambda/twohop-copystarter:*", got.ARN())
	_, ok = s.Group(g.Account, "eu-north-1", g.Name)
	assert.False(t, ok)

	for sentence, test := range map[string]struct {
		change func(*logs.Group)
		want   string
	}{
		"a name that is taken":   {func(*logs.Group) {}, "already exists"},
		"a name with a blank":    {func(g *logs.Group) { g.Name = "a b" }, "is not the name of a log group"},
		"days that AWS has not":  {func(g *logs.Group) { g.Name, g.RetentionDays = "other", 91 }, "cannot keep events for 91 days"},
		"no days, which are all": {func(g *logs.Group) { g.Name, g.RetentionDays = "other", 0 }, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			g := g
			test.change(&g)
			err := s.Create(g)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}
