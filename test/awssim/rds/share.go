package rds

import (
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
)

// shareable are the persistent options whose snapshots RDS shares with other accounts
// [RDS user guide: sharing a DB snapshot].
var shareable = []string{"Timezone", "OLS"}

// Refuses tells why snapshots of an instance cannot be copied from one place to another, or
// "": RDS Custom has no cross-account copy, a persistent option prevents sharing, and an
// option that does not needs an option group with it at the destination, since AWS Backup
// passes none [AWS Backup: cross-Region backup], unless CarryOptionGroups was called. What
// AWS Backup says of snapshots that cannot be shared is UNCONFIRMED A64. The instance's
// present option group counts, where AWS looks at the snapshot's.
func (s *Service) Refuses(databaseARN string, from, to arn.Place) string {
	parts := strings.Split(databaseARN, ":")
	if !strings.Contains(databaseARN, ":db:") || len(parts) < 7 || from == to {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.details[databaseARN]
	across := from.Account != to.Account
	if across && strings.HasPrefix(d.Engine, "custom-") {
		return "Copy job failed. Copying a snapshot across accounts is not supported for RDS Custom."
	}
	var needed, unshared []string
	for _, o := range s.groups[arn.Place{Account: parts[4], Region: parts[3]}][d.OptionGroup] {
		if o.Persistent {
			needed = append(needed, o.Name)
			if !slices.Contains(shareable, o.Name) {
				unshared = append(unshared, o.Name)
			}
		}
	}
	switch {
	case across && len(unshared) > 0:
		return requires(unshared)
	case len(needed) > 0 && !s.carried && !s.offers(to, needed):
		return requires(needed)
	default:
		return ""
	}
}

// requires is the text of a copy without the option group that it needs [AWS Backup:
// cross-Region backup].
func requires(options []string) string {
	return "The snapshot requires a target option group with the following options: " + strings.Join(options, ", ")
}

// offers reports whether an option group of a place has all of some options.
func (s *Service) offers(p arn.Place, options []string) bool {
	for _, group := range s.groups[p] {
		if !slices.ContainsFunc(options, func(name string) bool {
			return !slices.ContainsFunc(group, func(o Option) bool { return o.Name == name })
		}) {
			return true
		}
	}
	return false
}

// CarryOptionGroups has copies take option groups along, as RDS can since November 2026.
// Whether AWS Backup has it do so is UNCONFIRMED A63.
func (s *Service) CarryOptionGroups() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carried = true
}
