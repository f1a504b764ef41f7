import os

from botocore.exceptions import ClientError

from checks import check, client, equal, pass_time, pass_time_during, raises

sqs = client("sqs")
SQS = sqs.exceptions
QUEUE = sqs.create_queue(QueueName="messages")["QueueUrl"]


def receive(**arguments):
    return sqs.receive_message(QueueUrl=QUEUE, **arguments).get("Messages", [])


# boto3 itself compares the body's checksum with the body it has sent, and raises.
@check("sqs: a message keeps its body and its attributes of every type")
def roundtrip():
    attributes = {
        "reason": {"DataType": "String", "StringValue": "Döner, 漢字, 🐘"},
        "attempts": {"DataType": "Number.int", "StringValue": "3"},
        "token": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    sent = sqs.send_message(QueueUrl=QUEUE, MessageBody="ein Körper\n", MessageAttributes=attributes)
    (got,) = receive(MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
    equal((got["MessageId"], got["Body"]), (sent["MessageId"], "ein Körper\n"))
    equal(got["MessageAttributes"], attributes)
    equal(got["MD5OfBody"], sent["MD5OfMessageBody"])
    equal(got["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"])
    equal(got["Attributes"]["ApproximateReceiveCount"], "1")
    sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=got["ReceiptHandle"])


@check("sqs: a message that is sent in a Lambda function has the function's trace header")
def lineage():
    header = "Root=1-6a00a200-000000000000000000000001;Parent=0000000000000001;Sampled=0;Lineage=a87bd80c:1|68fd508a:5"
    os.environ |= {"AWS_LAMBDA_FUNCTION_NAME": "copystarter", "_X_AMZN_TRACE_ID": header}
    try:
        sqs.send_message(QueueUrl=QUEUE, MessageBody="from a function")
    finally:
        del os.environ["AWS_LAMBDA_FUNCTION_NAME"], os.environ["_X_AMZN_TRACE_ID"]
    (got,) = receive(MessageSystemAttributeNames=["AWSTraceHeader"])
    equal(got["Attributes"], {"AWSTraceHeader": header})
    sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=got["ReceiptHandle"])


@check("sqs: a long poll ends when a message comes, or with nothing when its time is over")
def long_poll():
    sqs.send_message(QueueUrl=QUEUE, MessageBody="later", DelaySeconds=5)
    pass_time_during("ReceiveMessage", 5)
    (got,) = receive(WaitTimeSeconds=20)
    equal(got["Body"], "later")
    sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=got["ReceiptHandle"])
    pass_time_during("ReceiveMessage", 20)
    equal(receive(WaitTimeSeconds=20), [])


@check("sqs: a message not deleted comes back after its visibility timeout, or when told to")
def visibility():
    sqs.send_message(QueueUrl=QUEUE, MessageBody="again")
    (first,) = receive(VisibilityTimeout=10)
    equal(receive(), [])
    pass_time(10)
    (second,) = receive(AttributeNames=["ApproximateReceiveCount"])
    equal(second["Attributes"], {"ApproximateReceiveCount": "2"})
    sqs.change_message_visibility(QueueUrl=QUEUE, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=0)
    (third,) = receive()
    equal(third["MessageId"], first["MessageId"])
    sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=third["ReceiptHandle"])


@check("sqs: every entry of a batch has its own outcome")
def batches():
    entries = [
        {"Id": "a", "MessageBody": "one"},
        {"Id": "b", "MessageBody": "two", "DelaySeconds": 901},
        {"Id": "c", "MessageBody": "three"},
    ]
    sent = sqs.send_message_batch(QueueUrl=QUEUE, Entries=entries)
    equal([entry["Id"] for entry in sent["Successful"]], ["a", "c"])
    (failed,) = sent["Failed"]
    equal((failed["Id"], failed["Code"], failed["SenderFault"]), ("b", "InvalidParameterValue", True))
    got = receive(MaxNumberOfMessages=10)
    equal(sorted(message["Body"] for message in got), ["one", "three"])
    handles = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(got)]
    changed = sqs.change_message_visibility_batch(
        QueueUrl=QUEUE, Entries=[{**handle, "VisibilityTimeout": 600} for handle in handles]
    )
    equal([entry["Id"] for entry in changed["Successful"]], ["0", "1"])
    wrong = {"Id": "wrong", "ReceiptHandle": "nonsense"}
    deleted = sqs.delete_message_batch(QueueUrl=QUEUE, Entries=[handles[0], wrong, handles[1]])
    equal([entry["Id"] for entry in deleted["Successful"]], ["0", "1"])
    equal([(entry["Id"], entry["Code"]) for entry in deleted["Failed"]], [("wrong", "ReceiptHandleIsInvalid")])


@check("sqs: a batch that is wrong as a whole raises the client's own exceptions")
def batch_refusals():
    def send(*entries):
        sqs.send_message_batch(QueueUrl=QUEUE, Entries=list(entries))

    entry = {"Id": "a", "MessageBody": "one"}
    with raises(SQS.EmptyBatchRequest, "AWS.SimpleQueueService.EmptyBatchRequest"):
        send()
    with raises(SQS.TooManyEntriesInBatchRequest, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"):
        send(*({"Id": str(i), "MessageBody": "x"} for i in range(11)))
    with raises(SQS.BatchEntryIdsNotDistinct, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"):
        send(entry, entry)
    with raises(SQS.InvalidBatchEntryId, "AWS.SimpleQueueService.InvalidBatchEntryId"):
        send({"Id": "a b", "MessageBody": "one"})
    with raises(SQS.BatchRequestTooLong, "AWS.SimpleQueueService.BatchRequestTooLong"):
        send(*({"Id": str(i), "MessageBody": "x" * (600 << 10)} for i in range(2)))


@check("sqs: what a message cannot be is refused with the client's own exceptions")
def message_refusals():
    with raises(SQS.InvalidMessageContents):
        sqs.send_message(QueueUrl=QUEUE, MessageBody="\x01")
    with raises(ClientError, "MissingParameter"):
        sqs.send_message(QueueUrl=QUEUE, MessageBody="")
    with raises(ClientError, "InvalidParameterValue"):
        empty = {"reason": {"DataType": "String", "StringValue": ""}}
        sqs.send_message(QueueUrl=QUEUE, MessageBody="x", MessageAttributes=empty)
    with raises(ClientError, "InvalidParameterValue"):
        sqs.send_message(QueueUrl=QUEUE, MessageBody="x", DelaySeconds=901)
    with raises(ClientError, "InvalidParameterValue"):
        receive(MaxNumberOfMessages=11)
    with raises(SQS.ReceiptHandleIsInvalid, status=404):
        sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle="nonsense")
    with raises(SQS.QueueDoesNotExist, "AWS.SimpleQueueService.NonExistentQueue"):
        sqs.send_message(QueueUrl=QUEUE + "-none", MessageBody="x")


@check("sqs: a purge empties the queue, once a minute")
def purge():
    sqs.send_message(QueueUrl=QUEUE, MessageBody="x")
    sqs.purge_queue(QueueUrl=QUEUE)
    equal(receive(), [])
    with raises(SQS.PurgeQueueInProgress, "AWS.SimpleQueueService.PurgeQueueInProgress", 403):
        sqs.purge_queue(QueueUrl=QUEUE)
