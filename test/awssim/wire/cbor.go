package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
)

// NewRPC is a service that offers two protocols, as its model lists them: awsJson as in
// NewJSON, and Smithy RPC v2 CBOR, which names the action in the path
// (/service/{prefix}/operation/{action}) and carries input and output as CBOR maps
// [Smithy: smithy.protocols#rpcv2Cbor]. The client chooses by its header Smithy-Protocol.
func NewRPC(version, prefix string, ops map[string]Op) Handler {
	return &rpcProtocol{&jsonProtocol{contentType: "application/x-amz-json-" + version, prefix: prefix + ".", ops: ops},
		"/service/" + prefix + "/operation/"}
}

type rpcProtocol struct {
	*jsonProtocol
	path string // of every action
}

// rpcCBOR is the value of the header Smithy-Protocol, in requests and in answers.
const rpcCBOR = "rpc-v2-cbor"

func (p *rpcProtocol) ServeAWS(w http.ResponseWriter, r *Request) {
	if r.Header.Get("Smithy-Protocol") != rpcCBOR {
		p.jsonProtocol.ServeAWS(w, r)
		return
	}
	w.Header().Set("Smithy-Protocol", rpcCBOR)
	w.Header().Set("Content-Type", "application/cbor")
	action, ok := strings.CutPrefix(r.URL.Path, p.path)
	op, known := p.ops[action]
	if !ok || !known {
		failCBOR(w, &Error{Code: "UnknownOperationException",
			Message: fmt.Sprintf("awssim has no operation at %q; its operations are below %q", r.URL.Path, p.path)})
		return
	}
	if err := bodyToJSON(r.Request); err != nil {
		failCBOR(w, &Error{Code: "SerializationException", Message: fmt.Sprintf("%s: %v", action, err)})
		return
	}
	out, fault := op.run(r, action)
	if fault != nil {
		failCBOR(w, fault)
		return
	}
	writeCBOR(w, http.StatusOK, out)
}

func failCBOR(w http.ResponseWriter, e *Error) {
	writeCBOR(w, e.status(), map[string]string{"__type": e.Code, "message": e.Message})
}

// bodyToJSON replaces a CBOR body with the JSON that actions are bound from.
func bodyToJSON(r *http.Request) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	if len(body) > 0 && len(body) <= maxBody { // bind refuses what is longer
		decoded, err := cbor.Decode(body)
		if err != nil {
			return fmt.Errorf("body: %w", err)
		}
		plain, err := fromCBOR(decoded)
		if err != nil {
			return fmt.Errorf("body: %w", err)
		}
		if body, err = json.Marshal(plain); err != nil {
			return fmt.Errorf("body: %w", err)
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// fromCBOR is a CBOR value as package json writes it. Times (tags), blobs and floats, which
// no action of a service with CBOR has so far, are errors.
func fromCBOR(v cbor.Value) (any, error) {
	switch v := v.(type) {
	case *cbor.Nil:
		return json.RawMessage("null"), nil
	case cbor.Bool:
		return bool(v), nil
	case cbor.String:
		return string(v), nil
	case cbor.Uint, cbor.NegInt:
		return cbor.AsInt64(v)
	case cbor.List:
		list := make([]any, len(v))
		for i, item := range v {
			var err error
			if list[i], err = fromCBOR(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case cbor.Map:
		members := make(map[string]any, len(v))
		for name, item := range v {
			var err error
			if members[name], err = fromCBOR(item); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		return members, nil
	}
	return nil, fmt.Errorf("awssim cannot read %T", v)
}

// toCBOR is a decoded JSON value, its numbers as json.Number, as CBOR. A number with
// decimals, such as a time, is an error.
func toCBOR(v any) (cbor.Value, error) {
	switch v := v.(type) {
	case nil:
		return &cbor.Nil{}, nil
	case bool:
		return cbor.Bool(v), nil
	case string:
		return cbor.String(v), nil
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return nil, fmt.Errorf("awssim cannot write %s", v)
		}
		if n < 0 {
			return cbor.NegInt(-n), nil
		}
		return cbor.Uint(n), nil
	case []any:
		list := make(cbor.List, len(v))
		for i, item := range v {
			var err error
			if list[i], err = toCBOR(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		members := make(cbor.Map, len(v))
		for name, item := range v {
			var err error
			if members[name], err = toCBOR(item); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		return members, nil
	}
	return nil, fmt.Errorf("awssim cannot write %T", v)
}

func writeCBOR(w http.ResponseWriter, status int, v any) {
	encoded, err := json.Marshal(v)
	var decoded any
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(encoded))
		decoder.UseNumber()
		err = decoder.Decode(&decoded)
	}
	var value cbor.Value
	if err == nil {
		value, err = toCBOR(decoded)
	}
	if err != nil {
		http.Error(w, fmt.Sprintf("encode %T: %v", v, err), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	w.Write(cbor.Encode(value)) //nolint:errcheck // the client has gone; nobody is left to tell
}
