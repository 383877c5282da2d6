import json

import boto3
from botocore.config import Config

from facts import fact, refused, run

iam = boto3.client("iam")
ONE_TRY = Config(retries={"max_attempts": 1})


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def client_of(service, keys):
    return boto3.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=ONE_TRY,
    )


@fact
def user():
    """a user is made, waited for, and may do one thing and not another"""
    made = boto3.resource("iam").create_user(UserName="boto")
    iam.get_waiter("user_exists").wait(UserName="boto")
    made.create_policy(
        PolicyName="may-list", PolicyDocument=document(Action="s3:ListAllMyBuckets", Resource="*")
    )
    keys = iam.create_access_key(UserName="boto")["AccessKey"]
    assert client_of("s3", keys).list_buckets()["Buckets"] == []
    said = refused(client_of("s3", keys).create_bucket, "AccessDenied", 403, Bucket="not-allowed")
    assert said == (
        "User: arn:aws:iam::000000000000:user/boto is not authorized to perform: s3:CreateBucket "
        'on resource: "arn:aws:s3:::not-allowed" because no identity-based policy allows the '
        "s3:CreateBucket action"
    ), said
    iam.update_access_key(UserName="boto", AccessKeyId=keys["AccessKeyId"], Status="Inactive")
    refused(client_of("s3", keys).list_buckets, "InvalidAccessKeyId", 403)
    refused(client_of("sts", keys).get_caller_identity, "InvalidClientTokenId", 403)


@fact
def role():
    """a role's session may do what role and session policy both allow"""
    trust = document(Action="sts:AssumeRole", Principal={"AWS": "arn:aws:iam::000000000000:root"})
    role = boto3.resource("iam").create_role(RoleName="boto", AssumeRolePolicyDocument=trust)
    iam.get_waiter("role_exists").wait(RoleName="boto")
    role.attach_policy(PolicyArn="arn:aws:iam::aws:policy/AmazonSQSFullAccess")
    narrowed = boto3.client("sts").assume_role(
        RoleArn=role.arn,
        RoleSessionName="session",
        Policy=document(Action="sqs:ListQueues", Resource="*"),
    )["Credentials"]
    sqs = client_of("sqs", narrowed)
    sqs.list_queues()
    said = refused(sqs.create_queue, "AccessDenied", 403, QueueName="no")
    assert "because no session policy allows the sqs:createqueue action" in said, said


@fact
def trust():
    """who is not trusted cannot assume a role"""
    iam.create_role(
        RoleName="closed",
        AssumeRolePolicyDocument=document(
            Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}
        ),
    )
    iam.create_user(UserName="stranger")
    iam.put_user_policy(
        UserName="stranger",
        PolicyName="p",
        PolicyDocument=document(Action="sts:AssumeRole", Resource="*"),
    )
    keys = iam.create_access_key(UserName="stranger")["AccessKey"]
    said = refused(
        client_of("sts", keys).assume_role,
        "AccessDenied",
        403,
        RoleArn="arn:aws:iam::000000000000:role/closed",
        RoleSessionName="session",
    )
    assert said.startswith(
        "User: arn:aws:iam::000000000000:user/stranger is not authorized to perform: "
        "sts:AssumeRole on resource: arn:aws:iam::000000000000:role/closed"
    ), said


@fact
def pages():
    """a paginator lists AWS's policies and our users"""
    users = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1})
    names = [user["UserName"] for page in users for user in page["Users"]]
    assert names == ["boto", "stranger"], names


@fact
def wrong():
    """a wrong secret is refused in the words of each front end"""
    keys = {"AccessKeyId": "test", "SecretAccessKey": "wrong"}
    refused(client_of("sts", keys).get_caller_identity, "SignatureDoesNotMatch", 403)
    refused(client_of("dynamodb", keys).list_tables, "InvalidSignatureException", 400)
    refused(client_of("s3", keys).list_buckets, "SignatureDoesNotMatch", 403)
    refused(client_of("kms", keys).list_keys, "InvalidSignatureException", 400)


run()
