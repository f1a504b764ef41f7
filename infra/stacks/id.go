package stacks

import "strings"

// camel makes a logical id of a name: CopiesDlq of copies-dlq. Logical ids stay
// the same for ever, since CloudFormation tells resources by them.
func camel(name string) string {
	var id strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' }) {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String()
}
