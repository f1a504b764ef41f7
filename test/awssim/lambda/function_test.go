package lambda_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/lambda"
)

func TestCreateFunctionRefuses(t *testing.T) {
	w := newWorld(t)
	w.function(t, long)
	for name, c := range map[string]struct {
		change func(*lambda.Function)
		want   string
	}{
		"a name with other characters": {func(f *lambda.Function) { f.Name = "a/b" },
			`InvalidParameterValueException: "a/b" is not a function name`},
		"a name that is taken": {func(f *lambda.Function) { f.Name = "twohop-function" },
			"ResourceConflictException: Function already exist: twohop-function"},
		"an account that is none": {func(f *lambda.Function) { f.Account = "12" }, `"12" is not an account id`},
		"a Region that is none":   {func(f *lambda.Function) { f.Region = "Frankfurt" }, `"Frankfurt" is not a Region`},
		"a timeout above 15 minutes": {func(f *lambda.Function) { f.Timeout = 901 * time.Second },
			"the timeout 15m1s is not between 1 and 900 seconds"},
		"too little memory":   {func(f *lambda.Function) { f.MemoryMB = 64 }, "64 is not between 128 and 10240"},
		"a role that is none": {func(f *lambda.Function) { f.RoleARN = "twohop" }, `"twohop" is not the ARN of a role`},
		"a role of another account": {func(f *lambda.Function) { f.RoleARN = "arn:aws:iam::111111111111:role/r" },
			"AccessDeniedException: Cross-account pass role is not allowed."},
		"a bootstrap that is not there": {func(f *lambda.Function) { f.Bootstrap = "no/such/file" }, "of function new is not a file"},
		"reserved variables": {func(f *lambda.Function) { f.Environment = map[string]string{"AWS_REGION": "x", "_HANDLER": "y"} },
			"Reserved keys used in this request: AWS_REGION, _HANDLER"},
		"an endpoint of its own": {func(f *lambda.Function) { f.Environment = map[string]string{"AWS_ENDPOINT_URL_SQS": "x"} },
			"awssim sets AWS_ENDPOINT_URL_SQS itself"},
		"a variable without a proper name": {func(f *lambda.Function) { f.Environment = map[string]string{"A=B": "x"} },
			`"A=B" is not the name of an environment variable`},
		"a value with a zero byte": {func(f *lambda.Function) { f.Environment = map[string]string{"AB": "x\x00"} },
			"AB contains a zero byte"},
		"more than 4 KB of variables": {func(f *lambda.Function) { f.Environment = map[string]string{"BIG": strings.Repeat("x", 4096)} },
			"exceeded the 4KB limit. String measured: {\"BIG\":\"xxx"},
	} {
		t.Run(name, func(t *testing.T) {
			f := lambda.Function{Name: "new", Account: account, Region: region, RoleARN: role,
				Bootstrap: filepath.Join(bin, "function", "bootstrap")}
			c.change(&f)
			_, err := w.CreateFunction(f)
			require.ErrorContains(t, err, c.want)
		})
	}
}
