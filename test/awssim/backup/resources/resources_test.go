package resources_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/resources"
)

const (
	member  = "111111111111"
	primary = "eu-central-1"
	orders  = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	volume  = "arn:aws:ec2:eu-central-1:111111111111:volume/vol-0123456789abcdef0"
)

var place = arn.Place{Account: member, Region: primary}

// known are keys that somebody manages.
type known struct{}

func (known) ManagedKey(account, region, alias string) string {
	return account + " " + region + " " + alias
}

func TestTheKeyOfAResource(t *testing.T) {
	own := "arn:aws:kms:eu-central-1:111111111111:key/own"
	for name, c := range map[string]struct {
		resource resources.Resource
		keys     resources.ManagedKeys
		want     string
	}{
		"its own":                        {resources.Resource{ARN: orders, Type: "RDS", KeyARN: own}, nil, own},
		"AWS's, made up":                 {resources.Resource{ARN: orders, Type: "RDS"}, nil, arn.ServiceKey(place, "alias/aws/rds")},
		"AWS's, known":                   {resources.Resource{ARN: volume, Type: "EBS"}, known{}, "111111111111 eu-central-1 alias/aws/ebs"},
		"none of an unencrypted one":     {resources.Resource{ARN: orders, Type: "RDS", Unencrypted: true}, known{}, ""},
		"none of a bucket without a key": {resources.Resource{ARN: "arn:aws:s3:::ledger", Type: "S3"}, known{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inventory := resources.New()
			inventory.SetKeys(c.keys)
			c.resource.Account, c.resource.Region = member, primary
			require.NoError(t, inventory.Add(c.resource))
			got, ok := inventory.Get(place, c.resource.ARN)
			require.True(t, ok)
			assert.Equal(t, c.want, got.KeyARN)
		})
	}
	assert.NotEqual(t, arn.ServiceKey(place, "alias/aws/rds"), arn.ServiceKey(place, "alias/aws/ebs"))
	_, ok := arn.KeyRegion(arn.ServiceKey(place, "alias/aws/rds"))
	assert.True(t, ok)
}

func TestAllFaultsOfAResourceAreNamed(t *testing.T) {
	inventory := resources.New()
	for name, c := range map[string]struct {
		resource resources.Resource
		faults   []string
	}{
		"no account, no Region, no type": {resources.Resource{ARN: "x", Type: "DynamoDB", SizeBytes: -1},
			[]string{`add resource "x"`, `account "" and Region ""`, `type "DynamoDB": there are`, "size -1"}},
		"another's ARN": {resources.Resource{ARN: orders, Type: "RDS", Account: "222222222222", Region: "eu-north-1", KeyARN: "arn:aws:kms:eu-central-1:222222222222:key/k"},
			[]string{"its ARN says otherwise", "it must be the ARN of a key in eu-north-1"}},
		"a cluster's ARN for an instance": {resources.Resource{ARN: "arn:aws:rds:eu-central-1:111111111111:cluster:a", Type: "RDS", Account: member, Region: primary},
			[]string{"the ARN of a resource of type RDS looks like arn:aws:rds:"}},
		"an instance under an AWS owned key": {resources.Resource{ARN: orders, Type: "RDS", Account: member, Region: primary, AWSOwned: true},
			[]string{"it cannot be under an AWS owned key"}},
		"an unencrypted bucket": {resources.Resource{ARN: "arn:aws:s3:::ledger", Type: "S3", Account: member, Region: primary, Unencrypted: true},
			[]string{"it cannot be unencrypted"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := inventory.Add(c.resource)
			require.Error(t, err)
			for _, fault := range c.faults {
				assert.ErrorContains(t, err, fault)
			}
		})
	}
	assert.Empty(t, inventory.In(place))
}

func TestResourcesAreTheirAccountsAndRegions(t *testing.T) {
	inventory := resources.New()
	tags := map[string]string{"a": "b"}
	for _, name := range []string{"z", "a"} {
		require.NoError(t, inventory.Add(resources.Resource{ARN: "arn:aws:rds:eu-central-1:111111111111:cluster:" + name, Type: "Aurora", Account: member, Region: primary, Tags: tags}))
	}
	require.ErrorContains(t, inventory.Add(resources.Resource{ARN: "arn:aws:rds:eu-central-1:111111111111:cluster:a", Type: "Neptune", Account: member, Region: primary}), "there is one of this ARN")
	tags["a"] = "changed"
	found := inventory.In(place)
	require.Len(t, found, 2)
	assert.Equal(t, "arn:aws:rds:eu-central-1:111111111111:cluster:a", found[0].ARN)
	found[0].Tags["a"] = "changed"
	got, _ := inventory.Get(place, found[0].ARN)
	assert.Equal(t, "b", got.Tags["a"])
	elsewhere := arn.Place{Account: member, Region: "eu-north-1"}
	assert.Empty(t, inventory.In(elsewhere))
	_, ok := inventory.Get(elsewhere, found[0].ARN)
	assert.False(t, ok)
	require.NoError(t, inventory.SetTags(found[0].ARN, map[string]string{"c": "d"}))
	got, _ = inventory.Get(place, found[0].ARN)
	assert.Equal(t, map[string]string{"c": "d"}, got.Tags)
	require.ErrorContains(t, inventory.SetTags("x", nil), `set tags of resource "x": there is none`)
}
