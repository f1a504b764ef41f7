package awscheck

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/checkup"
)

// Quotas are those of RDS in an account's Regions.
type Quotas struct{ client *servicequotas.Client }

// Engines are what RDS offers in an account's Regions.
type Engines struct{ client *rds.Client }

var (
	_ checkup.Quotas  = Quotas{}
	_ checkup.Engines = Engines{}
)

// NewQuotas returns the quotas of config's account.
func NewQuotas(config aws.Config) Quotas { return Quotas{servicequotas.NewFromConfig(config)} }

// NewEngines returns the engines that config's account sees.
func NewEngines(config aws.Config) Engines { return Engines{rds.NewFromConfig(config)} }

// Quotas are the values by the quotas' names, those that are the default included.
func (q Quotas) Quotas(ctx context.Context, region string) (map[string]int, error) {
	values := map[string]int{}
	pages := servicequotas.NewListServiceQuotasPaginator(q.client, &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String("rds")})
	for page, err := range awscall.Pages(ctx, pages, func(page *servicequotas.ListServiceQuotasOutput) *string { return page.NextToken }, func(o *servicequotas.Options) { o.Region = region }) {
		if err != nil {
			return nil, refused("servicequotas:ListServiceQuotas", err)
		}
		for _, quota := range page.Quotas {
			values[aws.ToString(quota.QuotaName)] = int(aws.ToFloat64(quota.Value))
		}
	}
	return values, nil
}

// Offered tells whether a Region has any version of an engine. That RDS's API tells of
// DocumentDB's and Neptune's engines too, as it does of their clusters, is UNCONFIRMED A98;
// an engine that it refuses to tell of is a check that could not be made.
func (e Engines) Offered(ctx context.Context, region, engine string) (bool, error) {
	pages := rds.NewDescribeDBEngineVersionsPaginator(e.client, &rds.DescribeDBEngineVersionsInput{Engine: &engine, MaxRecords: aws.Int32(20)})
	for page, err := range awscall.Pages(ctx, pages, func(page *rds.DescribeDBEngineVersionsOutput) *string { return page.Marker },
		func(o *rds.Options) { o.Region = region }) {
		if err != nil {
			return false, refused("rds:DescribeDBEngineVersions", err)
		}
		if len(page.DBEngineVersions) > 0 {
			return true, nil
		}
	}
	return false, nil
}
