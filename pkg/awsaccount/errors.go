package awsaccount

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// advice by the code of an error. Codes that are not here speak for themselves.
var advice = map[string]string{
	"AWSOrganizationsNotInUseException":              "deploy to the organization's management account",
	"ParentNotFoundException":                        "mend `members.units` in the estate's file",
	"PolicyTypeNotAvailableForOrganizationException": "enable all features of the organization",
	"ThrottlingException":                            "the next run tries again",
	"TooManyRequestsException":                       "the next run tries again",
	"Throttling":                                     "the next run tries again",
}

// denied tells whether AWS denied the call for want of a right.
func denied(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && (api.ErrorCode() == "AccessDenied" || api.ErrorCode() == "AccessDeniedException")
}

// explained shortens an error of the SDK to what AWS said, followed by what to do;
// whenDenied is what to do where AWS denied the call. What never became an answer
// of AWS stays as it is.
func explained(err error, whenDenied string) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	text := advice[api.ErrorCode()]
	if denied(err) {
		text = whenDenied
	}
	if text != "" {
		text = " (" + text + ")"
	}
	return fmt.Errorf("%s: %s%s", api.ErrorCode(), api.ErrorMessage(), text)
}

// incomplete is an answer without what AWS always sends: nothing is concluded from it.
func incomplete(call, member string) error {
	return fmt.Errorf("%s answered without %s (the next run tries again)", call, member)
}
