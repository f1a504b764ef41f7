package awscall

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

var retryable = retry.IsErrorRetryables(retry.DefaultRetryables)

// Passes reports whether a failure that is no refusal of AWS may pass by itself: what the
// SDK itself would try again (broken connections and time-outs), an answer that is cut off
// or cannot be decoded, and a list without an end. An error that comes with a success is of
// decoding: the SDK gives some no type of their own, such as an XML answer that is cut off
// [smithy-go v1.28.9, transport/http/protocol/awsquery]. A certificate that cannot be
// verified does not pass, although the SDK retries every request that it could not send
// [aws-sdk-go-v2 v1.48.0, aws/retry: RetryableConnectionError].
func Passes(err error) bool {
	var undecoded *smithy.DeserializationError
	var response *smithyhttp.ResponseError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return false
	case errors.As(err, &response) && response.HTTPStatusCode() == http.StatusOK:
		return true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, ErrRepeatedToken), errors.As(err, &undecoded):
		return true
	default:
		return retryable.IsErrorRetryable(err) == aws.TrueTernary
	}
}

// RequireBody fails a success that has no body at all. The SDK decodes it to an output
// without members, and a list that was not sent would be taken for an empty one. It is an
// option of clients all of whose operations answer with a body.
func RequireBody(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("RequireBody", requireBody), middleware.After)
}

func requireBody(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode != http.StatusOK {
		return out, metadata, err
	}
	body := bufio.NewReader(response.Body)
	if _, err := body.Peek(1); errors.Is(err, io.EOF) {
		return out, metadata, &smithy.DeserializationError{Err: io.ErrUnexpectedEOF}
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{body, response.Body}
	return out, metadata, nil
}
