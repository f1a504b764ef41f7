// Package awscall has what the adapters share about a call to AWS: how a list is
// read to its end, and which failures pass by themselves.
package awscall

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// ErrRepeatedToken says that a list never ends: AWS answered with a page token that it
// had given before.
var ErrRepeatedToken = errors.New("AWS gave the same page token twice, so the list has no end")

// Paginator is a paginator of the SDK.
type Paginator[Page, Options any] interface {
	HasMorePages() bool
	NextPage(ctx context.Context, options ...func(*Options)) (*Page, error)
}

// Pages reads a list page by page, at most once. token is a page's token of the next
// one. An error is the last thing it yields: that of the call, or ErrRepeatedToken. The
// SDK's own StopOnDuplicateToken is not used: it ends the list without an error, so that
// a part would be taken for the whole, and sees only a token that follows itself.
func Pages[Page, Options any](ctx context.Context, pages Paginator[Page, Options], token func(*Page) *string, options ...func(*Options)) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		seen := map[string]bool{}
		for n := 1; pages.HasMorePages(); n++ {
			page, err := pages.NextPage(ctx, options...)
			if err != nil {
				yield(nil, err)
				return
			}
			next := aws.ToString(token(page))
			if next != "" && seen[next] {
				yield(nil, fmt.Errorf("page %d: %w", n, ErrRepeatedToken))
				return
			}
			seen[next] = true
			if !yield(page, nil) {
				return
			}
		}
	}
}
