package template_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
)

// withParameter writes a template with one parameter, P, and one resource that
// takes it.
func withParameter(declared string) string {
	return `{"Parameters": {"P": ` + declared + `}, "Resources": {"R": {"Type": "A::B", "Properties": {"Value": {"Ref": "P"}}}}}`
}

func TestParameters(t *testing.T) {
	none := map[string]string(nil)
	cases := map[string]struct {
		declared string
		given    map[string]string
		want     any
	}{
		"a default":                     {`{"Type": "String", "Default": "a"}`, none, "a"},
		"an empty default":              {`{"Type": "String", "Default": ""}`, none, ""},
		"a value before the default":    {`{"Type": "String", "Default": "a"}`, map[string]string{"P": "b"}, "b"},
		"an empty value":                {`{"Type": "String", "Default": "a"}`, map[string]string{"P": ""}, ""},
		"a number stays text":           {`{"Type": "Number", "MinValue": 1, "MaxValue": "35"}`, map[string]string{"P": "7.50"}, "7.50"},
		"a list":                        {`{"Type": "CommaDelimitedList"}`, map[string]string{"P": "a, b ,c"}, []any{"a", "b", "c"}},
		"a list of numbers":             {`{"Type": "List<Number>"}`, map[string]string{"P": "1,2.5"}, []any{"1", "2.5"}},
		"one of those allowed":          {`{"Type": "String", "AllowedValues": ["a", 5, true]}`, map[string]string{"P": "5"}, "5"},
		"as the pattern wants it":       {`{"Type": "String", "AllowedPattern": "[a-z]+|x1"}`, map[string]string{"P": "x1"}, "x1"},
		"as long as may be":             {`{"Type": "String", "MinLength": 2, "MaxLength": "2"}`, map[string]string{"P": "öö"}, "öö"},
		"what else a parameter may say": {`{"Type": "String", "NoEcho": true, "Description": "d", "ConstraintDescription": "c"}`, map[string]string{"P": "a"}, "a"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, m := input(t, withParameter(c.declared))
			in.Parameters = c.given
			_, err := template.Deploy(t.Context(), in)
			require.NoError(t, err)
			assert.Equal(t, c.want, m.properties(t, "R")["Value"])
		})
	}
}

func TestFaultsOfParameterValues(t *testing.T) {
	cases := map[string]struct {
		declared string
		given    map[string]string
		want     []string
	}{
		"no value":               {`{"Type": "String"}`, nil, []string{"Parameters.P: has no Default, and the stack is given no value for it"}},
		"one that is not":        {`{"Type": "String", "Default": "a"}`, map[string]string{"p": "a"}, []string{"Parameters: the stack is given p, which is no parameter of this template; it has P"}},
		"no number":              {`{"Type": "Number"}`, map[string]string{"P": "seven"}, []string{`Parameters.P: is "seven"; the parameter is a number`}},
		"no number in a list":    {`{"Type": "List<Number>"}`, map[string]string{"P": "1,b,c"}, []string{`Parameters.P: is "b"; the parameter is a number`, `Parameters.P: is "c"; the parameter is a number`}},
		"not allowed":            {`{"Type": "String", "AllowedValues": ["a", "b"]}`, map[string]string{"P": "c"}, []string{`Parameters.P: is "c"; AllowedValues are a, b`}},
		"not allowed in a list":  {`{"Type": "CommaDelimitedList", "AllowedValues": ["a"]}`, map[string]string{"P": "a,c"}, []string{`Parameters.P: is "c"; AllowedValues are a`}},
		"a pattern in part only": {`{"Type": "String", "AllowedPattern": "a|b"}`, map[string]string{"P": "ab"}, []string{`Parameters.P: is "ab", which AllowedPattern does not match`}},
		"too short":              {`{"Type": "String", "MinLength": 2}`, map[string]string{"P": "ö"}, []string{`Parameters.P: is "ö", beyond its MinLength of 2`}},
		"too long":               {`{"Type": "String", "MaxLength": 1}`, map[string]string{"P": "ab"}, []string{`Parameters.P: is "ab", beyond its MaxLength of 1`}},
		"too small":              {`{"Type": "Number", "MinValue": 1}`, map[string]string{"P": "0.5"}, []string{`Parameters.P: is "0.5", beyond its MinValue of 1`}},
		"too large":              {`{"Type": "Number", "MaxValue": 1}`, map[string]string{"P": "1.5"}, []string{`Parameters.P: is "1.5", beyond its MaxValue of 1`}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, m := input(t, withParameter(c.declared))
			in.Parameters = c.given
			_, err := template.Deploy(t.Context(), in)
			assert.Equal(t, c.want, faults(t, err))
			assert.Empty(t, m.made)
		})
	}
}

func TestFaultsOfParameters(t *testing.T) {
	cases := map[string]struct {
		declared string
		want     []string
	}{
		"text":                          {`"String"`, []string{"Parameters.P: is text; a parameter is an object"}},
		"no type":                       {`{}`, []string{"Parameters.P.Type: is missing"}},
		"one of Systems Manager's":      {`{"Type": "AWS::SSM::Parameter::Value<String>"}`, []string{`Parameters.P.Type: is "AWS::SSM::Parameter::Value<String>"; the local AWS knows String, Number, CommaDelimitedList, List<Number>`}},
		"what is not known":             {`{"Type": "String", "Pattern": "a"}`, []string{"Parameters.P.Pattern: the local AWS does not know Pattern here; it knows AllowedPattern, AllowedValues, ConstraintDescription, Default, Description, MaxLength, MaxValue, MinLength, MinValue, NoEcho, Type"}},
		"a default that is a list":      {`{"Type": "CommaDelimitedList", "Default": ["a"]}`, []string{"Parameters.P.Default: is a list; text belongs here"}},
		"a default that is not allowed": {`{"Type": "String", "Default": "c", "AllowedValues": ["a"]}`, []string{`Parameters.P.Default: is "c"; AllowedValues are a`}},
		"a pattern that is none":        {`{"Type": "String", "AllowedPattern": "("}`, []string{"Parameters.P.AllowedPattern: is a pattern that the local AWS does not understand: error parsing regexp: missing closing ): `^(?:()$`"}},
		"a length that is no number":    {`{"Type": "String", "MinLength": "long"}`, []string{`Parameters.P.MinLength: is "long"; a number belongs here`}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := template.Parse([]byte(withParameter(c.declared)))
			assert.Equal(t, c.want, faults(t, err))
		})
	}
}
