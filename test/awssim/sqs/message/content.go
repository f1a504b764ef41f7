package message

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
)

const (
	// TraceHeader is the only system attribute that senders may set.
	TraceHeader = "AWSTraceHeader"

	maxAttributes = 10 // per message, per the quotas for messages in the SQS guide
)

// Draft is a message as its sender writes it. The JSON form is the API's.
type Draft struct {
	MessageBody             string
	DelaySeconds            *int // nil: as the queue says
	MessageAttributes       map[string]Attribute
	MessageSystemAttributes map[string]Attribute
	MessageDeduplicationID  string `json:"MessageDeduplicationId"`
	MessageGroupID          string `json:"MessageGroupId"`
}

// Size is the number of bytes that count against MaximumMessageSize: the body
// and the names, types and values of its attributes; system attributes do not
// count.
func (d Draft) Size() int {
	size := len(d.MessageBody)
	for name, a := range d.MessageAttributes {
		size += len(name) + len(a.DataType) + len(a.StringValue) + len(a.BinaryValue)
	}
	return size
}

// Check refuses what no standard queue takes; the error is a *wire.Error.
func (d Draft) Check() error {
	if d.MessageBody == "" {
		return fault.Missing("MessageBody")
	}
	if !allowedText(d.MessageBody) {
		return forbiddenText()
	}
	if d.MessageDeduplicationID != "" {
		return fault.Invalid("Value %s for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.", d.MessageDeduplicationID)
	}
	if d.MessageGroupID != "" {
		return fault.Invalid("Value %s for parameter MessageGroupId is invalid. Reason: awssim does not simulate fair queues.", d.MessageGroupID)
	}
	if err := fault.Range("DelaySeconds", d.DelaySeconds, 0, 900); err != nil {
		return err
	}
	if n := len(d.MessageAttributes); n > maxAttributes {
		return fault.Invalid("Number of message attributes [%d] exceeds the allowed maximum [%d].", n, maxAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(d.MessageAttributes)) {
		if err := checkAttribute(name, d.MessageAttributes[name]); err != nil {
			return err
		}
	}
	for name, a := range d.MessageSystemAttributes {
		if name != TraceHeader || a.DataType != "String" || a.StringValue == "" {
			return fault.Invalid("Message system attribute '%s' is invalid. The only one is %s, of type String, with a value.", name, TraceHeader)
		}
	}
	return nil
}

var attributeName = regexp.MustCompile(`^[\w-]+(\.[\w-]+)*$`)

// checkAttribute applies the rules of "Message attribute components" in the SQS
// guide.
func checkAttribute(name string, a Attribute) error {
	lower := strings.ToLower(name)
	if len(name) > 256 || !attributeName.MatchString(name) || strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon.") {
		return fault.Invalid("Message (user) attribute name '%s' is invalid. It can contain A-Z, a-z, 0-9, underscore, hyphen and single inner periods, "+
			"be up to 256 characters long and not start with AWS. or Amazon.", name)
	}
	kind, _, _ := strings.Cut(a.DataType, ".")
	if !slices.Contains([]string{"String", "Number", "Binary"}, kind) || len(a.DataType) > 256 {
		return fault.Invalid("The type of message (user) attribute '%s' is invalid. You must use only the following supported type prefixes: Binary, Number, String.", name)
	}
	value, other := len(a.StringValue), len(a.BinaryValue)
	if kind == "Binary" {
		value, other = other, value
	}
	if value == 0 {
		return fault.Invalid("Message (user) attribute '%s' must contain a non-empty value of type '%s'.", name, kind)
	}
	if other > 0 {
		return fault.Invalid("Message (user) attribute '%s' must contain a value of type '%s' only.", name, kind)
	}
	if kind == "Number" {
		if n, err := strconv.ParseFloat(a.StringValue, 64); err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return fault.Invalid("Can't cast the value of message (user) attribute '%s' to a number.", name)
		}
	}
	if !allowedText(a.StringValue) {
		return forbiddenText()
	}
	return nil
}

func forbiddenText() error {
	return fault.Modeled("InvalidMessageContents", "Invalid characters found. Valid unicode characters are "+
		"#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")
}

// allowedText tells whether all characters are allowed in XML, per the API
// reference of SendMessage.
func allowedText(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xFFFD, r >= 0x10000:
		default:
			return false
		}
	}
	return true
}
