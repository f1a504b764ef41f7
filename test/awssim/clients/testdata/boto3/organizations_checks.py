from botocore.exceptions import ClientError

from checks import CENTRAL, MEMBER, all_pages, check, client, equal, raises

member, central = client("organizations"), client("organizations", account=CENTRAL)
ERRORS = central.exceptions
ROOT, UNIT = "r-ab12", "ou-ab12-11111111"


@check("organizations: units and accounts are listed page by page, to the management account alone")
def tree():
    organization = member.describe_organization()["Organization"]
    equal((organization["Id"], organization["MasterAccountId"]), ("o-a1b2c3d4e5", CENTRAL))
    equal([root["Id"] for root in central.list_roots()["Roots"]], [ROOT])
    units, pages = all_pages(
        central, "list_organizational_units_for_parent", "OrganizationalUnits", 1, ParentId=ROOT
    )
    equal(([unit["Name"] for unit in units], pages), (["databases", "others"], 2))
    accounts, pages = all_pages(central, "list_accounts_for_parent", "Accounts", 2, ParentId=UNIT)
    equal(([account["Id"] for account in accounts], pages), ([MEMBER, "444444444440", "444444444441"], 2))
    for refused in (member.list_roots, member.list_aws_service_access_for_organization):
        with raises(ERRORS.AccessDeniedException):
            refused()
    with raises(ERRORS.ParentNotFoundException):
        central.list_accounts_for_parent(ParentId="ou-ab12-99999999")
    with raises(ERRORS.InvalidInputException):
        central.list_accounts_for_parent(ParentId=UNIT, NextToken="none")
    with raises(ERRORS.AWSOrganizationsNotInUseException):
        client("organizations", account="555555555555").describe_organization()


@check("organizations: a policy type is enabled once")
def policy_type():
    made = central.enable_policy_type(RootId=ROOT, PolicyType="BACKUP_POLICY")
    equal(made["Root"]["PolicyTypes"], [{"Type": "BACKUP_POLICY", "Status": "ENABLED"}])
    with raises(ERRORS.PolicyTypeAlreadyEnabledException):
        central.enable_policy_type(RootId=ROOT, PolicyType="BACKUP_POLICY")
    with raises(ERRORS.RootNotFoundException):
        central.enable_policy_type(RootId="r-zzzz", PolicyType="TAG_POLICY")


@check("organizations: services are given trusted access, StackSets by CloudFormation's own call")
def trust():
    central.enable_aws_service_access(ServicePrincipal="backup.amazonaws.com")
    stack_sets = client("cloudformation", account=CENTRAL)
    equal(stack_sets.describe_organizations_access()["Status"], "DISABLED")
    stack_sets.activate_organizations_access()
    equal(stack_sets.describe_organizations_access(CallAs="SELF")["Status"], "ENABLED")
    trusted = central.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    equal(
        [service["ServicePrincipal"] for service in trusted],
        ["backup.amazonaws.com", "member.org.stacksets.cloudformation.amazonaws.com"],
    )
    with raises(ClientError, "InvalidOperationException"):
        client("cloudformation").activate_organizations_access()
