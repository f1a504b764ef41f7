package lambda

import (
	"path/filepath"
	"slices"
	"strconv"

	"github.com/twohop/twohop/test/awssim/sts"
)

// surroundings is what differs from one environment of a function to the next.
type surroundings struct {
	credentials sts.Credentials
	endpoint    string // URL of the local AWS
	runtimeAPI  string // host:port
	logStream   string
	scratch     string // folder of this environment alone, as /tmp is on AWS
}

// variables is the whole environment of a process: nothing comes from the host.
// AWS_EXECUTION_ENV is not defined for OS-only runtimes.
func (f *Function) variables(in surroundings) []string {
	set := map[string]string{
		"PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"LANG": "en_US.UTF-8",
		"TZ":   ":UTC",
		// Without a home, SDKs find the host user's through the password
		// database and read the AWS profiles there.
		"HOME":   in.scratch,
		"TMPDIR": in.scratch,
	}
	for name, value := range f.Environment {
		set[name] = value
	}
	for name, value := range map[string]string{
		"_HANDLER":         "bootstrap",
		"LAMBDA_TASK_ROOT": filepath.Dir(f.Bootstrap),

		"AWS_REGION":                f.Region,
		"AWS_DEFAULT_REGION":        f.Region,
		"AWS_ENDPOINT_URL":          in.endpoint,
		"AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ACCESS_KEY_ID":         in.credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":     in.credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN":         in.credentials.SessionToken,

		"AWS_LAMBDA_RUNTIME_API":          in.runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      in.logStream,
	} {
		set[name] = value
	}
	list := make([]string, 0, len(set))
	for name, value := range set {
		list = append(list, name+"="+value)
	}
	slices.Sort(list)
	return list
}
