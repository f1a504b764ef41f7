package checkup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
)

// ResourceTags are the tags of an instance or a cluster.
type ResourceTags struct {
	ARN  string
	Tags map[string]string
}

// Misspelled checks the tags of every database of a member account for a key that looks like
// the estate's and is not: plans select by the exact key, letter case and blanks included
// [Organizations: backup policy syntax].
func Misspelled(e estate.Estate, account string, databases Databases) []Check {
	at := Place{Account: account, Region: e.Regions.Primary}
	return []Check{{Name: "tag keys", Place: at, Right: "tag:GetResources", Look: func(ctx context.Context) ([]Finding, error) {
		all, err := databases.Tags(ctx)
		if err != nil {
			return nil, err
		}
		var found []Finding
		for _, r := range all {
			_, exact := r.Tags[e.TagKey]
			if exact || !isDatabase(r.ARN) {
				continue // the check of the tagged resources judges its value
			}
			for key, value := range r.Tags {
				if similar(key, e.TagKey) {
					found = append(found, misspelled(e, Place{account, e.Regions.Primary, r.ARN}, key, value))
				}
			}
		}
		slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.Resource+a.Problem, b.Resource+b.Problem) })
		return found, nil
	}}}
}

func misspelled(e estate.Estate, at Place, key, value string) Finding {
	if meant := meantBy(e, value); meant != "" {
		value = meant
	}
	return Finding{Kind: Warning, Place: at,
		Problem: fmt.Sprintf("its tag key %q is not the estate's %q: did you mean that one?", key, e.TagKey),
		Causes:  "none: no plan of the estate selects it, so nothing backs it up, and nothing says so",
		Mend: fmt.Sprintf("aws rds add-tags-to-resource --region %[1]s --resource-name %[2]s --tags Key=%[3]s,Value=%[4]s, then aws rds remove-tags-from-resource --region %[1]s --resource-name %[2]s --tag-keys '%[5]s'",
			at.Region, at.Resource, e.TagKey, value, key)}
}

// meantBy is the tag value of an enabled plan that a value is similar to; empty where it is
// similar to none.
func meantBy(e estate.Estate, value string) string {
	for _, plan := range e.EnabledPlans() {
		if similar(value, e.Plans[plan].Tag) {
			return e.Plans[plan].Tag
		}
	}
	return ""
}

// similar reports whether two words are the same or one edit apart, with letter case and blanks
// around them left out.
func similar(a, b string) bool {
	one, other := []rune(strings.ToLower(strings.TrimSpace(a))), []rune(strings.ToLower(strings.TrimSpace(b)))
	if len(one) > len(other) {
		one, other = other, one
	}
	i := 0
	for i < len(one) && one[i] == other[i] {
		i++
	}
	switch rest := other[i:]; len(other) - len(one) {
	case 0:
		return i == len(one) || slices.Equal(one[i+1:], rest[1:]) || swapped(one[i:], rest)
	case 1:
		return slices.Equal(one[i:], rest[1:])
	default:
		return false
	}
}

// swapped reports whether two words differ in the order of their first two letters only.
func swapped(a, b []rune) bool {
	return len(a) > 1 && a[0] == b[1] && a[1] == b[0] && slices.Equal(a[2:], b[2:])
}
