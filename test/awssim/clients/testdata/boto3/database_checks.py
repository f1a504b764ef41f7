from checks import check, client, equal, raises

rds = client("rds")
PAYMENTS = "arn:aws:rds:eu-central-1:111111111111:db:payments"
INVOICES = "arn:aws:rds:eu-central-1:111111111111:cluster:invoices"


@check("rds: databases of all services are described")
def databases():
    payments = rds.describe_db_instances(DBInstanceIdentifier=PAYMENTS)["DBInstances"][0]
    equal((payments["DBInstanceIdentifier"], payments["Engine"], payments["StorageEncrypted"]), ("payments", "oracle-ee", True))
    equal(payments["OptionGroupMemberships"], [{"OptionGroupName": "tde", "Status": "in-sync"}])
    invoices = rds.describe_db_clusters(DBClusterIdentifier="invoices")["DBClusters"][0]
    equal((invoices["DBClusterArn"], invoices["Engine"], invoices["StorageEncrypted"]), (INVOICES, "neptune", False))
    with raises(rds.exceptions.DBInstanceNotFoundFault, "DBInstanceNotFound", 404):
        rds.describe_db_instances(DBInstanceIdentifier="none")
    with raises(rds.exceptions.DBClusterNotFoundFault, "DBClusterNotFoundFault", 404):
        rds.describe_db_clusters(DBClusterIdentifier="none")


@check("rds: option groups and engines are described")
def groups():
    group = rds.describe_option_groups(OptionGroupName="tde")["OptionGroupsList"][0]
    equal([(o["OptionName"], o["Persistent"]) for o in group["Options"]], [("TDE", True)])
    with raises(rds.exceptions.OptionGroupNotFoundFault, "OptionGroupNotFoundFault", 404):
        rds.describe_option_groups(OptionGroupName="none")
    equal([v["Engine"] for v in rds.describe_db_engine_versions(Engine="docdb")["DBEngineVersions"]], ["docdb"])


@check("tagging: resources are found by their tags, page by page")
def tags():
    pages = client("resourcegroupstaggingapi").get_paginator("get_resources").paginate(
        TagFilters=[{"Key": "bills", "Values": ["yes", "no"]}], ResourcesPerPage=1
    )
    found = [[m["ResourceARN"] for m in page["ResourceTagMappingList"]] for page in pages]
    equal(found, [[INVOICES], [PAYMENTS]])


@check("servicequotas: the quotas of RDS are listed")
def quotas():
    listed = client("service-quotas").list_service_quotas(ServiceCode="rds")["Quotas"]
    equal([(q["QuotaName"], q["Value"]) for q in listed], [("Manual DB cluster snapshots", 100.0), ("Manual DB instance snapshots", 100.0)])


@check("iam: a role shows its policies")
def policies():
    iam = client("iam")
    shown = iam.get_role_policy(RoleName="BackupandRestore", PolicyName="all")["PolicyDocument"]
    equal(shown["Statement"], [{"Effect": "Allow", "Action": "*", "Resource": "*"}])
    equal(iam.list_role_policies(RoleName="BackupandRestore")["PolicyNames"], ["all"])
    equal(iam.list_attached_role_policies(RoleName="BackupandRestore")["AttachedPolicies"], [])
    with raises(iam.exceptions.NoSuchEntityException, "NoSuchEntity", 404):
        iam.get_role_policy(RoleName="BackupandRestore", PolicyName="none")
