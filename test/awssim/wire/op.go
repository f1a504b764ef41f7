package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// maxBody is more than any request that the simulated services admit.
const maxBody = 4 << 20

// Op is one action of a service.
type Op struct {
	bind func(*Request) (any, error)
	call func(*Request, any) (any, error)
	// needs are the rights that a call takes; nil: nobody has written them down.
	needs func(r *Request, action string, in any) []Need
}

// NewOp makes an action of a function. In is a struct whose fields carry the
// member names of the API: from the JSON body by default, from the path or the
// query string where tagged `path:"name"` or `query:"name"`. A member that In
// does not have is refused, never passed over.
func NewOp[In, Out any](f func(*Request, In) (Out, error)) Op {
	return Op{
		bind: func(r *Request) (any, error) {
			var in In
			err := bind(r.Request, &in)
			return in, err
		},
		call: func(r *Request, in any) (any, error) {
			return f(r, in.(In))
		},
	}
}

// run answers the call, and tells who wants to know.
func (op Op) run(r *Request, action string) (any, *Error) {
	out, fault := op.answer(r, action)
	if r.answered != nil {
		r.answered(r.asCall(action), fault)
	}
	return out, fault
}

// answer takes the call through interceptor, binding and service. A nil error with
// a nil output never happens; unexpected errors become InternalFailure.
func (op Op) answer(r *Request, action string) (any, *Error) {
	if fault := r.admit(action); fault != nil {
		return nil, fault
	}
	in, err := op.bind(r)
	if err != nil {
		return nil, &Error{Status: http.StatusBadRequest, Code: "SerializationException",
			Message: fmt.Sprintf("%s: %v", action, err)}
	}
	if fault := r.permit(action, op, in); fault != nil {
		return nil, fault
	}
	out, err := op.call(r, in)
	if err == nil {
		return out, nil
	}
	var known *Error
	if errors.As(err, &known) {
		return nil, known
	}
	return nil, &Error{Status: http.StatusInternalServerError, Code: "InternalFailure", Message: err.Error()}
}

func bind(r *http.Request, in any) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	if len(body) > maxBody {
		return fmt.Errorf("the body is longer than %d bytes", maxBody)
	}
	if len(bytes.TrimSpace(body)) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(in); err != nil {
			return fmt.Errorf("body: %w", err)
		}
	}
	return bindURL(r, reflect.ValueOf(in).Elem())
}

func bindURL(r *http.Request, in reflect.Value) error {
	query := r.URL.Query()
	for i := range in.NumField() {
		field := in.Type().Field(i)
		if name, ok := field.Tag.Lookup("path"); ok {
			in.Field(i).SetString(r.PathValue(name))
		}
		name, ok := field.Tag.Lookup("query")
		if !ok || !query.Has(name) {
			continue
		}
		if err := setText(in.Field(i), query.Get(name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		query.Del(name)
	}
	for name := range query {
		return fmt.Errorf("awssim does not know the parameter %q", name)
	}
	return nil
}

func setText(field reflect.Value, text string) error {
	if _, ok := field.Interface().(Epoch); ok {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return fmt.Errorf("%q is not a date-time", text)
		}
		field.Set(reflect.ValueOf(Epoch{at}))
		return nil
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		field.SetInt(int64(n))
	default:
		return fmt.Errorf("awssim cannot bind a %s", field.Kind())
	}
	return nil
}

// Epoch is a timestamp as the JSON protocols write it: seconds since 1970 with
// milliseconds. Tag it omitzero where the API leaves an unset time out.
type Epoch struct{ time.Time }

// MarshalJSON writes seconds with three decimals.
func (e Epoch) MarshalJSON() ([]byte, error) {
	return []byte(strconv.FormatFloat(float64(e.UnixMilli())/1000, 'f', 3, 64)), nil
}

// UnmarshalJSON reads seconds with any number of decimals.
func (e *Epoch) UnmarshalJSON(data []byte) error {
	seconds, err := strconv.ParseFloat(strings.TrimSpace(string(data)), 64)
	if err != nil {
		return fmt.Errorf("%s is not a timestamp in seconds", data)
	}
	e.Time = time.UnixMilli(int64(seconds * 1000)).UTC()
	return nil
}
