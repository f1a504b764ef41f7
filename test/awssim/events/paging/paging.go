// Package paging cuts lists of named things into pages.
package paging

import (
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/events/fault"
)

// Page returns the values whose names begin with prefix, by name, one page of
// them. A token is the last name of the page before; the second result is the
// token of the page after, if there is one.
func Page[V any](all map[string]V, prefix, token string, limit *int) ([]V, string, error) {
	size := 100
	if limit != nil {
		size = *limit
	}
	if size < 1 || size > 100 {
		return nil, "", fault.Constraint(size, "limit", "have value between 1 and 100")
	}
	values, last := []V{}, ""
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !strings.HasPrefix(name, prefix) || token != "" && name <= token {
			continue
		}
		if len(values) == size {
			return values, last, nil
		}
		values, last = append(values, all[name]), name
	}
	return values, "", nil
}
