package awsbackup_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/hop"
)

// refuse answers with an error of AWS.
func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("X-Amzn-ErrorType", code)
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"message":%q}`, message)
}

func requireFailure(t *testing.T, want hop.Failure, err error) {
	t.Helper()
	var failure *hop.Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, want, *failure)
}

// The text is that of another class, so that the code is what decides.
func TestACodeOfAWSDecidesBeforeItsText(t *testing.T) {
	const text = "Given key ID is not accessible"
	for code, class := range map[string]hop.Class{
		"ServiceUnavailableException": hop.ClassTransient,
		"ThrottlingException":         hop.ClassTransient,
		"Throttling":                  hop.ClassTransient,
		"TooManyRequestsException":    hop.ClassTransient,
		"RequestLimitExceeded":        hop.ClassTransient,
		"RequestTimeout":              hop.ClassTransient,
		"InternalFailure":             hop.ClassTransient,
		"InternalServerError":         hop.ClassTransient,
		"AccessDeniedException":       hop.ClassRole,
		"UnrecognizedClientException": hop.ClassRole,
		"ExpiredTokenException":       hop.ClassRole,
		"InvalidRequestException":     hop.ClassKey, // no code of the table: its text decides
	} {
		t.Run(code, func(t *testing.T) {
			_, err := accountOf(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusBadRequest, code, text) }).Job(t.Context(), "j")
			requireFailure(t, hop.Failure{Class: class, Code: code, Message: text}, err)
		})
	}
}

func TestAnErrorOfTheServerPassesUnlessItsTextIsKnown(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		text   string
		class  hop.Class
	}{
		"an unknown text":                      {http.StatusInternalServerError, "odd", hop.ClassTransient},
		"a known text":                         {http.StatusInternalServerError, "Given key ID is not accessible", hop.ClassKey},
		"an unknown text, not of the server":   {http.StatusUnprocessableEntity, "odd", hop.ClassUnknown},
		"the highest status of a client error": {499, "odd", hop.ClassUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := accountOf(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, test.status, "Odd", test.text) }).Job(t.Context(), "j")
			requireFailure(t, hop.Failure{Class: test.class, Code: "Odd", Message: test.text}, err)
		})
	}
}

func TestWhatDoesNotExistIsNotFound(t *testing.T) {
	for name, c := range wireCalls {
		t.Run(name, func(t *testing.T) {
			_, err := c.call(t.Context(), accountOf(t, func(w http.ResponseWriter, _ *http.Request) {
				refuse(w, http.StatusBadRequest, "ResourceNotFoundException", "there is none")
			}))
			require.ErrorIs(t, err, hop.ErrNotFound)
			require.ErrorContains(t, err, "there is none", "AWS's words are kept")
		})
	}
}

func TestACallWhoseTimeIsOverPasses(t *testing.T) {
	a := accountOf(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was made") })
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	_, err := a.Job(late, "j")
	var failure *hop.Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, hop.ClassTransient, failure.Class)
	assert.Equal(t, "network", failure.Code)
	assert.Contains(t, failure.Message, context.DeadlineExceeded.Error())
}

// What no attempt can change is returned as it is: it has no class.
func TestWhatDoesNotPassHasNoClass(t *testing.T) {
	server := httptest.NewTLSServer(answering(`{}`))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of the handshake that fails
	t.Cleanup(server.Close)
	untrusted := awsbackup.New(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	over, cancel := context.WithCancel(t.Context())
	cancel()
	var certificate x509.UnknownAuthorityError
	_, wrong := untrusted.Job(t.Context(), "j")
	require.ErrorAs(t, wrong, &certificate)
	_, canceled := accountOf(t, answering(`{}`)).Job(over, "j")
	require.ErrorIs(t, canceled, context.Canceled)
	for name, err := range map[string]error{"a wrong certificate": wrong, "a call that was given up": canceled} {
		var failure *hop.Failure
		assert.NotErrorAs(t, err, &failure, name)
	}
}
