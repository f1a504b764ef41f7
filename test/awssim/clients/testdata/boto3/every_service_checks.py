from botocore.exceptions import ClientError

from checks import CENTRAL, THROTTLED, check, client, raises


@check("every service: an unknown key is refused in the service's own way")
def unknown_key():
    with raises(ClientError, "InvalidClientTokenId", 403):
        client("sts", account="nobody").get_caller_identity()
    with raises(ClientError, "InvalidClientTokenId", 403):
        client("sqs", account="nobody").list_queues()
    with raises(ClientError, "UnrecognizedClientException", 403):
        client("events", account="nobody").list_rules()
    with raises(ClientError, "UnrecognizedClientException", 403):
        client("backup", account="nobody").list_copy_jobs()
    with raises(ClientError, "UnrecognizedClientException", 403):
        client("organizations", account="nobody").list_roots()
    with raises(ClientError, "InvalidClientTokenId", 403):
        client("iam", account="nobody").get_role(RoleName="r")
    with raises(ClientError, "InvalidClientTokenId", 403):
        client("cloudformation", account="nobody").describe_organizations_access()
    with raises(ClientError, "InvalidClientTokenId", 403):
        client("sns", account="nobody").publish(TopicArn="t", Message="m")
    with raises(ClientError, "UnrecognizedClientException", 403):
        client("kms", account="nobody").list_keys()
    with raises(ClientError, "UnrecognizedClientException", 403):
        client("lambda", account="nobody").list_event_source_mappings()
    with raises(ClientError, "UnrecognizedClientException", 403):
        client("scheduler", account="nobody").list_schedules()


@check("every service: an injected fault arrives as the service's own error")
def injected():
    for call in (
        lambda: client("sts", account=THROTTLED).get_caller_identity(),
        lambda: client("sqs", account=THROTTLED).list_queues(),
        lambda: client("events", account=THROTTLED).list_rules(),
        lambda: client("backup", account=THROTTLED).list_copy_jobs(),
        lambda: client("organizations", account=THROTTLED).list_roots(),
        lambda: client("iam", account=THROTTLED).get_role(RoleName="r"),
        lambda: client("cloudformation", account=THROTTLED).describe_organizations_access(),
        lambda: client("sns", account=THROTTLED).publish(TopicArn="t", Message="m"),
        lambda: client("kms", account=THROTTLED).list_keys(),
        lambda: client("lambda", account=THROTTLED).list_event_source_mappings(),
        lambda: client("scheduler", account=THROTTLED).list_schedules(),
    ):
        with raises(ClientError, "ThrottlingException", message="Rate exceeded"):
            call()


@check("every service: an operation that is not simulated is refused, not passed over")
def not_simulated():
    with raises(ClientError, "UnknownOperationException"):
        client("sqs").add_permission(QueueUrl="http://q", Label="l", AWSAccountIds=[CENTRAL], Actions=["*"])
    with raises(ClientError, "UnknownOperationException"):
        client("events").list_archives()
    with raises(ClientError, "UnknownOperationException"):
        client("backup").list_report_plans()
    with raises(ClientError, "UnknownOperationException"):
        client("organizations").list_accounts()
    with raises(ClientError, "InvalidAction"):
        client("iam").list_roles()
    with raises(ClientError, "InvalidAction"):
        client("cloudformation").list_stacks()
    with raises(ClientError, "UnknownOperationException"):
        client("kms").list_key_policies(KeyId="orders")
    with raises(ClientError, "UnknownOperationException"):
        client("lambda").list_functions()
    with raises(ClientError, "UnknownOperationException"):
        client("scheduler").list_schedule_groups()
