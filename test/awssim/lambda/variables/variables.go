// Package variables is the environment variables of functions: which ones may be given
// to a function, and all that its process finds.
package variables

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/wire"
)

// reserved cannot be set by a function [Lambda: configuration-envvars].
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
	"AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN",
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

var nameForm = regexp.MustCompile(`^[a-zA-Z]\w+$`)

const unable = "Lambda was unable to configure your environment variables because the environment variables you have provided "

// Check refuses what AWS refuses, in its words [Lambda: configuration-envvars], and
// what would lead past the local AWS. The error is InvalidParameterValueException.
func Check(variables map[string]string) error {
	var taken []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		switch {
		case slices.Contains(reserved, name):
			taken = append(taken, name)
		case !nameForm.MatchString(name):
			return invalid("%q is not the name of an environment variable", name)
		case strings.HasPrefix(name, "AWS_ENDPOINT_URL") || name == "AWS_EC2_METADATA_DISABLED":
			return invalid("awssim sets %s itself, so that functions reach nothing but the local AWS", name)
		case strings.ContainsRune(variables[name], 0):
			return invalid("the environment variable %s contains a zero byte", name)
		}
	}
	if taken != nil {
		return invalid(unable+"contains reserved keys that are currently not supported for modification. "+
			"Reserved keys used in this request: %s", strings.Join(taken, ", "))
	}
	measured, err := json.Marshal(variables)
	if err != nil {
		return fmt.Errorf("measure environment: %w", err)
	}
	if len(measured) > 4096 {
		return invalid(unable+"exceeded the 4KB limit. String measured: %s", measured)
	}
	return nil
}

func invalid(format string, args ...any) error {
	return &wire.Error{Code: "InvalidParameterValueException", Message: fmt.Sprintf(format, args...)}
}
