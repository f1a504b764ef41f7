import json
import sys

import boto3
from botocore.exceptions import ClientError

from checks import CENTRAL, MEMBER, PRIMARY, SECONDARY, all_pages, check, client, equal, pass_time, raises

kms, central = client("kms"), client("kms", account=CENTRAL)
ERRORS = kms.exceptions

# What the test has set up, since the API has no call for it here: four keys of the
# member, this one with an alias, and a role of the backup account that may describe
# keys as far as it alone decides.
SETUP = json.loads(sys.argv[1])
KEY = SETUP["key"]
READER = f"arn:aws:iam::{CENTRAL}:role/TwohopReader"


def state():
    return kms.describe_key(KeyId=KEY)["KeyMetadata"]["KeyState"]


@check("kms: a key is described by each of its names, in its account and Region alone")
def description():
    for name in (KEY, KEY.rpartition("/")[2], "alias/twohop-local", f"arn:aws:kms:{PRIMARY}:{MEMBER}:alias/twohop-local"):
        shown = kms.describe_key(KeyId=name)["KeyMetadata"]
        equal((shown["Arn"], shown["AWSAccountId"], shown["Description"]), (KEY, MEMBER, "orders"))
    equal((shown["Enabled"], shown["KeyState"], shown["KeyManager"]), (True, "Enabled", "CUSTOMER"))
    equal(shown["CreationDate"].isoformat()[:16], "2026-11-01T03:00")
    assert "DeletionDate" not in shown, shown
    with raises(ERRORS.NotFoundException, message=f"Invalid arn {PRIMARY}"):
        client("kms", region=SECONDARY).describe_key(KeyId=KEY)
    with raises(ClientError, "AccessDeniedException"):
        central.describe_key(KeyId=KEY)
    with raises(ERRORS.InvalidArnException):
        kms.disable_key(KeyId="alias/twohop-local")


@check("kms: keys and aliases are listed page by page, AWS's own from their first use on")
def lists():
    equal(kms.describe_key(KeyId="alias/aws/rds")["KeyMetadata"]["KeyManager"], "AWS")
    keys, pages = all_pages(kms, "list_keys", "Keys", 2)
    (ours,) = [key for key in keys if key["KeyArn"] == KEY]
    equal((len(keys), pages), (5, 3))
    aliases, pages = all_pages(kms, "list_aliases", "Aliases", 1)
    equal((sorted(alias["AliasName"] for alias in aliases), pages), (["alias/aws/rds", "alias/twohop-local"], 2))
    (alias,) = kms.list_aliases(KeyId=KEY)["Aliases"]
    equal(alias["TargetKeyId"], ours["KeyId"])
    equal([key["KeyArn"] for key in central.list_keys()["Keys"]], [SETUP["vaultKey"]])
    with raises(ERRORS.InvalidMarkerException):
        kms.list_keys(Marker="none")
    with raises(ClientError, "ValidationException"):
        kms.list_keys(Limit=1001)


@check("kms: the key's policy decides what the role of another account may do")
def policies():
    made = client("sts", account=SETUP["administrator"]).assume_role(RoleArn=READER, RoleSessionName="night")["Credentials"]
    session = boto3.client(
        "kms",
        region_name=PRIMARY,
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
    )
    with raises(ClientError, "AccessDeniedException"):
        session.describe_key(KeyId=KEY)
    policy = json.loads(kms.get_key_policy(KeyId=KEY, PolicyName="default")["Policy"])
    policy["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": READER}, "Action": "kms:DescribeKey", "Resource": "*"}
    )
    kms.put_key_policy(KeyId=KEY, PolicyName="default", Policy=json.dumps(policy))
    equal(json.loads(kms.get_key_policy(KeyId=KEY, PolicyName="default")["Policy"]), policy)
    equal(session.describe_key(KeyId=KEY)["KeyMetadata"]["Arn"], KEY)
    with raises(ClientError, "AccessDeniedException"):
        session.list_keys()
    with raises(
        ERRORS.MalformedPolicyDocumentException,
        message="The new key policy will not allow you to update the key policy in the future.",
    ):
        policy["Statement"] = policy["Statement"][1:]
        kms.put_key_policy(KeyId=KEY, PolicyName="default", Policy=json.dumps(policy))
    with raises(ERRORS.NotFoundException):
        kms.get_key_policy(KeyId=KEY, PolicyName="other")


@check("kms: a grant admits its grantee until it is revoked")
def grants():
    grantee = f"arn:aws:iam::{CENTRAL}:root"
    wanted = {"KeyId": KEY, "GranteePrincipal": grantee, "Operations": ["DescribeKey", "Decrypt"]}
    made = kms.create_grant(**wanted, Name="copies")
    equal(kms.create_grant(**wanted, Name="copies")["GrantId"], made["GrantId"])
    other = kms.create_grant(**wanted)
    central.describe_key(KeyId=KEY, GrantTokens=[made["GrantToken"]])
    with raises(ERRORS.InvalidGrantTokenException):
        central.describe_key(KeyId=KEY, GrantTokens=["forged"])
    listed, pages = all_pages(kms, "list_grants", "Grants", 1, KeyId=KEY)
    equal(([grant["GrantId"] for grant in listed], pages), ([made["GrantId"], other["GrantId"]], 2))
    equal((listed[0]["Name"], listed[0]["GranteePrincipal"]), ("copies", grantee))
    equal((listed[0]["KeyId"], listed[0]["Operations"]), (KEY, ["Decrypt", "DescribeKey"]))
    for grant in listed:
        kms.revoke_grant(KeyId=KEY, GrantId=grant["GrantId"])
    with raises(ClientError, "AccessDeniedException"):
        central.describe_key(KeyId=KEY)
    with raises(ERRORS.NotFoundException):
        kms.revoke_grant(KeyId=KEY, GrantId=made["GrantId"])
    with raises(ERRORS.InvalidArnException):
        kms.create_grant(**wanted | {"GranteePrincipal": "nobody"})


@check("kms: a key is disabled and enabled, rotates, and is deleted when its window is over")
def states():
    kms.disable_key(KeyId=KEY)
    equal(state(), "Disabled")
    with raises(ERRORS.DisabledException, message=f"{KEY} is disabled."):
        kms.enable_key_rotation(KeyId=KEY)
    kms.enable_key(KeyId=KEY)
    equal(kms.get_key_rotation_status(KeyId=KEY)["KeyRotationEnabled"], False)
    kms.enable_key_rotation(KeyId=KEY)
    equal(kms.get_key_rotation_status(KeyId=KEY)["KeyRotationEnabled"], True)
    with raises(ClientError, "ValidationException"):
        kms.schedule_key_deletion(KeyId=KEY, PendingWindowInDays=1)
    scheduled = kms.schedule_key_deletion(KeyId=KEY, PendingWindowInDays=7)
    equal(kms.describe_key(KeyId=KEY)["KeyMetadata"]["DeletionDate"], scheduled["DeletionDate"])
    equal(state(), "PendingDeletion")
    with raises(ERRORS.KMSInvalidStateException, message=f"{KEY} is pending deletion."):
        kms.enable_key(KeyId=KEY)
    equal(kms.cancel_key_deletion(KeyId=KEY)["KeyId"], KEY)
    equal(state(), "Disabled")
    kms.schedule_key_deletion(KeyId=KEY, PendingWindowInDays=7)
    pass_time(7 * 24 * 3600)
    with raises(ERRORS.NotFoundException, message=f"Key '{KEY}' does not exist"):
        kms.describe_key(KeyId=KEY)
