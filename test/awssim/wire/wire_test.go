package wire_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/wire"
)

type input struct {
	Name  string     `path:"name"`
	Count int        `query:"count"`
	After wire.Epoch `query:"after"`
	Body  string
}

type output struct {
	Said  string
	After wire.Epoch `json:",omitzero" xml:"-"`
}

// say answers what it was told; two names make it fail.
func say(r *wire.Request, in input) (output, error) {
	switch in.Body + in.Name {
	case "refused":
		return output{}, &wire.Error{Status: http.StatusNotFound, Code: "NoSuchThing", Message: "there is none"}
	case "broken":
		return output{}, io.ErrUnexpectedEOF
	}
	return output{Said: r.Account + " " + r.Region + " " + in.Body + in.Name, After: in.After}, nil
}

func serve(t *testing.T, intercept func(wire.Call) wire.Fault) string {
	t.Helper()
	server := httptest.NewServer(newServer(intercept))
	t.Cleanup(server.Close)
	return server.URL
}

func newServer(intercept func(wire.Call) wire.Fault) *wire.Server {
	return &wire.Server{
		Clock: clock.New(time.Unix(0, 0)),
		Identify: func(key string) (wire.Identity, bool) {
			return wire.Identity{Account: key}, key != "unknown"
		},
		Intercept: intercept,
		Services: map[string]wire.Handler{
			"json":  wire.NewJSON("1.0", "Talk", map[string]wire.Op{"Say": wire.NewOp(say)}),
			"rest":  wire.NewREST(map[string]wire.NamedOp{"PUT /things/{name}": {Action: "Say", Op: wire.NewOp(say)}}),
			"query": wire.NewQuery("urn:talk", map[string]wire.Op{"Say": wire.NewOp(say)}),
		},
	}
}

type request struct{ service, key, method, path, target, form, body string }

func (r request) do(t *testing.T, url string) (status int, header http.Header, body string) {
	t.Helper()
	payload := r.body
	if r.form != "" {
		payload = r.form
	}
	sent, err := http.NewRequestWithContext(t.Context(), r.method, url+r.path, strings.NewReader(payload))
	require.NoError(t, err)
	if r.form != "" {
		sent.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	sent.Header.Set("X-Amz-Target", r.target)
	if r.service != "" {
		sent.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+r.key+"/20261101/eu-central-1/"+r.service+"/aws4_request, SignedHeaders=host, Signature=0")
	}
	answer, err := http.DefaultClient.Do(sent)
	require.NoError(t, err)
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, answer.Header, string(read)
}

func asJSON(body string) request {
	return request{"json", "222222222222", http.MethodPost, "/", "Talk.Say", "", body}
}

func asREST(path, body string) request {
	return request{"rest", "222222222222", http.MethodPut, path, "", "", body}
}

func asQuery(form string) request {
	return request{"query", "222222222222", http.MethodPost, "/", "", form, ""}
}

func TestEveryProtocolAnswersInItsOwnShape(t *testing.T) {
	url := serve(t, nil)
	for _, test := range []struct {
		name    string
		request request
		status  int
		want    string
	}{
		{"json", asJSON(`{"Body":"hello"}`), 200, `{"Said":"222222222222 eu-central-1 hello"}`},
		{"rest, bound from path, query and body", asREST("/things/x?count=3&after=2026-11-01T03:00:00Z", `{"Body":"hello "}`), 200,
			`{"Said":"222222222222 eu-central-1 hello x","After":1793502000.000}`},
		{"rest, a slash within a path segment", asREST("/things/a%2Fb", ""), 200, `{"Said":"222222222222 eu-central-1 a/b"}`},
		{"query", asQuery("Action=Say&Version=1&count=2"), 200, `<SayResponse xmlns="urn:talk"><SayResult><Said>222222222222 eu-central-1 </Said></SayResult>`},

		{"json, broken", asJSON(`{`), 400, `{"__type":"SerializationException","message":"Say: body: unexpected EOF"}`},
		{"json, a member unknown", asJSON(`{"Loud":true}`), 400, `unknown field \"Loud\"`},
		{"json, too long", asJSON(`{"Body":"` + strings.Repeat("x", 4<<20) + `"}`), 400, "longer than"},
		{"rest, broken", asREST("/things/x", `[`), 400, `"Code":"SerializationException"`},
		{"rest, a parameter unknown", asREST("/things/x?loud=1", ""), 400, `does not know the parameter \"loud\"`},
		{"rest, no number", asREST("/things/x?count=many", ""), 400, `\"many\" is not a number`},
		{"rest, no time", asREST("/things/x?after=noon", ""), 400, `\"noon\" is not a date-time`},
		{"query, a parameter unknown", asQuery("Action=Say&Loud=1"), 400, "<Code>SerializationException</Code>"},
		{"query, broken", asQuery("Action=%zz"), 400, "<Code>MalformedQueryString</Code>"},

		{"json, an operation unknown", request{"json", "222222222222", http.MethodPost, "/", "Talk.Sing", "", ""}, 400, `"__type":"UnknownOperationException"`},
		{"rest, an operation unknown", asREST("/songs", ""), 400, `"Code":"UnknownOperationException"`},
		{"query, an operation unknown", asQuery("Action=Sing"), 400, "<Code>InvalidAction</Code>"},

		{"json, refused", asJSON(`{"Body":"refused"}`), 404, `{"__type":"NoSuchThing","message":"there is none"}`},
		{"rest, refused", asREST("/things/refused", ""), 404, `{"Code":"NoSuchThing","Message":"there is none"}`},
		{"json, broken inside", asJSON(`{"Body":"broken"}`), 500, `"__type":"InternalFailure"`},

		{"a key unknown", request{"json", "unknown", http.MethodPost, "/", "Talk.Say", "", ""}, 403, `"__type":"UnrecognizedClientException"`},
		{"a service unknown", request{"s3", "222222222222", http.MethodPost, "/", "", "", ""}, 501, `service "s3" is not simulated`},
		{"unsigned", request{"", "", http.MethodPost, "/", "", "", ""}, 403, "no AWS Signature Version 4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, header, body := test.request.do(t, url)
			assert.Equal(t, test.status, status, body)
			assert.Contains(t, body, test.want)
			if test.request.service == "rest" && status >= 400 {
				assert.Contains(t, body, header.Get("X-Amzn-Errortype"))
			}
		})
	}
}

func TestAnInterceptorComesBeforeTheService(t *testing.T) {
	var seen []wire.Call
	url := serve(t, func(c wire.Call) wire.Fault {
		seen = append(seen, c)
		return wire.Fault{Err: &wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}}
	})
	for _, r := range []request{asJSON("{}"), asREST("/things/x", ""), asQuery("Action=Say")} {
		status, _, body := r.do(t, url)
		assert.Equal(t, http.StatusBadRequest, status)
		assert.Contains(t, body, "ThrottlingException")
	}
	require.Len(t, seen, 3)
	assert.Equal(t, "Say", seen[0].Action)
	assert.Equal(t, "222222222222", seen[0].Account)
	assert.Equal(t, []string{"json", "rest", "query"}, []string{seen[0].Service, seen[1].Service, seen[2].Service})
}

func TestWhatBecameOfEveryCallIsTold(t *testing.T) {
	var told []string
	server := newServer(nil)
	server.Answered = func(c wire.Call, fault *wire.Error) {
		code := ""
		if fault != nil {
			code = fault.Code
		}
		told = append(told, c.Service+":"+c.Action+" "+code)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	for _, r := range []request{asJSON("{}"), asREST("/things/refused", ""), asQuery("Action=Say"), asJSON(`{"Body":"broken"}`)} {
		r.do(t, listening.URL)
	}
	assert.Equal(t, []string{"json:Say ", "rest:Say NoSuchThing", "query:Say ", "json:Say InternalFailure"}, told)
}

func TestTheDateOfAnAnswerOfSTSIsSimulated(t *testing.T) {
	server := newServer(nil)
	server.Services["sts"] = server.Services["query"]
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	asked := asQuery("Action=Say")
	_, header, _ := asked.do(t, listening.URL)
	assert.NotContains(t, header.Get("Date"), "1970", "an SDK would repeat what other services refuse")
	asked.service = "sts"
	_, header, _ = asked.do(t, listening.URL)
	assert.Equal(t, "Thu, 01 Jan 1970 00:00:00 GMT", header.Get("Date"))
}
