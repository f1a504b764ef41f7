package boot

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheLongestPauseIsConfigured(t *testing.T) {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "222222222222", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL": server.URL, "AWS_MAX_ATTEMPTS": "20",
	} {
		t.Setenv(name, value)
	}
	config, err := AWS(t.Context(), func(name string) string { return map[string]string{"TWOHOP_LONGEST_PAUSE": "1ms"}[name] })
	require.NoError(t, err)
	_, err = sqs.NewFromConfig(config).ListQueues(t.Context(), nil)
	require.Error(t, err)
	assert.EqualValues(t, 20, calls.Load(), "twenty attempts, which would take minutes at the SDK's own pauses")

	config, err = AWS(t.Context(), func(string) string { return "" })
	require.NoError(t, err)
	delay, err := config.Retryer().RetryDelay(30, http.ErrHandlerTimeout)
	require.NoError(t, err)
	assert.Equal(t, 20*time.Second, delay, "awscall's; the SDK's own would be shorter")
}

func TestAPauseThatIsNoneIsAnError(t *testing.T) {
	for _, text := range []string{"2", "-1s", "soon"} {
		_, err := AWS(t.Context(), func(string) string { return text })
		require.ErrorContains(t, err, `TWOHOP_LONGEST_PAUSE: "`+text+`" is not a length of time; it would look like 2s`)
	}
}
