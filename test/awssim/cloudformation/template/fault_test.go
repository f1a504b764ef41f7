package template_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
)

const at = "Resources.It.Properties.Value"

// A value that can be told to be wrong from the template alone.
func TestFaultsOfValues(t *testing.T) {
	cases := map[string]struct{ value, want string }{
		"a function that is not known": {`{"Fn::Cidr": ["10.0.0.0/8", 1, 8]}`,
			at + ".Fn::Cidr: the local AWS does not know the function Fn::Cidr; it knows Ref and Fn::Base64, FindInMap, GetAtt, If, ImportValue, Join, Select, Split, Sub"},
		"a function deep inside": {`{"a.b": [0, {"c d": {"Fn::Join": ["", [{"Fn::Cidr": 1}]]}}]}`,
			at + `."a.b"[1]."c d".Fn::Join[1][0].Fn::Cidr: the local AWS does not know the function Fn::Cidr; it knows Ref and Fn::Base64, FindInMap, GetAtt, If, ImportValue, Join, Select, Split, Sub`},
		"a function beside a property": {`{"Ref": "Name", "b": 1}`, at + ".Ref: is a function, and a function stands alone in its object; there are 2 members"},
		"a condition for a value":      {`{"Fn::Equals": [1, 1]}`, at + ".Fn::Equals: gives no value; it belongs into Conditions, and Fn::If tells its outcome here"},

		"Ref of nothing":                           {`{"Ref": "Nobody"}`, at + `.Ref: "Nobody" is neither a resource nor a parameter of this template`},
		"Ref of no name":                           {`{"Ref": ["Queue"]}`, at + ".Ref: is a list; the name is text that is written out"},
		"Ref of an empty name":                     {`{"Ref": ""}`, at + ".Ref: is empty; the name belongs here"},
		"Ref of notification topics":               {`{"Ref": "AWS::NotificationARNs"}`, at + ".Ref: the local AWS does not know the pseudo parameter AWS::NotificationARNs; it knows AWS::AccountId, AWS::NoValue, AWS::Partition, AWS::Region, AWS::StackId, AWS::StackName, AWS::URLSuffix"},
		"GetAtt of nothing":                        {`{"Fn::GetAtt": ["Nobody", "Arn"]}`, at + `.Fn::GetAtt: "Nobody" is no resource of this template, so it has no attribute Arn`},
		"GetAtt of a parameter":                    {`{"Fn::GetAtt": "Name.Arn"}`, at + `.Fn::GetAtt: "Name" is no resource of this template, so it has no attribute Arn`},
		"GetAtt without an attribute":              {`{"Fn::GetAtt": "Queue"}`, at + `.Fn::GetAtt: is "Queue"; a resource and its attribute belong here, with a dot between them`},
		"GetAtt of three":                          {`{"Fn::GetAtt": ["Queue", "Nested", "Name"]}`, at + ".Fn::GetAtt: takes a list of 2: resource, attribute"},
		"GetAtt that is worked out":                {`{"Fn::GetAtt": ["Queue", {"Ref": "Name"}]}`, at + ".Fn::GetAtt[1]: is an object; the attribute is text that is written out"},
		"Join of an object":                        {`{"Fn::Join": ["", {"a": 1}]}`, at + ".Fn::Join[1]: is an object; a list belongs here, or a function that gives a list"},
		"Join of a text":                           {`{"Fn::Join": ["", "a"]}`, at + ".Fn::Join[1]: is text; a list belongs here, or a function that gives a list"},
		"Join of a function that gives text":       {`{"Fn::Join": ["", {"Fn::GetAtt": "Queue.Arn"}]}`, at + ".Fn::Join[1]: is a function that gives text; a list belongs here, or a function that gives a list"},
		"Join of lists":                            {`{"Fn::Join": ["", [["a"]]]}`, at + ".Fn::Join[1][0]: is a list; text belongs here, or a function that gives text"},
		"Join of a function that gives a list":     {`{"Fn::Join": ["", [{"Fn::Split": ["-", "a"]}]]}`, at + ".Fn::Join[1][0]: is a function that gives a list; text belongs here, or a function that gives text"},
		"Join with a delimiter that is worked out": {`{"Fn::Join": [{"Ref": "Name"}, ["a"]]}`, at + ".Fn::Join[0]: is an object; the delimiter is text that is written out"},
		"Join of no list":                          {`{"Fn::Join": "a"}`, at + ".Fn::Join: takes a list of 2: delimiter, list"},
		"Sub of nothing":                           {`{"Fn::Sub": "a${Nobody}"}`, at + `.Fn::Sub: "Nobody" is neither a resource nor a parameter of this template`},
		"Sub of nothing's attribute":               {`{"Fn::Sub": ["${Nobody.Arn}", {}]}`, at + `.Fn::Sub[0]: "Nobody" is no resource of this template, so it has no attribute Arn`},
		"Sub that is not closed":                   {`{"Fn::Sub": "a${Name"}`, at + ".Fn::Sub: ${Name is not closed"},
		"Sub of a name with spaces":                {`{"Fn::Sub": "${ Name }"}`, at + ".Fn::Sub: ${ Name } is no name; ${Name}, ${Resource.Attribute} and ${!Literal} are known"},
		"Sub of a name that ends in a dot":         {`{"Fn::Sub": "${Queue.}"}`, at + ".Fn::Sub: ${Queue.} is no name; ${Name}, ${Resource.Attribute} and ${!Literal} are known"},
		"Sub of a number":                          {`{"Fn::Sub": 5}`, at + ".Fn::Sub: is a number; the text is written out"},
		"Sub of variables in a list":               {`{"Fn::Sub": ["a", ["b"]]}`, at + ".Fn::Sub[1]: is a list; an object of variables belongs here"},
		"Sub of a list for a variable":             {`{"Fn::Sub": ["${a}", {"a": []}]}`, at + ".Fn::Sub[1].a: is a list; text belongs here, or a function that gives text"},
		"Sub alone in a list":                      {`{"Fn::Sub": ["a"]}`, at + ".Fn::Sub: takes a list of 2: text, variables"},
		"Select of text":                           {`{"Fn::Select": [0, "a"]}`, at + ".Fn::Select[1]: is text; a list belongs here, or a function that gives a list"},
		"Select by a list":                         {`{"Fn::Select": [[], ["a"]]}`, at + ".Fn::Select[0]: is a list; text belongs here, or a function that gives text"},
		"Split at nothing":                         {`{"Fn::Split": ["", "a"]}`, at + ".Fn::Split[0]: is empty; the delimiter belongs here"},
		"Split of a list":                          {`{"Fn::Split": [",", ["a"]]}`, at + ".Fn::Split[1]: is a list; text belongs here, or a function that gives text"},
		"Select of one":                            {`{"Fn::Select": [["a"]]}`, at + ".Fn::Select: takes a list of 2: index, list"},
		"Split of three":                           {`{"Fn::Split": [",", "a", 1]}`, at + ".Fn::Split: takes a list of 2: delimiter, text"},
		"Base64 of an object":                      {`{"Fn::Base64": {"a": 1}}`, at + ".Fn::Base64: is an object; text belongs here, or a function that gives text"},
		"FindInMap in no map":                      {`{"Fn::FindInMap": ["Nowhere", "a", "b"]}`, at + `.Fn::FindInMap[0]: "Nowhere" is no mapping of this template`},
		"FindInMap with a default":                 {`{"Fn::FindInMap": ["Regions", "a", "b", {"DefaultValue": 1}]}`, at + ".Fn::FindInMap: takes a list of 3: map, first key, second key"},
		"FindInMap by a resource":                  {`{"Fn::FindInMap": ["Regions", {"Ref": "Queue"}, "City"]}`, at + ".Fn::FindInMap[1].Ref: depends on the resource Queue; what stands here is needed before resources are made"},
		"ImportValue of an attribute":              {`{"Fn::ImportValue": {"Fn::Sub": "x-${Queue.Arn}"}}`, at + ".Fn::ImportValue.Fn::Sub: depends on the resource Queue; what stands here is needed before resources are made"},
		"ImportValue of a list":                    {`{"Fn::ImportValue": ["a"]}`, at + ".Fn::ImportValue: is a list; text belongs here, or a function that gives text"},
		"If of no condition":                       {`{"Fn::If": ["Maybe", 1, 2]}`, at + `.Fn::If[0]: "Maybe" is no condition of this template`},
		"If without a choice":                      {`{"Fn::If": ["Yes", 1]}`, at + ".Fn::If: takes a list of 3: condition, value if it holds, value if not"},
		"If of a condition written there":          {`{"Fn::If": [{"Fn::Equals": [1, 1]}, 1, 2]}`, at + ".Fn::If[0]: is an object; the condition's name is text that is written out"},
		"a fault in the branch not taken":          {`{"Fn::If": ["Yes", 1, {"Ref": "Nobody"}]}`, at + `.Fn::If[2].Ref: "Nobody" is neither a resource nor a parameter of this template`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := template.Parse([]byte(around(c.value)))
			assert.Equal(t, []string{c.want}, faults(t, err))
		})
	}
}

// A value that is wrong for one deployment: told before anything is made.
func TestFaultsOfValuesBeforeAnythingIsMade(t *testing.T) {
	cases := map[string]struct{ value, want string }{
		"Join of a number":              {`{"Fn::Join": ["", {"Ref": "Days"}]}`, at + ".Fn::Join[1]: gives text; a list belongs here"},
		"Join of lists":                 {`{"Fn::Join": ["", ["a", {"Ref": "Zones"}]]}`, at + ".Fn::Join[1][1]: gives a list; text belongs here"},
		"Sub of a list":                 {`{"Fn::Sub": "${Zones}"}`, at + ".Fn::Sub: gives a list; text belongs here"},
		"Sub of no value":               {`{"Fn::Sub": "${AWS::NoValue}"}`, at + ".Fn::Sub: gives no value; text belongs here"},
		"Select beyond the end":         {`{"Fn::Select": [3, {"Ref": "Zones"}]}`, at + `.Fn::Select[0]: is "3"; the list has 3 items, counted from 0`},
		"Select before the beginning":   {`{"Fn::Select": [-1, ["a"]]}`, at + `.Fn::Select[0]: is "-1"; the list has 1 items, counted from 0`},
		"Select by a word":              {`{"Fn::Select": [{"Ref": "Name"}, ["a"]]}`, at + `.Fn::Select[0]: is "copies"; the list has 1 items, counted from 0`},
		"Select of what has no value":   {`{"Fn::Select": [1, ["a", {"Ref": "AWS::NoValue"}]]}`, at + `.Fn::Select[0]: is "1"; the list has 1 items, counted from 0`},
		"Split of a list":               {`{"Fn::Split": ["-", {"Ref": "Zones"}]}`, at + ".Fn::Split[1]: gives a list; text belongs here"},
		"Select of lists":               {`{"Fn::Select": [0, [{"Ref": "Zones"}]]}`, at + ".Fn::Select[1][0]: gives a list; text belongs here"},
		"FindInMap of nothing":          {`{"Fn::FindInMap": ["Regions", {"Ref": "Name"}, "City"]}`, at + ".Fn::FindInMap: Mappings hold nothing for Regions, copies, City"},
		"FindInMap in a map worked out": {`{"Fn::FindInMap": [{"Ref": "Name"}, "a", "b"]}`, at + ".Fn::FindInMap: Mappings hold nothing for copies, a, b"},
		"ImportValue of nothing":        {`{"Fn::ImportValue": {"Fn::Sub": "${Name}-arn"}}`, at + `.Fn::ImportValue: no stack of account 111111111111 in eu-central-1 exports "copies-arn"; deploy the one that does before`},
		"Ref of what is not made":       {`{"Ref": "Never"}`, at + ".Ref: refers to Never, which is not made: its condition No is false"},
		"GetAtt of what is not made":    {`{"Fn::Sub": "${Never.Arn}"}`, at + ".Fn::Sub: refers to Never, which is not made: its condition No is false"},
		"a fault beside a resource":     {`{"Fn::Join": ["", [{"Ref": "Queue"}, {"Fn::Select": [9, ["a"]]}]]}`, at + `.Fn::Join[1][1].Fn::Select[0]: is "9"; the list has 1 items, counted from 0`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, m := input(t, around(c.value))
			_, err := template.Deploy(t.Context(), in)
			assert.Equal(t, []string{c.want}, faults(t, err))
			assert.ErrorContains(t, err, "deploy stack estate: ")
			assert.Empty(t, m.made)
		})
	}
}

func TestAStackWithoutAnIDHasNone(t *testing.T) {
	in, m := input(t, around(`{"Ref": "AWS::StackId"}`))
	in.StackID = ""
	_, err := template.Deploy(t.Context(), in)
	assert.Equal(t, []string{at + ".Ref: AWS::StackId is not known: the stack was given none"}, faults(t, err))
	assert.Empty(t, m.made)
}

func TestAllFaultsOfATemplateAreToldAtOnce(t *testing.T) {
	_, err := template.Parse([]byte(`{
		"AWSTemplateFormatVersion": "2011",
		"Transform": "AWS::Serverless-2016-10-31",
		"Parameters": {"Days": {"Type": "Integer"}},
		"Resources": {
			"A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "B"}, "Tags": [{"Value": {"Fn::Join": ["", 1]}}]}},
			"C": {"Type": "AWS::SQS::Queue", "DependsOn": ["D"], "Retention": 5}
		},
		"Outputs": {"O": {"Value": {"Fn::GetAtt": ["D", "Arn"]}}}
	}`))
	require.ErrorContains(t, err, "parse template: ")
	all := faults(t, err)
	for i, want := range []string{
		`Parameters.Days.Type: is "Integer"`,
		`Resources.A.Properties.QueueName.Ref: "B" is neither`,
		`Resources.A.Properties.Tags[0].Value.Fn::Join[1]: is a number`,
		`Resources.C.DependsOn[0]: "D" is no resource`,
		`Resources.C.Retention: the local AWS does not know Retention here`,
		`Outputs.O.Value.Fn::GetAtt: "D" is no resource`,
		`AWSTemplateFormatVersion: is "2011"`,
		`Transform: the local AWS does not know Transform here`,
	} {
		require.Greater(t, len(all), i)
		assert.True(t, strings.HasPrefix(all[i], want), all[i])
	}
	assert.Len(t, all, 8)
}
