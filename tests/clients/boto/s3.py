import base64
import hashlib
import io
import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from facts import fact, refused, run

s3 = boto3.client("s3")
bucket = boto3.resource("s3").Bucket("boto-bucket")
MIB = 1024 * 1024


@fact
def create():
    """a bucket exists once it was waited for"""
    bucket.create()
    bucket.wait_until_exists()
    assert [one.name for one in boto3.resource("s3").buckets.all()] == ["boto-bucket"]


@fact
def parts():
    """a file that goes up in parts comes back the same, in parts"""
    body = hashlib.sha512(b"snow").digest() * (12 * MIB // 64)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    bucket.upload_fileobj(io.BytesIO(body), "large", Config=config)
    back = io.BytesIO()
    bucket.download_fileobj("large", back, Config=config)
    assert back.getvalue() == body
    head = s3.head_object(Bucket="boto-bucket", Key="large")
    assert head["ETag"].endswith('-3"'), head["ETag"]


@fact
def pages():
    """a paginator finds every key once, and folders as common prefixes"""
    for n in range(25):
        bucket.put_object(Key=f"page/{n % 5}/{n:02}", Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket="boto-bucket", Prefix="page/", PaginationConfig={"PageSize": 7}
    )
    keys = [one["Key"] for page in pages for one in page["Contents"]]
    assert keys == sorted(f"page/{n % 5}/{n:02}" for n in range(25)), keys
    listed = s3.list_objects_v2(Bucket="boto-bucket", Prefix="page/", Delimiter="/")
    prefixes = [one["Prefix"] for one in listed["CommonPrefixes"]]
    assert prefixes == [f"page/{n}/" for n in range(5)], prefixes


@fact
def ranges():
    """a range is that piece of the object, with its metadata and checksum"""
    bucket.put_object(
        Key="r", Body=b"0123456789", Metadata={"kind": "digits"}, ChecksumAlgorithm="SHA256"
    )
    got = s3.get_object(Bucket="boto-bucket", Key="r", Range="bytes=2-4")
    assert got["Body"].read() == b"234"
    assert got["ContentRange"] == "bytes 2-4/10"
    assert got["Metadata"] == {"kind": "digits"}
    head = s3.head_object(Bucket="boto-bucket", Key="r", ChecksumMode="ENABLED")
    expected = base64.b64encode(hashlib.sha256(b"0123456789").digest()).decode()
    assert head["ChecksumSHA256"] == expected, head["ChecksumSHA256"]


@fact
def versions():
    """a deleted object of a versioned bucket is under its versions"""
    bucket.Versioning().enable()
    first = bucket.put_object(Key="v", Body=b"one").version_id
    bucket.put_object(Key="v", Body=b"two")
    bucket.Object("v").delete()
    refused(s3.get_object, "NoSuchKey", 404, Bucket="boto-bucket", Key="v")
    old = s3.get_object(Bucket="boto-bucket", Key="v", VersionId=first)
    assert old["Body"].read() == b"one"
    kinds = s3.list_object_versions(Bucket="boto-bucket", Prefix="v")
    assert (len(kinds["Versions"]), len(kinds["DeleteMarkers"])) == (2, 1)


@fact
def presigned():
    """a presigned URL works until its time is over, and not with another key"""
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "boto-bucket", "Key": "r"}, ExpiresIn=60
    )
    assert urllib.request.urlopen(url).read() == b"0123456789"
    try:
        urllib.request.urlopen(url.replace("/r?", "/v?"))
        raise AssertionError("another key was served")
    except urllib.error.HTTPError as error:
        assert (error.code, b"<Code>SignatureDoesNotMatch</Code>" in error.read()) == (403, True)


@fact
def virtual_hosts():
    """virtual-hosted style finds the bucket in the host"""
    resolve = socket.getaddrinfo

    def loopback(host, *rest, **more):
        # Not every resolver knows that all names below localhost are this machine.
        return resolve("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)

    socket.getaddrinfo = loopback
    port = urlsplit(s3.meta.endpoint_url).port
    styled = boto3.client(
        "s3",
        endpoint_url=f"http://localhost:{port}",
        config=Config(s3={"addressing_style": "virtual"}),
    )
    assert styled.get_object(Bucket="boto-bucket", Key="r")["Body"].read() == b"0123456789"


@fact
def changed_body():
    """a body that is not the one that was signed is refused"""
    def spoil(request, **_):
        request.body = b"something else"
    other = boto3.client("s3", config=Config(request_checksum_calculation="when_required"))
    other.meta.events.register("before-send.s3.PutObject", spoil)
    refused(
        other.put_object,
        "XAmzContentSHA256Mismatch",
        400,
        Bucket="boto-bucket",
        Key="spoiled",
        Body=b"something here",
    )
    refused(s3.head_object, "404", 404, Bucket="boto-bucket", Key="spoiled")


@fact
def remove():
    """a bucket is emptied, deleted, and gone once it was waited for"""
    assert refused(s3.delete_bucket, "BucketNotEmpty", 409, Bucket="boto-bucket") == (
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
    )
    bucket.object_versions.delete()
    bucket.delete()
    bucket.wait_until_not_exists()


run()
