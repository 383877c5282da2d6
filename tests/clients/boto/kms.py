import boto3

from facts import fact, refused, run

kms = boto3.client("kms")


@fact
def secrets():
    """what is encrypted is decrypted, in the same context only"""
    key = kms.create_key(Description="boto")["KeyMetadata"]
    kms.create_alias(AliasName="alias/boto", TargetKeyId=key["KeyId"])
    context = {"for": "boto"}
    sealed = kms.encrypt(KeyId="alias/boto", Plaintext=b"secret", EncryptionContext=context)
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)
    assert (opened["Plaintext"], opened["KeyId"]) == (b"secret", key["Arn"])
    refused(
        kms.decrypt, "InvalidCiphertextException", 400, CiphertextBlob=sealed["CiphertextBlob"]
    )


@fact
def data_keys():
    """a data key is the one that its sealed form opens to"""
    key = kms.generate_data_key(KeyId="alias/boto", KeySpec="AES_256")
    assert len(key["Plaintext"]) == 32
    assert kms.decrypt(CiphertextBlob=key["CiphertextBlob"])["Plaintext"] == key["Plaintext"]


@fact
def signatures():
    """a signature is verified, and a changed message is not"""
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    signed = kms.sign(KeyId=key, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    arguments = {"KeyId": key, "Signature": signed, "SigningAlgorithm": "ECDSA_SHA_256"}
    assert kms.verify(Message=b"m", **arguments)["SignatureValid"] is True
    refused(kms.verify, "KMSInvalidSignatureException", 400, Message=b"n", **arguments)


@fact
def pages():
    """a paginator lists every key"""
    for _ in range(3):
        kms.create_key()
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2})
    ids = [key["KeyId"] for page in pages for key in page["Keys"]]
    assert len(ids) == len(set(ids)) >= 5, ids


@fact
def disabled():
    """a disabled key encrypts nothing"""
    key = kms.create_key()["KeyMetadata"]
    kms.disable_key(KeyId=key["KeyId"])
    said = refused(kms.encrypt, "DisabledException", 400, KeyId=key["KeyId"], Plaintext=b"x")
    assert said == f"{key['Arn']} is disabled.", said


run()
