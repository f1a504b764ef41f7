from checks import MEMBER, check, client, equal, raises

iam = client("iam")
ERRORS = iam.exceptions


@check("iam: a service-linked role is made once")
def service_linked_role():
    with raises(ERRORS.NoSuchEntityException, "NoSuchEntity", 404):
        iam.get_role(RoleName="AWSServiceRoleForRDS")
    made = iam.create_service_linked_role(AWSServiceName="rds.amazonaws.com", Description="databases")["Role"]
    equal(
        made["Arn"],
        f"arn:aws:iam::{MEMBER}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS",
    )
    equal(made["AssumeRolePolicyDocument"]["Statement"][0]["Principal"], {"Service": "rds.amazonaws.com"})
    equal(iam.get_role(RoleName="AWSServiceRoleForRDS")["Role"], made)
    with raises(
        ERRORS.InvalidInputException,
        "InvalidInput",
        message="Service role name AWSServiceRoleForRDS has been taken in this account, please try a different suffix.",
    ):
        iam.create_service_linked_role(AWSServiceName="rds.amazonaws.com")
