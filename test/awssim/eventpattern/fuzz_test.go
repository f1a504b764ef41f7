package eventpattern_test

import (
	"errors"
	"testing"

	"github.com/twohop/twohop/test/awssim/eventpattern"
)

// FuzzMatch looks for panics and for the two things that hold whatever the
// input: an invalid pattern is a SyntaxError with a path, and the verdict does
// not depend on what the matcher has seen before.
func FuzzMatch(f *testing.F) {
	seeds := []struct{ pattern, event string }{
		{`{"source": ["aws.backup"], "detail": {"state": [{"anything-but": "CREATED"}]}}`, `{"source": "aws.backup", "detail": {"state": "RUNNING"}}`},
		{`{"a": [{"numeric": [">", -1.5e3, "<=", 5]}, 5, null, true]}`, `{"a": [1, -0.0, 1e400, 5.000001]}`},
		{`{"a": [{"wildcard": "a*b\\*"}, {"prefix": {"equals-ignore-case": "É"}}, {"suffix": "x"}]}`, `{"a": "axb*"}`},
		{`{"a": [{"cidr": "10.0.0.0/8"}, {"cidr": "::/1"}, {"anything-but": {"wildcard": ["*", "x"]}}]}`, `{"a": "10.1.2.3"}`},
		{`{"$or": [{"a": {"x": [1], "y": [{"exists": false}]}}, {"b": [{"exists": true}]}]}`, `{"a": [{"x": 1}, {"y": [[]]}], "b": {}}`},
		{`{"a": ["::1"]}`, `{"a": "0:0:0:0:0:0:0:1", "a": "b"}`},
	}
	for _, s := range seeds {
		f.Add(s.pattern, s.event)
	}
	f.Fuzz(func(t *testing.T, pattern, event string) {
		p, err := eventpattern.Compile(pattern)
		if err != nil {
			var syntax *eventpattern.SyntaxError
			if !errors.As(err, &syntax) || syntax.Path == "" || syntax.Reason == "" {
				t.Fatalf("compile %q: %v is not a complete SyntaxError", pattern, err)
			}
			return
		}
		first, err := p.Match([]byte(event))
		if err != nil {
			return
		}
		again, err := p.Match([]byte(event))
		if err != nil || first != again {
			t.Fatalf("match %q with %q: first %v, then %v, %v", event, pattern, first, again, err)
		}
	})
}
