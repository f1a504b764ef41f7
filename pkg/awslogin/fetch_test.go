package awslogin

import (
	"errors"
	"net"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

// TestWhatIdentityCenterRefuses cannot be met on the local AWS: the SDK asks AWS's own host.
func TestWhatIdentityCenterRefuses(t *testing.T) {
	unsent := &smithyhttp.RequestSendError{Err: &net.DNSError{Err: "no such host", Name: "oidc.eu-central-1.amazonaws.com", IsNotFound: true}}
	for sentence, c := range map[string]struct {
		err  error
		want error
	}{
		"a token that the network keeps from being refreshed": {&ssocreds.InvalidTokenError{Err: unsent}, &hop.Failure{Class: hop.ClassTransient, Code: Network}},
		"a token that is taken back":                          {&smithy.GenericAPIError{Code: "UnauthorizedException"}, ErrExpired},
		"a token that cannot be refreshed any more":           {&ssocreds.InvalidTokenError{Err: &smithy.GenericAPIError{Code: "InvalidGrantException"}}, ErrExpired},
		"a role that is not assigned":                         {&smithy.GenericAPIError{Code: "ForbiddenException"}, &hop.Failure{Class: hop.ClassRole, Code: "ForbiddenException"}},
		"too many calls":                                      {&smithy.GenericAPIError{Code: "TooManyRequestsException"}, &hop.Failure{Class: hop.ClassTransient, Code: "TooManyRequestsException"}},
		"aws login, a day later":                              {errors.New("validate login token: login session has expired, please reauthenticate"), ErrExpired},
		"a program that prints no credentials":                {errors.New("exit status 1"), ErrNoCredentials},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := fetchError(c.err)
			var want, got *hop.Failure
			if !errors.As(c.want, &want) {
				assert.ErrorIs(t, err, c.want)
				return
			}
			assert.ErrorAs(t, err, &got)
			assert.Equal(t, want.Class, got.Class)
			assert.Equal(t, want.Code, got.Code)
			assert.NotErrorIs(t, err, ErrNoCredentials)
		})
	}
}
