package awscall_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awscall"
)

type page struct{ next *string }

type options struct{}

// tokens is a paginator whose pages bear these tokens, over and over; "" ends the list.
type tokens struct {
	of   []string
	read int
	err  error // of the page after the last
}

func (t *tokens) HasMorePages() bool { return t.read == 0 || t.of[(t.read-1)%len(t.of)] != "" }

func (t *tokens) NextPage(context.Context, ...func(*options)) (*page, error) {
	if t.err != nil && t.read == len(t.of) {
		return nil, t.err
	}
	t.read++
	return &page{next: &t.of[(t.read-1)%len(t.of)]}, nil
}

func read(list *tokens) (n int, err error) {
	for _, err := range awscall.Pages(context.Background(), list, func(p *page) *string { return p.next }) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func TestAListIsReadToItsEndOrIsAnError(t *testing.T) {
	for name, test := range map[string]struct {
		tokens  []string
		pages   int
		endless bool
	}{
		"one page":                     {[]string{""}, 1, false},
		"three pages":                  {[]string{"a", "b", ""}, 3, false},
		"a token that follows itself":  {[]string{"a"}, 1, true},
		"tokens that come round again": {[]string{"a", "b", "c"}, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := read(&tokens{of: test.tokens})
			assert.Equal(t, test.pages, n)
			if test.endless {
				require.ErrorIs(t, err, awscall.ErrRepeatedToken)
				assert.True(t, awscall.Passes(err))
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestAnErrorEndsAList(t *testing.T) {
	away := errors.New("away")
	n, err := read(&tokens{of: []string{"a", "b"}, err: away})
	require.ErrorIs(t, err, away)
	assert.Equal(t, 2, n)
}

func TestAListNeedNotBeReadToItsEnd(t *testing.T) {
	list := &tokens{of: []string{"a", "b", ""}}
	for _, err := range awscall.Pages(t.Context(), list, func(p *page) *string { return p.next }) {
		require.NoError(t, err)
		break
	}
	assert.Equal(t, 1, list.read)
}

// response is an error with the answer that the SDK made it of.
func response(status int, err error) error {
	return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err}
}

func TestWhichFailuresPass(t *testing.T) {
	for name, test := range map[string]struct {
		err    error
		passes bool
	}{
		"a body that is cut off":        {fmt.Errorf("read: %w", io.ErrUnexpectedEOF), true},
		"a body that is no JSON":        {&smithy.DeserializationError{Err: errors.New("invalid character")}, true},
		"an XML answer that is cut off": {response(http.StatusOK, &xml.SyntaxError{Msg: "unexpected EOF", Line: 1}), true},
		"a refusal":                     {response(http.StatusForbidden, &smithy.GenericAPIError{Code: "AccessDenied"}), false},
		"a call that was too slow":      {context.DeadlineExceeded, true},
		"a call that was given up":      {context.Canceled, false},
		"a request that was not sent":   {&smithyhttp.RequestSendError{Err: errors.New("EOF")}, true},
		"a wrong certificate":           {&smithyhttp.RequestSendError{Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}, false},
		"an error of ours":              {errors.New("odd"), false},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.passes, awscall.Passes(test.err)) })
	}
}
