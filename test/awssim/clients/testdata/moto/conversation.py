"""Holds one conversation in SQS with each endpoint given and prints what was said
as JSON: a list for each, of steps and their outcomes. Whatever an endpoint may
choose (ids, handles, times, its own address) is replaced by the order in which it
appeared, so that the lists can be compared."""

import json
import sys

import boto3
from botocore.exceptions import ClientError

ACCOUNT, REGION = "111111111111", "eu-central-1"

# Values that an endpoint chooses, by the name they appear under.
CHOSEN = {"MessageId", "ReceiptHandle", "SenderId"}
TIMES = {"CreatedTimestamp", "LastModifiedTimestamp", "SentTimestamp", "ApproximateFirstReceiveTimestamp"}

# Lists of no promised order.
UNORDERED = {"QueueUrls", "queueUrls"}


class Conversation:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.sqs = boto3.client(
            "sqs",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",
        )
        self.transcript, self.names = [], {}

    def say(self, step, operation, **arguments):
        """Calls an operation, notes the outcome and returns the answer, empty if
        it was an error."""
        answer = {}
        try:
            answer = getattr(self.sqs, operation)(**arguments)
            answer.pop("ResponseMetadata")
            outcome = self.plain(answer)
        except ClientError as error:
            metadata = error.response["ResponseMetadata"]
            outcome = {"error": type(error).__name__, "code": error.response["Error"]["Code"]}
            outcome["status"] = metadata["HTTPStatusCode"]
        self.transcript.append({"step": step, "outcome": outcome})
        return answer

    def plain(self, value, key=""):
        if isinstance(value, dict):
            return {name: self.plain(item, name) for name, item in value.items()}
        if isinstance(value, list):
            plain = [self.plain(item, key) for item in value]
            return sorted(plain) if key in UNORDERED else plain
        if isinstance(value, bytes):
            return value.hex()
        if key in TIMES:
            return "a time"
        if key == "RedrivePolicy":
            return json.loads(value)
        if key in CHOSEN:
            return self.names.setdefault((key, value), f"{key} {len(self.names) + 1}")
        if isinstance(value, str):
            return value.replace(self.endpoint, "ENDPOINT")
        return value


def first_handle(received):
    """The receipt handle to go on with, even where nothing was received."""
    messages = received.get("Messages", [{"ReceiptHandle": "none"}])
    return {"ReceiptHandle": messages[0]["ReceiptHandle"]}


def hold(endpoint):
    talk = Conversation(endpoint)
    say = talk.say

    say("create the dead-letter queue", "create_queue", QueueName="letters")
    policy = {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:letters", "maxReceiveCount": 3}
    attributes = {"RedrivePolicy": json.dumps(policy, separators=(",", ":")), "VisibilityTimeout": "600"}
    made = say("create a queue", "create_queue", QueueName="copies", Attributes=attributes, tags={"team": "backup"})
    q = {"QueueUrl": made["QueueUrl"]}
    say("create it again", "create_queue", QueueName="copies", Attributes=attributes)
    say("create it differently", "create_queue", QueueName="copies", Attributes={"VisibilityTimeout": "601"})
    say("find it", "get_queue_url", QueueName="copies")
    say("list queues", "list_queues", QueueNamePrefix="cop")
    say("list two queues", "list_queues", MaxResults=2)
    say("list tags", "list_queue_tags", **q)
    dead = {"QueueUrl": made["QueueUrl"].replace("copies", "letters")}
    say("list the queues of the dead-letter queue", "list_dead_letter_source_queues", **dead)
    say("read all attributes", "get_queue_attributes", AttributeNames=["All"], **q)
    say("read one attribute", "get_queue_attributes", AttributeNames=["DelaySeconds"], **q)
    say("read an unknown attribute", "get_queue_attributes", AttributeNames=["Colour"], **q)
    say("set an unknown attribute", "set_queue_attributes", Attributes={"Colour": "blue"}, **dead)
    say("set an attribute out of range", "set_queue_attributes", Attributes={"DelaySeconds": "901"}, **dead)
    say("set an attribute", "set_queue_attributes", Attributes={"MessageRetentionPeriod": "86400"}, **q)
    say("find a queue that is not there", "get_queue_url", QueueName="none")
    say("send to a queue that is not there", "send_message", QueueUrl=made["QueueUrl"] + "-none", MessageBody="x")

    typed = {
        "text": {"DataType": "String", "StringValue": "Döner 漢字 🐘"},
        "number": {"DataType": "Number", "StringValue": "3.14"},
        "labelled": {"DataType": "Number.float", "StringValue": "1e3"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    say("send", "send_message", MessageBody="ein Körper\n", MessageAttributes=typed, **q)
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}}
    say("send later", "send_message", MessageBody="later", DelaySeconds=900, MessageSystemAttributes=trace, **q)
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    say("count", "get_queue_attributes", AttributeNames=counts, **q)

    everything = {"MessageAttributeNames": ["All"], "AttributeNames": ["All"], "WaitTimeSeconds": 0}
    handle = first_handle(say("receive", "receive_message", MaxNumberOfMessages=10, **everything, **q))
    say("receive again at once", "receive_message", WaitTimeSeconds=0, **q)
    say("receive too many", "receive_message", MaxNumberOfMessages=11, **q)
    say("receive for too long", "receive_message", WaitTimeSeconds=21, **q)
    say("make it visible", "change_message_visibility", VisibilityTimeout=0, **handle, **q)
    some = {"MessageAttributeNames": ["text", "num.*"], "AttributeNames": ["ApproximateReceiveCount"]}
    handle = first_handle(say("receive some attributes", "receive_message", **some, **q))
    say("hide it for too long", "change_message_visibility", VisibilityTimeout=43201, **handle, **q)
    flying = ["ApproximateNumberOfMessagesNotVisible"]
    say("count those in flight", "get_queue_attributes", AttributeNames=flying, **q)
    say("delete it", "delete_message", **handle, **q)
    say("delete it again", "delete_message", **handle, **q)
    say("delete with a wrong handle", "delete_message", ReceiptHandle="nonsense", **q)
    say("change with a wrong handle", "change_message_visibility", ReceiptHandle="nonsense", VisibilityTimeout=0, **q)

    entries = [
        {"Id": "a", "MessageBody": "one", "MessageAttributes": {"text": typed["text"]}},
        {"Id": "b", "MessageBody": "two"},
    ]
    say("send a batch", "send_message_batch", Entries=entries, **q)
    say("send an empty batch", "send_message_batch", Entries=[], **q)
    say("send eleven", "send_message_batch", Entries=[{"Id": str(i), "MessageBody": "x"} for i in range(11)], **q)
    say("send the same id twice", "send_message_batch", Entries=[entries[0], entries[0]], **q)
    say("send an id with a space", "send_message_batch", Entries=[{"Id": "a b", "MessageBody": "x"}], **q)
    big = [{"Id": str(i), "MessageBody": "x" * (600 << 10)} for i in range(2)]
    say("send more than a mebibyte", "send_message_batch", Entries=big, **q)
    # A standard queue hands out in any order.
    messages = talk.sqs.receive_message(MaxNumberOfMessages=10, **q).get("Messages", [])
    messages.sort(key=lambda message: message["Body"])
    given = [{"Id": message["Body"], "ReceiptHandle": message["ReceiptHandle"]} for message in messages]
    talk.transcript.append({"step": "receive the batch", "outcome": [one["Id"] for one in given]})
    changes = [{**one, "VisibilityTimeout": 60} for one in given]
    say("change a batch", "change_message_visibility_batch", Entries=changes, **q)
    nonsense = {"Id": "wrong", "ReceiptHandle": "nonsense"}
    say("delete a batch with one wrong", "delete_message_batch", Entries=[*given, nonsense], **q)

    say("send to purge", "send_message", MessageBody="x", **q)
    say("purge", "purge_queue", **q)
    say("receive after the purge", "receive_message", **q)
    say("tag", "tag_queue", Tags={"night": "yes"}, **q)
    say("untag", "untag_queue", TagKeys=["team"], **q)
    say("list tags again", "list_queue_tags", **q)
    say("send with too long a delay", "send_message", MessageBody="x", DelaySeconds=901, **q)
    say("send nothing", "send_message", MessageBody="", **q)
    say("send a forbidden character", "send_message", MessageBody="\x01", **q)
    empty = {"a": {"DataType": "String", "StringValue": ""}}
    say("send an empty attribute", "send_message", MessageBody="x", MessageAttributes=empty, **q)
    wrong = {"a": {"DataType": "Text", "StringValue": "x"}}
    say("send an attribute of no type", "send_message", MessageBody="x", MessageAttributes=wrong, **q)
    say("delete the queue", "delete_queue", **q)
    say("read a deleted queue", "get_queue_attributes", AttributeNames=["All"], **q)
    return talk.transcript


print(json.dumps([hold(endpoint) for endpoint in sys.argv[1:]]))
