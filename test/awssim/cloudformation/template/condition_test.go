package template_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
)

func TestConditions(t *testing.T) {
	cases := map[string]struct {
		condition string
		want      bool
	}{
		"equal texts":                   {`{"Fn::Equals": ["a", {"Ref": "P"}]}`, true},
		"texts of different case":       {`{"Fn::Equals": ["A", {"Ref": "P"}]}`, false},
		"a number equals its text":      {`{"Fn::Equals": [1, "1"]}`, true},
		"a pseudo parameter":            {`{"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-central-1"]}`, true},
		"what a map holds":              {`{"Fn::Equals": [{"Fn::FindInMap": ["M", {"Ref": "P"}, "k"]}, "v"]}`, true},
		"a joined list":                 {`{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "L"}]}, "xy"]}`, true},
		"a part of a text":              {`{"Fn::Equals": [{"Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Sub": "${AWS::Region}"}]}]}, "eu"]}`, true},
		"Not":                           {`{"Fn::Not": [{"Fn::Equals": ["a", "a"]}]}`, false},
		"And of what all holds":         {`{"Fn::And": [{"Condition": "True"}, {"Condition": "True"}]}`, true},
		"And of what holds in part":     {`{"Fn::And": [{"Condition": "True"}, {"Condition": "False"}]}`, false},
		"Or of what holds in part":      {`{"Fn::Or": [{"Condition": "False"}, {"Condition": "True"}]}`, true},
		"Or of what holds nowhere":      {`{"Fn::Or": [{"Condition": "False"}, {"Condition": "False"}]}`, false},
		"another condition":             {`{"Condition": "Zero"}`, true},
		"conditions inside one another": {`{"Fn::Or": [{"Fn::And": [{"Condition": "True"}, {"Fn::Not": [{"Condition": "False"}]}]}, {"Condition": "False"}]}`, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, m := input(t, fmt.Sprintf(`{
				"Parameters": {"P": {"Type": "String", "Default": "a"}, "L": {"Type": "CommaDelimitedList", "Default": "x,y"}},
				"Mappings": {"M": {"a": {"k": "v"}}},
				"Conditions": {"It": %s, "True": {"Fn::Equals": ["a", "a"]}, "False": {"Fn::Equals": ["a", "b"]}, "Zero": {"Condition": "True"}},
				"Resources": {"R": {"Type": "A::B"}, "C": {"Type": "A::B", "Condition": "It"}},
				"Outputs": {"O": {"Value": "x", "Condition": "It"}}
			}`, c.condition))
			stack, err := template.Deploy(t.Context(), in)
			require.NoError(t, err)
			_, made := stack.Resources["C"]
			assert.Equal(t, c.want, made)
			assert.Equal(t, c.want, len(m.made) == 2)
			_, put := stack.Outputs["O"]
			assert.Equal(t, c.want, put)
		})
	}
}
