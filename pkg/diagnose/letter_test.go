package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

func TestWhatCouldNotBeDelivered(t *testing.T) {
	for _, test := range []struct {
		code, message string
		class         hop.Class
		cause, advice string
	}{
		{"NO_PERMISSIONS", "x", hop.ClassRole, "does not admit EventBridge", "REVERT_DRIFT"},
		{"FAILED_TO_ASSUME_ROLE", "x", hop.ClassRole, "cannot assume", "REVERT_DRIFT"},
		{"NO_RESOURCE", "x", hop.ClassUnknown, "does not exist", "deploy the target's stack"},
		{"RESOURCE_LIMIT_EXCEEDED", "x", hop.ClassQuota, "quota", "then replay"},
		{"THROTTLING", "x", hop.ClassTransient, "could not reach", "replay"},
		{"TIMEOUT", "x", hop.ClassTransient, "could not reach", "replay"},
		{"CONNECTION_FAILURE", "x", hop.ClassTransient, "could not reach", "replay"},
		{"AWS.Scheduler.InternalServerError", "x", hop.ClassTransient, "could not reach", "replay"},
		{"ODD", "Rate exceeded", hop.ClassTransient, "throttling", "AWS Health"},
		{"", "", hop.ClassUnknown, "not known", "read the text"},
	} {
		t.Run(test.code, func(t *testing.T) {
			found := diagnose.Delivery(test.code, test.message)
			assert.Equal(t, test.class, found.Class)
			assert.Contains(t, found.Cause, test.cause)
			assert.Contains(t, found.Fix, test.advice)
		})
	}
}

func TestARunThatWasGivenUp(t *testing.T) {
	assert.Equal(t, hop.ClassTransient, diagnose.Run("Rate exceeded").Class)
	assert.Equal(t, hop.ClassUnknown, diagnose.Run("Task timed out after 900 seconds").Class)
	assert.Contains(t, diagnose.Run("x").Fix, "the function's log")
	assert.NotEmpty(t, diagnose.Unsettled.Fix)
	assert.Contains(t, diagnose.Unreadable.Fix, "kept whole")
}
