package clients_test

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/rds"
)

const (
	payments = "arn:aws:rds:eu-central-1:111111111111:db:payments"
	invoices = "arn:aws:rds:eu-central-1:111111111111:cluster:invoices"
)

// addDatabases gives the member an instance and a cluster, tagged, and the instance an
// option group; the API has no calls for these here.
func (l *local) addDatabases() {
	l.t.Helper()
	tags := map[string]string{"bills": "yes"}
	require.NoError(l.t, l.Backup.Resources.Add(backup.Resource{ARN: payments, Type: "RDS", Account: member, Region: primary, Tags: tags}))
	require.NoError(l.t, l.Backup.Resources.Add(backup.Resource{ARN: invoices, Type: "Neptune", Account: member, Region: primary, Tags: tags, Unencrypted: true}))
	l.RDS.Describe(payments, rds.Details{Engine: "oracle-ee", OptionGroup: "tde"})
	l.RDS.AddOptionGroup(member, primary, "tde", rds.Option{Name: "TDE", Persistent: true})
}

func databasesByCLI(s shell) {
	s.addDatabases()
	s.prints(`[["payments", "oracle-ee", true, "tde"]]`, "rds describe-db-instances --query",
		"DBInstances[].[DBInstanceIdentifier,Engine,StorageEncrypted,OptionGroupMemberships[0].OptionGroupName]")
	s.prints(`[["invoices", "neptune", false]]`, "rds describe-db-clusters --db-cluster-identifier", invoices, "--query", "DBClusters[].[DBClusterIdentifier,Engine,StorageEncrypted]")
	s.prints(`[["TDE", true]]`, "rds describe-option-groups --option-group-name tde --query", "OptionGroupsList[0].Options[].[OptionName,Persistent]")
	s.prints(`["neptune"]`, "rds describe-db-engine-versions --engine neptune --query", "DBEngineVersions[].Engine")
	s.refused("DBInstanceNotFound", "DescribeDBInstances", "rds describe-db-instances --db-instance-identifier none")
	s.refused("DBClusterNotFoundFault", "DescribeDBClusters", "rds describe-db-clusters --db-cluster-identifier none")

	s.prints(`["`+invoices+`", "`+payments+`"]`, "resourcegroupstaggingapi get-resources --tag-filters Key=bills,Values=yes --page-size 1 --query", "ResourceTagMappingList[].ResourceARN")
	s.prints(`["Manual DB cluster snapshots", "Manual DB instance snapshots"]`, "service-quotas list-service-quotas --service-code rds --query", "Quotas[].QuotaName")
}

func rolePoliciesByCLI(s shell) {
	s.prints(`{"RoleName": "BackupandRestore", "PolicyName": "all", "PolicyDocument": `+everything+`}`, "iam get-role-policy --role-name BackupandRestore --policy-name all")
	attached := read[struct{ AttachedPolicies []any }](s, "iam list-attached-role-policies --role-name BackupandRestore")
	assert.Empty(s.t, attached.AttachedPolicies)
	s.prints(`["all"]`, "iam list-role-policies --role-name BackupandRestore --query PolicyNames")
	s.refused("NoSuchEntity", "GetRolePolicy", "iam get-role-policy --role-name BackupandRestore --policy-name none")
}
