package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// MaxPayload is the limit in bytes of a request and of a response: 6 MB and the
// envelope's 100 bytes [Lambda: gettingstarted-limits].
const MaxPayload = 6*1024*1024 + 100

// work is a task on its way.
type work struct {
	Task
	deadline time.Time
	answer   *Outcome      // guarded by the runtimeAPI's mutex; nil until answered
	done     chan struct{} // closed when the process has answered and asks for more
}

// runtimeAPI is the HTTP interface of one execution environment
// [Lambda: runtimes-api].
type runtimeAPI struct {
	server  *http.Server
	address string // host:port
	output  *output

	offers     chan *work
	ready      chan struct{} // closed by the first call of next
	initFailed chan *Outcome // what the process posted instead

	mu      sync.Mutex
	begun   bool  // next has been called
	waiting bool  // next is being called
	work    *work // in the process's hands
}

// newRuntimeAPI listens on a free port of the loopback interface.
func newRuntimeAPI(out *output) (*runtimeAPI, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the runtime: %w", err)
	}
	a := &runtimeAPI{
		address: listener.Addr().String(), output: out,
		offers: make(chan *work), ready: make(chan struct{}), initFailed: make(chan *Outcome, 1),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", a.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", a.invocationError)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", a.initError)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("awssim: the Runtime API has no %s %s", r.Method, r.URL.Path))
	})
	a.server = &http.Server{Handler: mux}
	go a.server.Serve(listener) //nolint:errcheck // always ErrServerClosed
	return a, nil
}

func (a *runtimeAPI) close() { a.server.Close() }

// next ends the invocation that was answered, if any, and waits for another.
func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	if a.waiting || (a.work != nil && a.work.answer == nil) {
		a.mu.Unlock()
		refuseState(w)
		return
	}
	finished, first := a.work, !a.begun
	a.work, a.waiting, a.begun = nil, true, true
	a.mu.Unlock()

	a.output.drain()
	a.output.assign("")
	if finished != nil {
		close(finished.done)
	}
	if first {
		close(a.ready)
	}
	var given *work
	select {
	case given = <-a.offers:
	case <-r.Context().Done():
	}
	a.mu.Lock()
	a.work, a.waiting = given, false
	a.mu.Unlock()
	if given == nil {
		return
	}
	a.output.assign(given.RequestID)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", given.RequestID)
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(given.deadline.UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", given.FunctionARN)
	header.Set("Lambda-Runtime-Trace-Id", given.TraceID)
	w.Write(given.Payload) //nolint:errcheck // a process that has gone is noticed by its exit
}

// response takes a success, unless a trailer says that it failed half way.
func (a *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload+1))
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "read response: "+err.Error())
		return
	}
	result := &Outcome{Response: body}
	if kind := r.Trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		detail, err := base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body"))
		if err != nil {
			refuse(w, http.StatusBadRequest, "InvalidRequest", "Lambda-Runtime-Function-Error-Body: "+err.Error())
			return
		}
		result = postedError(detail, kind)
	}
	if len(body) > MaxPayload {
		result = failed("Function.ResponseSizeTooLarge",
			fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayload))
	}
	a.answer(w, r.PathValue("id"), result, len(body) > MaxPayload)
}

func (a *runtimeAPI) invocationError(w http.ResponseWriter, r *http.Request) {
	if body, ok := readError(w, r); ok {
		a.answer(w, r.PathValue("id"), postedError(body, r.Header.Get("Lambda-Runtime-Function-Error-Type")), false)
	}
}

// answer settles the invocation, once.
func (a *runtimeAPI) answer(w http.ResponseWriter, requestID string, result *Outcome, tooLarge bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.work == nil || a.work.RequestID != requestID:
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	case a.work.answer != nil:
		refuseState(w)
		return
	}
	a.work.answer = result
	if tooLarge {
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
			fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", MaxPayload))
		return
	}
	accepted(w)
}

func (a *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	body, ok := readError(w, r)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.begun || len(a.initFailed) > 0 {
		refuseState(w)
		return
	}
	a.initFailed <- postedError(body, r.Header.Get("Lambda-Runtime-Function-Error-Type"))
	accepted(w)
}

// settle returns what the process answered before it was ended; nil if nothing.
// Later answers are refused.
func (a *runtimeAPI) settle(w *work) *Outcome {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.work == w {
		a.work = nil
	}
	return w.answer
}

func readError(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload))
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "read error: "+err.Error())
	}
	return body, err == nil
}

// postedError reads the error object that runtimes send; kind stands in for a
// type that it lacks.
func postedError(body []byte, kind string) *Outcome {
	e := &Error{}
	if err := json.Unmarshal(body, e); err != nil {
		e.Message = string(body)
	}
	if e.Type == "" {
		e.Type = kind
	}
	if e.Type == "" {
		e.Type = "Runtime.Unknown"
	}
	return &Outcome{Response: body, Err: e}
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`) //nolint:errcheck // see next
}

func refuseState(w http.ResponseWriter) {
	refuse(w, http.StatusForbidden, "InvalidStateTransition", "State transition is not allowed")
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(Error{Type: kind, Message: message}) //nolint:errcheck // see next
}
