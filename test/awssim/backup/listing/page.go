package listing

import (
	"encoding/base64"
	"sort"
	"strconv"

	"github.com/twohop/twohop/test/awssim/backup/fault"
)

// pageSize without MaxResults. AWS does not name its own; a small one shows who
// forgets to turn pages.
const pageSize = 100

// Page cuts one page from items that are in ascending order of key, and returns
// the token of the next one, empty after the last. The token holds the last key
// given out, so that what appears or vanishes between two calls neither repeats
// an item nor hides one.
func Page[T any](items []T, key func(T) string, token, maxResults string) ([]T, string, error) {
	last, size, err := Cursor(token, maxResults)
	if err != nil {
		return nil, "", err
	}
	if token != "" {
		items = items[sort.Search(len(items), func(i int) bool { return key(items[i]) > last }):]
	}
	if len(items) <= size {
		return items, "", nil
	}
	return items[:size], base64.URLEncoding.EncodeToString([]byte(key(items[size-1]))), nil
}

// Cursor is where a page goes on: the last key given out, empty without a token; and how
// many items fit on it.
func Cursor(token, maxResults string) (last string, size int, err error) {
	if size, err = PageLimit(maxResults); err != nil {
		return "", 0, err
	}
	decoded, err := base64.URLEncoding.DecodeString(token)
	if err != nil {
		return "", 0, fault.InvalidValue("Invalid NextToken: %q", token)
	}
	return string(decoded), size, nil
}

// PageLimit reads MaxResults: a number from 1 to 1000, 100 where it is absent.
func PageLimit(maxResults string) (int, error) {
	if maxResults == "" {
		return pageSize, nil
	}
	size, err := strconv.Atoi(maxResults)
	if err != nil || size < 1 || size > 1000 {
		return 0, fault.InvalidValue("MaxResults must be a number from 1 to 1000, not %q", maxResults)
	}
	return size, nil
}
