// Package listing is what the lists of AWS Backup's API have in common: filters,
// pages, and the checks of what a caller asks for.
package listing

import (
	"regexp"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Same tells whether a value passes a filter; an empty filter lets all pass.
func Same(filter, value string) bool { return filter == "" || filter == value }

// Within tells whether t lies between two times, neither included, each of which
// may be absent. An absent t passes only where both are.
func Within(t, after, before wire.Epoch) bool {
	if t.IsZero() {
		return after.IsZero() && before.IsZero()
	}
	return (after.IsZero() || t.After(after.Time)) && (before.IsZero() || t.Before(before.Time))
}

// Shown tells whether the API still shows a job at a time: one in flight, or one
// that ended not longer ago than history.
func Shown(completed wire.Epoch, now time.Time, history time.Duration) bool {
	return completed.IsZero() || !completed.Before(now.Add(-history))
}

var typePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,50}$`)

// CheckType refuses what is no resource type; empty is none asked for.
func CheckType(resourceType string) error {
	if resourceType != "" && !typePattern.MatchString(resourceType) {
		return fault.InvalidValue("Invalid resource type: %q", resourceType)
	}
	return nil
}

// CheckAccount refuses what is no account id; empty is none asked for.
func CheckAccount(id string) error {
	if id != "" && !arn.IsAccount(id) {
		return fault.InvalidValue("Invalid account ID: %q", id)
	}
	return nil
}

// Flag reads a boolean of the query string; absent is false.
func Flag(name, value string) (bool, error) {
	switch value {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, fault.InvalidValue("%s must be true or false, not %q", name, value)
	}
}
