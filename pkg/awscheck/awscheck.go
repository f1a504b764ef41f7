// Package awscheck is what package checkup sees of AWS, on the AWS SDK: a type for each
// of its interfaces. It only reads.
package awscheck

import (
	"errors"
	"fmt"
	"slices"

	"github.com/aws/smithy-go"

	"github.com/twohop/twohop/pkg/checkup"
)

// denials and absences are error codes of the services that are asked here.
var (
	denials  = []string{"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}
	absences = []string{
		"AWS.SimpleQueueService.NonExistentQueue", "DBClusterNotFoundFault", "DBInstanceNotFound", "DBInstanceNotFoundFault", "NoSuchEntity",
		"NotFound", "NotFoundException", "QueueDoesNotExist", "ResourceNotFoundException",
	}
)

// refused turns an error of a call, which takes a right, into one of package checkup:
// *checkup.Refusal or checkup.ErrNotFound. Others are shortened to what AWS said.
func refused(right string, err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return fmt.Errorf("%s: %w", right, err)
	}
	switch code := api.ErrorCode(); {
	case slices.Contains(denials, code):
		return &checkup.Refusal{Right: right, Said: code + ": " + api.ErrorMessage()}
	case slices.Contains(absences, code):
		return fmt.Errorf("%w: %s", checkup.ErrNotFound, api.ErrorMessage())
	default:
		return fmt.Errorf("%s: %s: %s", right, code, api.ErrorMessage())
	}
}

// incomplete is the error of an answer without what AWS always sends: nothing is concluded
// from it.
func incomplete(right, member string) error {
	return fmt.Errorf("%s: AWS answered without %s", right, member)
}
