package kms

import (
	"encoding/base64"
	"strconv"

	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// paging is how the lists are asked for; embedded in their inputs.
type paging struct {
	Limit  *int
	Marker string
}

// more is how the lists say that they go on; embedded in their outputs.
type more struct {
	NextMarker string `json:",omitempty"`
	Truncated  bool
}

// The length of a page [API: ListKeys, ListAliases, ListGrants].
const (
	usualKeys    = 100
	usualAliases = 50
	usualGrants  = 50
	longestPage  = 1000
)

// page cuts one page from items. A marker holds a position.
func page[T any](items []T, p paging, size int) ([]T, more, error) {
	if p.Limit != nil {
		size = *p.Limit
	}
	if size < 1 || size > longestPage {
		return nil, more{}, fault.Invalid("Limit is %d; it must be from 1 to %d", size, longestPage)
	}
	from := 0
	if p.Marker != "" {
		text, err := base64.StdEncoding.DecodeString(p.Marker)
		if err == nil {
			from, err = strconv.Atoi(string(text))
		}
		if err != nil || from < 0 || from > len(items) {
			return nil, more{}, fault.New("InvalidMarkerException", "%q is no marker of this list", p.Marker)
		}
	}
	if len(items)-from <= size {
		return items[from:], more{}, nil
	}
	return items[from : from+size], more{base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(from + size))), true}, nil
}

type keyOut struct{ KeyId, KeyArn string }

type listKeysOutput struct {
	Keys []keyOut
	more
}

func (s *Service) listKeys(r *wire.Request, in paging) (listKeysOutput, error) {
	if err := s.mayList(r, "kms:ListKeys"); err != nil {
		return listKeysOutput{}, err
	}
	found := []keyOut{}
	for _, k := range s.In(placeOf(r)) {
		found = append(found, keyOut{k.ID, k.ARN})
	}
	found, next, err := page(found, in, usualKeys)
	return listKeysOutput{found, next}, err
}

type aliasOut struct {
	AliasName, AliasArn, TargetKeyId string
	CreationDate, LastUpdatedDate    wire.Epoch
}

type listAliasesInput struct {
	KeyId string
	paging
}

type listAliasesOutput struct {
	Aliases []aliasOut
	more
}

// listAliases leaves out the aliases of AWS managed keys that nobody has used yet:
// AWS lists some of them without a key.
func (s *Service) listAliases(r *wire.Request, in listAliasesInput) (listAliasesOutput, error) {
	if err := s.mayList(r, "kms:ListAliases"); err != nil {
		return listAliasesOutput{}, err
	}
	only := ""
	if in.KeyId != "" {
		k, err := s.resolve(r, call{keyID: in.KeyId, action: "kms:ListAliases"})
		if err != nil {
			return listAliasesOutput{}, err
		}
		only = k.ARN
	}
	found := []aliasOut{}
	for _, a := range s.Aliases(placeOf(r), only) {
		at := wire.Epoch{Time: a.Made}
		found = append(found, aliasOut{a.Name, a.ARN, a.KeyID, at, at})
	}
	found, next, err := page(found, in.paging, usualAliases)
	return listAliasesOutput{found, next}, err
}
