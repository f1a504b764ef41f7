package document_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

func TestDecode(t *testing.T) {
	cases := map[string]struct {
		text string
		want any
	}{
		"an object":                 {` {"a": {"b": [1, "c", true, false]}, "d": {}, "e": []} `, map[string]any{"a": map[string]any{"b": []any{1.0, "c", true, false}}, "d": map[string]any{}, "e": []any{}}},
		"a name that is empty":      {`{"": 1}`, map[string]any{"": 1.0}},
		"escapes":                   {`"\u00e9\n\"<"`, "é\n\"<"},
		"the largest whole number":  {`[9007199254740992, -9007199254740992]`, []any{9007199254740992.0, -9007199254740992.0}},
		"a number with an exponent": {`1e20`, 1e20},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, faults := document.Decode([]byte(c.text))
			require.NoError(t, faults.Err())
			assert.Equal(t, c.want, got)
		})
	}
}

func TestFaultsOfDocuments(t *testing.T) {
	cases := map[string]struct {
		text string
		want string
	}{
		"two values":              {"{}\n\n{}", "is not JSON in line 3: invalid character '{' after top-level value"},
		"text that is not UTF-8":  {"\"\xff\"", "is not UTF-8 text"},
		"null":                    {`{"a": [1, null]}`, "a[1]: is null; leave the name out, or give it a value"},
		"nothing but null":        {`null`, "is null; leave the name out, or give it a value"},
		"a name twice":            {`{"a": {"b.c": 1, "b.c": 2}}`, `a."b.c": is there twice; keep one of them`},
		"a number beyond float64": {`[1e999]`, "[0]: 1e999 is a number that is not held exactly; write it as text"},
		"a number between two":    {`{"a": 9007199254740993}`, "a: 9007199254740993 is a number that is not held exactly; write it as text"},
		"all of them":             {`{"a": null, "b": null}`, "a: is null; leave the name out, or give it a value\nb: is null; leave the name out, or give it a value"},
		"very deep":               {strings.Repeat("[", 200) + strings.Repeat("]", 200), "is nested more than 100 levels deep"},
		"as deep as Go follows":   {strings.Repeat("[", 20000) + strings.Repeat("]", 20000), "is not JSON in line 1: invalid character '[' exceeded max depth"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, faults := document.Decode([]byte(c.text))
			require.EqualError(t, faults.Err(), c.want)
		})
	}
}

func TestPaths(t *testing.T) {
	root := document.Path("")
	assert.Equal(t, document.Path("Resources.Bus.Properties.Fn::Join[1][0]"), root.Key("Resources").Key("Bus").Key("Properties").Key("Fn::Join").Item(1).Item(0))
	assert.Equal(t, document.Path(`a."b.c"."d e"."".@@assign.detail-type`), root.Key("a").Key("b.c").Key("d e").Key("").Key("@@assign").Key("detail-type"))
}

func TestKindsAndTexts(t *testing.T) {
	cases := map[string]struct {
		value any
		kind  string
		text  string
		is    bool
	}{
		"text":        {"a", "text", "a", true},
		"a number":    {1209600.0, "a number", "1209600", true},
		"a part":      {0.1, "a number", "0.1", true},
		"a large one": {1e21, "a number", "1000000000000000000000", true},
		"a flag":      {false, "true or false", "false", true},
		"a list":      {[]any{}, "a list", "", false},
		"an object":   {map[string]any{}, "an object", "", false},
		"nothing":     {nil, "no value", "", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.kind, document.Kind(c.value))
			text, is := document.Text(c.value)
			assert.Equal(t, c.is, is)
			assert.Equal(t, c.text, text)
		})
	}
}

func TestWhatJSONCannotWrite(t *testing.T) {
	_, err := document.JSON(math.Inf(1))
	require.ErrorContains(t, err, "encode a number: ")
}
