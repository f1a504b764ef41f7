package eventpattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/eventpattern"
)

func match(t *testing.T, pattern, event string) bool {
	t.Helper()
	p, err := eventpattern.Compile(pattern)
	require.NoError(t, err, pattern)
	matched, err := p.Match([]byte(event))
	require.NoError(t, err, event)
	return matched
}

// TestOneField puts each list of filters and each value at the same place.
func TestOneField(t *testing.T) {
	cases := []struct{ name, filters, yes, no string }{
		{"a string matches itself", `["running"]`, `"running"`, `"Running"`},
		{"any of a list is enough", `["stopped", "running"]`, `"running"`, `"pending"`},
		{"an empty string is a value", `[""]`, `""`, `" "`},
		{"a string never matches the number that it spells", `["5"]`, `"5"`, `5`},
		{"5 matches 5.0", `[5]`, `5.0`, `5.1`},
		{"5.0 matches 5", `[5.0]`, `5`, `"5"`},
		{"300 matches 3.0e2", `[300]`, `3.0e2`, `3.0e3`},
		{"zero has many spellings", `[0]`, `-0.000e99999999999999999999`, `0.000001`},
		{"the seventh decimal is not a number to EventBridge, so spelling decides", `[0.0000001]`, `0.0000001`, `1e-7`},
		{"an account number is beyond its range, so spelling decides", `[111111111111]`, `111111111111`, `111111111111.0`},
		{"5,000,000,000 is still a number", `[5000000000]`, `5e9`, `5000000000.000001`},
		{"true is not the string", `[true]`, `true`, `"true"`},
		{"false is not null", `[false]`, `false`, `null`},
		{"null matches null", `[null]`, `null`, `"null"`},
		{"an IP address matches its other spellings", `["2001:db8::1"]`, `"2001:0db8:0:0:0:0:0:1"`, `"2001:db8::2"`},

		{"prefix", `[{"prefix": "awsbackup:"}]`, `"awsbackup:job-1"`, `"rds:job-1"`},
		{"an empty prefix matches every string", `[{"prefix": ""}]`, `""`, `7`},
		{"prefix ignoring case", `[{"prefix": {"equals-ignore-case": "arn:AWS"}}]`, `"ARN:aws:rds"`, `"ar"`},
		{"suffix", `[{"suffix": ".png"}]`, `"a.png"`, `"a.PNG"`},
		{"suffix ignoring case", `[{"suffix": {"equals-ignore-case": ".Png"}}]`, `"a.pNG"`, `"png"`},
		{"folding may change the length in bytes", `[{"prefix": {"equals-ignore-case": "K"}}]`, `"\u212aelvin"`, `"celsius"`},
		{"equals-ignore-case", `[{"equals-ignore-case": "FAILED"}]`, `"Failed"`, `"Failed."`},

		{"wildcard in the middle", `[{"wildcard": "arn:*:vault"}]`, `"arn:aws:vault"`, `"arn:vault"`},
		{"wildcard at both ends", `[{"wildcard": "*snapshot*"}]`, `"cluster-snapshot:1"`, `"snap"`},
		{"wildcard alone matches every string", `[{"wildcard": "*"}]`, `""`, `1`},
		{"wildcards do not overlap", `[{"wildcard": "ab*ba"}]`, `"abba"`, `"aba"`},
		{"several wildcards in their order", `[{"wildcard": "a*b*c*d"}]`, `"a1b2c3d"`, `"a1c2b3d"`},
		{"wildcard goes back where the first way fails", `[{"wildcard": "*ab"}]`, `"abab"`, `"aba"`},
		{"an escaped star is a star", `[{"wildcard": "a\\**"}]`, `"a*b"`, `"ab"`},
		{"an escaped backslash is a backslash", `[{"wildcard": "a\\\\*"}]`, `"a\\b"`, `"a*b"`},
		{"wildcard without a star is the string", `[{"wildcard": "ab"}]`, `"ab"`, `"abc"`},

		{"numeric equality", `[{"numeric": ["=", 5]}]`, `5.000000`, `4`},
		{"a numeric operator never matches a string", `[{"numeric": ["=", 5]}]`, `5`, `"5"`},
		{"numeric below", `[{"numeric": ["<", 10]}]`, `9.999999`, `10`},
		{"numeric up to", `[{"numeric": ["<=", 10]}]`, `10`, `10.000001`},
		{"numeric above", `[{"numeric": [">", 0]}]`, `0.000001`, `0`},
		{"numeric from", `[{"numeric": [">=", -5]}]`, `-5`, `-5.000001`},
		{"a numeric range", `[{"numeric": [">", 0, "<=", 5]}]`, `5`, `0`},
		{"a number beyond EventBridge's range is in no range", `[{"numeric": [">", 0]}]`, `5e9`, `5.1e9`},
		{"a number too precise for EventBridge is in no range", `[{"numeric": [">", 0]}]`, `1`, `1.0000001`},

		{"cidr holds its last address", `[{"cidr": "10.0.0.0/24"}]`, `"10.0.0.255"`, `"10.0.1.0"`},
		{"cidr begins at the address given", `[{"cidr": "10.0.0.5/24"}]`, `"10.0.0.5"`, `"10.0.0.4"`},
		{"cidr of IPv6", `[{"cidr": "2001:db8::/33"}]`, `"2001:db8:7fff::1"`, `"2001:db8:8000::"`},
		{"cidr of one family does not hold the other", `[{"cidr": "::/0"}]`, `"::1"`, `"10.0.0.1"`},
		{"cidr does not hold what is no address", `[{"cidr": "0.0.0.0/0"}]`, `"1.2.3.4"`, `"localhost"`},

		{"anything-but a string", `[{"anything-but": "CREATED"}]`, `"RUNNING"`, `"CREATED"`},
		{"anything-but a string lets other types pass", `[{"anything-but": "CREATED"}]`, `null`, `"CREATED"`},
		{"anything-but a number", `[{"anything-but": 5}]`, `6`, `5.0`},
		{"anything-but a number lets the string pass", `[{"anything-but": 5}]`, `"5"`, `5`},
		{"anything-but a list", `[{"anything-but": ["a", "b"]}]`, `"c"`, `"b"`},
		{"anything-but a list of numbers", `[{"anything-but": [100, 200]}]`, `300`, `2e2`},
		{"anything-but on an array matches if any member passes", `[{"anything-but": ["a", "b"]}]`, `["a", "c"]`, `["a", "b"]`},
		{"anything-but prefix", `[{"anything-but": {"prefix": "awsbackup:"}}]`, `"manual"`, `"awsbackup:1"`},
		{"anything-but prefixes", `[{"anything-but": {"prefix": ["a", "b"]}}]`, `"c"`, `"bc"`},
		{"anything-but suffix", `[{"anything-but": {"suffix": ".tmp"}}]`, `"a"`, `"a.tmp"`},
		{"anything-but suffixes", `[{"anything-but": {"suffix": ["x", "y"]}}]`, `5`, `"oxy"`},
		{"anything-but ignoring case", `[{"anything-but": {"equals-ignore-case": ["failed"]}}]`, `"completed"`, `"FAILED"`},
		{"anything-but wildcard", `[{"anything-but": {"wildcard": "*/bin/*"}}]`, `"/etc"`, `"/usr/bin/go"`},
		{"anything-but needs a value", `[{"anything-but": "a"}]`, `"b"`, `[]`},

		{"exists", `[{"exists": true}]`, `null`, `[]`},
		{"an empty array does not exist", `[{"exists": false}]`, `[]`, `[0]`},
		{"exists is only for leaves", `[{"exists": false}]`, `{"inner": 1}`, `1`},
		{"exists does not see an object", `[{"exists": true}]`, `1`, `{"inner": 1}`},
		{"absence may be one of several choices", `[{"exists": false}, "x"]`, `"x"`, `"y"`},

		{"one list may mix operators", `["x", {"prefix": "a"}, {"numeric": [">", 5]}]`, `6`, `5`},
		{"an array matches by any member", `["b"]`, `["a", "b"]`, `["a", "c"]`},
		{"arrays in arrays are seen through", `["b"]`, `[["a"], ["b"]]`, `[["a"], []]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pattern := fmt.Sprintf(`{"detail": {"field": %s}}`, c.filters)
			assert.True(t, match(t, pattern, fmt.Sprintf(`{"detail": {"field": %s}}`, c.yes)), c.yes)
			assert.False(t, match(t, pattern, fmt.Sprintf(`{"detail": {"field": %s}}`, c.no)), c.no)
		})
	}
}

const people = `{"employees": [
	{"firstName": "John", "lastName": "Doe", "ids": [1, 2]},
	{"firstName": "Anna", "lastName": "Smith", "ids": [3]},
	{"firstName": "Peter", "lastName": "Jones", "retired": true}
], "sites": [{"city": "Berlin"}, {"city": "Stockholm", "open": true}]}`

func TestWholeEvents(t *testing.T) {
	cases := []struct {
		name, pattern, event string
		want                 bool
	}{
		{"every field must match", `{"a": [1], "b": [2]}`, `{"a": 1, "b": 2, "c": 3}`, true},
		{"one field that does not match is enough to fail", `{"a": [1], "b": [2]}`, `{"a": 1, "b": 3}`, false},
		{"a missing field does not match", `{"a": [1], "b": [2]}`, `{"a": 1}`, false},
		{"null does not match a missing field", `{"b": [null]}`, `{"a": 1}`, false},
		{"names are case sensitive", `{"Source": ["a"]}`, `{"source": "a"}`, false},
		{"a dot in a name is the same as a step", `{"detail.state": ["a"]}`, `{"detail": {"state": "a"}}`, true},
		{"a parent that is absent has no child", `{"detail": {"error": [{"exists": false}]}}`, `{"source": "a"}`, true},
		{"an empty object has no leaves", `{"detail": [{"exists": true}]}`, `{"detail": {}}`, false},

		{"two fields in the same element", `{"employees": {"firstName": ["Anna"], "lastName": ["Smith"]}}`, people, true},
		{"two fields of different elements", `{"employees": {"firstName": ["Anna"], "lastName": ["Jones"]}}`, people, false},
		{"an inner array belongs to its element", `{"employees": {"firstName": ["John"], "ids": [2]}}`, people, true},
		{"an inner array of another element", `{"employees": {"firstName": ["John"], "ids": [3]}}`, people, false},
		{"two arrays do not bind each other", `{"employees": {"firstName": ["Anna"]}, "sites": {"city": ["Stockholm"], "open": [true]}}`, people, true},
		{"absence is asked of the element chosen", `{"employees": {"firstName": ["Anna"], "retired": [{"exists": false}]}}`, people, true},
		{"absence in the chosen element fails", `{"employees": {"firstName": ["Peter"], "retired": [{"exists": false}]}}`, people, false},
		{"absence of a name that sorts first is asked of all", `{"employees": {"aaa": [{"exists": false}], "firstName": ["Anna"]}}`,
			`{"employees": [{"firstName": "Anna"}, {"aaa": 1}]}`, false},

		{"$or by its first", `{"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}`, `{"source": "s", "a": 1}`, true},
		{"$or by its second", `{"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}`, `{"source": "s", "b": 2}`, true},
		{"$or by neither", `{"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}`, `{"source": "s", "a": 2, "b": 1}`, false},
		{"$or does not replace the rest", `{"$or": [{"a": [1]}, {"b": [2]}], "source": ["s"]}`, `{"a": 1}`, false},
		{"$or inside an object", `{"detail": {"$or": [{"a": [1]}, {"b": {"c": [2]}}]}}`, `{"detail": {"b": {"c": 2}}}`, true},
		{"$or in $or", `{"$or": [{"a": [1]}, {"b": [2], "$or": [{"c": [3]}, {"d": [4]}]}]}`, `{"b": 2, "d": 4}`, true},
		{"$or in $or needs its neighbour", `{"$or": [{"a": [1]}, {"b": [2], "$or": [{"c": [3]}, {"d": [4]}]}]}`, `{"d": 4}`, false},

		{"a copy job event is matched by its source and type",
			`{"source": ["aws.backup"], "detail-type": ["Copy Job State Change"], "detail": {"state": [{"anything-but": "CREATED"}],
			  "destinationBackupVaultArn": ["arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"]}}`,
			`{"source": "aws.backup", "detail-type": "Copy Job State Change", "detail": {"state": "RUNNING", "destinationRecoveryPointArn": {},
			  "destinationBackupVaultArn": "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"}}`, true},
		{"the empty object that stands for an unknown ARN does not exist",
			`{"detail": {"destinationRecoveryPointArn": [{"exists": true}]}}`,
			`{"detail": {"destinationRecoveryPointArn": {}}}`, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, match(t, c.pattern, c.event))
		})
	}
}

func TestManyArraysDoNotMultiply(t *testing.T) {
	var pattern, event []string
	for i := range 30 {
		pattern = append(pattern, fmt.Sprintf(`"f%02d": {"x": [1]}`, i))
		event = append(event, fmt.Sprintf(`"f%02d": [{"x": 1}, {"x": 1}, {"x": 1}]`, i))
	}
	pattern = append(pattern, `"z": {"x": [1], "y": [2]}`)
	event = append(event, `"z": [{"x": 1}, {"y": 2}]`)
	assert.False(t, match(t, "{"+strings.Join(pattern, ",")+"}", "{"+strings.Join(event, ",")+"}"))
}

func TestOnlyObjectsAreEvents(t *testing.T) {
	p, err := eventpattern.Compile(`{"a": [1]}`)
	require.NoError(t, err)
	for _, event := range []string{``, `[]`, `{"a": 1`, `{"a": 1} {}`, `"a"`, `{"a":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}`} {
		_, err := p.Match([]byte(event))
		assert.Error(t, err, event)
	}
}
