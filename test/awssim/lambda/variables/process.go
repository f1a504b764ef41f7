package variables

import (
	"path/filepath"
	"slices"
	"strconv"

	"github.com/twohop/twohop/test/awssim/sts"
)

// Process is what the environment of a function's process says.
type Process struct {
	Function    string // name
	Region      string
	Bootstrap   string // absolute path
	MemoryMB    int
	Environment map[string]string // the function's own

	// The rest differs from one environment of a function to the next.
	Credentials sts.Credentials
	Endpoint    string // URL of the local AWS
	RuntimeAPI  string // host:port
	LogStream   string
	Scratch     string // folder of this environment alone, as /tmp is on AWS
}

// List is the whole environment of the process: nothing comes from the host.
// AWS_EXECUTION_ENV is not defined for OS-only runtimes.
func (p Process) List() []string {
	set := map[string]string{
		"PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"LANG": "en_US.UTF-8",
		"TZ":   ":UTC",
		// Without a home, SDKs find the host user's through the password
		// database and read the AWS profiles there.
		"HOME":   p.Scratch,
		"TMPDIR": p.Scratch,
	}
	for name, value := range p.Environment {
		set[name] = value
	}
	for name, value := range map[string]string{
		"_HANDLER":         "bootstrap",
		"LAMBDA_TASK_ROOT": filepath.Dir(p.Bootstrap),

		"AWS_REGION":                p.Region,
		"AWS_DEFAULT_REGION":        p.Region,
		"AWS_ENDPOINT_URL":          p.Endpoint,
		"AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ACCESS_KEY_ID":         p.Credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":     p.Credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN":         p.Credentials.SessionToken,

		"AWS_LAMBDA_RUNTIME_API":          p.RuntimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME":        p.Function,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(p.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + p.Function,
		"AWS_LAMBDA_LOG_STREAM_NAME":      p.LogStream,
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
