package template_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
)

func TestValuesAreWorkedOut(t *testing.T) {
	cases := map[string]struct {
		value string
		want  any
	}{
		"text stays": {`"a"`, "a"},
		"numbers and flags keep their kind, lists and objects their shape": {
			`{"a": [1, 2.5, true, {"b": []}], "c": {}}`, map[string]any{"a": []any{1.0, 2.5, true, map[string]any{"b": []any{}}}, "c": map[string]any{}}},
		"the Condition of a policy is a property": {
			`{"Condition": {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "Name"}}}}`,
			map[string]any{"Condition": map[string]any{"StringEquals": map[string]any{"aws:PrincipalOrgID": "copies"}}}},

		"Ref of a parameter":                    {`{"Ref": "Name"}`, "copies"},
		"Ref of a number is text":               {`{"Ref": "Days"}`, "35"},
		"Ref of a list":                         {`{"Ref": "Zones"}`, []any{"a", "b", "c"}},
		"Ref of a resource":                     {`{"Ref": "Queue"}`, "the Queue"},
		"AWS::AccountId":                        {`{"Ref": "AWS::AccountId"}`, "111111111111"},
		"AWS::Region":                           {`{"Ref": "AWS::Region"}`, "eu-central-1"},
		"AWS::Partition":                        {`{"Ref": "AWS::Partition"}`, "aws"},
		"AWS::URLSuffix":                        {`{"Ref": "AWS::URLSuffix"}`, "amazonaws.com"},
		"AWS::StackName":                        {`{"Ref": "AWS::StackName"}`, "estate"},
		"AWS::StackId":                          {`{"Ref": "AWS::StackId"}`, "arn:aws:cloudformation:eu-central-1:111111111111:stack/estate/1"},
		"AWS::NoValue takes a property away":    {`{"a": {"Ref": "AWS::NoValue"}, "b": 1}`, map[string]any{"b": 1.0}},
		"AWS::NoValue takes a list's item away": {`["a", {"Ref": "AWS::NoValue"}, "b"]`, []any{"a", "b"}},

		"GetAtt of a list":                  {`{"Fn::GetAtt": ["Queue", "Arn"]}`, "Arn of Queue"},
		"GetAtt of a text":                  {`{"Fn::GetAtt": "Queue.Arn"}`, "Arn of Queue"},
		"an attribute may have a dot":       {`{"Fn::GetAtt": "Queue.Nested.Name"}`, "Nested.Name of Queue"},
		"and so in a list":                  {`{"Fn::GetAtt": ["Queue", "Nested.Name"]}`, "Nested.Name of Queue"},
		"Join":                              {`{"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, {"Fn::GetAtt": ["Queue", "Arn"]}]]}`, "arn:aws:Arn of Queue"},
		"Join of numbers and flags":         {`{"Fn::Join": ["", ["a", 1, true, 0.5, 1209600]]}`, "a1true0.51209600"},
		"Join of a list parameter":          {`{"Fn::Join": ["-", {"Ref": "Zones"}]}`, "a-b-c"},
		"Join of nothing":                   {`{"Fn::Join": ["-", []]}`, ""},
		"Join leaves out what has no value": {`{"Fn::Join": ["-", ["a", {"Fn::If": ["No", "b", {"Ref": "AWS::NoValue"}]}, "c"]]}`, "a-c"},
		"Join of what was split":            {`{"Fn::Join": ["/", {"Fn::Split": [".", "a.b.c"]}]}`, "a/b/c"},

		"Sub of a parameter, a pseudo parameter, a resource and an attribute": {
			`{"Fn::Sub": "${Name}/${AWS::Region}/${Queue}/${Queue.Arn}/${Queue.Nested.Name}"}`,
			"copies/eu-central-1/the Queue/Arn of Queue/Nested.Name of Queue"},
		"Sub of a literal":                          {`{"Fn::Sub": "${!Name} $ $Name {} ${Name}"}`, "${Name} $ $Name {} copies"},
		"Sub without names":                         {`{"Fn::Sub": "plain"}`, "plain"},
		"Sub of variables, before other names":      {`{"Fn::Sub": ["${Name}-${a.b}-${Days}", {"Name": "mine", "a.b": {"Ref": "Queue"}}]}`, "mine-the Queue-35"},
		"a variable may stand twice, or not at all": {`{"Fn::Sub": ["${a}${a}", {"a": 1, "b": {"Ref": "Queue"}}]}`, "11"},

		"Select":                     {`{"Fn::Select": [1, ["a", "b"]]}`, "b"},
		"Select by text":             {`{"Fn::Select": ["0", ["a", "b"]]}`, "a"},
		"Select of a list parameter": {`{"Fn::Select": [2, {"Ref": "Zones"}]}`, "c"},
		"Select of what was split":   {`{"Fn::Select": [5, {"Fn::Split": [":", "arn:aws:sqs:eu-central-1:111111111111:copies"]}]}`, "copies"},
		"Split":                      {`{"Fn::Split": ["|", "a||b"]}`, []any{"a", "", "b"}},
		"Split of an attribute":      {`{"Fn::Split": [" of ", {"Fn::GetAtt": "Queue.Arn"}]}`, []any{"Arn", "Queue"}},
		"Base64":                     {`{"Fn::Base64": {"Ref": "Name"}}`, "Y29waWVz"},
		"FindInMap":                  {`{"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "City"]}`, "Frankfurt"},
		"FindInMap of a list":        {`{"Fn::FindInMap": ["Regions", "eu-central-1", "Zones"]}`, []any{"x", "y"}},
		"FindInMap of a number":      {`{"Fn::FindInMap": ["Regions", "eu-central-1", "Count"]}`, 3.0},
		"Select of what a map holds": {`{"Fn::Select": [0, {"Fn::FindInMap": ["Regions", "eu-central-1", "Zones"]}]}`, "x"},
		"If that holds":              {`{"Fn::If": ["Yes", {"a": {"Ref": "Queue"}}, "no"]}`, map[string]any{"a": "the Queue"}},
		"If that does not":           {`{"Fn::If": ["No", "yes", ["a"]]}`, []any{"a"}},
		"If in If":                   {`{"Fn::If": ["Yes", {"Fn::If": ["No", 1, 2]}, 3]}`, 2.0},
		"the branch not taken may refer to what is not made": {`{"Fn::If": ["No", {"Fn::GetAtt": ["Never", "Arn"]}, "none"]}`, "none"},
		"functions in functions in functions": {
			`{"Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Sub": ["${x}-${Name}", {"x": {"Fn::Join": ["", [{"Fn::If": ["Yes", {"Ref": "Queue"}, ""]}, "!"]]}}]}]}]}`, "the Queue!"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, m := input(t, around(c.value))
			_, err := template.Deploy(t.Context(), in)
			require.NoError(t, err)
			assert.Equal(t, map[string]any{"Value": c.want}, m.properties(t, "It"))
		})
	}
}

func TestAPropertyThatIsNoValueIsNotThere(t *testing.T) {
	in, m := input(t, around(`{"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, "a"]}`))
	_, err := template.Deploy(t.Context(), in)
	require.NoError(t, err)
	assert.Empty(t, m.properties(t, "It"))
}

func TestWhatWasWorkedOutIsTheMakersOwn(t *testing.T) {
	in, m := input(t, around(`{"Fn::FindInMap": ["Regions", "eu-central-1", "Zones"]}`))
	for range 2 {
		m.made = nil
		_, err := template.Deploy(t.Context(), in)
		require.NoError(t, err)
		zones, _ := m.properties(t, "It")["Value"].([]any)
		assert.Equal(t, []any{"x", "y"}, zones)
		zones[0] = "changed"
	}
}

// The partition is told by the Region.
func TestPartitions(t *testing.T) {
	for region, want := range map[string]string{
		"eu-north-1": "aws amazonaws.com", "cn-north-1": "aws-cn amazonaws.com.cn", "us-gov-west-1": "aws-us-gov amazonaws.com",
	} {
		t.Run(region, func(t *testing.T) {
			in, m := input(t, around(`{"Fn::Sub": "${AWS::Partition} ${AWS::URLSuffix}"}`))
			in.Region = region
			_, err := template.Deploy(t.Context(), in)
			require.NoError(t, err)
			assert.Equal(t, want, m.properties(t, "It")["Value"])
		})
	}
}
