package wire

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// NewJSON is the awsJson protocol: the action in X-Amz-Target, input and output
// as JSON bodies. version is "1.0" or "1.1", prefix the target prefix
// (AmazonSQS, AWSEvents).
func NewJSON(version, prefix string, ops map[string]Op) Handler {
	return &jsonProtocol{contentType: "application/x-amz-json-" + version, prefix: prefix + ".", ops: ops}
}

type jsonProtocol struct {
	contentType, prefix string
	ops                 map[string]Op
}

func (p *jsonProtocol) ServeAWS(w http.ResponseWriter, r *Request) {
	w.Header().Set("Content-Type", p.contentType)
	action, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), p.prefix)
	op, known := p.ops[action]
	if !ok || !known {
		p.fail(w, r, &Error{Code: "UnknownOperationException",
			Message: fmt.Sprintf("awssim has no operation %q; its operations start with %q", r.Header.Get("X-Amz-Target"), p.prefix)})
		return
	}
	out, fault := op.run(r, action)
	if fault != nil {
		p.fail(w, r, fault)
		return
	}
	writeJSON(w, http.StatusOK, out)
}

// fail also names the older query code, to clients that ask for it: those of
// services that used to speak the query protocol (Smithy, awsQueryCompatible).
func (p *jsonProtocol) fail(w http.ResponseWriter, r *Request, e *Error) {
	if e.QueryCode != "" && r.Header.Get("X-Amzn-Query-Mode") == "true" {
		w.Header().Set("X-Amzn-Query-Error", e.QueryCode+";"+e.fault())
	}
	writeJSON(w, e.status(), map[string]string{"__type": e.Code, "message": e.Message})
}

// NewREST is the restJson protocol: method and path pattern of http.ServeMux
// ("GET /copy-jobs/{copyJobId}") to named action.
func NewREST(routes map[string]NamedOp) Handler {
	p := &restProtocol{mux: http.NewServeMux(), routes: routes}
	for pattern, op := range routes {
		p.mux.Handle(pattern, restRoute{op})
	}
	p.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeREST(w, &Error{Code: "UnknownOperationException",
			Message: fmt.Sprintf("awssim has no operation at %s %s", r.Method, r.URL.EscapedPath())})
	})
	return p
}

// NamedOp is an action of a protocol that names none on the wire.
type NamedOp struct {
	Action string
	Op     Op
	Status int // HTTP, of success; 0 means 200
}

type restProtocol struct {
	mux    *http.ServeMux
	routes map[string]NamedOp
}

type restRoute struct{ NamedOp }

func (p *restProtocol) ServeAWS(w http.ResponseWriter, r *Request) {
	// The mux fills in the path values, so the route is run by it; the AWS
	// request travels with the HTTP one.
	p.mux.ServeHTTP(&restWriter{ResponseWriter: w, request: r}, r.Request)
}

type restWriter struct {
	http.ResponseWriter
	request *Request
}

func (route restRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request := w.(*restWriter).request
	request.Request = r
	out, fault := route.Op.run(request, route.Action)
	if fault != nil {
		writeREST(w, fault)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, cmp.Or(route.Status, http.StatusOK), out)
}

func writeREST(w http.ResponseWriter, e *Error) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", e.Code)
	writeJSON(w, e.status(), map[string]string{"Code": e.Code, "Message": e.Message})
}

// NewQuery is the awsQuery protocol: a form with Action in, XML out. Input
// structs are bound from the form by `query` tags; output structs carry xml
// tags and are wrapped in <ActionResult>.
func NewQuery(namespace string, ops map[string]Op) Handler {
	return &queryProtocol{namespace: namespace, ops: ops}
}

type queryProtocol struct {
	namespace string
	ops       map[string]Op
}

func (p *queryProtocol) ServeAWS(w http.ResponseWriter, r *Request) {
	w.Header().Set("Content-Type", "text/xml")
	if err := r.ParseForm(); err != nil {
		p.fail(w, &Error{Code: "MalformedQueryString", Message: err.Error()})
		return
	}
	action := r.PostForm.Get("Action")
	op, ok := p.ops[action]
	if !ok {
		p.fail(w, &Error{Code: "InvalidAction", Message: fmt.Sprintf("awssim has no action %q", action)})
		return
	}
	r.PostForm.Del("Action")
	r.PostForm.Del("Version")
	r.URL.RawQuery = r.PostForm.Encode() // the form is consumed: bind reads it as the query
	out, fault := op.run(r, action)
	if fault != nil {
		p.fail(w, fault)
		return
	}
	writeXML(w, http.StatusOK, queryAnswer{
		XMLName: xml.Name{Space: p.namespace, Local: action + "Response"},
		Result:  queryResult{name: action + "Result", value: out},
		Meta:    queryMeta{RequestID: "00000000-0000-4000-8000-000000000000"},
	})
}

func (p *queryProtocol) fail(w http.ResponseWriter, e *Error) {
	writeXML(w, e.status(), queryFailure{
		XMLName: xml.Name{Space: p.namespace, Local: "ErrorResponse"},
		Type:    e.fault(), Code: cmp.Or(e.QueryCode, e.Code), Message: e.Message,
	})
}

type queryAnswer struct {
	XMLName xml.Name
	Result  queryResult
	Meta    queryMeta `xml:"ResponseMetadata"`
}

type queryMeta struct {
	RequestID string `xml:"RequestId"`
}

// queryResult writes its value under a name that the action decides.
type queryResult struct {
	name  string
	value any
}

func (q queryResult) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	return e.EncodeElement(q.value, xml.StartElement{Name: xml.Name{Local: q.name}})
}

type queryFailure struct {
	XMLName xml.Name
	Type    string `xml:"Error>Type"`
	Code    string `xml:"Error>Code"`
	Message string `xml:"Error>Message"`
}

func writeXML(w http.ResponseWriter, status int, v any) {
	body, err := xml.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the client has gone; nobody is left to tell
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, fmt.Sprintf("encode %s: %v", reflect.TypeOf(v), err), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the client has gone; nobody is left to tell
}
