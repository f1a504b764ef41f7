// Package message is what a message of Amazon SQS holds: its content with the
// rules for it, its checksums, and the facts that SQS keeps beside it.
package message

import (
	"crypto/md5" // SQS's own checksum; it guards nothing
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message is a message at one moment.
type Message struct {
	ID         string
	Body       string
	MD5OfBody  string
	Attributes map[string]Attribute // by name
	// MD5OfAttributes is empty where there are none.
	MD5OfAttributes string

	Sent          time.Time // natural redrive keeps it, a move task renews it
	FirstReceived time.Time // zero until then
	ReceiveCount  int       // goes on counting in a dead-letter queue
	Sender        string
	// DeadLetterSource is the ARN of the queue that redrove the message; empty
	// for a message that was sent to the queue it is in.
	DeadLetterSource string
	TraceHeader      string // X-Ray's, with the lineage of the sender; empty for none

	// ReceiptHandle is the latest one; empty until the message is received in
	// the queue it is in.
	ReceiptHandle string
	// Available is when the message can be received next; in the past if it
	// can be received now.
	Available time.Time
}

// Attribute is a message attribute. The JSON form is the API's.
type Attribute struct {
	DataType    string // String, Number or Binary, with an optional .label
	StringValue string `json:"StringValue,omitempty"`
	BinaryValue []byte `json:"BinaryValue,omitempty"`
}

func (a Attribute) binary() bool { return strings.HasPrefix(a.DataType, "Binary") }

// SystemAttributes are the message's own facts under the names of the API
// (SentTimestamp, ApproximateReceiveCount, ...). Times are in milliseconds
// since 1970. What does not apply is left out.
func (m Message) SystemAttributes() map[string]string {
	system := map[string]string{
		"SenderId":                m.Sender,
		"SentTimestamp":           milliseconds(m.Sent),
		"ApproximateReceiveCount": strconv.Itoa(m.ReceiveCount),
	}
	if !m.FirstReceived.IsZero() {
		system["ApproximateFirstReceiveTimestamp"] = milliseconds(m.FirstReceived)
	}
	if m.DeadLetterSource != "" {
		system["DeadLetterQueueSourceArn"] = m.DeadLetterSource
	}
	if m.TraceHeader != "" {
		system[TraceHeader] = m.TraceHeader
	}
	return system
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// MD5OfBody is the checksum of a body, in hexadecimal.
func MD5OfBody(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// MD5OfAttributes is the checksum of the SQS guide, "Calculating the MD5
// message digest for message attributes": names in order; each name, type and
// value preceded by its length, the value also by a byte for its kind. It is
// empty where there are none.
func MD5OfAttributes(attributes map[string]Attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var text []byte
	add := func(part string) {
		text = binary.BigEndian.AppendUint32(text, uint32(len(part)))
		text = append(text, part...)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		add(name)
		add(a.DataType)
		if a.binary() {
			text = append(text, 2)
			add(string(a.BinaryValue))
		} else {
			text = append(text, 1)
			add(a.StringValue)
		}
	}
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}
