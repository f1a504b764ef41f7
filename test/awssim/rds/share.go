package rds

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
)

// shareable are the persistent options whose snapshots RDS shares with other accounts
// [RDS user guide: sharing a DB snapshot].
var shareable = []string{"Timezone", "OLS"}

// Unshared tells why snapshots of an instance cannot be shared with another account, or
// "": RDS Custom has no cross-account copy, and a persistent option prevents sharing. What
// AWS Backup says then is UNCONFIRMED A64. The instance's present option group counts, where
// AWS looks at the snapshot's.
func (s *Service) Unshared(databaseARN string) string {
	parts := strings.Split(databaseARN, ":")
	if !strings.Contains(databaseARN, ":db:") || len(parts) < 7 {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.details[databaseARN]
	if strings.HasPrefix(d.Engine, "custom-") {
		return "Copy job failed. Copying a snapshot across accounts is not supported for RDS Custom."
	}
	var names []string
	for _, o := range s.groups[arn.Place{Account: parts[4], Region: parts[3]}][d.OptionGroup] {
		if o.Persistent && !slices.Contains(shareable, o.Name) {
			names = append(names, o.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("The snapshot requires a target option group with the following options: %s", strings.Join(names, ", "))
}
