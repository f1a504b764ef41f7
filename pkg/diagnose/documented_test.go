package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

func TestEveryDocumentedTextIsKnown(t *testing.T) {
	for text, class := range map[string]hop.Class{
		diagnose.SaysCrossAccountOff: hop.ClassOrganization,
		diagnose.SaysUnsupported:     hop.ClassUnsupported,
		diagnose.SaysManagedVaultKey: hop.ClassKey,
		diagnose.SaysClosedKey:       hop.ClassKey,
		diagnose.SaysDisabledKey:     hop.ClassKey,
		diagnose.SaysManagedKey:      hop.ClassKey,
		diagnose.SaysAccessDenied:    hop.ClassVaultPolicy,
		diagnose.SaysRoleLacks:       hop.ClassRole,
		diagnose.SaysOptionGroup:     hop.ClassOptionGroup,
		diagnose.SaysRetention:       hop.ClassRetention,
		diagnose.SaysSnapshotQuota:   hop.ClassLimit,
		diagnose.SaysManualSnapshots: hop.ClassQuota,
	} {
		assert.Equal(t, class, diagnose.Text(text).Class, text)
	}
}
