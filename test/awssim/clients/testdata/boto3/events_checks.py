import json
from datetime import datetime, timezone

from botocore.exceptions import ClientError

from checks import CENTRAL, MEMBER, all_pages, check, client, equal, pass_time, raises

events, sqs = client("events"), client("sqs")
EVENTS = events.exceptions
BUS = f"arn:aws:events:eu-central-1:{MEMBER}:event-bus/twohop"
PATTERN = json.dumps({"source": ["twohop.test"], "detail": {"state": [{"anything-but": "RUNNING"}]}})
ADMITS = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [ADMITS]})
QUEUE = sqs.create_queue(QueueName="events", Attributes={"Policy": POLICY})["QueueUrl"]
QUEUE_ARN = f"arn:aws:sqs:eu-central-1:{MEMBER}:events"


@check("events: buses are made, described and listed page by page")
def buses():
    equal(events.create_event_bus(Name="twohop")["EventBusArn"], BUS)
    described = events.describe_event_bus(Name="twohop")
    equal(described["Arn"], BUS)
    assert isinstance(described["CreationTime"], datetime) and described["CreationTime"].year == 2026, described
    first = events.list_event_buses(Limit=1)
    equal([bus["Name"] for bus in first["EventBuses"]], ["default"])
    second = events.list_event_buses(Limit=1, NextToken=first["NextToken"])
    equal([bus["Name"] for bus in second["EventBuses"]], ["twohop"])
    assert "NextToken" not in second
    with raises(EVENTS.ResourceAlreadyExistsException):
        events.create_event_bus(Name="twohop")
    with raises(EVENTS.ResourceNotFoundException):
        events.describe_event_bus(Name="none")


@check("events: only who the bus's policy admits may put events on it")
def permissions():
    entry = {"Source": "twohop.test", "DetailType": "Copy", "Detail": "{}", "EventBusName": BUS}
    central = client("events", account=CENTRAL)
    with raises(ClientError, "AccessDeniedException"):
        central.put_events(Entries=[entry])
    events.put_permission(EventBusName="twohop", Action="events:PutEvents", Principal=CENTRAL, StatementId="backup")
    equal(central.put_events(Entries=[entry])["FailedEntryCount"], 0)
    policy = json.loads(events.describe_event_bus(Name="twohop")["Policy"])
    equal([statement["Sid"] for statement in policy["Statement"]], ["backup"])
    events.remove_permission(EventBusName="twohop", StatementId="backup")
    assert "Policy" not in events.describe_event_bus(Name="twohop"), "a policy without statements"
    with raises(EVENTS.ResourceNotFoundException):
        events.remove_permission(EventBusName="twohop", StatementId="backup")


@check("events: rules are put, switched off and on, described and listed page by page")
def rules():
    made = events.put_rule(Name="ended", EventBusName="twohop", EventPattern=PATTERN, State="DISABLED", Description="d")
    equal(made["RuleArn"], f"arn:aws:events:eu-central-1:{MEMBER}:rule/twohop/ended")
    events.enable_rule(Name="ended", EventBusName="twohop")
    equal(events.describe_rule(Name="ended", EventBusName="twohop")["State"], "ENABLED")
    events.disable_rule(Name="ended", EventBusName="twohop")
    described = events.describe_rule(Name="ended", EventBusName="twohop")
    equal((described["State"], described["EventPattern"], described["Description"]), ("DISABLED", PATTERN, "d"))
    events.enable_rule(Name="ended", EventBusName="twohop")
    events.put_rule(Name="other", EventBusName="twohop", EventPattern=PATTERN)
    listed, pages = all_pages(events, "list_rules", "Rules", 1, EventBusName="twohop")
    equal(([rule["Name"] for rule in listed], pages), (["ended", "other"], 2))
    events.delete_rule(Name="other", EventBusName="twohop")
    with raises(EVENTS.ResourceNotFoundException):
        events.describe_rule(Name="other", EventBusName="twohop")
    with raises(EVENTS.InvalidEventPatternException):
        events.put_rule(Name="broken", EventPattern='{"source": "twohop.test"}')
    with raises(ClientError, "ValidationException"):
        events.put_rule(Name="neither", State="ENABLED")
    with raises(ClientError, "NotImplementedException"):
        events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")


@check("events: targets are put, listed page by page and removed")
def targets():
    on_bus = {"Rule": "ended", "EventBusName": "twohop"}
    wanted = [
        {"Id": "one", "Arn": QUEUE_ARN, "DeadLetterConfig": {"Arn": QUEUE_ARN}},
        {"Id": "two", "Arn": QUEUE_ARN, "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}},
    ]
    equal(events.put_targets(Targets=wanted, **on_bus)["FailedEntryCount"], 0)
    equal(all_pages(events, "list_targets_by_rule", "Targets", 1, **on_bus), (wanted, 2))
    removed = events.remove_targets(Ids=["two", "three"], **on_bus)
    equal([entry["TargetId"] for entry in removed["FailedEntries"]], ["three"])
    with raises(EVENTS.LimitExceededException):
        events.put_targets(Targets=[{"Id": str(i), "Arn": QUEUE_ARN} for i in range(5)], **on_bus)
    with raises(ClientError, "ValidationException"):
        events.put_targets(Targets=[{"Id": "f", "Arn": f"arn:aws:lambda:eu-central-1:{MEMBER}:function:f"}], **on_bus)
    with raises(EVENTS.ResourceNotFoundException):
        events.put_targets(Rule="none", Targets=wanted)


@check("events: an event that matches comes to the target as EventBridge writes it")
def delivery():
    entry = {"Source": "twohop.test", "DetailType": "Copy", "EventBusName": "twohop"}
    put = events.put_events(
        Entries=[
            {**entry, "Detail": '{"state": "COMPLETED"}', "Time": datetime(2026, 11, 1, 2, tzinfo=timezone.utc)},
            {**entry, "Detail": '{"state": "RUNNING"}'},
            {**entry, "Detail": "{}", "Source": "aws.backup"},
            {**entry, "Detail": "[1]"},
        ]
    )
    equal(put["FailedEntryCount"], 2)
    codes = [result.get("ErrorCode") for result in put["Entries"]]
    equal(codes, [None, None, "NotAuthorizedForSourceException", "MalformedDetail"])
    pass_time(60)
    (message,) = sqs.receive_message(QueueUrl=QUEUE, MaxNumberOfMessages=10)["Messages"]
    want = {"version": "0", "id": put["Entries"][0]["EventId"], "source": "twohop.test", "detail-type": "Copy"}
    want |= {"account": MEMBER, "region": "eu-central-1", "time": "2026-11-01T02:00:00Z", "resources": []}
    equal(json.loads(message["Body"]), want | {"detail": {"state": "COMPLETED"}})
    assert events.test_event_pattern(EventPattern=PATTERN, Event=message["Body"])["Result"] is True
    with raises(EVENTS.InvalidEventPatternException):
        events.test_event_pattern(EventPattern='{"source": []}', Event=message["Body"])


@check("events: a rule with targets and a bus with rules stay; without them they go")
def deletion():
    with raises(ClientError, "ValidationException"):
        events.delete_rule(Name="ended", EventBusName="twohop")
    with raises(ClientError, "ValidationException"):
        events.delete_event_bus(Name="twohop")
    events.remove_targets(Rule="ended", EventBusName="twohop", Ids=["one"])
    events.delete_rule(Name="ended", EventBusName="twohop")
    events.delete_event_bus(Name="twohop")
    with raises(EVENTS.ResourceNotFoundException):
        events.describe_event_bus(Name="twohop")
    with raises(ClientError, "ValidationException"):
        events.delete_event_bus(Name="default")
