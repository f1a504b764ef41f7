import json
import sys

from botocore.exceptions import ClientError

from checks import CENTRAL, check, client, raises

sns = client("sns")
ERRORS = sns.exceptions

# What the test has set up, since the API has no call for it here: a topic of the member.
TOPIC = json.loads(sys.argv[1])["topic"]


@check("sns: a message is published to a topic")
def publish():
    assert sns.publish(TopicArn=TOPIC, Subject="Report", Message="all is well")["MessageId"]
    with raises(ERRORS.NotFoundException, "NotFound", 404):
        sns.publish(TopicArn=TOPIC + "-none", Message="m")
    with raises(ERRORS.InvalidParameterException, "InvalidParameter"):
        sns.publish(TopicArn=TOPIC, Message="")
    with raises(ERRORS.AuthorizationErrorException, "AuthorizationError", 403):
        client("sns", account=CENTRAL).publish(TopicArn=TOPIC, Message="m")
    with raises(ClientError, "InvalidAction"):
        sns.list_topics()


@check("sns: the subscriptions of a topic are listed")
def subscriptions():
    listed = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    assert [(s["Protocol"], s["Endpoint"], s["SubscriptionArn"]) for s in listed] == [("email", "oncall@example.com", "PendingConfirmation")]
    assert sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["TopicArn"] == TOPIC
    with raises(ERRORS.NotFoundException, "NotFound", 404):
        sns.get_topic_attributes(TopicArn=TOPIC + "-none")
    with raises(ERRORS.NotFoundException, "NotFound", 404):
        sns.list_subscriptions_by_topic(TopicArn=TOPIC + "-none")
