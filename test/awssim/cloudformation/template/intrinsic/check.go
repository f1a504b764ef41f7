package intrinsic

import (
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// References are the resources that working an expression out asks for: not those
// in branches of Fn::If that are not taken.
func References(e Expression, s *Scope) []Reference {
	var all []Reference
	e.visit(s, func(e Expression) {
		if r, ok := e.(Reference); ok {
			all = append(all, r)
		}
	})
	return all
}

// Named are the other conditions that a condition asks for.
func Named(condition Expression) []Reference {
	var all []Reference
	condition.visit(&Scope{}, func(e Expression) {
		if n, ok := e.(named); ok {
			all = append(all, n.Reference)
		}
	})
	return all
}

// Early works out those parts of an expression that wait for no resource, and
// tells what is wrong with them.
func Early(e Expression, s *Scope) document.Faults {
	var faults document.Faults
	e.visit(s, func(e Expression) {
		switch e.(type) {
		case call, given:
			if len(References(e, s)) == 0 {
				_, wrong := e.Resolve(s)
				faults.Join(wrong)
			}
		}
	})
	return faults
}

// words lists them for a sentence.
func words(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}
