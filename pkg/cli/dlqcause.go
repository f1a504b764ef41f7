package cli

import (
	"cmp"
	"slices"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// letterCause is why a letter is there.
type letterCause struct {
	Class  hop.Class `json:"class"`
	Cause  string    `json:"cause"`
	Advice string    `json:"advice"`
}

// causeOf is why a letter is there: by its own attributes, by what is known about its words,
// which the advice about its job has.
func causeOf(l relay.Letter, advice fix.Advice) (why letterCause, reason string) {
	of := func(d diagnose.Diagnosis) letterCause { return letterCause{d.Class, d.Cause, d.Fix} }
	event := l.Notice.CopyJob
	switch {
	case l.Class != "": // twohop rejected it
		why = letterCause{l.Class, cmp.Or(advice.Cause, causeByReason(l)), advice.String()}
		return why, l.Reason
	case l.Attributes["RULE_ARN"] != "" || l.Attributes["SCHEDULE_ARN"] != "":
		return of(diagnose.Delivery(l.ErrorCode, l.ErrorMessage)), l.ErrorCode + ": " + l.ErrorMessage
	case l.ErrorMessage != "" || l.ErrorCode != "":
		return of(diagnose.Run(l.ErrorMessage)), l.ErrorMessage
	case l.Malformed != nil && !l.Run:
		return letterCause{hop.ClassMalformed, diagnose.Unreadable.Cause, advice.String()}, l.Malformed.Error()
	case event != nil && event.State.Unsuccessful():
		return letterCause{event.Class, cmp.Or(advice.Cause, causeByReason(l)), advice.String()}, event.Message
	default:
		return of(diagnose.Unsettled), ""
	}
}

// failedJob is the job behind a letter: a first hop that an event reports, or a second hop.
func failedJob(l relay.Letter, resource string) hop.FailedJob {
	decision := hop.Decision{Class: l.Class, Detail: l.Reason}
	if _, n := l.Notice.About(); n == 1 {
		decision.Reason = hop.ReasonHopOne
	}
	if event := l.Notice.CopyJob; event != nil && l.Class == "" {
		decision.Class, decision.Detail = event.Class, event.Message
	}
	if l.Malformed != nil && decision.Class == "" {
		decision.Class = hop.ClassMalformed
	}
	f := decision.Failed(l.Notice, hop.Request{})
	f.Resource = cmp.Or(f.Resource, resource)
	return f
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

// others are how many letters have other commands than the first.
func (g letterGroup) others() int {
	n := 0
	for _, l := range g.letters {
		if l.cause.Advice != g.Advice {
			n++
		}
	}
	return n
}

// grouped puts letters of one class and cause together; the largest group comes first. Its
// advice is that of its first letter.
func grouped(letters []deadLetter) []letterGroup {
	var groups []letterGroup
	for _, l := range letters {
		i := slices.IndexFunc(groups, func(g letterGroup) bool { return g.Class == l.cause.Class && g.Cause == l.cause.Cause })
		if i < 0 {
			groups = append(groups, letterGroup{letterCause: l.cause})
			i = len(groups) - 1
		}
		groups[i].letters = append(groups[i].letters, l)
	}
	slices.SortStableFunc(groups, func(a, b letterGroup) int { return len(b.letters) - len(a.letters) })
	return groups
}
