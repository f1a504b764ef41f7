package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz/policy"
)

// statement wraps members of a statement into a document.
func statement(members string) string {
	return `{"Version":"2012-10-17","Statement":[{` + members + `}]}`
}

const (
	allow   = `"Effect":"Allow",`
	deny    = `"Effect":"Deny",`
	send    = `"Action":"sqs:SendMessage",`
	all     = `"Resource":"*"`
	anybody = `"Principal":"*",`
)

func TestWhatIsNotUnderstoodIsRefusedWithItsPlace(t *testing.T) {
	for sentence, c := range map[string]struct {
		kind policy.Kind
		text string
		want []string
	}{
		"no JSON":                             {policy.Identity, `{`, []string{"policy p: document: read JSON"}},
		"more than a document":                {policy.Identity, statement(allow+send+all) + `{}`, []string{"document: read JSON: something follows"}},
		"a list":                              {policy.Identity, `[]`, []string{"document: is []; it must be an object"}},
		"an unknown kind":                     {"boundary", statement(allow + send + all), []string{`document: its kind is "boundary"`}},
		"no version":                          {policy.Identity, `{"Statement":[{` + allow + send + all + `}]}`, []string{`Version: is null; it must be "2012-10-17"`}},
		"the version without variables":       {policy.Identity, `{"Version":"2008-10-17","Statement":[{` + allow + send + all + `}]}`, []string{`Version: is "2008-10-17"`}},
		"an unknown member":                   {policy.Identity, `{"Version":"2012-10-17","Statements":[]}`, []string{"Statements: is not known", "Statement: there is none"}},
		"an empty list of statements":         {policy.Identity, `{"Version":"2012-10-17","Statement":[]}`, []string{"Statement: there is none"}},
		"a statement that is a string":        {policy.Identity, `{"Version":"2012-10-17","Statement":"x"}`, []string{`Statement: is "x"; it must be an object`}},
		"an id that is a number":              {policy.Identity, `{"Version":"2012-10-17","Id":1,"Statement":{` + allow + send + all + `}}`, []string{"Id: is 1; it must be a string"}},
		"an unknown element":                  {policy.Identity, statement(allow + send + all + `,"Conditions":{}`), []string{"Statement[0].Conditions: is not known; known are [Sid"}},
		"a member given twice":                {policy.Identity, statement(allow + deny + send + all), []string{"Statement[0].Effect: is given twice"}},
		"a key of a condition given twice":    {policy.Identity, statement(allow + send + all + `,"Condition":{"Bool":{"aws:SecureTransport":"true","aws:SecureTransport":"false"}}`), []string{"Statement[0].Condition.Bool.aws:SecureTransport: is given twice"}},
		"no effect":                           {policy.Identity, statement(send + all), []string{"Statement[0].Effect: is null"}},
		"an effect in small letters":          {policy.Identity, statement(`"Effect":"allow",` + send + all), []string{`Statement[0].Effect: is "allow"; it must be "Allow" or "Deny"`}},
		"an empty Sid":                        {policy.Identity, statement(`"Sid":"",` + allow + send + all), []string{"Statement[0].Sid: is"}},
		"one Sid for two statements":          {policy.Identity, `{"Version":"2012-10-17","Statement":[{"Sid":"A",` + allow + send + all + `},{"Sid":"A",` + allow + send + all + `}]}`, []string{`Statement[1].Sid: "A" is another statement's too`}},
		"no action":                           {policy.Identity, statement(allow + all), []string{"Statement[0]: has no Action"}},
		"an action and its negation":          {policy.Identity, statement(allow + send + `"NotAction":"sqs:*",` + all), []string{"Statement[0]: has Action and NotAction"}},
		"no action in the list":               {policy.Identity, statement(allow + `"Action":[],` + all), []string{"Statement[0].Action: is an empty list"}},
		"an action that is a number":          {policy.Identity, statement(allow + `"Action":["sqs:*",7],` + all), []string{"Statement[0].Action[1]: is 7"}},
		"an action without a service":         {policy.Identity, statement(allow + `"Action":"SendMessage",` + all), []string{`Statement[0].Action: "SendMessage" is no action`}},
		"a wildcard for the service":          {policy.Identity, statement(allow + `"Action":["sqs:*","s*:Send"],` + all), []string{`Statement[0].Action[1]: "s*:Send" is no action`}},
		"a variable in an action":             {policy.Identity, statement(allow + `"Action":"sqs:${aws:username}",` + all), []string{"is no action"}},
		"no resource":                         {policy.Resource, statement(allow + anybody + `"Action":"sqs:SendMessage"`), []string{"Statement[0]: has no Resource"}},
		"a resource of three parts":           {policy.Identity, statement(allow + send + `"Resource":"arn:aws:sqs:*"`), []string{`Statement[0].Resource: "arn:aws:sqs:*" is no resource`}},
		"a wildcard for a resource's service": {policy.Identity, statement(allow + send + `"Resource":"arn:aws:*:::x"`), []string{"is no resource"}},
		"a variable for an account":           {policy.Identity, statement(allow + send + `"Resource":"arn:aws:sqs:eu-central-1:${aws:PrincipalAccount}:q"`), []string{"is no resource"}},
		"an unknown variable":                 {policy.Identity, statement(allow + send + `"Resource":"arn:aws:sqs:eu-central-1:111111111111:${aws:Nobody}"`), []string{"Statement[0].Resource: the variable ${aws:Nobody} is not known"}},
		"a variable of several values":        {policy.Identity, statement(allow + send + `"Resource":"arn:aws:sqs:eu-central-1:111111111111:${aws:TagKeys}"`), []string{"the variable ${aws:TagKeys} is not known"}},
		"a variable that does not end":        {policy.Identity, statement(allow + send + `"Resource":"arn:aws:sqs:eu-central-1:111111111111:${aws:username"`), []string{"is no variable"}},
		"a principal of a role's own policy":  {policy.Identity, statement(allow + anybody + send + all), []string{"Statement[0]: has a Principal"}},
		"no principal":                        {policy.Resource, statement(allow + send + all), []string{"Statement[0]: has no Principal"}},
		"a principal that is a string":        {policy.Resource, statement(allow + `"Principal":"111111111111",` + send + all), []string{`Statement[0].Principal: is "111111111111"; it must be an object`}},
		"nobody":                              {policy.Resource, statement(allow + `"Principal":{},` + send + all), []string{"Statement[0].Principal: names nobody"}},
		"a principal of an unknown kind":      {policy.Resource, statement(allow + `"Principal":{"Aws":"*"},` + send + all), []string{"Statement[0].Principal.Aws: is not known"}},
		"a federated principal":               {policy.Trust, statement(allow + `"Principal":{"Federated":"x"},"Action":"sts:AssumeRole"`), []string{"Statement[0].Principal.Federated: is not evaluated"}},
		"a wildcard in a principal":           {policy.Resource, statement(allow + `"Principal":{"AWS":["*","arn:aws:iam::111111111111:role/x*"]},` + send + all), []string{`Statement[0].Principal.AWS[1]: "arn:aws:iam::111111111111:role/x*" is no principal`}},
		"an account of eleven digits":         {policy.Resource, statement(allow + `"Principal":{"AWS":"11111111111"},` + send + all), []string{"is no principal"}},
		"an account's ARN without root":       {policy.Resource, statement(allow + `"Principal":{"AWS":"arn:aws:iam::111111111111"},` + send + all), []string{"is no principal"}},
		"an id with root":                     {policy.Resource, statement(allow + `"Principal":{"AWS":"111111111111:root"},` + send + all), []string{"is no principal"}},
		"a service that is a wildcard":        {policy.Resource, statement(allow + `"Principal":{"Service":"*"},` + send + all), []string{`Statement[0].Principal.Service: "*" is no service`}},
		"exceptions from an allowance":        {policy.Resource, statement(allow + `"NotPrincipal":{"AWS":"111111111111"},` + send + all), []string{"Statement[0].NotPrincipal: is not supported with the Effect Allow"}},
		"an exception without its account":    {policy.Resource, statement(deny + `"NotPrincipal":{"AWS":"arn:aws:iam::111111111111:role/x"},` + send + all), []string{"is excepted without its account", "list arn:aws:iam::111111111111:root too"}},
		"a session as an exception":           {policy.Resource, statement(deny + `"NotPrincipal":{"AWS":"arn:aws:sts::111111111111:assumed-role/x/y"},` + send + all), []string{"is a session"}},
		"everyone as an exception":            {policy.Resource, statement(deny + `"NotPrincipal":"*",` + send + all), []string{"excepts everyone"}},
		"exceptions in a trust policy":        {policy.Trust, statement(deny + `"NotPrincipal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"`), []string{"NotPrincipal: is not allowed in a trust policy"}},
		"a resource in a trust policy":        {policy.Trust, statement(allow + anybody + `"Action":"sts:AssumeRole",` + all), []string{"Statement[0]: has a Resource; a trust policy has none"}},
		"another service's action in a trust": {policy.Trust, statement(allow + anybody + `"Action":["sts:AssumeRole","sqs:SendMessage"]`), []string{`Statement[0].Action[1]: "sqs:SendMessage": a trust policy may specify sts actions only`}},
		"all actions but some in a trust":     {policy.Trust, statement(allow + anybody + `"NotAction":"sts:TagSession"`), []string{"Statement[0].NotAction: is not allowed in a trust policy"}},
	} {
		t.Run(sentence, func(t *testing.T) { refused(t, c.kind, c.text, c.want...) })
	}
}

func TestConditionsThatAreNotUnderstoodAreRefusedWithTheirPlace(t *testing.T) {
	for sentence, c := range map[string]struct{ condition, want string }{
		"a condition that is a list":        {`[]`, "Condition: is []; it must be an object"},
		"an unknown operator":               {`{"StringMatches":{"aws:username":"a"}}`, "Condition.StringMatches: is not known; known are Null and"},
		"an operator in another case":       {`{"stringEquals":{"aws:username":"a"}}`, "Condition.stringEquals: is not known; write StringEquals"},
		"two set operators":                 {`{"ForAllValues:ForAnyValue:StringEquals":{"aws:username":"a"}}`, "is not known"},
		"an operator for bytes":             {`{"BinaryEquals":{"aws:username":"YQ=="}}`, "Condition.BinaryEquals: is not known"},
		"Null with IfExists":                {`{"NullIfExists":{"aws:username":"true"}}`, "Null stands alone"},
		"Null with ForAllValues":            {`{"ForAllValues:Null":{"aws:TagKeys":"true"}}`, "Null stands alone"},
		"Null with two values":              {`{"Null":{"aws:username":["true","false"]}}`, "Condition.Null.aws:username[1]: Null has one value"},
		"Null with another value":           {`{"Null":{"aws:username":"yes"}}`, `"yes" is neither "true" nor "false"`},
		"an operator without keys":          {`{"StringEquals":{}}`, "Condition.StringEquals: compares no key"},
		"an operator with a list":           {`{"StringEquals":[]}`, "Condition.StringEquals: is []; it must be an object"},
		"an unknown key":                    {`{"StringEquals":{"aws:PrincipalOrg":"o-a1b2c3d4e5"}}`, "Condition.StringEquals.aws:PrincipalOrg: the condition key is not known"},
		"a tag without its key":             {`{"StringEquals":{"aws:PrincipalTag/":"a"}}`, "the condition key is not known"},
		"several values unsaid":             {`{"ArnLike":{"backup:CopyTargets":"arn:aws:backup:*:*:backup-vault:a"}}`, "Condition.ArnLike.backup:CopyTargets: the key has several values; write ForAllValues:ArnLike or ForAnyValue:ArnLike"},
		"no values":                         {`{"StringEquals":{"aws:username":[]}}`, "Condition.StringEquals.aws:username: is an empty list"},
		"an empty value":                    {`{"StringEquals":{"aws:username":["a",""]}}`, "aws:username[1]: is \"\""},
		"an object for a value":             {`{"StringEquals":{"aws:username":{}}}`, "aws:username: is {}; it must be a string"},
		"a text for a number":               {`{"NumericLessThan":{"aws:MultiFactorAuthAge":"young"}}`, `"young" is no number`},
		"an exponent for a number":          {`{"NumericLessThan":{"aws:MultiFactorAuthAge":1e3}}`, `"1e3" is no number`},
		"a text for a date":                 {`{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}`, `"tomorrow" is no date`},
		"a number for a boolean":            {`{"Bool":{"aws:SecureTransport":1}}`, `"1" is neither "true" nor "false"`},
		"a text for an address":             {`{"IpAddress":{"aws:SourceIp":"here"}}`, `"here" is no IP address or range`},
		"a star for an ARN":                 {`{"ArnLike":{"aws:SourceArn":"*"}}`, `aws:SourceArn: "*" is no ARN; it must have six parts`},
		"a variable for a number":           {`{"NumericEquals":{"aws:MultiFactorAuthAge":"${aws:username}"}}`, "is no number"},
		"a variable of unknown name":        {`{"StringEquals":{"aws:username":"${who}"}}`, "the variable ${who} is not known"},
		"a variable of one letter":          {`{"StringEquals":{"aws:username":"${x}"}}`, "the variable ${x} is not known"},
		"a variable without a name":         {`{"StringEquals":{"aws:username":"${}"}}`, "the variable ${} is not known"},
		"an escape with a default":          {`{"StringEquals":{"aws:username":"${*, 'x'}"}}`, "the variable ${*, 'x'} is not known"},
		"an ARN of five parts":              {`{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*"}}`, "is no ARN"},
		"six parts of no ARN":               {`{"ArnLike":{"aws:SourceArn":"urn:aws:sns:*:*:*"}}`, "is no ARN"},
		"a default without quotation marks": {`{"StringEquals":{"aws:username":"${aws:username, x}"}}`, "is no variable"},
	} {
		t.Run(sentence, func(t *testing.T) {
			refused(t, policy.Identity, statement(allow+send+all+`,"Condition":`+c.condition), "Statement[0].", c.want)
		})
	}
}

func refused(t *testing.T, kind policy.Kind, text string, want ...string) {
	t.Helper()
	d, err := policy.Parse(kind, "p", []byte(text))
	require.Error(t, err)
	assert.Empty(t, d.Statements())
	for _, w := range want {
		assert.ErrorContains(t, err, w)
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	_, err := policy.Parse(policy.Resource, "queue", []byte(`{"Version":"1","Statement":[{"Effect":"Permit","Principal":{"AWS":"me"},
		"Action":"Send","Resource":"q","Condition":{"Equals":{"a":"b"},"Is":{},"StringEquals":{"a":"b","c":"d"}}},{"Sid":3}]}`))
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	assert.Len(t, lines, 14)
	for _, line := range lines {
		assert.True(t, strings.HasPrefix(line, "read policy queue: "), line)
	}
}

func TestADocumentTellsWhatWasWritten(t *testing.T) {
	d, err := policy.Parse(policy.Key, "key", []byte(`{"Version":"2012-10-17","Id":"keys","Statement":{"Sid":"Use","Effect":"Deny",
		"NotPrincipal":{"AWS":["111111111111","arn:aws:iam::111111111111:role/aws-service-role/a/B"],"Service":"events.amazonaws.com"},
		"NotAction":["kms:*","KMS:Decrypt"],"NotResource":"*","Condition":{"NumericEquals":{"aws:MultiFactorAuthAge":[1,2.5]},"Bool":{"aws:SecureTransport":false}}}}`))
	require.NoError(t, err)
	assert.Equal(t, "key", d.Name)
	assert.Equal(t, policy.Key, d.Kind)
	assert.Equal(t, []policy.Statement{{
		Sid: "Use", Effect: "Deny",
		Principals: []string{"111111111111", "arn:aws:iam::111111111111:role/aws-service-role/a/B", "events.amazonaws.com"},
		Actions:    []string{"kms:*", "KMS:Decrypt"}, Resources: []string{"*"},
		NotPrincipal: true, NotAction: true, NotResource: true,
	}}, d.Statements())
	assert.Equal(t, []string{"arn:aws:iam::111111111111:role/aws-service-role/a/B"}, d.NamedPrincipals())
}

func FuzzParseNeitherPanicsNorPassesOver(f *testing.F) {
	f.Add(statement(allow + send + all))
	f.Add(statement(deny + `"NotPrincipal":{"AWS":"111111111111"},"NotAction":"a:*","NotResource":"arn:aws:s3:::${aws:username, 'x'}","Condition":{"ForAnyValue:ArnLikeIfExists":{"backup:CopyTargets":"arn:aws:*:*:*:${*}"}}`))
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []policy.Kind{policy.Identity, policy.Resource, policy.Key, policy.Trust} {
			d, err := policy.Parse(kind, "p", []byte(text))
			if err == nil {
				assert.NotEmpty(t, d.Statements())
				_, _ = d.Weigh(policy.Question{Action: "a:b", Resource: "arn:aws:s3:::x", Values: map[string][]string{"aws:username": {"x"}}})
			}
		}
	})
}
