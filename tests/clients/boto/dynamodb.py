from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key

from facts import fact, refused, run

client = boto3.client("dynamodb")
table = boto3.resource("dynamodb").Table("boto-orders")


@fact
def create():
    """a table with an index exists once it was waited for"""
    made = boto3.resource("dynamodb").create_table(
        TableName="boto-orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "customer", "KeyType": "HASH"},
            {"AttributeName": "number", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
            {"AttributeName": "state", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-state",
                "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    made.wait_until_exists()
    made.reload()
    assert made.table_status == "ACTIVE"


@fact
def batch():
    """a batch writer writes every item"""
    with table.batch_writer() as writer:
        for n in range(120):
            writer.put_item(
                Item={
                    "customer": f"c{n % 3}",
                    "number": n,
                    "state": "open" if n % 2 else "paid",
                    "price": Decimal("12.50"),
                    "tags": {"a", "b"},
                    "raw": b"\x00\xff",
                }
            )
    assert table.scan(Select="COUNT")["Count"] == 120


@fact
def kinds():
    """every kind of value comes back as it was"""
    item = table.get_item(Key={"customer": "c1", "number": 1}, ConsistentRead=True)["Item"]
    assert (item["price"], item["tags"], bytes(item["raw"])) == (
        Decimal("12.50"),
        {"a", "b"},
        b"\x00\xff",
    ), item


@fact
def pages():
    """pages of a query follow on each other, through a filter and an index"""
    pages = client.get_paginator("query").paginate(
        TableName="boto-orders",
        KeyConditionExpression="customer = :c",
        ExpressionAttributeValues={":c": {"S": "c0"}},
        PaginationConfig={"PageSize": 7},
    )
    numbers = [int(item["number"]["N"]) for page in pages for item in page["Items"]]
    assert numbers == list(range(0, 120, 3)), numbers
    found = table.query(
        IndexName="by-state",
        KeyConditionExpression=Key("state").eq("open"),
        FilterExpression=Attr("number").lt(10),
    )
    assert sorted(int(item["number"]) for item in found["Items"]) == [1, 3, 5, 7, 9]


@fact
def conditions():
    """a condition that does not hold refuses the write and shows what is there"""
    from botocore.exceptions import ClientError

    try:
        client.put_item(
            TableName="boto-orders",
            Item={"customer": {"S": "c1"}, "number": {"N": "1"}},
            ConditionExpression="attribute_not_exists(customer)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        raise AssertionError("written")
    except ClientError as error:
        assert error.response["Error"]["Message"] == "The conditional request failed"
        assert error.response["Item"]["number"] == {"N": "1"}, error.response
    updated = table.update_item(
        Key={"customer": "c1", "number": 1},
        UpdateExpression="SET price = price + :p, #s = :s REMOVE tags",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":p": Decimal("0.25"), ":s": "paid"},
        ReturnValues="UPDATED_NEW",
    )
    assert updated["Attributes"] == {"price": Decimal("12.75"), "state": "paid"}


@fact
def transactions():
    """a transaction happens whole or not at all, and says which part was against it"""
    from botocore.exceptions import ClientError

    put = {"Put": {"TableName": "boto-orders", "Item": {"customer": {"S": "t"}, "number": {"N": "1"}}}}
    check = {
        "ConditionCheck": {
            "TableName": "boto-orders",
            "Key": {"customer": {"S": "none"}, "number": {"N": "1"}},
            "ConditionExpression": "attribute_exists(customer)",
        }
    }
    try:
        client.transact_write_items(TransactItems=[put, check])
        raise AssertionError("written")
    except ClientError as error:
        reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
        assert reasons == ["None", "ConditionalCheckFailed"], error.response
    assert "Item" not in table.get_item(Key={"customer": "t", "number": 1})
    client.transact_write_items(TransactItems=[put])
    assert "Item" in table.get_item(Key={"customer": "t", "number": 1})


@fact
def refusals():
    """what is wrong is refused in AWS's words"""
    said = refused(
        client.put_item,
        "ValidationException",
        400,
        TableName="boto-orders",
        Item={"customer": {"S": "x"}},
    )
    assert said == (
        "One or more parameter values were invalid: Missing the key number in the item"
    ), said
    said = refused(client.describe_table, "ResourceNotFoundException", 400, TableName="none")
    assert said == "Requested resource not found: Table: none not found", said


@fact
def remove():
    """a table is gone once it was waited for"""
    table.delete()
    table.wait_until_not_exists()


run()
