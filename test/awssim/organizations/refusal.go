package organizations

import (
	"encoding/base64"
	"fmt"
	"strconv"

	"github.com/twohop/twohop/test/awssim/wire"
)

func refuse(code, format string, args ...any) error {
	return &wire.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// member is the caller's organization. s.mu is held.
func (s *Service) member(r *wire.Request) (*organization, error) {
	if o := s.of(r.Account); o != nil {
		return o, nil
	}
	return nil, refuse("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
}

// managed is the caller's organization, for calls that its management account
// alone may make. s.mu is held.
func (s *Service) managed(r *wire.Request) (*organization, error) {
	o, err := s.member(r)
	if err == nil && o.Management != r.Account {
		return nil, refuse("AccessDeniedException", "You don't have permissions to access this resource.")
	}
	return o, err
}

// paging is how the lists are asked for; embedded in their inputs.
type paging struct {
	MaxResults *int
	NextToken  string
}

// mostResults of one page [API: ListAccountsForParent].
const mostResults = 20

// page cuts one page from items and returns the next one's token, empty after the
// last. Nothing is ever taken out of a list here, so a token holds a position.
func page[T any](items []T, p paging) ([]T, string, error) {
	size := mostResults
	if p.MaxResults != nil {
		size = *p.MaxResults
	}
	if size < 1 || size > mostResults {
		return nil, "", refuse("InvalidInputException", "MaxResults is from 1 to %d, not %d.", mostResults, size)
	}
	from := 0
	if p.NextToken != "" {
		text, err := base64.StdEncoding.DecodeString(p.NextToken)
		if err == nil {
			from, err = strconv.Atoi(string(text))
		}
		if err != nil || from < 0 || from > len(items) {
			return nil, "", refuse("InvalidInputException", "You provided an invalid next token: %q.", p.NextToken)
		}
	}
	if len(items)-from <= size {
		return items[from:], "", nil
	}
	return items[from : from+size], base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(from + size))), nil
}
