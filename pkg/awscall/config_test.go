package awscall_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awscall"
)

// failing is a service that fails every request, and remembers when each came.
type failing struct {
	status     int
	code       string // of the error
	retryAfter string // in milliseconds; empty: not asked for
	came       []time.Time
}

func (f *failing) Do(r *http.Request) (*http.Response, error) {
	f.came = append(f.came, time.Now())
	header := http.Header{"Content-Type": {"application/json"}}
	if f.code != "" {
		header.Set("X-Amzn-Errortype", f.code)
	}
	if f.retryAfter != "" {
		header.Set("X-Amz-Retry-After", f.retryAfter)
	}
	return &http.Response{StatusCode: f.status, Header: header, Body: http.NoBody, Request: r}, nil
}

// pauses lie between the requests since the last call of it.
func (f *failing) pauses() []time.Duration {
	var pauses []time.Duration
	for i := 1; i < len(f.came); i++ {
		pauses = append(pauses, f.came[i].Sub(f.came[i-1]))
	}
	f.came = nil
	return pauses
}

func environment(t *testing.T, more map[string]string) {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for _, variables := range []map[string]string{{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "222222222222", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none, "AWS_PROFILE": "", "AWS_MAX_ATTEMPTS": "", "AWS_RETRY_MODE": "", "AWS_CA_BUNDLE": "",
	}, more} {
		for name, value := range variables {
			t.Setenv(name, value)
		}
	}
}

// calls is how many calls make the mean of random pauses clearly different from another mean.
const calls = 200

func TestCallsWaitForAServiceThatFails(t *testing.T) {
	for name, test := range map[string]struct {
		service failing
		mode    string
	}{
		"an internal error":           {failing{status: http.StatusInternalServerError}, ""},
		"unavailable":                 {failing{status: http.StatusServiceUnavailable, code: "ServiceUnavailableException"}, ""},
		"throttling":                  {failing{status: http.StatusBadRequest, code: "ThrottlingException"}, ""},
		"throttling without a code":   {failing{status: http.StatusTooManyRequests}, ""},
		"an internal error, adaptive": {failing{status: http.StatusInternalServerError}, "adaptive"},
	} {
		t.Run(name, func(t *testing.T) {
			environment(t, map[string]string{"AWS_RETRY_MODE": test.mode})
			synctest.Test(t, func(t *testing.T) {
				loaded, err := awscall.Load(t.Context(), awscall.LongestPause, config.WithHTTPClient(&test.service))
				require.NoError(t, err)
				var total [2]time.Duration
				for range calls {
					_, err = backup.NewFromConfig(loaded).ListBackupVaults(t.Context(), nil)
					require.Error(t, err)
					pauses := test.service.pauses()
					require.Len(t, pauses, 2, "of three attempts")
					for i, longest := range []time.Duration{2 * time.Second, 4 * time.Second} {
						require.LessOrEqual(t, pauses[i], longest)
						total[i] += pauses[i]
					}
				}
				assert.InDelta(t, 1, (total[0] / calls).Seconds(), 0.3, "seconds of the first pause, on average")
				assert.InDelta(t, 2, (total[1] / calls).Seconds(), 0.6, "seconds of the second pause, on average")
			})
		})
	}
}

func TestABatchInAnOutageIsRetriedWhole(t *testing.T) {
	environment(t, nil)
	synctest.Test(t, func(t *testing.T) {
		service := &failing{status: http.StatusInternalServerError}
		loaded, err := awscall.Load(t.Context(), awscall.LongestPause, config.WithHTTPClient(service))
		require.NoError(t, err)
		client := backup.NewFromConfig(loaded)
		for range 50 {
			_, err = client.ListBackupVaults(t.Context(), nil)
			require.Error(t, err)
			require.Len(t, service.pauses(), 2)
		}
		_, err = client.ListBackupVaults(t.Context(), nil)
		require.ErrorContains(t, err, "retry quota exceeded")
		assert.Empty(t, service.pauses(), "a long outage is not made worse by retries")
	})
}

func TestTheVariablesOfTheSDKCount(t *testing.T) {
	environment(t, map[string]string{"AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "adaptive"})
	synctest.Test(t, func(t *testing.T) {
		service := &failing{status: http.StatusServiceUnavailable}
		loaded, err := awscall.Load(t.Context(), 10*time.Millisecond, config.WithHTTPClient(service))
		require.NoError(t, err)
		assert.IsType(t, &retry.AdaptiveMode{}, loaded.Retryer())
		_, err = backup.NewFromConfig(loaded).ListBackupVaults(t.Context(), nil)
		require.Error(t, err)
		ms := 10 * time.Millisecond
		assert.Equal(t, []time.Duration{ms, ms, ms, ms}, service.pauses())
	})
}

func TestTheProfilesSettingsCountUnlessTheVariablesDo(t *testing.T) {
	profiles := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(profiles, []byte("[default]\nmax_attempts = 2\nretry_mode = adaptive\n"), 0o600))
	for variable, pauses := range map[string]int{"": 1, "4": 3} {
		environment(t, map[string]string{"AWS_CONFIG_FILE": profiles, "AWS_MAX_ATTEMPTS": variable})
		synctest.Test(t, func(t *testing.T) {
			service := &failing{status: http.StatusServiceUnavailable}
			loaded, err := awscall.Load(t.Context(), awscall.LongestPause, config.WithHTTPClient(service))
			require.NoError(t, err)
			assert.IsType(t, &retry.AdaptiveMode{}, loaded.Retryer())
			_, err = backup.NewFromConfig(loaded).ListBackupVaults(t.Context(), nil)
			require.Error(t, err)
			assert.Len(t, service.pauses(), pauses)
		})
	}
}

func TestACallThatEndsDuringAPausePasses(t *testing.T) {
	environment(t, nil)
	synctest.Test(t, func(t *testing.T) {
		service := &failing{status: http.StatusServiceUnavailable, retryAfter: "60000"}
		loaded, err := awscall.Load(t.Context(), awscall.LongestPause, config.WithHTTPClient(service))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		_, err = backup.NewFromConfig(loaded).ListBackupVaults(ctx, nil)
		require.Error(t, err)
		assert.True(t, awscall.Passes(err), "%v", err)
		assert.Equal(t, 10*time.Second, time.Since(began))
		pauses := service.pauses()
		require.Len(t, pauses, 1, "the second pause is of 5 s or more, too, and ends late")
		assert.GreaterOrEqual(t, pauses[0], 5*time.Second, "as AWS asked, up to the SDK's limit")
	})
}

func TestCredentialsAreWaitedForToo(t *testing.T) {
	profiles := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(profiles, []byte(strings.Join([]string{
		"[profile base]", "aws_access_key_id = 222222222222", "aws_secret_access_key = local",
		"[profile operator]", "role_arn = arn:aws:iam::222222222222:role/operator", "source_profile = base",
	}, "\n")), 0o600))
	environment(t, map[string]string{"AWS_CONFIG_FILE": profiles})
	synctest.Test(t, func(t *testing.T) {
		service := &failing{status: http.StatusInternalServerError}
		loaded, err := awscall.Load(t.Context(), awscall.LongestPause, config.WithHTTPClient(service), config.WithSharedConfigProfile("operator"))
		require.NoError(t, err)
		var total time.Duration
		const calls = 40 // as many as the client's tokens are enough for
		for range calls {
			_, err := loaded.Credentials.Retrieve(t.Context())
			require.Error(t, err)
			for _, pause := range service.pauses() {
				total += pause
			}
		}
		assert.Greater(t, total/calls, time.Second, "on average")
	})
	_, err := awscall.Load(t.Context(), awscall.LongestPause, config.WithSharedConfigProfile("nobody"))
	var unknown config.SharedConfigProfileNotExistError
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "nobody", unknown.Profile)
}

var _ aws.HTTPClient = (*failing)(nil)
