// Package diagnose turns the words of an AWS failure into its class, its cause
// and the advice for the person who has to mend it. A text it does not know is
// Unknown: it is never guessed at, and never shortened.
package diagnose

import (
	"strings"

	"github.com/twohop/twohop/pkg/hop"
)

// Diagnosis is what is known about one failure text.
type Diagnosis struct {
	Class  hop.Class
	Cause  string
	Advice string
}

// Text diagnoses a status message of a copy job or the message of an API error.
func Text(message string) Diagnosis {
	if message == "" { // every job that completed
		return unknown
	}
	message = strings.ToLower(message)
	for _, known := range texts {
		if known.matches(message) {
			return known.Diagnosis
		}
	}
	return unknown
}

// Advice is what to do about a failure of the class whose text is message.
func Advice(class hop.Class, message string) string {
	if found := Text(message); found.Class == class {
		return found.Advice
	}
	if advice, ok := byClass[class]; ok {
		return advice
	}
	return unknown.Advice
}

// Cure is Advice without how a message is replayed: for a copy that somebody starts.
func Cure(class hop.Class, message string) string {
	cure, _, _ := strings.Cut(Advice(class, message), replay)
	return cure
}

type text struct {
	fragments []string // in lower case; a message has all of them, in any case
	Diagnosis
}

// matches tells whether a message in lower case is of this kind.
func (t text) matches(message string) bool {
	for _, fragment := range t.fragments {
		if !strings.Contains(message, fragment) {
			return false
		}
	}
	return true
}
