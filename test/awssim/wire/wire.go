// Package wire is the HTTP side of the local AWS: it tells who calls from the
// request's signature and speaks the AWS protocols, so that the services beside
// it are plain Go functions from input to output.
//
// Signatures are read, not verified: the access key names the account (or the
// role session), the credential scope names Region and service.
package wire

import (
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
)

// Identity is who an access key belongs to.
type Identity struct {
	Account   string // twelve digits
	Principal string // ARN: an account's root, or an assumed-role session
}

// Caller is who made a request, and where.
type Caller struct {
	Identity
	AccessKeyID string
	Region      string
}

// Call is one API call, as interceptors see it.
type Call struct {
	Caller
	Service string // signing name: sqs, events, backup, sts
	Action  string // StartCopyJob
}

// Fault is what an interceptor does to a call before the service sees it. The
// zero value does nothing.
type Fault struct {
	Err   *Error        // answered instead of calling the service
	Delay time.Duration // real time the call is held up
	Skip  time.Duration // simulated time the call costs
}

// Request is one call on its way to a service.
type Request struct {
	*http.Request
	Caller
	Clock *clock.Clock
	Hold  *clock.Hold // held for the duration of the call; a long poll sleeps on it

	service   string
	refused   *Error // the answer, whatever the call; nil for a known caller
	intercept func(Call) Fault
	authorize func(Caller, Need) *Error
	answered  func(Call, *Error)
}

// Handler is a service: it answers every request signed for its name.
type Handler interface {
	ServeAWS(w http.ResponseWriter, r *Request)
}

// Server hands each request to the service that its signature names.
type Server struct {
	Clock *clock.Clock
	// Identify tells whose an access key is; false for an unknown key.
	Identify func(accessKeyID string) (Identity, bool)
	// Services by signing name.
	Services map[string]Handler
	// Intercept, if set, sees every call before its service does.
	Intercept func(Call) Fault
	// Answered, if set, is told of every call that has been answered, with the error
	// where it was refused.
	Answered func(Call, *Error)
	// Authorize, if set, says whether a caller has a right that its call takes; nil
	// for yes.
	Authorize func(Caller, Need) *Error
}

var scope = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/,\s]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request,`)

// ServeHTTP holds the clock for the duration of the call. The answers of STS carry the
// simulated time as their Date. Those of other services do not: an SDK that finds its own
// clock far from an answer's repeats what was refused, as if for its signature.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hold := s.Clock.Hold()
	defer hold.Release()
	match := scope.FindStringSubmatch(r.Header.Get("Authorization"))
	if match == nil {
		http.Error(w, "awssim: the request carries no AWS Signature Version 4; "+
			"use an AWS client with this endpoint", http.StatusForbidden)
		return
	}
	key, region, service := match[1], match[2], match[3]
	if service == "sts" {
		w.Header().Set("Date", s.Clock.Now().UTC().Format(http.TimeFormat))
	}
	handler, ok := s.Services[service]
	if !ok {
		http.Error(w, fmt.Sprintf("awssim: service %q is not simulated", service), http.StatusNotImplemented)
		return
	}
	var refused *Error
	identity, ok := s.Identify(key)
	if !ok {
		refused = unknownKey()
	}
	handler.ServeAWS(w, &Request{
		Request:   r,
		Caller:    Caller{Identity: identity, AccessKeyID: key, Region: region},
		Clock:     s.Clock,
		Hold:      hold,
		service:   service,
		refused:   refused,
		intercept: s.Intercept,
		authorize: s.Authorize,
		answered:  s.Answered,
	})
}

// unknownKey is the answer to calls with an access key that is nobody's. It goes
// through the service's protocol: clients read no other.
func unknownKey() *Error {
	return &Error{Status: http.StatusForbidden, Code: "UnrecognizedClientException", QueryCode: "InvalidClientTokenId",
		Message: "The security token included in the request is invalid."}
}

// admit turns unknown callers away and lets the interceptor, if any, have its way
// with the call.
func (r *Request) admit(action string) *Error {
	if r.refused != nil {
		return r.refused
	}
	if r.intercept == nil {
		return nil
	}
	fault := r.intercept(r.asCall(action))
	if fault.Delay > 0 {
		select {
		case <-time.After(fault.Delay):
		case <-r.Context().Done():
		}
	}
	if fault.Skip > 0 {
		r.Clock.Skip(fault.Skip)
	}
	return fault.Err
}

func (r *Request) asCall(action string) Call {
	return Call{Caller: r.Caller, Service: r.service, Action: action}
}
