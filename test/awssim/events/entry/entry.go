// Package entry is one entry of a PutEvents call: how large it is, and what is wrong
// with it alone.
package entry

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/wire"
)

// Entry is an event as PutEvents takes it.
type Entry struct {
	Time         wire.Epoch
	Source       string
	Resources    []string
	DetailType   string
	Detail       string
	EventBusName string
}

// Result is what became of an entry.
type Result struct {
	EventID      string `json:"EventId,omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

// Size counts an entry as EventBridge does, in bytes [EventBridge user guide:
// eb-putevents].
func (e Entry) Size() int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if !e.Time.IsZero() {
		n += 14
	}
	for _, resource := range e.Resources {
		n += len(resource)
	}
	return n
}

// Context are the condition keys of a request to put the entry: what it leaves out is
// not there to be compared.
func (e Entry) Context() map[string][]string {
	context := map[string][]string{}
	for name, value := range map[string]string{"events:source": e.Source, "events:detail-type": e.DetailType} {
		if value != "" {
			context[name] = []string{value}
		}
	}
	return context
}

// Mistake is what is wrong with an entry; its code is empty if nothing is.
func (e Entry) Mistake() Result {
	missing := func(name string) Result {
		return Result{ErrorCode: "InvalidArgument",
			ErrorMessage: fmt.Sprintf("Parameter %s is not valid. Reason: %s is a required argument.", name, name)}
	}
	switch {
	case e.Source == "":
		return missing("Source")
	case e.DetailType == "":
		return missing("DetailType")
	case e.Detail == "":
		return missing("Detail")
	case strings.HasPrefix(e.Source, "aws."):
		return Result{ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source."}
	case !IsObject([]byte(e.Detail)):
		return Result{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed."}
	}
	return Result{}
}

// IsObject reports whether a text is one JSON object.
func IsObject(text []byte) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal(text, &object) == nil && object != nil
}
