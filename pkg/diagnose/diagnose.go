// Package diagnose turns the words of an AWS failure into its class, its cause and the
// advice for the operator who has to fix it. A text that it does not know is Unknown: the
// package never guesses, and callers print such a text whole.
//
// The advice here knows neither the estate nor the state of AWS. Package fix adds both.
package diagnose

import (
	"cmp"
	"strings"

	"github.com/twohop/twohop/pkg/hop"
)

// Diagnosis is what is known about one failure text.
type Diagnosis struct {
	Class hop.Class
	Kind  Kind // which of the causes of its class
	Cause string
	Fix   string // what to change; empty where repeating the job is all that helps
	Quota Quota  // of the kind UsedUp, where the text tells which one
}

// Quota is a quota of Service Quotas.
type Quota struct {
	Name, Service, Code string
	Raised              int // a value to ask for: twice the documented default
}

// Text diagnoses a status message of a job or the message of an API error. Case and white
// space do not matter, and names inside ARNs are not read.
func Text(message string) Diagnosis {
	message = fold(message)
	if message == "" { // every job that completed
		return unknown
	}
	for _, known := range texts {
		if known.matches(message) {
			return known.Diagnosis
		}
	}
	return unknown
}

// Of diagnoses a failed job whose class is known: by its text where that is of the class,
// otherwise by the class alone. Cause is empty where only the class is known.
func Of(class hop.Class, message string) Diagnosis {
	if found := Text(message); found.Class == class && found.Kind != UnknownText {
		return found
	}
	if fix, ok := byClass[class]; ok {
		return Diagnosis{Class: class, Fix: fix}
	}
	return unknown
}

// Advice is what to do about a failed job.
func Advice(f hop.FailedJob) string { return Of(f.Class, f.Message).Advice(f) }

// Advice is the fix, and then how the job is repeated.
func (d Diagnosis) Advice(f hop.FailedJob) string {
	repeat := ""
	if d.Repeatable() {
		repeat = Repeat(d.Class, f)
	}
	switch {
	case d.Fix == "" || repeat == "":
		return cmp.Or(d.Fix, repeat)
	case d.Class.Permanent() || d.Class == hop.ClassUnknown:
		return d.Fix + "; then " + repeat
	default: // a failure that passes by itself: the repetition comes first
		return repeat + "; " + d.Fix
	}
}

// Repeatable reports whether the job can succeed when it is repeated after the fix. What is
// under a key that nobody can open stays so: the fix makes another recovery point.
func (d Diagnosis) Repeatable() bool {
	return d.Kind != UnderManagedKey && d.Kind != UnderOwnedKey
}

type text struct {
	fragments []string // folded; a message has all of them
	Diagnosis
}

// matches reports whether a folded message is of this kind.
func (t text) matches(message string) bool {
	for _, fragment := range t.fragments {
		if !strings.Contains(message, fragment) {
			return false
		}
	}
	return true
}

// fold makes all spellings of a text the same: small letters, single blanks, plain
// apostrophes. ARNs are left out, since users choose the names in them: a database called
// "throttling" is not a throttled call.
func fold(message string) string {
	words := strings.Fields(strings.ToLower(strings.ReplaceAll(message, "\u2019", "'")))
	for i, word := range words {
		if before, arn, found := strings.Cut(word, "arn:aws"); found {
			end := strings.TrimLeft(arn, "abcdefghijklmnopqrstuvwxyz0123456789-_.:/*+=@,%~")
			words[i] = before + "arn" + end
		}
	}
	return strings.Join(words, " ")
}
