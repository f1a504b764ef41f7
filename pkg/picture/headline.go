package picture

import (
	"fmt"
	"strings"
)

// Headline is the first line of what is shown of an estate that was not read whole, or that
// is paused; empty where it was and is not.
func (p Picture) Headline() string {
	var said []string
	if len(p.Unseen) > 0 {
		said = append(said, "NOT READ: "+p.UnseenNames())
	}
	if len(p.Off) > 0 {
		said = append(said, "PAUSED: off: "+Named(p.Off))
	}
	if p.WithoutMembers {
		said = append(said, "members not read (--without-members): first hops and local vaults are not checked")
	}
	return strings.Join(said, "; ")
}

// UnseenNames names what was not read.
func (p Picture) UnseenNames() string {
	var names []string
	for _, u := range p.Unseen {
		names = append(names, u.String())
	}
	return Named(names)
}

// mostNamed is how many names of one kind a line has.
const mostNamed = 5

// Named joins names, the first ones of many.
func Named(names []string) string {
	if more := len(names) - mostNamed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), more)
	}
	return strings.Join(names, ", ")
}
