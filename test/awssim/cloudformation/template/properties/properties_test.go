package properties_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
)

func reader(t *testing.T, text string) *properties.Reader {
	t.Helper()
	decoded, faults := document.Decode([]byte(text))
	require.NoError(t, faults.Err())
	values, ok := decoded.(map[string]any)
	require.True(t, ok)
	return properties.New("Resources.R.Properties", values)
}

func TestValuesAreReadAsCloudFormationTakesThem(t *testing.T) {
	cases := map[string]struct {
		value string
		read  func(r *properties.Reader) any
		want  any
	}{
		"text":                    {`"a"`, func(r *properties.Reader) any { return r.Text("P") }, "a"},
		"a number for text":       {`1209600`, func(r *properties.Reader) any { return r.Text("P") }, "1209600"},
		"a flag for text":         {`true`, func(r *properties.Reader) any { return r.TextOr("P", "x") }, "true"},
		"one word of several":     {`"b"`, func(r *properties.Reader) any { return r.OneOf("P", "a", "a", "b") }, "b"},
		"one word that must be":   {`"b"`, func(r *properties.Reader) any { return r.Word("P", "a", "b") }, "b"},
		"a number":                {`2.5`, func(r *properties.Reader) any { return r.Number("P") }, 2.5},
		"text for a number":       {`"30"`, func(r *properties.Reader) any { return r.NumberOr("P", 1) }, 30.0},
		"a whole number":          {`900`, func(r *properties.Reader) any { return r.Whole("P") }, 900},
		"text for a whole number": {`"-1"`, func(r *properties.Reader) any { return r.WholeOr("P", 1) }, -1},
		"a flag":                  {`false`, func(r *properties.Reader) any { return r.Flag("P") }, false},
		"text for a flag":         {`"true"`, func(r *properties.Reader) any { return r.FlagOr("P", false) }, true},
		"a list":                  {`[1, "a"]`, func(r *properties.Reader) any { return r.List("P") }, []any{1.0, "a"}},
		"a list of texts":         {`["a", 1, true]`, func(r *properties.Reader) any { return r.Texts("P") }, []string{"a", "1", "true"}},
		"texts by name":           {`{"A": "a", "B": 1}`, func(r *properties.Reader) any { return r.TextMap("P") }, map[string]string{"A": "a", "B": "1"}},
		"an object":               {`{"A": {"B": 5}}`, func(r *properties.Reader) any { return r.Object("P").Object("A").Whole("B") }, 5},
		"a list of objects":       {`[{"A": 1}, {"A": 2}]`, func(r *properties.Reader) any { p := r.Objects("P"); return []int{p[0].Whole("A"), p[1].Whole("A")} }, []int{1, 2}},
		"a document":              {`{"b": [1, {"d": "<&>", "c": 0.5}], "a": true}`, func(r *properties.Reader) any { return r.JSON("P") }, `{"a":true,"b":[1,{"c":0.5,"d":"<&>"}]}`},
		"a document that is text": {`"{\"b\": 1,  \"a\": []}"`, func(r *properties.Reader) any { return r.JSON("P") }, `{"a":[],"b":1}`},
		"a value as it stands":    {`{"a": 1}`, func(r *properties.Reader) any { return r.Value("P") }, map[string]any{"a": 1.0}},
		"where an object stands":  {`[{}]`, func(r *properties.Reader) any { return string(r.Objects("P")[0].Path()) }, "Resources.R.Properties.P[0]"},
		"whether it is there":     {`[]`, func(r *properties.Reader) any { return []bool{r.Given("P"), r.Given("Q")} }, []bool{true, false}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := reader(t, `{"P": `+c.value+`}`)
			assert.Equal(t, c.want, c.read(r))
			require.NoError(t, r.Done())
		})
	}
}

func TestWhatNeedNotBeThere(t *testing.T) {
	r := reader(t, `{}`)
	assert.Equal(t, "a", r.TextOr("P", "a"))
	assert.Equal(t, "a", r.OneOf("P", "a", "b"))
	assert.InDelta(t, 1.5, r.NumberOr("P", 1.5), 0)
	assert.Equal(t, 7, r.WholeOr("P", 7))
	assert.True(t, r.FlagOr("P", true))
	assert.Empty(t, r.Texts("P"))
	assert.Empty(t, r.TextMap("P"))
	assert.Empty(t, r.Objects("P"))
	assert.Nil(t, r.Value("P"))
	require.NoError(t, r.Done())
}

func TestFaultsOfProperties(t *testing.T) {
	cases := map[string]struct {
		values string
		read   func(r *properties.Reader)
		want   []string
	}{
		"missing text":                 {`{}`, func(r *properties.Reader) { r.Text("P") }, []string{"P: is missing"}},
		"all that is missing":          {`{}`, func(r *properties.Reader) { r.Number("A"); r.Whole("B"); r.Flag("C"); r.List("D"); r.JSON("E") }, []string{"A: is missing", "B: is missing", "C: is missing", "D: is missing", "E: is missing"}},
		"an object that is missing":    {`{}`, func(r *properties.Reader) { r.Object("P").Object("Q").Text("R") }, []string{"P: is missing"}},
		"an object for text":           {`{"P": {}}`, func(r *properties.Reader) { r.Text("P") }, []string{"P: is an object; text belongs here"}},
		"a missing word":               {`{"Q": "c"}`, func(r *properties.Reader) { r.Word("P", "a", "b"); r.Word("Q", "a", "b") }, []string{"P: is missing", `Q: is "c"; the local AWS knows a, b`}},
		"another word":                 {`{"P": "c"}`, func(r *properties.Reader) { r.OneOf("P", "", "a", "b") }, []string{`P: is "c"; the local AWS knows a, b`}},
		"a word for a number":          {`{"P": "ten", "Q": "NaN", "R": true}`, func(r *properties.Reader) { r.Number("P"); r.Number("Q"); r.Whole("R") }, []string{`P: is "ten"; a number belongs here`, `Q: is "NaN"; a number belongs here`, "R: is true or false; a number belongs here"}},
		"a part of a number":           {`{"P": 1.5, "Q": "0.5", "R": 1e300}`, func(r *properties.Reader) { r.Whole("P"); r.WholeOr("Q", 1); r.Whole("R") }, []string{"P: is 1.5; a whole number belongs here", "Q: is 0.5; a whole number belongs here", "R: is 1" + strings.Repeat("0", 300) + "; a whole number belongs here"}},
		"a word for a flag":            {`{"P": "yes", "Q": {}, "R": 1}`, func(r *properties.Reader) { r.Flag("P"); r.Flag("Q"); r.Flag("R") }, []string{"P: is text; true or false belongs here", "Q: is an object; true or false belongs here", "R: is a number; true or false belongs here"}},
		"text for a list":              {`{"P": "a", "Q": "b", "R": {}}`, func(r *properties.Reader) { r.List("P"); r.Texts("Q"); r.Objects("R") }, []string{"P: is text; a list belongs here", "Q: is text; a list belongs here", "R: is an object; a list belongs here"}},
		"a list among texts":           {`{"P": ["a", []], "Q": {"a": "b", "c": {}}}`, func(r *properties.Reader) { r.Texts("P"); r.TextMap("Q") }, []string{"P[1]: is a list; text belongs here", "Q.c: is an object; text belongs here"}},
		"text among objects":           {`{"P": [{}, "a"]}`, func(r *properties.Reader) { r.Objects("P") }, []string{"P[1]: is text; an object belongs here"}},
		"a list for an object":         {`{"P": []}`, func(r *properties.Reader) { r.Object("P").Text("Q") }, []string{"P: is a list; an object belongs here"}},
		"a number for a document":      {`{"P": 1, "Q": "1", "R": "{"}`, func(r *properties.Reader) { r.JSON("P"); r.JSON("Q"); r.JSON("R") }, []string{"P: is a number; a document belongs here", "Q: is a number; a document belongs here", "R: holds text that cannot be taken for a document: is not JSON in line 1: unexpected end of JSON input"}},
		"a property that nobody reads": {`{"P": "a", "Q": "b"}`, func(r *properties.Reader) { r.Text("P"); r.TextOr("A", "") }, []string{"Q: the local AWS does not know Q here; it knows A, P"}},
		"where nobody reads anything":  {`{"P": "a"}`, func(*properties.Reader) {}, []string{"P: the local AWS does not know P here; it knows nothing"}},
		"properties inside others":     {`{"P": {"Q": 1, "R": 2}, "L": [{"Q": 1}, {"S": {"T": 1}}]}`, func(r *properties.Reader) { r.Object("P").Whole("R"); r.Objects("L")[1].Object("S") }, []string{"P.Q: the local AWS does not know Q here; it knows R", "L[0].Q: the local AWS does not know Q here; it knows nothing", "L[1].S.T: the local AWS does not know T here; it knows nothing"}},
		"what has no effect is known":  {`{"Description": "d"}`, func(r *properties.Reader) { r.NoEffect("Description", "Tags") }, nil},
		"what a maker finds": {`{"P": {"Days": 400}}`, func(r *properties.Reader) {
			p := r.Object("P")
			p.Fault("Days", "is %d; 365 is the most", p.Whole("Days"))
		}, []string{"P.Days: is 400; 365 is the most"}},
		"nothing more of what is broken": {`{"P": 1}`, func(r *properties.Reader) {
			p := r.Object("P")
			p.Fault("Days", "is not known")
			p.Object("Q").Flag("R")
		}, []string{"P: is a number; an object belongs here"}},
		"each fault once": {`{"P": {}}`, func(r *properties.Reader) { r.Text("P"); r.Text("P") }, []string{"P: is an object; text belongs here"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := reader(t, c.values)
			c.read(r)
			var got []string
			for _, fault := range r.Faults() {
				got = append(got, strings.TrimPrefix(fault.Error(), "Resources.R.Properties."))
			}
			assert.Equal(t, c.want, got)
			if c.want == nil {
				require.NoError(t, r.Done())
			} else {
				require.Error(t, r.Done())
			}
		})
	}
}
