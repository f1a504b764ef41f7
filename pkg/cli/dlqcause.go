package cli

import (
	"cmp"
	"slices"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// letterCause is why a letter is there.
type letterCause struct {
	Class  hop.Class `json:"class"`
	Cause  string    `json:"cause"`
	Advice string    `json:"advice"`
}

// causeOf is what the letter's own attributes say, and what is known about its words.
func causeOf(l relay.Letter) (why letterCause, reason string) {
	of := func(d diagnose.Diagnosis) letterCause { return letterCause{d.Class, d.Cause, d.Advice} }
	event := l.Notice.CopyJob
	switch {
	case l.Class != "": // twohop rejected it
		known := diagnose.Text(l.Reason)
		why = letterCause{l.Class, known.Cause, cmp.Or(l.Advice, diagnose.Advice(l.Class, l.Reason))}
		if known.Class != l.Class || known.Class == hop.ClassUnknown {
			why.Cause = causeByReason(l)
		}
		return why, l.Reason
	case l.Attributes["RULE_ARN"] != "" || l.Attributes["SCHEDULE_ARN"] != "":
		return of(diagnose.Delivery(l.ErrorCode, l.ErrorMessage)), l.ErrorCode + ": " + l.ErrorMessage
	case l.ErrorMessage != "" || l.ErrorCode != "":
		return of(diagnose.Run(l.ErrorMessage)), l.ErrorMessage
	case l.Malformed != nil && !l.Run:
		return of(diagnose.Unreadable), l.Malformed.Error()
	case event != nil && event.State.Unsuccessful():
		return of(diagnose.Text(event.Message)), event.Message
	default:
		return of(diagnose.Unsettled), ""
	}
}

// causeByReason is the cause where no text of AWS tells it: twohop's own words differ
// from letter to letter, so that the class stands for them.
func causeByReason(l relay.Letter) string {
	switch l.Class {
	case hop.ClassMalformed:
		return diagnose.Unreadable.Cause
	case hop.ClassGone:
		return "the recovery point went before it was copied"
	case hop.ClassWrong:
		return "a copy is there, and it is not what was asked for"
	case hop.ClassUnderprotected: // of an earlier version: it is no rejection any more
		return "a copy is there, and it is not under the key of its vault"
	case hop.ClassUnknown:
		return "this text is not known to twohop"
	default:
		return "see the reason of each letter"
	}
}

// letterGroup are the letters of one cause.
type letterGroup struct {
	letterCause
	letters []deadLetter
}

// grouped puts letters of one class and advice together; the largest group comes first.
func grouped(letters []deadLetter) []letterGroup {
	var groups []letterGroup
	for _, l := range letters {
		i := slices.IndexFunc(groups, func(g letterGroup) bool { return g.Class == l.cause.Class && g.Advice == l.cause.Advice })
		if i < 0 {
			groups = append(groups, letterGroup{letterCause: l.cause})
			i = len(groups) - 1
		}
		groups[i].letters = append(groups[i].letters, l)
	}
	slices.SortStableFunc(groups, func(a, b letterGroup) int { return len(b.letters) - len(a.letters) })
	return groups
}
