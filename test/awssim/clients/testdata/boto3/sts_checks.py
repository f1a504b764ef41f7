import json
import sys
from datetime import datetime, timedelta, timezone

import boto3
from botocore.exceptions import ClientError

from checks import CENTRAL, MEMBER, PRIMARY, check, client, equal, raises

READER = f"arn:aws:iam::{CENTRAL}:role/TwohopReader"
ADMINISTRATOR = client("sts", account=json.loads(sys.argv[1])["administrator"])  # root users assume no roles


@check("sts: an account's number is the access key of its root")
def identity():
    who = client("sts").get_caller_identity()
    equal(
        (who["Account"], who["Arn"], who["UserId"]),
        (MEMBER, f"arn:aws:iam::{MEMBER}:root", MEMBER),
    )


@check("sts: a role session acts in the role's account")
def session():
    made = ADMINISTRATOR.assume_role(RoleArn=READER, RoleSessionName="night", DurationSeconds=900)
    credentials = made["Credentials"]
    left = credentials["Expiration"] - datetime.now(timezone.utc)
    assert timedelta(0) < left <= timedelta(minutes=15), left
    who = boto3.client(
        "sts",
        region_name=PRIMARY,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    ).get_caller_identity()
    equal((who["Account"], who["Arn"]), (CENTRAL, made["AssumedRoleUser"]["Arn"]))


@check("sts: what is not the ARN of a role, and what is not simulated, is refused")
def refusals():
    sts = client("sts")
    with raises(ClientError, "AccessDenied", 403):
        sts.assume_role(RoleArn=READER, RoleSessionName="night")
    with raises(ClientError, "AccessDenied", 403):
        ADMINISTRATOR.assume_role(RoleArn=f"arn:aws:iam::{CENTRAL}:user/reader", RoleSessionName="night")
    with raises(ClientError, "ValidationError"):
        ADMINISTRATOR.assume_role(RoleArn="the role of who reads", RoleSessionName="night")
    with raises(ClientError, "InvalidAction"):
        sts.get_session_token()
