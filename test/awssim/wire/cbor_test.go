package wire_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/wire"
)

type things struct {
	Names  []string
	Counts map[string]int
	Last   *string
	Whole  bool
}

func serveRPC(t *testing.T) string {
	t.Helper()
	server := newServer(nil)
	server.Services["rpc"] = wire.NewRPC("1.1", "Talk", map[string]wire.Op{
		"Say":  wire.NewOp(say),
		"Echo": wire.NewOp(func(_ *wire.Request, in things) (things, error) { return in, nil }),
	})
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return listening.URL
}

func postCBOR(t *testing.T, url, path string, body []byte) (int, cbor.Value) {
	t.Helper()
	sent, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+path, bytes.NewReader(body))
	require.NoError(t, err)
	sent.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	sent.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=222222222222/20261101/eu-central-1/rpc/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(sent)
	require.NoError(t, err)
	defer answer.Body.Close()
	assert.Equal(t, "rpc-v2-cbor", answer.Header.Get("Smithy-Protocol"))
	assert.Equal(t, "application/cbor", answer.Header.Get("Content-Type"))
	read, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	value, err := cbor.Decode(read)
	require.NoError(t, err, "%q", read)
	return answer.StatusCode, value
}

func TestAnRPCServiceSpeaksCBOR(t *testing.T) {
	url := serveRPC(t)
	all := cbor.Map{
		"Names":  cbor.List{cbor.String("a"), cbor.String("b")},
		"Counts": cbor.Map{"up": cbor.Uint(3), "down": cbor.NegInt(3)},
		"Last":   &cbor.Nil{}, "Whole": cbor.Bool(true),
	}
	empty := cbor.Map{"Names": cbor.List{}, "Counts": cbor.Map{}, "Last": cbor.String(""), "Whole": cbor.Bool(false)}
	failure := func(code, message string) cbor.Value {
		return cbor.Map{"__type": cbor.String(code), "message": cbor.String(message)}
	}
	for name, test := range map[string]struct {
		path   string
		body   []byte
		status int
		want   cbor.Value
	}{
		"a call":                {"/service/Talk/operation/Say", cbor.Encode(cbor.Map{"Body": cbor.String("hello")}), 200, cbor.Map{"Said": cbor.String("222222222222 eu-central-1 hello")}},
		"no input":              {"/service/Talk/operation/Say", nil, 200, cbor.Map{"Said": cbor.String("222222222222 eu-central-1 ")}},
		"every kind":            {"/service/Talk/operation/Echo", cbor.Encode(all), 200, all},
		"every kind, empty":     {"/service/Talk/operation/Echo", cbor.Encode(empty), 200, empty},
		"refused":               {"/service/Talk/operation/Say", cbor.Encode(cbor.Map{"Body": cbor.String("refused")}), 404, failure("NoSuchThing", "there is none")},
		"a member unknown":      {"/service/Talk/operation/Say", cbor.Encode(cbor.Map{"Loud": cbor.Bool(true)}), 400, failure("SerializationException", `Say: body: json: unknown field "Loud"`)},
		"a time":                {"/service/Talk/operation/Say", cbor.Encode(cbor.Map{"After": &cbor.Tag{ID: 1, Value: cbor.Uint(1)}}), 400, failure("SerializationException", "Say: body: After: awssim cannot read *cbor.Tag")},
		"broken":                {"/service/Talk/operation/Say", []byte{0xa1}, 400, failure("SerializationException", "Say: body: unexpected end of payload")},
		"too long":              {"/service/Talk/operation/Say", make([]byte, 4<<20+1), 400, failure("SerializationException", "Say: the body is longer than 4194304 bytes")},
		"an action unknown":     {"/service/Talk/operation/Sing", nil, 400, failure("UnknownOperationException", `awssim has no operation at "/service/Talk/operation/Sing"; its operations are below "/service/Talk/operation/"`)},
		"a service not its own": {"/service/Sing/operation/Say", nil, 400, failure("UnknownOperationException", `awssim has no operation at "/service/Sing/operation/Say"; its operations are below "/service/Talk/operation/"`)},
	} {
		t.Run(name, func(t *testing.T) {
			status, got := postCBOR(t, url, test.path, test.body)
			assert.Equal(t, test.status, status)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestATimeIsNotWrittenAsANumber(t *testing.T) {
	server := newServer(nil)
	server.Services["rpc"] = wire.NewRPC("1.1", "Talk", map[string]wire.Op{"Echo": wire.NewOp(func(*wire.Request, struct{}) (output, error) {
		return output{After: wire.Epoch{Time: server.Clock.Now()}}, nil
	})})
	recorder := httptest.NewRecorder()
	sent := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/service/Talk/operation/Echo", nil)
	sent.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	sent.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=222222222222/20261101/eu-central-1/rpc/aws4_request, SignedHeaders=host, Signature=0")
	server.ServeHTTP(recorder, sent)
	assert.Equal(t, http.StatusInternalServerError, recorder.Code)
	assert.Contains(t, recorder.Body.String(), "awssim cannot write 0.000")
}

func TestAnRPCServiceStillSpeaksJSON(t *testing.T) {
	asked := asJSON(`{"Body":"hello"}`)
	asked.service = "rpc"
	status, header, body := asked.do(t, serveRPC(t))
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "application/x-amz-json-1.1", header.Get("Content-Type"))
	assert.Equal(t, `{"Said":"222222222222 eu-central-1 hello"}`, body)
}
