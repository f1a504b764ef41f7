package checkup_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
)

func TestATagKeyThatLooksLikeTheEstatesIsAWarning(t *testing.T) {
	for sentence, c := range map[string]struct {
		tags map[string]string
		mend string // empty: nothing is found
	}{
		"another letter case":            {map[string]string{"Backup": "cross-region-special"}, "Key=backup,Value=cross-region-special"},
		"a blank behind it":              {map[string]string{"backup ": "simple"}, "--tag-keys 'backup '"},
		"a letter too many":              {map[string]string{"backups": "simple"}, "--tag-keys 'backups'"},
		"a letter too few":               {map[string]string{"bckup": "simple"}, "Key=backup,Value=simple"},
		"another letter":                 {map[string]string{"backap": "simple"}, "Key=backup,Value=simple"},
		"two letters swapped":            {map[string]string{"abckup": "simple"}, "Key=backup,Value=simple"},
		"with a value that is not right": {map[string]string{"BACKUP": "Cross-Region-Special "}, "Key=backup,Value=cross-region-special"},
		"the right key":                  {map[string]string{"backup": "simple"}, ""},
		"the right key beside it":        {map[string]string{"backup": "simple", "Backup": "x"}, ""},
		"two edits away":                 {map[string]string{"backupss": "simple", "ackpu": "x"}, ""},
		"something else":                 {map[string]string{"name": "orders", "b": "x", "": ""}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			found := checkup.Run(t.Context(), checkup.Misspelled(example(t), member, databases{tags: []checkup.ResourceTags{
				{ARN: orders, Tags: c.tags}, {ARN: "arn:aws:rds:eu-central-1:111111111111:snapshot:rds:orders", Tags: c.tags}}}))
			if c.mend == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Equal(t, checkup.Warning, found[0].Kind)
			assert.Equal(t, orders, found[0].Resource)
			assert.Contains(t, found[0].Problem, `is not the estate's "backup"`)
			assert.Contains(t, found[0].Mend, "aws rds add-tags-to-resource --region eu-central-1 --resource-name "+orders)
			assert.Contains(t, found[0].Mend, c.mend)
		})
	}
}

func TestATagValueThatLooksLikeAPlansIsNamed(t *testing.T) {
	for value, meant := range map[string]string{"Cross-Region": "cross-region", "cross-region-specal": "cross-region-special", "daily": ""} {
		f := only(t, checkup.Databased(example(t), member, databases{
			tagged: []checkup.Tagged{{orders, value}}, described: map[string]checkup.Database{orders: {Engine: "postgres"}},
		}, nothing{}, everywhere{}))
		assert.Equal(t, checkup.Broken, f.Kind, "nothing backs it up")
		if meant == "" {
			assert.NotContains(t, f.Problem, "did you mean")
			continue
		}
		assert.Contains(t, f.Problem, "did you mean "+meant+"?")
		assert.Equal(t, "aws rds add-tags-to-resource --region eu-central-1 --resource-name "+orders+" --tags Key=backup,Value="+meant, f.Mend)
	}
}
