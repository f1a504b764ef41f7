import json

from botocore.exceptions import ClientError

from checks import CENTRAL, ENDPOINT, MEMBER, all_pages, check, client, equal, pass_time, raises

sqs = client("sqs")
SQS = sqs.exceptions
LETTERS_ARN = f"arn:aws:sqs:eu-central-1:{MEMBER}:nightly-letters"
NON_EXISTENT = "AWS.SimpleQueueService.NonExistentQueue"


def url(name):
    return f"{ENDPOINT}/{MEMBER}/{name}"


COPIES, LETTERS = url("nightly-copies"), url("nightly-letters")


def redrive(target, receives):
    return json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": receives})


@check("sqs: queues are made, found by name and listed page by page")
def queues():
    equal(sqs.create_queue(QueueName="nightly-letters")["QueueUrl"], LETTERS)
    made = sqs.create_queue(
        QueueName="nightly-copies", Attributes={"RedrivePolicy": redrive(LETTERS_ARN, 1)}, tags={"team": "platform"}
    )
    equal(made["QueueUrl"], COPIES)
    equal(sqs.create_queue(QueueName="nightly-copies")["QueueUrl"], COPIES)
    equal(sqs.get_queue_url(QueueName="nightly-copies")["QueueUrl"], COPIES)
    listed = all_pages(sqs, "list_queues", "QueueUrls", 1, QueueNamePrefix="nightly")
    equal(listed, ([COPIES, LETTERS], 2))
    sources = all_pages(sqs, "list_dead_letter_source_queues", "queueUrls", 10, QueueUrl=LETTERS)
    equal(sources, ([COPIES], 1))
    assert "QueueUrls" not in client("sqs", account=CENTRAL).list_queues(), "another account sees the queues"


@check("sqs: attributes are set and read")
def attributes():
    sqs.set_queue_attributes(QueueUrl=COPIES, Attributes={"VisibilityTimeout": "60"})
    got = sqs.get_queue_attributes(QueueUrl=COPIES, AttributeNames=["All"])["Attributes"]
    equal(got["VisibilityTimeout"], "60")
    equal(got["QueueArn"], f"arn:aws:sqs:eu-central-1:{MEMBER}:nightly-copies")
    equal(json.loads(got["RedrivePolicy"]), {"deadLetterTargetArn": LETTERS_ARN, "maxReceiveCount": 1})
    one = sqs.get_queue_attributes(QueueUrl=COPIES, AttributeNames=["VisibilityTimeout"])["Attributes"]
    equal(one, {"VisibilityTimeout": "60"})


@check("sqs: tags are put on, listed and taken off")
def tags():
    sqs.tag_queue(QueueUrl=COPIES, Tags={"night": "yes"})
    equal(sqs.list_queue_tags(QueueUrl=COPIES)["Tags"], {"team": "platform", "night": "yes"})
    sqs.untag_queue(QueueUrl=COPIES, TagKeys=["night"])
    equal(sqs.list_queue_tags(QueueUrl=COPIES)["Tags"], {"team": "platform"})


@check("sqs: what a queue cannot be is refused with the client's own exceptions")
def refusals():
    with raises(SQS.QueueDoesNotExist, NON_EXISTENT, message="The specified queue does not exist."):
        sqs.get_queue_url(QueueName="none")
    with raises(SQS.QueueNameExists, "QueueAlreadyExists"):
        sqs.create_queue(QueueName="nightly-copies", Attributes={"VisibilityTimeout": "61"})
    with raises(SQS.InvalidAttributeValue):
        sqs.set_queue_attributes(QueueUrl=COPIES, Attributes={"DelaySeconds": "901"})
    with raises(SQS.InvalidAttributeName):
        sqs.set_queue_attributes(QueueUrl=COPIES, Attributes={"Colour": "blue"})
    with raises(SQS.InvalidAttributeName):
        sqs.get_queue_attributes(QueueUrl=COPIES, AttributeNames=["Colour"])
    with raises(ClientError, "InvalidParameterValue"):
        sqs.set_queue_attributes(QueueUrl=COPIES, Attributes={"RedrivePolicy": redrive(LETTERS_ARN, 0)})
    with raises(ClientError, "InvalidParameterValue"):
        sqs.create_queue(QueueName="nightly-copies.fifo", Attributes={"FifoQueue": "true"})
    with raises(SQS.InvalidAddress, status=404):
        sqs.list_queue_tags(QueueUrl=f"{ENDPOINT}/nightly-copies")
    with raises(ClientError, "AccessDenied", 403):
        client("sqs", account=CENTRAL).list_queue_tags(QueueUrl=COPIES)


@check("sqs: a deleted queue is gone at once, and its name is free again after a minute")
def deletion():
    sqs.create_queue(QueueName="brief")
    sqs.delete_queue(QueueUrl=url("brief"))
    with raises(SQS.QueueDoesNotExist, NON_EXISTENT):
        sqs.delete_queue(QueueUrl=url("brief"))
    with raises(SQS.QueueDeletedRecently, "AWS.SimpleQueueService.QueueDeletedRecently"):
        sqs.create_queue(QueueName="brief")
    pass_time(60)
    sqs.create_queue(QueueName="brief")


@check("sqs: messages of a dead-letter queue are moved back, and a task can be cancelled")
def move_tasks():
    copies_arn = f"arn:aws:sqs:eu-central-1:{MEMBER}:nightly-copies"
    with raises(ClientError, "InvalidParameterValue"):
        sqs.start_message_move_task(SourceArn=copies_arn)
    for _ in range(2):
        sqs.send_message(QueueUrl=LETTERS, MessageBody="poison")
    start = {"SourceArn": LETTERS_ARN, "DestinationArn": copies_arn, "MaxNumberOfMessagesPerSecond": 1}
    handle = sqs.start_message_move_task(**start)["TaskHandle"]
    pass_time(1)
    (running,) = sqs.list_message_move_tasks(SourceArn=LETTERS_ARN)["Results"]
    equal((running["Status"], running["TaskHandle"]), ("RUNNING", handle))
    equal((running["ApproximateNumberOfMessagesMoved"], running["ApproximateNumberOfMessagesToMove"]), (1, 2))
    equal(sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"], 1)
    pass_time(1)
    with raises(SQS.UnsupportedOperation, "AWS.SimpleQueueService.UnsupportedOperation"):
        sqs.cancel_message_move_task(TaskHandle=handle)
    sqs.start_message_move_task(**start)
    pass_time(2)
    latest = sqs.list_message_move_tasks(SourceArn=LETTERS_ARN, MaxResults=10)["Results"]
    equal([task["Status"] for task in latest], ["COMPLETED", "CANCELLED"])
    assert "TaskHandle" not in latest[0], "an ended task has no handle"
    with raises(SQS.ResourceNotFoundException, status=404):
        sqs.list_message_move_tasks(SourceArn=LETTERS_ARN + "s")
    sqs.purge_queue(QueueUrl=COPIES)
