package emf_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudwatch/emf"
)

const line = `{"_aws":{"Timestamp":1793502000000,"CloudWatchMetrics":[
	{"Namespace":"twohop","Dimensions":[["Estate"],["Estate","Route"],[]],"Metrics":[{"Name":"Started","Unit":"Count"},{"Name":"Ages","StorageResolution":60}]}]},
	"Estate":"twohop","Route":"databases","Started":0,"Ages":[1,2.5,-3],"reason":"whatever"}`

func TestALineOfMetrics(t *testing.T) {
	data, is, err := emf.Parse("\t" + line + " ")
	require.NoError(t, err)
	assert.True(t, is)
	estate, route := map[string]string{"Estate": "twohop"}, map[string]string{"Estate": "twohop", "Route": "databases"}
	assert.Equal(t, []emf.Datum{
		{Namespace: "twohop", Name: "Started", Dimensions: estate, Values: []float64{0}},
		{Namespace: "twohop", Name: "Ages", Dimensions: estate, Values: []float64{1, 2.5, -3}},
		{Namespace: "twohop", Name: "Started", Dimensions: route, Values: []float64{0}},
		{Namespace: "twohop", Name: "Ages", Dimensions: route, Values: []float64{1, 2.5, -3}},
		{Namespace: "twohop", Name: "Started", Dimensions: map[string]string{}, Values: []float64{0}},
		{Namespace: "twohop", Name: "Ages", Dimensions: map[string]string{}, Values: []float64{1, 2.5, -3}},
	}, data)
}

func TestOtherLinesAreNoMetrics(t *testing.T) {
	for _, other := range []string{
		"", "START", `{"level":"INFO","msg":"started"}`, `"_aws"`, `["_aws"]`, `{"msg":"said \"_aws\""}`, `{"inner":{"_aws":{}}}`, "{ not JSON",
	} {
		data, is, err := emf.Parse(other)
		require.NoError(t, err, other)
		assert.False(t, is, other)
		assert.Empty(t, data, other)
	}
}

func TestLinesThatCloudWatchCouldNotRead(t *testing.T) {
	replaced := func(was, is string) string {
		require.Contains(t, line, was)
		return strings.Replace(line, was, is, 1)
	}
	many := strings.Repeat(`"Estate",`, 30) + `"Estate"`
	for sentence, test := range map[string]struct{ line, want string }{
		"cut off":                              {line[:200], "not JSON"},
		"followed by something":                {line + "x", "not JSON"},
		"metadata that are no object":          {`{"_aws":1}`, "_aws is not an object"},
		"metadata that are null":               {`{"_aws":null}`, "_aws is not an object"},
		"no timestamp":                         {replaced(`"Timestamp":1793502000000,`, ""), "_aws.Timestamp is missing"},
		"a timestamp that is no number":        {replaced(`1793502000000`, `"now"`), "_aws.Timestamp: "},
		"a timestamp before 1970":              {replaced(`1793502000000`, `0`), "no time in milliseconds"},
		"no metrics":                           {`{"_aws":{"Timestamp":1}}`, "_aws.CloudWatchMetrics is missing"},
		"metrics that are no list":             {`{"_aws":{"Timestamp":1,"CloudWatchMetrics":{}}}`, "_aws.CloudWatchMetrics: "},
		"a member that nobody knows":           {replaced(`"Timestamp"`, `"timestamp":1,"Timestamp"`), "other members than Timestamp, CloudWatchMetrics"},
		"a directive's member that is unknown": {replaced(`"Namespace"`, `"Region":"x","Namespace"`), "[0] has other members"},
		"no namespace":                         {replaced(`"Namespace":"twohop",`, ""), "[0].Namespace is missing"},
		"an empty namespace":                   {replaced(`"Namespace":"twohop"`, `"Namespace":""`), "0 characters"},
		"a namespace of AWS":                   {replaced(`"Namespace":"twohop"`, `"Namespace":"AWS/SQS"`), "AWS's own"},
		"dimensions that are no list of lists": {replaced(`[["Estate"],`, `["Estate",`), "[0].Dimensions: "},
		"no set of dimensions":                 {replaced(`[["Estate"],["Estate","Route"],[]]`, `[]`), "no set of dimensions"},
		"a dimension that is not there":        {replaced(`"Estate":"twohop"`, `"estate":"twohop"`), `dimension "Estate"`},
		"a dimension that is no text":          {replaced(`"Estate":"twohop"`, `"Estate":1`), `dimension "Estate"`},
		"too many dimensions":                  {replaced(`["Estate"]`, `[`+many+`]`), "31 dimensions"},
		"no metric":                            {replaced(`{"Name":"Started","Unit":"Count"},{"Name":"Ages","StorageResolution":60}`, ""), "0 metrics"},
		"a metric without a name":              {replaced(`"Name":"Started",`, ""), "Metrics[0].Name is missing"},
		"a metric's member that is unknown":    {replaced(`"Unit"`, `"Units"`), "Metrics[0] has other members"},
		"an unknown unit":                      {replaced(`"Unit":"Count"`, `"Unit":"Copies"`), `"Copies" is no unit`},
		"seconds":                              {replaced(`"StorageResolution":60`, `"StorageResolution":1`), "whole minutes"},
		"a metric that is not there":           {replaced(`"Started":0`, `"started":0`), `metric "Started"`},
		"a metric that is text":                {replaced(`"Started":0`, `"Started":"0"`), `metric "Started"`},
		"a metric that is null":                {replaced(`"Started":0`, `"Started":null`), `metric "Started"`},
		"an array with something else":         {replaced(`[1,2.5,-3]`, `[1,"2"]`), `metric "Ages"`},
		"an array with null":                   {replaced(`[1,2.5,-3]`, `[1,null]`), `metric "Ages"`},
		"an empty array":                       {replaced(`[1,2.5,-3]`, `[]`), `metric "Ages" has 0 values`},
		"too many values":                      {replaced(`[1,2.5,-3]`, `[`+strings.Repeat("1,", 100)+`1]`), `metric "Ages" has 101 values`},
	} {
		t.Run(sentence, func(t *testing.T) {
			data, is, err := emf.Parse(test.line)
			require.ErrorContains(t, err, test.want)
			assert.True(t, is)
			assert.Empty(t, data)
		})
	}
}
