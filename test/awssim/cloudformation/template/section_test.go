package template_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
)

func TestFaultsOfSections(t *testing.T) {
	const resources = `"Resources": {"R": {"Type": "AWS::SQS::Queue"}}`
	const sections = "it knows AWSTemplateFormatVersion, Conditions, Description, Mappings, Metadata, Outputs, Parameters, Resources"
	const attributes = "it knows Condition, DeletionPolicy, DependsOn, Metadata, Properties, Type, UpdateReplacePolicy"
	cases := map[string]struct {
		text string
		want []string
	}{
		"no JSON":                 {"{\n\"Resources\": {,}}", []string{"is not JSON in line 2: invalid character ',' looking for beginning of object key string"}},
		"nothing":                 {``, []string{"is not JSON in line 1: unexpected end of JSON input"}},
		"a list":                  {`[]`, []string{"is a list; a template is an object"}},
		"null":                    {`{` + resources + `, "Metadata": {"a": [null]}}`, []string{"Metadata.a[0]: is null; leave the name out, or give it a value"}},
		"a name twice":            {`{"Resources": {"R": {"Type": "A::B"}, "R": {"Type": "A::C"}}}`, []string{"Resources.R: is there twice; keep one of them"}},
		"no resources":            {`{}`, []string{"Resources: is missing or empty; a template has at least one resource"}},
		"resources in a list":     {`{"Resources": []}`, []string{"Resources: is a list; an object belongs here", "Resources: is missing or empty; a template has at least one resource"}},
		"a transform":             {`{"Transform": "AWS::LanguageExtensions", ` + resources + `}`, []string{"Transform: the local AWS does not know Transform here; " + sections}},
		"rules and hooks":         {`{"Rules": {}, "Hooks": {}, ` + resources + `}`, []string{"Hooks: the local AWS does not know Hooks here; " + sections, "Rules: the local AWS does not know Rules here; " + sections}},
		"a description in a list": {`{"Description": ["a"], ` + resources + `}`, []string{"Description: is a list; text belongs here"}},
		"a version that is not":   {`{"AWSTemplateFormatVersion": "2010-09-10", ` + resources + `}`, []string{`AWSTemplateFormatVersion: is "2010-09-10"; the local AWS knows 2010-09-09`}},

		"a mapping of one level":  {`{"Mappings": {"M": {"a": "b"}}, ` + resources + `}`, []string{"Mappings.M.a: is text; an object belongs here"}},
		"a function in a mapping": {`{"Mappings": {"M": {"a": {"b": [{"Ref": "R"}]}}}, ` + resources + `}`, []string{"Mappings.M.a.b: holds an object; a mapping holds text or lists of text, and no functions"}},

		"a resource that is none":                   {`{"Resources": {"R": 1}}`, []string{"Resources.R: is a number; a resource is an object"}},
		"a resource without a type":                 {`{"Resources": {"R": {}}}`, []string{"Resources.R.Type: is missing"}},
		"a type that is none":                       {`{"Resources": {"R": {"Type": "Queue"}}}`, []string{`Resources.R.Type: is "Queue", which is no type; AWS::SQS::Queue is one`}},
		"a logical id with a dash":                  {`{"Resources": {"a-b": {"Type": "A::B"}}}`, []string{`Resources.a-b: "a-b" is no logical id; those are letters and digits, 255 at most`}},
		"a resource named as a parameter":           {`{"Parameters": {"R": {"Type": "String"}}, ` + resources + `}`, []string{"Resources.R: is the name of a parameter, too; give one of them another"}},
		"a creation policy":                         {`{"Resources": {"R": {"Type": "A::B", "CreationPolicy": {}}}}`, []string{"Resources.R.CreationPolicy: the local AWS does not know CreationPolicy here; " + attributes}},
		"an update policy":                          {`{"Resources": {"R": {"Type": "A::B", "UpdatePolicy": {}}}}`, []string{"Resources.R.UpdatePolicy: the local AWS does not know UpdatePolicy here; " + attributes}},
		"a deletion policy that is not":             {`{"Resources": {"R": {"Type": "A::B", "DeletionPolicy": "Keep"}}}`, []string{`Resources.R.DeletionPolicy: is "Keep"; the local AWS knows Delete, Retain, RetainExceptOnCreate, Snapshot`}},
		"a replacement has no RetainExceptOnCreate": {`{"Resources": {"R": {"Type": "A::B", "UpdateReplacePolicy": "RetainExceptOnCreate"}}}`, []string{`Resources.R.UpdateReplacePolicy: is "RetainExceptOnCreate"; the local AWS knows Delete, Retain, Snapshot`}},
		"properties in a list":                      {`{"Resources": {"R": {"Type": "A::B", "Properties": []}}}`, []string{"Resources.R.Properties: is a list; an object belongs here"}},
		"properties that are a function":            {`{"Resources": {"R": {"Type": "A::B", "Properties": {"Fn::If": []}}}}`, []string{"Resources.R.Properties.Fn::If: is a function; names belong here, and functions in their values"}},
		"a reference in metadata":                   {`{"Resources": {"R": {"Type": "A::B", "Metadata": {"a": {"Ref": "S"}}}}}`, []string{`Resources.R.Metadata.a.Ref: "S" is neither a resource nor a parameter of this template`}},
		"a condition that is not":                   {`{"Resources": {"R": {"Type": "A::B", "Condition": "C"}}}`, []string{`Resources.R.Condition: "C" is no condition of this template`}},
		"a dependency on nothing":                   {`{"Resources": {"R": {"Type": "A::B", "DependsOn": "S"}}}`, []string{`Resources.R.DependsOn[0]: "S" is no resource of this template`}},
		"a dependency twice":                        {`{"Resources": {"R": {"Type": "A::B"}, "S": {"Type": "A::B", "DependsOn": ["R", "R"]}}}`, []string{"Resources.S.DependsOn[1]: names R a second time"}},
		"a dependency worked out":                   {`{"Resources": {"R": {"Type": "A::B", "DependsOn": [{"Ref": "S"}]}}}`, []string{"Resources.R.DependsOn[0]: is an object; a logical id belongs here, no function"}},
		"a dependency in an object":                 {`{"Resources": {"R": {"Type": "A::B", "DependsOn": {}}}}`, []string{"Resources.R.DependsOn: is an object; a logical id or a list of them belongs here"}},

		"an output without a value":   {`{` + resources + `, "Outputs": {"O": {}}}`, []string{"Outputs.O.Value: is missing"}},
		"an output that is none":      {`{` + resources + `, "Outputs": {"O": "a"}}`, []string{"Outputs.O: is text; an output is an object"}},
		"an output of a list":         {`{` + resources + `, "Outputs": {"O": {"Value": ["a"]}}}`, []string{"Outputs.O.Value: is a list; text belongs here, or a function that gives text"}},
		"an output that is not known": {`{` + resources + `, "Outputs": {"O": {"Value": "a", "Type": "b"}}}`, []string{"Outputs.O.Type: the local AWS does not know Type here; it knows Condition, Description, Export, Value"}},
		"an output's condition":       {`{` + resources + `, "Outputs": {"O": {"Value": "a", "Condition": "C"}}}`, []string{`Outputs.O.Condition: "C" is no condition of this template`}},
		"an export by a resource":     {`{` + resources + `, "Outputs": {"O": {"Value": "a", "Export": {"Name": {"Ref": "R"}}}}}`, []string{"Outputs.O.Export.Name.Ref: depends on the resource R; what stands here is needed before resources are made"}},
		"an export without a name":    {`{` + resources + `, "Outputs": {"O": {"Value": "a", "Export": {}}}}`, []string{"Outputs.O.Export.Name: is missing"}},
		"an export that is a name":    {`{` + resources + `, "Outputs": {"O": {"Value": "a", "Export": "n"}}}`, []string{"Outputs.O.Export: is text; an object belongs here"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := template.Parse([]byte(c.text))
			assert.Equal(t, c.want, faults(t, err))
		})
	}
}

func TestFaultsOfConditions(t *testing.T) {
	const none = "is no condition; an object with one of Condition, Fn::And, Fn::Equals, Fn::Not, Fn::Or is one"
	cases := map[string]struct {
		conditions string
		want       []string
	}{
		"text":                    {`{"C": "true"}`, []string{"Conditions.C: " + none}},
		"two at once":             {`{"C": {"Fn::Not": [], "Fn::Or": []}}`, []string{"Conditions.C: " + none}},
		"a value's function":      {`{"C": {"Fn::If": ["C", 1, 2]}}`, []string{"Conditions.C: " + none}},
		"another that is not":     {`{"C": {"Fn::Not": [{"Condition": "D"}]}}`, []string{`Conditions.C.Fn::Not[0].Condition: "D" is no condition of this template`}},
		"another in an object":    {`{"C": {"Condition": {}}}`, []string{"Conditions.C.Condition: is an object; the condition's name is text that is written out"}},
		"Equals of one":           {`{"C": {"Fn::Equals": ["a"]}}`, []string{"Conditions.C.Fn::Equals: takes a list of 2: one text, another"}},
		"Equals of lists":         {`{"C": {"Fn::Equals": [["a"], ["a"]]}}`, []string{"Conditions.C.Fn::Equals[0]: is a list; text belongs here, or a function that gives text", "Conditions.C.Fn::Equals[1]: is a list; text belongs here, or a function that gives text"}},
		"And of one":              {`{"C": {"Fn::And": [{"Fn::Equals": [1, 1]}]}}`, []string{"Conditions.C.Fn::And: takes a list of conditions, 2 at least and 10 at most"}},
		"Or of an object":         {`{"C": {"Fn::Or": {}}}`, []string{"Conditions.C.Fn::Or: takes a list of conditions, 2 at least and 10 at most"}},
		"Not of values":           {`{"C": {"Fn::Not": [true]}}`, []string{"Conditions.C.Fn::Not[0]: " + none}},
		"a resource":              {`{"C": {"Fn::Equals": [{"Ref": "R"}, "a"]}}`, []string{"Conditions.C.Fn::Equals[0].Ref: depends on the resource R; what stands here is needed before resources are made"}},
		"a resource in a Sub":     {`{"C": {"Fn::Equals": [{"Fn::Sub": "${R.Arn}"}, "a"]}}`, []string{"Conditions.C.Fn::Equals[0].Fn::Sub: depends on the resource R; what stands here is needed before resources are made"}},
		"an attribute":            {`{"C": {"Fn::Equals": [{"Fn::GetAtt": ["R", "Arn"]}, "a"]}}`, []string{"Conditions.C.Fn::Equals[0].Fn::GetAtt: cannot be compared in a condition; the local AWS knows Ref, Fn::FindInMap, Fn::Join, Fn::Select, Fn::Split, Fn::Sub there"}},
		"an If in a key of a map": {`{"C": {"Fn::Equals": [{"Fn::FindInMap": ["M", {"Fn::If": ["C", "a", "b"]}, "k"]}, "a"]}}`, []string{"Conditions.C.Fn::Equals[0].Fn::FindInMap[1].Fn::If: cannot be compared in a condition; the local AWS knows Ref, Fn::FindInMap, Fn::Join, Fn::Select, Fn::Split, Fn::Sub there"}},
		"itself":                  {`{"C": {"Condition": "C"}}`, []string{"Conditions.C: needs itself: C needs C (Conditions.C.Condition)"}},
		"two that ask each other": {`{"D": {"Fn::Not": [{"Condition": "C"}]}, "C": {"Condition": "D"}}`, []string{"Conditions.C: needs itself: C needs D (Conditions.C.Condition), D needs C (Conditions.D.Fn::Not[0].Condition)"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := template.Parse([]byte(`{"Mappings": {"M": {"a": {"k": "a"}}}, "Resources": {"R": {"Type": "A::B"}}, "Conditions": ` + c.conditions + `}`))
			assert.Equal(t, c.want, faults(t, err))
		})
	}
}

func TestConditionsThatCannotBeWorkedOut(t *testing.T) {
	in, m := input(t, `{
		"Parameters": {"L": {"Type": "CommaDelimitedList", "Default": "a"}},
		"Conditions": {"C": {"Fn::Equals": [{"Ref": "L"}, "a"]}},
		"Resources": {"R": {"Type": "A::B", "Condition": "C"}}
	}`)
	_, err := template.Deploy(t.Context(), in)
	assert.Equal(t, []string{"Conditions.C.Fn::Equals[0]: gives a list; text belongs here"}, faults(t, err))
	assert.Empty(t, m.made)
}
