package eventpattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/eventpattern"
)

func TestInvalidPatternsNameTheirPlace(t *testing.T) {
	cases := []struct{ name, pattern, path, reason string }{
		{"not JSON", `{"a": [1]`, `$`, "unexpected end of JSON input"},
		{"something after the pattern", `{"a": [1]} x`, `$`, "invalid character 'x' after top-level value"},
		{"a list", `["a"]`, `$`, "Filter is not an object"},
		{"no fields", `{}`, `$`, "Empty objects are not allowed"},
		{"no fields in an object", `{"detail": {}}`, `$.detail`, "Empty objects are not allowed"},
		{"a scalar where a list belongs", `{"detail": {"state": "a"}}`, `$.detail.state`, `"state" must be an object or an array`},
		{"null where a list belongs", `{"a": null}`, `$.a`, `"a" must be an object or an array`},
		{"an empty list", `{"resources": []}`, `$.resources`, "Empty arrays are not allowed"},
		{"a list in a list", `{"a": [["b"]]}`, `$.a[0]`, "Match value must be String, number, true, false, or null"},
		{"a field twice", `{"a": [1], "a": [2]}`, `$.a`, "Path `a` cannot be allowed multiple times"},
		{"a field twice by its path", `{"a": {"b": [1]}, "a.b": [2]}`, `$.a.b`, "Path `a.b` cannot be allowed multiple times"},
		{"an operator in capitals", `{"a": [1, {"EXISTS": true}]}`, `$.a[1].EXISTS`, "Unrecognized match type EXISTS"},
		{"an operator that EventBridge does not have", `{"a": [{"regex": "x"}]}`, `$.a[0].regex`, "Unrecognized match type regex"},
		{"no operator", `{"a": [{}]}`, `$.a[0]`, "Match expression name not found"},
		{"two operators", `{"a": [{"prefix": "a", "suffix": "b"}]}`, `$.a[0]`, "Only one key allowed in match expression"},
		{"prefix of a number", `{"a": [{"prefix": 1}]}`, `$.a[0].prefix`, "prefix match pattern must be a string"},
		{"prefix of a suffix", `{"a": [{"prefix": {"suffix": "x"}}]}`, `$.a[0].prefix.suffix`, "Unsupported prefix pattern: suffix"},
		{"suffix of nothing", `{"a": [{"suffix": {}}]}`, `$.a[0].suffix`, "suffix expression name not found"},
		{"prefix ignoring the case of a number", `{"a": [{"prefix": {"equals-ignore-case": 5}}]}`, `$.a[0].prefix.equals-ignore-case`, "prefix equals-ignore-case match pattern must be a string"},
		{"equals-ignore-case of a list", `{"a": [{"equals-ignore-case": ["x"]}]}`, `$.a[0].equals-ignore-case`, "equals-ignore-case match pattern must be a string"},
		{"exists of a string", `{"a": [{"exists": "true"}]}`, `$.a[0].exists`, "exists match pattern must be either true or false."},
		{"two stars side by side", `{"a": [{"wildcard": "a**"}]}`, `$.a[0].wildcard`, "Consecutive wildcard characters at pos 1"},
		{"an escape of a letter", `{"a": [{"wildcard": "\\n*"}]}`, `$.a[0].wildcard`, "Invalid escape character at pos 0"},
		{"an escape of nothing", `{"a": [{"wildcard": "a\\"}]}`, `$.a[0].wildcard`, "Invalid escape character at pos 1"},
		{"a wildcard list", `{"a": [{"wildcard": []}]}`, `$.a[0].wildcard`, "wildcard match pattern must be a string"},
		{"cidr without a mask", `{"a": [{"cidr": "10.0.0.0"}]}`, `$.a[0].cidr`, "Malformed CIDR, one '/' required"},
		{"cidr with a word for a mask", `{"a": [{"cidr": "10.0.0.0/x"}]}`, `$.a[0].cidr`, "Malformed CIDR, mask bits must be an integer"},
		{"cidr with a mask below zero", `{"a": [{"cidr": "10.0.0.0/-1"}]}`, `$.a[0].cidr`, "Malformed CIDR, mask bits must not be negative"},
		{"cidr of one IPv4 address", `{"a": [{"cidr": "10.0.0.1/32"}]}`, `$.a[0].cidr`, "IPv4 mask bits must be < 32"},
		{"cidr of one IPv6 address", `{"a": [{"cidr": "::1/128"}]}`, `$.a[0].cidr`, "IPv6 mask bits must be < 128"},
		{"cidr of a host name", `{"a": [{"cidr": "localhost/8"}]}`, `$.a[0].cidr`, "Nonstandard IP address: localhost"},
		{"cidr of a number", `{"a": [{"cidr": 10}]}`, `$.a[0].cidr`, "cidr match pattern must be a string"},
		{"numeric of a number", `{"a": [{"numeric": 5}]}`, `$.a[0].numeric`, "Value of numeric must be an array."},
		{"numeric of nothing", `{"a": [{"numeric": []}]}`, `$.a[0].numeric`, "Invalid member in numeric match: an operator must come first"},
		{"numeric without its operator", `{"a": [{"numeric": [5]}]}`, `$.a[0].numeric`, "Invalid member in numeric match: an operator must come first"},
		{"numeric without its number", `{"a": [{"numeric": ["="]}]}`, `$.a[0].numeric`, "Value of = must be numeric"},
		{"numeric of a string", `{"a": [{"numeric": ["=", "5"]}]}`, `$.a[0].numeric`, "Value of = must be numeric"},
		{"numeric with an unknown operator", `{"a": [{"numeric": ["!=", 5]}]}`, `$.a[0].numeric`, "Unrecognized numeric range operator: !="},
		{"a range of two lower ends", `{"a": [{"numeric": [">", 0, ">", 0]}]}`, `$.a[0].numeric`, "Bad numeric range operator: >"},
		{"a range that breaks off", `{"a": [{"numeric": [">", 0, "<"]}]}`, `$.a[0].numeric`, "Value of < must be numeric"},
		{"a range of numbers", `{"a": [{"numeric": [">", 0, 5]}]}`, `$.a[0].numeric`, "Bad value in numeric range: 5"},
		{"a range upside down", `{"a": [{"numeric": [">", 5, "<", 5]}]}`, `$.a[0].numeric`, "Bottom must be less than top"},
		{"an upper end first", `{"a": [{"numeric": ["<", 5, ">", 0]}]}`, `$.a[0].numeric`, "Too many elements in numeric expression"},
		{"a range too long", `{"a": [{"numeric": [">", 0, "<", 5, "<", 6]}]}`, `$.a[0].numeric`, "Too many elements in numeric expression"},
		{"a number beyond EventBridge", `{"a": [{"numeric": ["=", 5000000001]}]}`, `$.a[0].numeric`, "Value must be between -5.0E9 and 5.0E9, inclusive, with at most 6 decimals: 5000000001"},
		{"a number too precise for EventBridge", `{"a": [{"anything-but": 0.0000001}]}`, `$.a[0].anything-but`, "Value must be between -5.0E9 and 5.0E9, inclusive, with at most 6 decimals: 0.0000001"},
		{"anything-but null", `{"a": [{"anything-but": null}]}`, `$.a[0].anything-but`, "Value of anything-but must be an array or single string/number value."},
		{"anything-but true in a list", `{"a": [{"anything-but": [true]}]}`, `$.a[0].anything-but`, "Inside anything but list, start|null|boolean is not supported."},
		{"anything-but nothing", `{"a": [{"anything-but": []}]}`, `$.a[0].anything-but`, "Empty arrays are not allowed"},
		{"anything-but a mixed list", `{"a": [{"anything-but": ["a", 5]}]}`, `$.a[0].anything-but`, "Inside anything but list, either all values are number or string, mixed type is not supported."},
		{"anything-but an operator it does not have", `{"a": [{"anything-but": {"exists": true}}]}`, `$.a[0].anything-but.exists`, "Unsupported anything-but pattern: exists"},
		{"anything-but an empty prefix", `{"a": [{"anything-but": {"prefix": ["a", ""]}}]}`, `$.a[0].anything-but.prefix`, "Null prefix/suffix not allowed"},
		{"anything-but a prefix of a number", `{"a": [{"anything-but": {"prefix": 5}}]}`, `$.a[0].anything-but.prefix`, "prefix match pattern must be a string"},
		{"anything-but a bad wildcard", `{"a": [{"anything-but": {"wildcard": ["**"]}}]}`, `$.a[0].anything-but.wildcard`, "Consecutive wildcard characters at pos 0"},
		{"anything-but no prefixes", `{"a": [{"anything-but": {"prefix": []}}]}`, `$.a[0].anything-but.prefix`, "Empty arrays are not allowed"},
		{"$or of an object", `{"$or": {"a": [1]}}`, `$.$or`, "It must be an Array followed with $or."},
		{"$or of one", `{"$or": [{"a": [1]}]}`, `$.$or`, "There must have at least 2 Objects in $or relationship."},
		{"$or of strings", `{"$or": ["a", "b"]}`, `$.$or[0]`, "Only JSON object is allowed in array of $or relationship."},
		{"$or with an operator for a field", `{"detail": {"$or": [{"a": [1]}, {"numeric": [5]}]}}`, `$.detail.$or[1].numeric`, "numeric is Ruler reserved fieldName which cannot be used inside $or."},
		{"a mistake inside $or", `{"$or": [{"a": [1]}, {"b": "x"}]}`, `$.$or[1].b`, `"b" must be an object or an array`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := eventpattern.Compile(c.pattern)
			var syntax *eventpattern.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Equal(t, c.path, syntax.Path)
			assert.Equal(t, c.reason, syntax.Reason)
			assert.Equal(t, c.reason+" at "+c.path, err.Error())
		})
	}
}

func TestTooManyCombinations(t *testing.T) {
	nested := func(objects int) string {
		var parts []string
		for i := range objects {
			parts = append(parts, fmt.Sprintf(`"f%d": {"$or": [{"a": [1]}, {"b": [1]}]}`, i))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	_, err := eventpattern.Compile(nested(9)) // 512
	require.NoError(t, err)
	_, err = eventpattern.Compile(nested(10)) // 1,024
	require.EqualError(t, err, "$or makes more than 1000 rule combinations at $.f9.$or")
}
