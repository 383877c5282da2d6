import json
import time

import boto3

from facts import fact, refused, run

resource = boto3.resource("sqs")
client = boto3.client("sqs")


@fact
def letters():
    """what is sent is received once, with its attributes, and deleted for good"""
    queue = resource.create_queue(QueueName="boto")
    queue.send_message(
        MessageBody="Grüße",
        MessageAttributes={"n": {"DataType": "Number", "StringValue": "7"}},
    )
    [message] = queue.receive_messages(
        MessageAttributeNames=["All"], AttributeNames=["All"], WaitTimeSeconds=1
    )
    assert message.body == "Grüße"
    assert message.message_attributes["n"]["StringValue"] == "7"
    assert message.attributes["ApproximateReceiveCount"] == "1"
    assert queue.receive_messages() == []
    message.delete()
    queue.load()
    assert queue.attributes["ApproximateNumberOfMessagesNotVisible"] == "0", queue.attributes


@fact
def order():
    """a FIFO queue keeps the order of each group, and drops what was sent before"""
    queue = resource.create_queue(
        QueueName="boto.fifo",
        Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"},
    )
    for n in range(20):
        queue.send_message(MessageBody=f"{n}", MessageGroupId=f"g{n % 2}")
    queue.send_message(MessageBody="0", MessageGroupId="g0")
    groups = {"g0": [], "g1": []}
    while True:
        messages = queue.receive_messages(
            MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"]
        )
        if not messages:
            break
        for message in messages:
            groups[message.attributes["MessageGroupId"]].append(int(message.body))
            message.delete()
    assert groups == {"g0": list(range(0, 20, 2)), "g1": list(range(1, 20, 2))}, groups


@fact
def redrive():
    """a message that nobody deletes moves to the dead-letter queue, and back when asked"""
    dead = resource.create_queue(QueueName="boto-dead")
    arn = dead.attributes["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    queue = resource.create_queue(
        QueueName="boto-alive", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"}
    )
    queue.send_message(MessageBody="again and again")
    for _ in range(2):
        assert len(queue.receive_messages()) == 1
    assert queue.receive_messages() == []
    [message] = dead.receive_messages(VisibilityTimeout=0, WaitTimeSeconds=1)
    assert message.body == "again and again"
    client.start_message_move_task(SourceArn=arn)
    for _ in range(50):
        [task] = client.list_message_move_tasks(SourceArn=arn)["Results"]
        if task["Status"] == "COMPLETED":
            break
        time.sleep(0.1)
    [message] = queue.receive_messages(WaitTimeSeconds=1)
    assert message.body == "again and again"


@fact
def long_poll():
    """a long poll waits, and ends with nothing when nothing comes"""
    queue = resource.create_queue(QueueName="boto-empty")
    before = time.monotonic()
    assert queue.receive_messages(WaitTimeSeconds=1) == []
    assert 0.9 < time.monotonic() - before < 5


@fact
def batches():
    """a batch tells of each entry"""
    url = client.create_queue(QueueName="boto-batch")["QueueUrl"]
    sent = client.send_message_batch(
        QueueUrl=url,
        Entries=[
            {"Id": "good", "MessageBody": "x"},
            {"Id": "bad", "MessageBody": "y", "DelaySeconds": 901},
        ],
    )
    assert [one["Id"] for one in sent["Successful"]] == ["good"], sent
    assert [(one["Id"], one["SenderFault"]) for one in sent["Failed"]] == [("bad", True)], sent


@fact
def absent():
    """a queue that does not exist is refused in AWS's words"""
    said = refused(
        client.get_queue_url, "AWS.SimpleQueueService.NonExistentQueue", 400, QueueName="none"
    )
    assert said == "The specified queue does not exist.", said


@fact
def pages():
    """a paginator lists every queue"""
    pages = client.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})
    names = [url.rsplit("/", 1)[1] for page in pages for url in page.get("QueueUrls", [])]
    expected = ["boto", "boto-alive", "boto-batch", "boto-dead", "boto-empty", "boto.fifo"]
    assert sorted(names) == expected, names


run()
