package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/twohop/twohop/pkg/picture"
)

// verdict says whether anything needs a person, and what is missing first.
func (v *viewing) verdict(p picture.Picture) error {
	var found []error
	add := func(hint, format string, args ...any) {
		found = append(found, &hinted{&findingsError{fmt.Errorf(format, args...)}, hint})
	}
	if len(p.Unseen) > 0 {
		hint := "fix what is named under not looked at, and run it again"
		if one := hintOf(p.Unseen[0].Err); one != "" && len(p.Unseen) == 1 {
			hint = one
		}
		add(hint, "not everything was read: %s", p.UnseenNames())
	}
	if len(p.Off) > 0 {
		add(v.switchOn(p.Off), "paused: %s", picture.Named(p.Off))
	}
	if bad := badOf(p); bad != "" {
		add(fmt.Sprintf("twohop trace %s %s", v.given(), p.Resources[0].ARN), "%s", bad)
	}
	if p.Letters > 0 {
		add(fmt.Sprintf("twohop dlq explain %s", v.given()), "%s", counted(p.Letters, "dead-letter message"))
	}
	return errors.Join(found...)
}

// badOf counts the resources that need a person; empty where none does. The worst come
// first in a picture.
func badOf(p picture.Picture) string {
	count, said, n := p.Count(), []string(nil), 0
	for _, state := range picture.States {
		if state.Bad() && count[state] > 0 {
			said = append(said, fmt.Sprintf("%d %s", count[state], state))
			n += count[state]
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d resources need action: %s", n, len(p.Resources), strings.Join(said, ", "))
}
